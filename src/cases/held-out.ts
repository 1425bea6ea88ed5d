import type { Decision } from '../core/decision/types.ts';
import type { Rule } from '../core/ruleset/types.ts';
import { heldOutKey } from '../ledger/index.ts';
import type { CaseDeps } from './types.ts';

/** Rules are loaded once and serve for long. */
const digests = new WeakMap<Rule, string>();

/** Under which key it is counted how many a rule held out: another one after its logic has changed. */
export function keyOfHeldOut({ digest }: Pick<CaseDeps, 'digest'>, rule: Rule): string {
	let logic = digests.get(rule);
	if (logic === undefined) {
		logic = digest.sha256(rule.logicCanonical);
		digests.set(rule, logic);
	}
	return heldOutKey(rule.id, logic);
}

/** The keys of the rules of a decision that count what they hold out: those with a ramp. */
export function rampingOf(deps: Pick<CaseDeps, 'digest' | 'rules'>, decision: Decision): readonly string[] {
	const { rules, revision } = deps.rules.current();
	// Others came into force meanwhile: what they hold out is counted from then on.
	if (revision !== decision.revision) return [];
	return rules
		.filter(({ id, auditRamp }) => auditRamp > 0 && decision.applying.includes(id))
		.map((rule) => keyOfHeldOut(deps, rule));
}
