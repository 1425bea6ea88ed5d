import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shareInForce } from '../../../src/core/decision/audit-ramp.ts';

test('all, then one in five, then the share of the rule', () => {
	const rule = { auditShare: 0.05, auditRamp: 30 };
	expect([0, 29, 30, 59, 60, 1_000].map((heldOut) => shareInForce(rule, heldOut))).toEqual([
		1, 1, 0.2, 0.2, 0.05, 0.05,
	]);
	expect(shareInForce({ auditShare: 0.05, auditRamp: 0 }, 0)).toBe(0.05);
	expect(shareInForce({ auditShare: 0.5, auditRamp: 30 }, 30)).toBe(0.5);
});

test('it is never less than the share of the rule, and never rises again', () => {
	fc.assert(
		fc.property(
			fc.double({ min: 0, max: 1, noNaN: true }),
			fc.nat({ max: 100 }),
			fc.nat({ max: 300 }),
			(auditShare, auditRamp, heldOut) => {
				const now = shareInForce({ auditShare, auditRamp }, heldOut);
				expect(now).toBeGreaterThanOrEqual(auditShare);
				expect(shareInForce({ auditShare, auditRamp }, heldOut + 1)).toBeLessThanOrEqual(now);
			},
		),
		{ seed: 6 },
	);
});
