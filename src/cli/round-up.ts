/** A share that is promised, rounded to hundredths of a per cent in the one direction in which it stays true. */
export function roundUp(share: number): number {
	return Math.min(1, Math.ceil(share * 10_000) / 10_000);
}
