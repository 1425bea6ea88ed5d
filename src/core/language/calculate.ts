import { Decimal } from 'decimal.js';
import { Halt } from './halt.ts';
import type { Arithmetic, Comparison } from './node.ts';

/** The largest double and the smallest lie 632 digits apart, so that sums and differences of doubles are never rounded. */
const Exact = Decimal.clone({ precision: 700 });
/** A quotient has no end; it is rounded far behind any cent. */
const Rounded = Decimal.clone({ precision: 60 });

/**
 * Arithmetic as on paper: on the shortest decimal text of each number, not on binary fractions, so that 0.1 + 0.2 is 0.3.
 *
 * @throws Halt `not-finite`
 */
export function calculate(operator: Arithmetic, operands: readonly number[]): number {
	const [first = Number.NaN, ...rest] = operands;
	switch (operator) {
		case 'min':
			return finite(operands.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY));
		case 'max':
			return finite(operands.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY));
		case '+':
			return finite(rest.reduce((sum, value) => sum.plus(value), new Exact(first)).toNumber());
		case '*':
			return finite(rest.reduce((product, value) => product.times(value), new Exact(first)).toNumber());
		case '-':
			return finite(rest.length === 0 ? 0 - first : new Exact(first).minus(rest[0] ?? Number.NaN).toNumber());
		case '/':
			return finite(new Rounded(first).div(rest[0] ?? Number.NaN).toNumber());
	}
}

/** Whether two numbers differ by no more than a tolerance, in decimal arithmetic. */
export function isWithin(a: number, b: number, tolerance: number): boolean {
	if (!(tolerance >= 0)) throw new Halt('negative-tolerance', 'The tolerance is less than 0.');
	return new Exact(a).minus(b).abs().lte(tolerance);
}

/** Compares two values of one type; dates are ISO text, whose order is that of the calendar. */
export function compare<T extends boolean | number | string>(operator: Comparison, a: T, b: T): boolean {
	switch (operator) {
		case '==':
			return a === b;
		case '!=':
			return a !== b;
		case '>':
			return a > b;
		case '>=':
			return a >= b;
		case '<':
			return a < b;
		case '<=':
			return a <= b;
	}
}

function finite(value: number): number {
	if (!Number.isFinite(value)) throw new Halt('not-finite', 'The result of the calculation is not a finite number.');
	return value === 0 ? 0 : value;
}
