import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hypergeometricCdf } from '../../../src/core/statistics/hypergeometric.ts';

/** n over k, exactly. */
function choose(n: number, k: number): bigint {
	if (k < 0 || k > n) return 0n;
	let result = 1n;
	for (let i = 0; i < k; i += 1) result = (result * BigInt(n - i)) / BigInt(i + 1);
	return result;
}

/** By whole numbers, to 15 digits. */
function exactCdf(x: number, population: number, marked: number, drawn: number): number {
	let sum = 0n;
	for (let k = 0; k <= x; k += 1) sum += choose(marked, k) * choose(population - marked, drawn - k);
	const digits = 10n ** 30n;
	return Number((sum * digits) / choose(population, drawn)) / 1e30;
}

test('it is what counting every draw gives', () => {
	fc.assert(
		fc.property(
			fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 250 })),
			fc.nat(),
			fc.nat(),
			fc.nat(),
			(population, a, b, c) => {
				const [marked, drawn] = [a % (population + 1), b % (population + 1)];
				const x = c % (drawn + 2);
				const exact = exactCdf(x, population, marked, drawn);
				const ours = hypergeometricCdf(x, population, marked, drawn);
				expect(Math.abs(ours - exact)).toBeLessThanOrEqual(1e-11 * Math.max(exact, 1e-15));
			},
		),
		{ numRuns: 500, seed: 46 },
	);
});

test('where a library said 0: 671 of 2543 are marked, 1072 drawn, and hardly ever are all 671 among them', () => {
	expect(hypergeometricCdf(670, 2_543, 671, 1_072)).toBeCloseTo(1, 11);
});

test('counted by hand, at the edges and where nothing is left to chance', () => {
	// 5 of 10 are marked, 4 are drawn: C(5,4) of C(10,4) draws hold none.
	expect(hypergeometricCdf(0, 10, 5, 4)).toBeCloseTo(5 / 210, 15);
	expect(hypergeometricCdf(1, 10, 5, 4)).toBeCloseTo(55 / 210, 15);
	expect(hypergeometricCdf(2, 10, 8, 4)).toBeCloseTo(28 / 210, 15);
	expect(hypergeometricCdf(4, 10, 5, 4)).toBe(1);
	expect(hypergeometricCdf(1, 10, 8, 4)).toBe(0);
	expect(hypergeometricCdf(0, 0, 0, 0)).toBe(1);
	expect(hypergeometricCdf(0, 10, 0, 4)).toBe(1);
	// Far out in the tail it is small, not nothing, and large ledgers take no time.
	expect(hypergeometricCdf(0, 1_000_000, 10_000, 50_000)).toBeGreaterThan(0);
	expect(Math.log(hypergeometricCdf(0, 1_000_000, 300_000, 1_000))).toBeCloseTo(1_000 * Math.log(0.7), -1);
});
