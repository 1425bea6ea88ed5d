import hypergeometricCdf from '@stdlib/stats-base-dists-hypergeometric-cdf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundCompleted, mostWrong, upperBound } from '../../../src/core/statistics/index.ts';
import { seededRandom } from '../../../src/simulator/index.ts';

test.each([
	[2_000, 200, 0, 28],
	[2_000, 200, 1, 45],
	[2_000, 400, 0, 13],
	[10_000, 300, 0, 97],
])('computed: of %i passed, %i held out, %i wrong: at most %i', (population, checked, errors, most) => {
	expect(mostWrong(population, { checked, errors }, 0.95)).toBe(most);
});

const period = fc.tuple(fc.nat(400), fc.nat(400), fc.nat(400)).map((sizes) => {
	const [errors = 0, checked = 0, passed = 0] = sizes.toSorted((a, b) => a - b);
	return { errors, checked, passed };
});

describe('laws', () => {
	test('it is the largest number that is not too unlikely, found by trying them all', () => {
		fc.assert(
			fc.property(period, fc.double({ min: 0.5, max: 0.999, noNaN: true }), ({ passed, checked, errors }, sure) => {
				let most = errors;
				for (let wrong = errors; wrong <= passed - checked + errors; wrong++) {
					if (hypergeometricCdf(errors, passed, wrong, checked) > 1 - sure) most = wrong;
				}
				expect(mostWrong(passed, { checked, errors }, sure)).toBe(most);
			}),
			{ seed: 81 },
		);
	});

	test('an error more raises it, more certainty does not lower it, and it is no worse than an endless population', () => {
		fc.assert(
			fc.property(period, ({ passed, checked, errors }) => {
				const most = mostWrong(passed, { checked, errors }, 0.9);
				expect(mostWrong(passed, { checked, errors }, 0.99)).toBeGreaterThanOrEqual(most);
				if (errors < checked) expect(mostWrong(passed, { checked, errors: errors + 1 }, 0.9)).toBeGreaterThan(most);
				if (passed > 0) expect(most / passed).toBeLessThanOrEqual(upperBound({ checked, errors }, 0.9) + 1e-9);
			}),
			{ seed: 82 },
		);
	});

	test('of a period drawn at random it covers what was completed as often as promised', () => {
		const random = seededRandom(83);
		const [passed, wrong, checked, runs] = [300, 12, 60, 4_000];
		let missed = 0;
		for (let run = 0; run < runs; run++) {
			// Draws without putting back: the next is wrong by what is left.
			let errors = 0;
			for (let drawn = 0; drawn < checked; drawn++) if (random() < (wrong - errors) / (passed - drawn)) errors += 1;
			const bound = boundCompleted({ passed, checked, errors }, 0.9);
			if (bound.outcome === 'bound' && bound.wrong < wrong - errors) missed += 1;
		}
		expect(missed / runs).toBeLessThanOrEqual(0.1 + 4 * Math.sqrt(0.09 / runs));
		// Not by bounding everything: the promise is used up for the most part.
		expect(missed / runs).toBeGreaterThan(0.02);
	});
});

describe('what was completed', () => {
	test('errors that were found were put right, and do not count', () => {
		expect(boundCompleted({ passed: 2_000, checked: 200, errors: 1 }, 0.95)).toEqual({
			outcome: 'bound',
			completed: 1_800,
			wrong: 44,
			share: 44 / 1_800,
		});
	});

	test('nothing was completed when nothing passed, or all of it was held out', () => {
		expect(boundCompleted({ passed: 0, checked: 0, errors: 0 }, 0.95)).toEqual({ outcome: 'nothing-completed' });
		expect(boundCompleted({ passed: 40, checked: 40, errors: 3 }, 0.95)).toEqual({ outcome: 'nothing-completed' });
		expect(mostWrong(40, { checked: 40, errors: 3 }, 0.95)).toBe(3);
	});

	test('there is no bound when nothing was held out', () => {
		expect(boundCompleted({ passed: 40, checked: 0, errors: 0 }, 0.95)).toEqual({ outcome: 'no-bound', completed: 40 });
		expect(mostWrong(40, { checked: 0, errors: 0 }, 0.95)).toBe(40);
	});

	test('when all that was checked is wrong, so may be the rest', () => {
		expect(boundCompleted({ passed: 10, checked: 4, errors: 4 }, 0.95)).toMatchObject({ wrong: 6, share: 1 });
	});

	test('more checked than passed is a RangeError', () => {
		expect(() => boundCompleted({ passed: 3, checked: 4, errors: 0 }, 0.95)).toThrow(RangeError);
		expect(() => boundCompleted({ passed: 3, checked: 2, errors: 3 }, 0.95)).toThrow(RangeError);
		expect(() => boundCompleted({ passed: 3.5, checked: 2, errors: 0 }, 0.95)).toThrow(RangeError);
	});
});
