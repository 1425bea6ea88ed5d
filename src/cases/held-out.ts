import type { Decision } from '../core/decision/types.ts';
import type { Rule } from '../core/ruleset/types.ts';
import { heldOutKey } from '../ledger/index.ts';
import { logicDigest } from './logic-digest.ts';
import type { CaseDeps } from './types.ts';

/**
 * How many a rule held out since it has the logic that it has. A count that cannot be read counts for nothing, so that all
 * are held out.
 *
 * @param states `Surroundings.ruleStates`
 */
export function heldOutBy(deps: Pick<CaseDeps, 'digest'>, rule: Rule, states: ReadonlyMap<string, string>): number {
	const text = states.get(heldOutKey(rule.id, logicDigest(deps, rule))) ?? '';
	return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

/** The keys of the rules of a decision that count what they hold out: those with a ramp. */
export function rampingOf(deps: Pick<CaseDeps, 'digest' | 'rules'>, decision: Decision): readonly string[] {
	const { rules, revision } = deps.rules.current();
	// Others came into force meanwhile: what they hold out is counted from then on.
	if (revision !== decision.revision) return [];
	return rules
		.filter(({ id, auditRamp }) => auditRamp > 0 && decision.applying.includes(id))
		.map((rule) => heldOutKey(rule.id, logicDigest(deps, rule)));
}
