/** A share as people read it: `1 %`, `0.25 %`, `99.24 %`. */
export function asPercent(share: number): string {
	return `${Number((share * 100).toPrecision(4))} %`;
}
