import { add, type Decimal, decimalOf, divide, multiply, negate, toDouble } from './decimals.ts';
import { Halt } from './halt.ts';
import type { Arithmetic, Comparison } from './node.ts';

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
		case '+': {
			const sum = addInUnits(operands);
			if (sum !== null) return sum;
			return finite(toDouble(operands.map(exact).reduce(add)));
		}
		case '*': {
			const product = multiplyInUnits(operands);
			if (product !== null) return product;
			return finite(toDouble(operands.map(exact).reduce(multiply)));
		}
		case '-': {
			const difference = rest.length === 1 ? addInUnits([first, -(rest[0] ?? Number.NaN)]) : null;
			if (difference !== null) return difference;
			return finite(rest.length === 0 ? 0 - first : toDouble(subtract(first, rest[0] ?? Number.NaN)));
		}
		case '/': {
			const quotient = divide(exact(first), exact(rest[0] ?? Number.NaN));
			return finite(quotient === null ? Number.NaN : toDouble(quotient));
		}
	}
}

/**
 * Whether two numbers differ by no more than a tolerance, in decimal arithmetic.
 *
 * @throws Halt `negative-tolerance`, `not-finite`
 */
export function isWithin(a: number, b: number, tolerance: number): boolean {
	if (!(tolerance >= 0)) throw new Halt('negative-tolerance', 'The tolerance is less than 0.');
	const places = Math.max(placesOf(a), placesOf(b), placesOf(tolerance));
	if (places <= mostPlaces) {
		const unit = units[places] ?? 1;
		const [countA, countB, allowed] = [Math.round(a * unit), Math.round(b * unit), Math.round(tolerance * unit)];
		// Beyond it a count itself is rounded, and a difference of two such says nothing.
		if (Math.max(Math.abs(countA), Math.abs(countB), allowed) <= mostUnits) return Math.abs(countA - countB) <= allowed;
	}
	const apart = subtract(a, b);
	const size = apart.coefficient < 0n ? negate(apart) : apart;
	return add(exact(tolerance), negate(size)).coefficient >= 0n;
}

function exact(value: number): Decimal {
	return decimalOf(finite(value));
}

function subtract(a: number, b: number): Decimal {
	return add(exact(a), negate(exact(b)));
}

/** Amounts and confidences have few places. */
const mostPlaces = 6;
const units = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];
/** Decimals of 15 digits are told apart by doubles, and whole numbers of this size are exact with room to add up a few. */
const mostUnits = 1e15;

/**
 * The decimal places of a number's shortest text, or more than `mostPlaces`. A number that is `n / 10^k` with `n` of at
 * most 15 digits is the one decimal of so few digits that gives this double, so that its text is no longer than that.
 */
function placesOf(value: number): number {
	for (let places = 0; places <= mostPlaces; places += 1) {
		const unit = units[places] ?? 1;
		const count = Math.round(value * unit);
		if (Math.abs(count) > mostUnits) break;
		if (count / unit === value) return places;
	}
	return mostPlaces + 1;
}

/** The sum in whole units of the last place, which is exact and much quicker than by digits; null where it would not be. */
function addInUnits(operands: readonly number[]): number | null {
	let places = 0;
	for (const operand of operands) places = Math.max(places, placesOf(operand));
	const unit = units[places];
	if (unit === undefined) return null;
	let sum = 0;
	for (const operand of operands) {
		const count = Math.round(operand * unit);
		if (Math.abs(count) > mostUnits) return null;
		sum += count;
		if (Math.abs(sum) > mostUnits) return null;
	}
	// The quotient of two exact whole numbers is rounded once, as the text of the sum would be.
	return sum === 0 ? 0 : sum / unit;
}

function multiplyInUnits(operands: readonly number[]): number | null {
	let product = 1;
	let unit = 1;
	for (const operand of operands) {
		const scale = units[placesOf(operand)];
		if (scale === undefined) return null;
		product *= Math.round(operand * scale);
		unit *= scale;
		if (Math.abs(product) > mostUnits || unit > 1e12) return null;
	}
	return product === 0 ? 0 : product / unit;
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
