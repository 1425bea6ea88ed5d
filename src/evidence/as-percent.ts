/** A share as people read it: `1 %`, `0.25 %`, `99.24 %`. */
export function asPercent(share: number): string {
	return `${Number((share * 100).toPrecision(4))} %`;
}

/** A share that is promised, rounded to hundredths of a per cent in the one direction in which it stays true. */
export function roundUp(share: number): number {
	return Math.min(1, Math.ceil(share * 10_000) / 10_000);
}

/** The same as people read it. */
export function asMostPercent(share: number): string {
	return asPercent(roundUp(share));
}

/** A certainty, rounded down to hundredths of a per cent; by as much as a double is off before, so that 95 % is 95 %. */
export function asCertainty(certainty: number): string {
	return asPercent(Math.floor(certainty * 10_000 + 1e-6) / 10_000);
}
