import type { Claim } from '../core/statistics/index.ts';

/** A share as people read it: `1 %`, `0.25 %`, `99.24 %`. */
export function asPercent(share: number): string {
	return `${Number((share * 100).toPrecision(4))} %`;
}

/** `at most 1 % wrong, with 95 % certainty` */
export function sharePhrase({ maxError, certainty }: Claim): string {
	return `at most ${asPercent(maxError)} wrong, with ${asPercent(certainty)} certainty`;
}
