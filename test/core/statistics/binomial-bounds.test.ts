import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	allowance,
	bears,
	certaintyOfAttempt,
	interval,
	lowerBound,
	pValue,
	upperBound,
} from '../../../src/core/statistics/index.ts';
import { seededRandom } from '../../../src/simulator/index.ts';

const counts = fc
	.tuple(fc.nat(3_000), fc.nat(3_000))
	.map(([a, b]) => ({ errors: Math.min(a, b), checked: Math.max(a, b) }));
const certainty = fc.double({ min: 0.5, max: 0.9999, noNaN: true });

describe('published and computed values', () => {
	test('4 of 20, two-sided 90 %: the example of the NIST handbook', () => {
		const { lower, upper } = interval({ errors: 4, checked: 20 }, 0.9);
		expect(lower).toBeCloseTo(0.071354, 6);
		expect(upper).toBeCloseTo(0.401028, 6);
	});

	// Geifman and El-Yaniv, "Selective Classification for Deep Neural Networks" (2017), table 1, CIFAR-10, delta 0.001: the
	// risks and coverages are theirs, of some 5,000 images. Their own bounds were found by a search that stopped early and
	// are too small; these are exact.
	test.each([
		[0.0079, 0.7822, 0.0099, 0.0148, 0.0134, 0.119],
		[0.016, 0.8482, 0.0199, 0.0246, 0.0229, 0.037],
		[0.026, 0.8988, 0.0298, 0.0362, 0.0342, 0.073],
		[0.0362, 0.9348, 0.0399, 0.0476, 0.0454, 0.101],
		[0.0454, 0.961, 0.0491, 0.0578, 0.0554, 0.122],
		[0.0526, 0.9778, 0.06, 0.0657, 0.0632, 0.014],
	])(
		'a risk of %d at a coverage of %d: their bound of %d is too small',
		(risk, coverage, published, split, whole, tail) => {
			const checked = Math.round(coverage * 5_000);
			const found = { errors: Math.round(risk * checked), checked };
			expect(upperBound(found, 1 - 0.001 / 13)).toBeCloseTo(split, 4);
			expect(upperBound(found, 0.999)).toBeCloseTo(whole, 4);
			expect(pValue(found, published)).toBeCloseTo(tail, 2);
		},
	);

	test.each([
		[450, 2, 0.0059, 0.0139],
		[600, 5, 0.0195, 0.0174],
		[750, 7, 0.0172, 0.0175],
		[900, 10, 0.0292, 0.0188],
		[1_050, 14, 0.0696, 0.0208],
		[1_200, 24, 0.554, 0.028],
	])('the worked example: of %i, %i wrong', (checked, errors, p, bound) => {
		expect(pValue({ errors, checked }, 0.02)).toBeCloseTo(p, 4);
		expect(upperBound({ errors, checked }, 0.95)).toBeCloseTo(bound, 4);
	});

	test('reviewers who saw 57 of 60 planted errors: 1 of 473 bounds at 1.36 %, and 28 of 30 at 1.50 %', () => {
		const seen = upperBound({ errors: 1, checked: 473 }, 0.975);
		const sharp = lowerBound({ errors: 57, checked: 60 }, 0.975);
		expect(seen).toBeCloseTo(0.0117, 4);
		expect(sharp).toBeCloseTo(0.861, 3);
		expect(seen / sharp).toBeCloseTo(0.0136, 4);
		expect(seen / lowerBound({ errors: 28, checked: 30 }, 0.975)).toBeCloseTo(0.015, 4);
	});

	test('twenty right in a row still allow 13.9 % wrong', () => {
		expect(upperBound({ errors: 0, checked: 20 }, 0.95)).toBeCloseTo(0.139, 3);
	});

	test('the certainties of attempts that share one allowance', () => {
		const left = [1, 2, 3, 4].map((attempt) => 100 * (1 - certaintyOfAttempt(0.95, attempt)));
		expect(left.map((one) => one.toFixed(2))).toEqual(['3.04', '0.76', '0.34', '0.19']);
		let spent = 0;
		for (let attempt = 1; attempt <= 10_000; attempt++) spent += 1 - certaintyOfAttempt(0.95, attempt);
		expect(spent).toBeGreaterThan(0.0499);
		expect(spent).toBeLessThan(0.05);
	});
});

describe('laws', () => {
	test('no error has the closed form', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 100_000 }), certainty, (checked, sure) => {
				expect(upperBound({ errors: 0, checked }, sure)).toBeCloseTo(1 - (1 - sure) ** (1 / checked), 11);
			}),
			{ seed: 63 },
		);
	});

	test('the bounds enclose what was seen, and are each other seen from the right tasks', () => {
		fc.assert(
			fc.property(counts, certainty, (found, sure) => {
				const { errors, checked } = found;
				const [lower, upper] = [lowerBound(found, sure), upperBound(found, sure)];
				if (checked > 0) expect(lower).toBeLessThanOrEqual(errors / checked);
				if (checked > 0) expect(upper).toBeGreaterThanOrEqual(errors / checked);
				expect(1 - lower).toBeCloseTo(upperBound({ errors: checked - errors, checked }, sure), 9);
			}),
			{ seed: 64 },
		);
	});

	test('one error more, one right task fewer and more certainty each raise the upper bound', () => {
		fc.assert(
			fc.property(counts, certainty, ({ errors, checked }, sure) => {
				const bound = upperBound({ errors, checked: checked + 1 }, sure);
				expect(upperBound({ errors: errors + 1, checked: checked + 1 }, sure)).toBeGreaterThan(bound);
				expect(upperBound({ errors, checked: checked + 2 }, sure)).toBeLessThan(bound);
				expect(upperBound({ errors, checked: checked + 1 }, sure + (1 - sure) / 2)).toBeGreaterThan(bound);
			}),
			{ seed: 65 },
		);
	});

	test('counts bear a claim exactly when the upper bound is no larger than it', () => {
		fc.assert(
			fc.property(counts, certainty, fc.double({ min: 1e-4, max: 0.3, noNaN: true }), (found, sure, maxError) => {
				const bound = upperBound(found, sure);
				fc.pre(Math.abs(bound / maxError - 1) > 1e-9);
				expect(bears(found, { maxError, certainty: sure })).toBe(bound <= maxError);
			}),
			{ seed: 66 },
		);
	});

	test('the bound lies below the truth in no more of the samples than certainty allows', () => {
		const random = seededRandom(67);
		const runs = 4_000;
		for (const [truth, checked, sure] of [
			[0.01, 299, 0.95],
			[0.02, 400, 0.95],
			[0.1, 60, 0.9],
			[0.3, 20, 0.99],
		] as const) {
			let missed = 0;
			for (let run = 0; run < runs; run++) {
				let errors = 0;
				for (let task = 0; task < checked; task++) if (random() < truth) errors += 1;
				if (upperBound({ errors, checked }, sure) < truth) missed += 1;
			}
			const margin = 4 * Math.sqrt((sure * (1 - sure)) / runs);
			expect(missed / runs).toBeLessThanOrEqual(1 - sure + margin);
		}
	});
});

describe('what cannot be asked', () => {
	test('all wrong, and nothing checked, bound nothing', () => {
		expect(upperBound({ errors: 5, checked: 5 }, 0.95)).toBe(1);
		expect(upperBound({ errors: 0, checked: 0 }, 0.95)).toBe(1);
		expect(lowerBound({ errors: 0, checked: 0 }, 0.95)).toBe(0);
		expect(bears({ errors: 0, checked: 0 }, { maxError: 0.5, certainty: 0.5 })).toBe(false);
	});

	test.each([
		[{ errors: 2, checked: 1 }, 0.95],
		[{ errors: -1, checked: 1 }, 0.95],
		[{ errors: 0.5, checked: 1 }, 0.95],
		[{ errors: 0, checked: Number.NaN }, 0.95],
		[{ errors: 0, checked: 1 }, 1],
		[{ errors: 0, checked: 1 }, 0],
		[{ errors: 0, checked: 1 }, 95],
		[{ errors: 0, checked: 1 }, Number.NaN],
	])('%j with certainty %d is a RangeError and never a number', (found, sure) => {
		expect(() => upperBound(found, sure)).toThrow(RangeError);
		expect(() => lowerBound(found, sure)).toThrow(RangeError);
		expect(() => interval(found, sure)).toThrow(RangeError);
		expect(() => bears(found, { maxError: 0.01, certainty: sure })).toThrow(RangeError);
	});

	test('what 95 % leaves is 0.05, and not a little more', () => {
		expect(1 - 0.95).not.toBe(0.05);
		expect(allowance(0.95)).toBe(0.05);
		expect(allowance(0.999999)).toBe(0.000001);
	});
});
