/** A number as on paper: `coefficient` times ten to the power of `exponent`, a whole number. */
export interface Decimal {
	readonly coefficient: bigint;
	readonly exponent: number;
}

/** The shortest decimal text of a finite double, taken at its word. */
export function decimalOf(value: number): Decimal {
	const [digits = '', exponent = '0'] = String(value).split('e');
	const [whole = '', fraction = ''] = digits.split('.');
	return { coefficient: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** How many digits stand behind the point of a finite double. */
export function countPlaces(value: number): number {
	return Math.max(0, -decimalOf(value).exponent);
}

/** The nearest double; infinite where there is none. */
export function toDouble({ coefficient, exponent }: Decimal): number {
	return Number(`${coefficient}e${exponent}`);
}

/** Never rounded. The largest double and the smallest lie 632 digits apart, so that two doubles are soon aligned. */
export function add(a: Decimal, b: Decimal): Decimal {
	const exponent = Math.min(a.exponent, b.exponent);
	return { coefficient: inUnitsOf(exponent, a) + inUnitsOf(exponent, b), exponent };
}

export function negate({ coefficient, exponent }: Decimal): Decimal {
	return { coefficient: -coefficient, exponent };
}

/** Never rounded. */
export function multiply(a: Decimal, b: Decimal): Decimal {
	return { coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent };
}

/** A quotient has no end; it is cut off far behind the digits by which doubles are told apart. */
const quotientDigits = 60;

/** Cut off behind at least 60 digits. Null where there is none, which is by zero. */
export function divide(a: Decimal, b: Decimal): Decimal | null {
	if (b.coefficient === 0n) return null;
	const shift = quotientDigits + String(b.coefficient).length;
	const quotient = (a.coefficient * 10n ** BigInt(shift)) / b.coefficient;
	return { coefficient: quotient, exponent: a.exponent - b.exponent - shift };
}

function inUnitsOf(exponent: number, value: Decimal): bigint {
	return value.coefficient * 10n ** BigInt(value.exponent - exponent);
}
