import type { Finding, RuleSet } from '../core/ruleset/types.ts';

/** Where the rules come from: what serves, and what is wrong with what wanted to serve since. */
export interface RuleSource {
	/** The set that serves: whole, valid, the last good one. Swapped in one step; whoever needs it twice keeps it. */
	current(): RuleSet;
	/** About the rules as they are now: warnings of the serving set, or everything that was found in one that was refused. */
	findings(): readonly Finding[];
	/** Since when (ms since the epoch) the rules as they are now are refused; null while the newest ones serve. */
	refusedSince(): number | null;
	/** By rule, the text of the certificate that stands beside it; whether it holds is for the reader to see. */
	certificates(): ReadonlyMap<string, string>;
	/** Reads the rules again now, whether or not anything seems to have changed. Null where they are part of the deployment. */
	readonly reload: (() => Promise<Reload>) | null;
}

/** What reading the rules again came to. */
export type Reload = {
	/** `served`: other rules serve now. `unchanged`: the same as before. `refused`: the last good ones keep serving. */
	readonly outcome: 'served' | 'unchanged' | 'refused';
	/** Of the serving set. */
	readonly revision: string;
	readonly findings: readonly Finding[];
};

/** Rules that never change while the process runs. */
export function fixedRules(
	ruleSet: RuleSet,
	findings: readonly Finding[] = [],
	certificates: ReadonlyMap<string, string> = new Map(),
): RuleSource {
	return {
		current: () => ruleSet,
		findings: () => findings,
		refusedSince: () => null,
		certificates: () => certificates,
		reload: null,
	};
}
