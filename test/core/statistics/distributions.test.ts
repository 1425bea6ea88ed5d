import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import hypergeometricCdf from '@stdlib/stats-base-dists-hypergeometric-cdf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logFactorial } from '../../../src/core/statistics/log-factorial.ts';

/*
 * The library that every promise rests on, against whole numbers without any rounding, against closed forms, and against a
 * summation of our own where numbers are extreme.
 */

/** a / b of whole numbers, however large. */
function divide(a: bigint, b: bigint): number {
	const scale = 10n ** 40n;
	return Number((a * scale) / b) / 1e40;
}

function choose(n: number, k: number): bigint {
	let value = 1n;
	for (let i = 1; i <= k; i++) value = (value * BigInt(n - k + i)) / BigInt(i);
	return value;
}

/** P(Bin(n, tenths / 10) <= e), exactly. */
function exactBinomial(e: number, n: number, tenths: number): number {
	let sum = 0n;
	for (let k = 0; k <= e; k++) sum += choose(n, k) * BigInt(tenths) ** BigInt(k) * BigInt(10 - tenths) ** BigInt(n - k);
	return divide(sum, 10n ** BigInt(n));
}

function exactHypergeometric(x: number, population: number, marked: number, drawn: number): number {
	let sum = 0n;
	for (let k = 0; k <= x; k++) {
		if (k <= marked && drawn - k <= population - marked)
			sum += choose(marked, k) * choose(population - marked, drawn - k);
	}
	return divide(sum, choose(population, drawn));
}

/** Adds up terms in logarithms: slow, and independent of any beta function. */
function summedBinomial(e: number, n: number, p: number): number {
	let sum = 0;
	for (let k = e; k >= 0; k--) {
		const logTerm =
			logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p);
		sum += Math.exp(logTerm);
	}
	return sum;
}

describe('the binomial distribution', () => {
	test('agrees with whole numbers', () => {
		fc.assert(
			fc.property(fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 9 }), (a, b, tenths) => {
				const [e, n] = [Math.min(a, b), Math.max(a, b)];
				expect(binomialCdf(e, n, tenths / 10)).toBeCloseTo(exactBinomial(e, n, tenths), 13);
			}),
			{ seed: 61 },
		);
	});

	test.each([
		[0, 1_000_000, 1e-6],
		[3, 1_000_000, 1e-6],
		[100, 1_000_000, 1.2e-4],
		[0, 100_000, 0.002],
		[5, 50_000, 0.001],
		[900, 100_000, 0.01],
		[2, 3_000, 0.05],
	])('agrees with a summation for %i of %i at %d', (e, n, p) => {
		expect(binomialCdf(e, n, p) / summedBinomial(e, n, p)).toBeCloseTo(1, 7);
	});

	test('keeps its digits in the far tail, and is 0 beyond what a double can hold', () => {
		expect(binomialCdf(0, 10_000, 0.05) / Math.exp(10_000 * Math.log1p(-0.05))).toBeCloseTo(1, 9);
		expect(binomialCdf(0, 100_000, 0.02)).toBe(0);
	});

	test.each([
		[0.01, 0.963],
		[0.02, 0.759],
		[0.03, 0.481],
		[0.05, 0.124],
	])('passes 125 with 3 wrong at most, at %d wrong, with the chance of MIL-STD-105E', (wrong, chance) => {
		expect(binomialCdf(3, 125, wrong)).toBeCloseTo(chance, 3);
	});

	test('has its tenth part of MIL-STD-105E at 5.27 %', () => {
		expect(betaQuantile(0.9, 4, 122)).toBeCloseTo(0.0527, 4);
	});
});

describe('the quantile of the beta distribution', () => {
	test('has the closed form where one of its shapes is 1', () => {
		for (const n of [1, 2, 59, 299, 10_000, 1_000_000]) {
			for (const p of [1e-9, 0.001, 0.05, 0.5, 0.95, 0.999]) {
				expect(betaQuantile(p, 1, n) / -Math.expm1(Math.log1p(-p) / n)).toBeCloseTo(1, 9);
				expect(betaQuantile(p, n, 1) / p ** (1 / n)).toBeCloseTo(1, 9);
			}
		}
	});

	test('is the inverse of the binomial distribution, up to a million tasks', () => {
		for (const n of [2, 20, 473, 2_000, 100_000, 1_000_000]) {
			for (const e of [0, 1, 3, 20, 500].filter((one) => one < n)) {
				for (const delta of [0.5, 0.05, 0.001, 1e-6]) {
					const bound = betaQuantile(1 - delta, e + 1, n - e);
					expect(summedBinomial(e, n, bound) / delta).toBeCloseTo(1, 7);
				}
			}
		}
	});
});

describe('the hypergeometric distribution', () => {
	test('agrees with whole numbers', () => {
		fc.assert(
			fc.property(fc.nat(80), fc.nat(80), fc.nat(80), fc.nat(80), (a, b, c, x) => {
				const population = Math.max(a, b, c);
				const [marked, drawn] = [Math.min(a, b), Math.min(b, c)];
				expect(hypergeometricCdf(x, population, marked, drawn)).toBeCloseTo(
					exactHypergeometric(Math.min(x, drawn), population, marked, drawn),
					12,
				);
			}),
			{ seed: 62 },
		);
	});

	test.each([
		[5, 10_000, 97, 300],
		[2, 20_000, 45, 2_000],
		[20, 5_000, 500, 250],
	])(
		'agrees with whole numbers where they are large: %i of %i, %i marked, %i drawn',
		(x, population, marked, drawn) => {
			const exact = exactHypergeometric(x, population, marked, drawn);
			expect(hypergeometricCdf(x, population, marked, drawn) / exact).toBeCloseTo(1, 9);
		},
	);
});

test('the logarithm of a factorial agrees with the sum of logarithms, on both sides of its table', () => {
	let sum = 0;
	for (let n = 1; n <= 5_000; n++) {
		sum += Math.log(n);
		expect(Math.abs(logFactorial(n) - sum)).toBeLessThan(1e-13 * Math.max(sum, 1));
	}
	expect(logFactorial(0)).toBe(0);
});
