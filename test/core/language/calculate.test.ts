import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculate, isWithin } from '../../../src/core/language/calculate.ts';
import { exactOf, isAtMost, magnitude, opposite, plus, times, toNumber } from './exact.ts';

/** Amounts, confidences, whole numbers of up to 17 digits, and any double. */
const number = fc.oneof(
	fc.integer({ min: -10_000_000, max: 10_000_000 }).map((cents) => cents / 100),
	fc.integer({ min: 0, max: 1_000_000 }).map((millionths) => millionths / 1_000_000),
	fc.tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 8 })).map(([digits, places]) => digits / 10 ** places),
	fc.constantFrom(0, -0, 0.1, 0.2, 1e15, 999_999_999_999_999, 9_007_199_254_740_991, 1e-7, 1e21, 5e-324),
	fc.double({ noNaN: true, noDefaultInfinity: true }),
);
describe('arithmetic is that of the decimal texts, rounded once', () => {
	it('in sums, differences and products', () => {
		fc.assert(
			fc.property(fc.array(number, { minLength: 1, maxLength: 4 }), (operands) => {
				const texts = operands.map(exactOf);
				const [first = exactOf(0), ...rest] = texts;
				const expected = [
					['+', operands, rest.reduce(plus, first)],
					['*', operands, rest.reduce(times, first)],
					['-', operands.slice(0, 2), rest[0] === undefined ? opposite(first) : plus(first, opposite(rest[0]))],
				] as const;
				for (const [operator, values, exact] of expected) {
					const wanted = toNumber(exact);
					if (Number.isFinite(wanted)) expect(calculate(operator, values)).toBe(wanted);
					else expect(() => calculate(operator, values)).toThrow();
				}
			}),
			{ numRuns: 3_000 },
		);
	});

	it('in tolerances, also where the numbers lie exactly a tolerance apart', () => {
		fc.assert(
			fc.property(number, number, number.map(Math.abs), fc.boolean(), (a, step, tolerance, exactly) => {
				const sum = plus(exactOf(a), exactOf(tolerance));
				const b = exactly ? toNumber(sum) : a + step;
				fc.pre(Number.isFinite(b));
				const apart = magnitude(plus(exactOf(a), opposite(exactOf(b))));
				expect(isWithin(a, b, tolerance)).toBe(isAtMost(apart, exactOf(tolerance)));
			}),
			{ numRuns: 3_000 },
		);
		expect(isWithin(100.01, 100, 0.01)).toBe(true);
		// Large beside a fine tolerance: in millionths, the numbers themselves would be rounded.
		expect(isWithin(301_215_480_386_568, 301_215_480_386_569, 0.999999)).toBe(false);
		expect(isWithin(894_359_202_060_331, 894_359_202_060_332, 1)).toBe(true);
	});
});
