import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitDecision, type LeftOut } from '../../../src/core/decision/index.ts';
import type { Json } from '../../../src/core/json.ts';

const order: readonly LeftOut[] = ['elements', 'margins', 'operands', 'rules', 'reasons'];
const size = (value: Json) => new TextEncoder().encode(JSON.stringify(value)).length;

const body = {
	outcome: 'review',
	revision: 'r'.repeat(64),
	fingerprint: 'f'.repeat(64),
	reasons: Array.from({ length: 300 }, (_, n) => ({ code: `rule:invoice:condition-${n}`, sentence: 'It costs € 5.' })),
	guards: [{ id: 'readable', outcome: 'pass', sentence: 'The task can be read.' }],
	rules: [
		{
			id: 'invoice',
			conditions: Array.from({ length: 300 }, (_, n) => ({
				id: `condition-${n}`,
				outcome: 'fail',
				operands: [{ label: 'confidence of total_amount', value: 0.5, sensitive: false }],
				margins: [{ label: 'confidence of total_amount', relation: '>=', value: 0.5, limit: 0.98, by: 0.48 }],
			})),
		},
	],
};
const elements = {
	version: 1,
	elements: Array.from({ length: 500 }, (_, n) => ({
		id: `annotation-é-${n}`,
		kind: 'annotation',
		hash: 'f'.repeat(64),
	})),
};
const leftOut = (one: { readonly body: Json }) => (one.body as { readonly leftOut?: readonly LeftOut[] }).leftOut;

test('a decision that fits is stored as it is', () => {
	const all = size(body) + size(elements);
	expect(fitDecision({ body, elements }, all)).toEqual({ body, elements });
	expect(leftOut(fitDecision({ body, elements }, all - 1))).toEqual(['elements']);
});

test('what is left out goes one by one, says so, and takes nothing else along', () => {
	const withoutElements = fitDecision({ body, elements }, size(body) + 40);
	expect(withoutElements).toEqual({ body: { ...body, leftOut: ['elements'] }, elements: [] });
	for (const most of [70_000, 50_000, 30_000, 20_000]) {
		const fitted = fitDecision({ body, elements }, most);
		expect(fitted.body).toMatchObject({ outcome: 'review', revision: body.revision, fingerprint: body.fingerprint });
	}
	const least = fitDecision({ body, elements }, 1).body as unknown as typeof body;
	expect(least.reasons).toEqual(body.reasons.slice(0, 100));
	expect(least.rules).toEqual([]);
});

test('no more is left out than has to be, in the order of what is missed least', () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 200_000 }), (most) => {
			const fitted = fitDecision({ body, elements }, most);
			const out = leftOut(fitted) ?? [];
			expect(out).toEqual(order.slice(0, out.length));
			if (out.length < order.length) expect(size(fitted.body) + size(fitted.elements)).toBeLessThanOrEqual(most + 80);
			const one = fitDecision({ body, elements }, most + 1);
			expect((leftOut(one) ?? []).length).toBeLessThanOrEqual(out.length);
		}),
		{ seed: 20_261_126 },
	);
});
