import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';

/** How a rule did on the cases of some days. */
export interface RuleResult {
	readonly rule: string;
	readonly applied: number;
	readonly passed: number;
	/** Its conditions and required entities that did not hold, most frequent first. */
	readonly blockers: readonly { readonly condition: string; readonly count: number; readonly alone: number }[];
}

/** Of each rule, also of one that does not serve any more, over the cases that were opened since. */
export async function ruleResults(
	{ ledger }: Pick<AppDeps, 'ledger'>,
	since: number,
): Promise<ReadonlyMap<string, RuleResult>> {
	const results = new Map<
		string,
		{ rule: string; applied: number; passed: number; blockers: RuleResult['blockers'] }
	>();
	for (const { mark, count, alone } of await fromStore(ledger.marks(since, null))) {
		// Ids of rules are names of files: no colon. Those of required entities may hold one.
		const [, kind, rule, condition] = /^(applied|passed|rule|shadow):([^:]+)(?::(.+))?$/s.exec(mark) ?? [];
		if (rule === undefined) continue;
		const result = results.get(rule) ?? { rule, applied: 0, passed: 0, blockers: [] };
		results.set(rule, result);
		if (kind === 'applied') result.applied = count;
		else if (kind === 'passed') result.passed = count;
		else if (condition !== undefined) result.blockers = [...result.blockers, { condition, count, alone }];
	}
	return results;
}
