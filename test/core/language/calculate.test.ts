import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculate, isWithin } from '../../../src/core/language/calculate.ts';
import { Halt } from '../../../src/core/language/halt.ts';
import { exactOf, inverse, isAtMost, magnitude, opposite, plus, times, toNumber } from './exact.ts';

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
					else expect(() => calculate(operator, values)).toThrow(Halt);
				}
			}),
			{ numRuns: 3_000 },
		);
	});

	it('in quotients, which have no end', () => {
		fc.assert(
			fc.property(number, number, (a, b) => {
				const over = inverse(exactOf(b));
				const wanted = over === null ? Number.NaN : toNumber(times(exactOf(a), over));
				if (Number.isFinite(wanted)) expect(calculate('/', [a, b])).toBe(wanted);
				else expect(() => calculate('/', [a, b])).toThrow(Halt);
			}),
			{ numRuns: 3_000 },
		);
	});

	it('as another library has it, which rounds to so many digits that no double can tell', () => {
		const Rounded = Decimal.clone({ precision: 700 });
		fc.assert(
			fc.property(number, number, (a, b) => {
				const [one, other] = [new Rounded(a), new Rounded(b)];
				const wanted = { '+': one.plus(other), '-': one.minus(other), '*': one.times(other), '/': one.div(other) };
				for (const operator of ['+', '-', '*', '/'] as const) {
					const value = wanted[operator].toNumber();
					if (Number.isFinite(value)) expect(calculate(operator, [a, b])).toBe(value === 0 ? 0 : value);
					else expect(() => calculate(operator, [a, b])).toThrow(Halt);
				}
			}),
			{ numRuns: 2_000 },
		);
	});

	it('of nothing but finite numbers', () => {
		for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
			for (const operator of ['+', '-', '*', '/'] as const) {
				expect(() => calculate(operator, [odd, 1])).toThrow(Halt);
				expect(() => calculate(operator, [1, odd])).toThrow(Halt);
			}
			expect(() => isWithin(odd, 1, 0.5)).toThrow(Halt);
			expect(() => isWithin(1, odd, 0.5)).toThrow(Halt);
			expect(() => isWithin(1, 1, odd)).toThrow(Halt);
		}
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
