import type { Rule } from '../ruleset/types.ts';

/** The share between all and the rule's own: one in five. */
const middleShare = 0.2;

/**
 * The audit share of a rule as it is now: all while fewer than `auditRamp` were held out by it, one in five until as many
 * again were, then its own. Never less than its own, so that its own share stays the fair sample of the whole time.
 *
 * @param heldOut how many were, since the rule has this logic
 */
export function shareInForce(
	{ auditShare, auditRamp }: Pick<Rule, 'auditShare' | 'auditRamp'>,
	heldOut: number,
): number {
	if (heldOut < auditRamp) return 1;
	return heldOut < 2 * auditRamp ? Math.max(auditShare, middleShare) : auditShare;
}
