import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixedSequence, holm } from '../../../src/core/statistics/index.ts';
import { seededRandom } from '../../../src/simulator/index.ts';

describe('vectors of the tests of MAPIE', () => {
	test.each([
		[[0.001, 0.003, 0.01, 0.02, 0.2, 0.6], 0.1, [0, 1, 2, 3]],
		[[0.03, 0.004, 0.005, 0.25, 0.005, 0.2, 0.8, 0.08, 0.009, 0.005, 0.006, 0.007], 0.09, [0, 1, 2, 4, 8, 9, 10, 11]],
	])('the fixed sequence with three starts: %j', (pValues, delta, expected) => {
		expect(fixedSequence(pValues, delta, 3)).toEqual(expected);
	});

	test.each([
		[[0.001, 0.4, 0.6], 0.05, [0]],
		[[0.5, 0.6, 0.7], 0.1, []],
	])('Holm: %j', (pValues, delta, expected) => {
		expect(holm(pValues, delta)).toEqual(expected);
	});
});

test('Holm gives to each that is left the part of those that are done: 0.05 over 3, over 2, over 1', () => {
	expect(holm([0.05, 0.016, 0.025], 0.05)).toEqual([0, 1, 2]);
	expect(holm([0.05, 0.016, 0.026], 0.05)).toEqual([1]);
	expect(holm([0.05, 0.017, 0.025], 0.05)).toEqual([]);
});

test('the worked example: the declared order accepts four steps where Holm accepts one', () => {
	const pValues = [0.0059, 0.0195, 0.0172, 0.0292, 0.0696, 0.554];
	expect(fixedSequence(pValues, 0.05)).toEqual([0, 1, 2, 3]);
	expect(holm(pValues, 0.05)).toEqual([0]);
});

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

describe('laws', () => {
	test('the fixed sequence accepts what comes before the first failure, and nothing after it', () => {
		fc.assert(
			fc.property(pValues, (values) => {
				const failure = values.findIndex((value) => value > 0.3);
				const before = failure < 0 ? values.length : failure;
				expect(fixedSequence(values, 0.3)).toEqual([...values.keys()].slice(0, before));
			}),
			{ seed: 91 },
		);
	});

	test('Holm does not care for the order, and accepts at least what Bonferroni does', () => {
		fc.assert(
			fc.property(pValues, (values) => {
				const accepted = holm(values, 0.3).map((at) => values[at]);
				const reversed = values.toReversed();
				const other = holm(reversed, 0.3).map((at) => reversed[at]);
				expect(other.toReversed()).toEqual(accepted);
				for (const value of values) if (value <= 0.3 / values.length) expect(accepted).toContain(value);
				for (const value of accepted) expect(value).toBeLessThanOrEqual(0.3);
			}),
			{ seed: 92 },
		);
	});

	test('a true hypothesis is rejected in no more runs than allowed', () => {
		const random = seededRandom(93);
		const runs = 20_000;
		let [sequence, split, stepwise] = [0, 0, 0];
		for (let run = 0; run < runs; run++) {
			// The even ones are false, so that a sequence comes to the true ones at all.
			const values = Array.from({ length: 8 }, (_, at) => (at % 2 === 0 ? 0.0001 : random()));
			const isTrue = (at: number) => at % 2 === 1;
			if (fixedSequence(values, 0.1).some(isTrue)) sequence += 1;
			if (fixedSequence(values, 0.1, 4).some(isTrue)) split += 1;
			if (holm(values, 0.1).some(isTrue)) stepwise += 1;
		}
		const most = 0.1 + 4 * Math.sqrt(0.09 / runs);
		for (const rejected of [sequence, split, stepwise]) expect(rejected / runs).toBeLessThanOrEqual(most);
		expect(sequence / runs).toBeGreaterThan(0.09);
	});
});

test('what is no p-value, and no test at all', () => {
	expect(fixedSequence([], 0.05)).toEqual([]);
	expect(holm([], 0.05)).toEqual([]);
	expect(fixedSequence([0.05], 0.05)).toEqual([0]);
	expect(() => fixedSequence([Number.NaN], 0.05)).toThrow(RangeError);
	expect(() => holm([-0.1], 0.05)).toThrow(RangeError);
	expect(() => fixedSequence([0.1], 0.05, 0)).toThrow(RangeError);
	expect(() => holm([0.1], 5)).toThrow(RangeError);
});
