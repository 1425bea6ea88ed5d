import type { Claim } from '../core/statistics/index.ts';
import { asCertainty, asPercent } from '../evidence/as-percent.ts';

export { asCertainty, asMostPercent, asPercent } from '../evidence/as-percent.ts';

/** `at most 1 % wrong, with 95 % certainty` */
export function sharePhrase({ maxError, certainty }: Claim): string {
	return `at most ${asPercent(maxError)} wrong, with ${asCertainty(certainty)} certainty`;
}
