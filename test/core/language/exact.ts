/** A number as on paper: a fraction of whole numbers, so that nothing is ever rounded before the end. */
export interface Exact {
	readonly numerator: bigint;
	/** More than 0. */
	readonly denominator: bigint;
}

/** More digits behind the point than any double has. */
const scale = 400;

/** The shortest decimal text of a double, taken at its word. */
export function exactOf(value: number): Exact {
	const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
	if (match === null) throw new TypeError('only a finite number is exact');
	const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
	const digits = BigInt(`${sign}${whole}${fraction}`);
	const shift = Number(exponent) - fraction.length;
	return shift >= 0
		? { numerator: digits * 10n ** BigInt(shift), denominator: 1n }
		: { numerator: digits, denominator: 10n ** BigInt(-shift) };
}

/** The nearest double; infinite where there is none. */
export function toNumber({ numerator, denominator }: Exact): number {
	const scaled = (numerator * 10n ** BigInt(scale)) / denominator;
	const value = Number(`${scaled}e-${scale}`);
	return value === 0 ? 0 : value;
}

export function plus(a: Exact, b: Exact): Exact {
	return {
		numerator: a.numerator * b.denominator + b.numerator * a.denominator,
		denominator: a.denominator * b.denominator,
	};
}

export function times(a: Exact, b: Exact): Exact {
	return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

export function opposite({ numerator, denominator }: Exact): Exact {
	return { numerator: -numerator, denominator };
}

/** Null when there is none, which is for zero. */
export function inverse({ numerator, denominator }: Exact): Exact | null {
	if (numerator === 0n) return null;
	return numerator < 0n
		? { numerator: -denominator, denominator: -numerator }
		: { numerator: denominator, denominator: numerator };
}

export function isAtMost(a: Exact, b: Exact): boolean {
	return a.numerator * b.denominator <= b.numerator * a.denominator;
}

export function magnitude(value: Exact): Exact {
	return value.numerator < 0n ? opposite(value) : value;
}
