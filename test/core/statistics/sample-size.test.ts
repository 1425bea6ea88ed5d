import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	bears,
	certaintyOf,
	chanceToProve,
	mostErrors,
	promisable,
	sampleToProve,
	smallestSample,
	upperBound,
} from '../../../src/core/statistics/index.ts';

describe('computed tables', () => {
	test.each([
		[0.005, [460, 598, 919, 1_379]],
		[0.01, [230, 299, 459, 688]],
		[0.02, [114, 149, 228, 342]],
		[0.05, [45, 59, 90, 135]],
	])('the smallest samples without an error, for %d', (maxError, expected) => {
		expect([0.9, 0.95, 0.99, 0.999].map((certainty) => smallestSample({ maxError, certainty }))).toEqual(expected);
	});

	test.each([
		[0.005, [598, 947, 1_258, 1_549, 2_100, 3_389, 5_808]],
		[0.01, [299, 473, 628, 773, 1_049, 1_693, 2_902]],
		[0.02, [149, 236, 313, 386, 523, 845, 1_449]],
		[0.05, [59, 93, 124, 153, 208, 336, 577]],
	])('the smallest samples with 0, 1, 2, 3, 5, 10 and 20 errors, for %d', (maxError, expected) => {
		const found = [0, 1, 2, 3, 5, 10, 20].map((errors) => smallestSample({ maxError, certainty: 0.95 }, errors));
		expect(found).toEqual(expected);
	});

	test.each([
		[0.01, 0.005, 1_941],
		[0.01, 0.002, 628],
		[0.02, 0.01, 969],
		[0.02, 0.004, 313],
	])('an 80 %% chance to prove %d when %d is wrong', (maxError, trueShare, expected) => {
		const claim = { maxError, certainty: 0.95 };
		const checked = sampleToProve(claim, trueShare, 0.8);
		expect(checked).toBe(expected);
		expect(chanceToProve(claim, checked ?? 0, trueShare)).toBeGreaterThanOrEqual(0.8);
	});
});

const claim = fc.record({
	maxError: fc.double({ min: 0.002, max: 0.6, noNaN: true }),
	certainty: fc.double({ min: 0.3, max: 0.999, noNaN: true }),
});

describe('laws', () => {
	test('the smallest sample bears the claim, and one task fewer does not', () => {
		fc.assert(
			fc.property(claim, fc.nat(40), (wanted, errors) => {
				const checked = smallestSample(wanted, errors);
				expect(bears({ errors, checked }, wanted)).toBe(true);
				if (checked > errors + 1) expect(bears({ errors, checked: checked - 1 }, wanted)).toBe(false);
				expect(smallestSample(wanted, errors + 1)).toBeGreaterThan(checked);
			}),
			{ seed: 71 },
		);
	});

	test('with most errors the claim holds, and with one more it does not', () => {
		fc.assert(
			fc.property(claim, fc.nat(5_000), (wanted, checked) => {
				const most = mostErrors(wanted, checked);
				if (most === null) expect(checked).toBeLessThan(smallestSample(wanted));
				else expect(smallestSample(wanted, most)).toBeLessThanOrEqual(checked);
				expect(smallestSample(wanted, (most ?? -1) + 1)).toBeGreaterThan(checked);
			}),
			{ seed: 72 },
		);
	});

	test('what can be promised is promised with just the certainty asked for', () => {
		fc.assert(
			fc.property(
				fc.nat(200),
				fc.nat(2_000),
				fc.double({ min: 0.5, max: 0.999, noNaN: true }),
				(errors, right, sure) => {
					fc.pre(right > 0);
					const counts = { errors, checked: errors + right };
					const found = promisable(counts, sure);
					expect(found).toEqual({ outcome: 'promise', maxError: upperBound(counts, sure) });
					if (found.outcome === 'promise') expect(certaintyOf(counts, found.maxError)).toBeCloseTo(sure, 8);
				},
			),
			{ seed: 73 },
		);
	});

	test('the sample to prove something has the chance, and the next smaller kind of sample has not', () => {
		fc.assert(
			fc.property(
				fc.double({ min: 0, max: 0.7, noNaN: true }),
				fc.double({ min: 0.1, max: 0.95, noNaN: true }),
				(part, chance) => {
					const wanted = { maxError: 0.02, certainty: 0.95 };
					const checked = sampleToProve(wanted, part * 0.02, chance) ?? 0;
					expect(chanceToProve(wanted, checked, part * 0.02)).toBeGreaterThanOrEqual(chance);
					const errors = mostErrors(wanted, checked) ?? 0;
					if (errors === 0) return;
					expect(chanceToProve(wanted, smallestSample(wanted, errors - 1), part * 0.02)).toBeLessThan(chance);
				},
			),
			{ seed: 74, numRuns: 40 },
		);
	});
});

test('nothing can be proved of as much as is wrong, nor promised of nothing', () => {
	expect(sampleToProve({ maxError: 0.01, certainty: 0.95 }, 0.01, 0.8)).toBeNull();
	expect(chanceToProve({ maxError: 0.01, certainty: 0.95 }, 298, 0)).toBe(0);
	expect(chanceToProve({ maxError: 0.01, certainty: 0.95 }, 299, 0)).toBe(1);
	expect(promisable({ errors: 0, checked: 0 }, 0.95)).toEqual({ outcome: 'none' });
	expect(promisable({ errors: 7, checked: 7 }, 0.95)).toEqual({ outcome: 'none' });
	expect(certaintyOf({ errors: 0, checked: 0 }, 0.01)).toBe(0);
	expect(() => smallestSample({ maxError: 1, certainty: 0.95 })).toThrow(RangeError);
	expect(() => smallestSample({ maxError: 0.01, certainty: 0.95 }, 0.5)).toThrow(RangeError);
});
