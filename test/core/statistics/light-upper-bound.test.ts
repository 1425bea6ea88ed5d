import fc from 'fast-check';
import { expect, test } from 'vitest';
import { upperBound } from '../../../src/core/statistics/binomial-bounds.ts';
import { lightUpperBound } from '../../../src/core/statistics/light-upper-bound.ts';

test('it is what the quantile of the library gives', () => {
	fc.assert(
		fc.property(
			fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20_000 })),
			fc.nat(),
			fc.constantFrom(0.5, 0.9, 0.95, 0.99, 0.999),
			(checked, drawn, certainty) => {
				const errors = drawn % Math.min(checked + 1, 200);
				const exact = upperBound({ checked, errors }, certainty);
				expect(Math.abs(lightUpperBound({ checked, errors }, certainty) / exact - 1)).toBeLessThan(1e-9);
			},
		),
		{ numRuns: 500, seed: 47 },
	);
});

test('known values: none of 299 at 95 %, and the edges', () => {
	expect(lightUpperBound({ checked: 299, errors: 0 }, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 299), 14);
	expect(lightUpperBound({ checked: 1, errors: 0 }, 0.95)).toBeCloseTo(0.95, 14);
	expect(lightUpperBound({ checked: 7, errors: 7 }, 0.95)).toBe(1);
	expect(lightUpperBound({ checked: 0, errors: 0 }, 0.95)).toBe(1);
	expect(() => lightUpperBound({ checked: 1, errors: 2 }, 0.95)).toThrow(RangeError);
	expect(() => lightUpperBound({ checked: 1, errors: 0 }, 1)).toThrow(RangeError);
});
