import type { CompiledLogic } from '../language/types.ts';
import { findMutants, loadRules, type Mutant, type Rule, type RuleSuite } from '../ruleset/index.ts';
import { findApplies, judgeByRule } from './judge-by-rule.ts';
import { type CaseRun, isExpected, reasonsOf } from './run-rule-tests.ts';
import type { RuleResult } from './types.ts';

/** A mutant and what became of it. `refused`: the loader takes no such rule, so nobody needs a case for it. */
export interface MutantRun {
	readonly mutant: Mutant;
	readonly result: 'killed' | 'survived' | 'refused';
}

/**
 * Holds the cases of a rule against each of its mutants: killed by the first case that turns out otherwise than it
 * expects. The cases must pass on the rule itself.
 *
 * Only what a mutant changes is evaluated anew, by the compiled closures; all else is as the cases saw it.
 */
export function* runMutants(suite: RuleSuite, runs: readonly CaseRun[]): Generator<MutantRun> {
	const cases = runs.map((run) => prepare(suite.rule, run));
	for (const mutant of findMutants(suite.document.value)) {
		const mutated = load(suite, mutant);
		if (mutated === null) yield { mutant, result: 'refused' };
		else yield { mutant, result: cases.every((one) => isStillExpected(one, mutated)) ? 'survived' : 'killed' };
	}
}

interface PreparedCase {
	readonly run: CaseRun;
	readonly guards: readonly string[];
	readonly applies: RuleResult['applies'];
	/** Of the required entities and the conditions, those that do not hold, whether or not the rule applies. */
	readonly unmet: ReadonlySet<string>;
}

function prepare(rule: Rule, run: CaseRun): PreparedCase {
	const guards = run.decision.guards.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id);
	const { judged, result } = run;
	if (judged === null || result === null) return { run, guards, applies: 'yes', unmet: new Set() };
	// A mutant may apply where the rule does not.
	const everywhere = { projects: null, stepTypes: [judged.task.stepType], meta: [], logic: null };
	const { conditions } =
		result.applies === 'yes'
			? result
			: judgeByRule({ ...rule, appliesTo: everywhere }, 'live', judged.task, judged.context, false);
	const unmet = new Set(conditions.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id));
	return { run, guards, applies: result.applies, unmet };
}

/** What a mutant changes of its rule. */
type Mutated =
	| { readonly kind: 'applies'; readonly appliesTo: Rule['appliesTo'] }
	| { readonly kind: 'removed'; readonly part: string }
	| { readonly kind: 'changed'; readonly part: string; readonly compiled: CompiledLogic };

/** Loads a mutant as any rule file, but only as much of it as decides whether it is sound: the rest is that of the rule. */
function load({ file }: RuleSuite, mutant: Mutant): Mutated | null {
	const loaded = loadRules([{ name: file, text: JSON.stringify(withOneCondition(mutant)) }]);
	const [mutated] = loaded.ok ? loaded.rules : [];
	if (mutated === undefined) return null;
	const { kind, part, condition } = mutant;
	if (kind === 'drop-condition' || kind === 'drop-required') return { kind: 'removed', part };
	if (condition === null) return { kind: 'applies', appliesTo: mutated.appliesTo };
	const [changed] = mutated.conditions;
	return changed === undefined ? null : { kind: 'changed', part, compiled: changed.compiled };
}

/** The condition that was changed, or else the first that there still is. */
function withOneCondition({ rule, condition }: Mutant): unknown {
	if (typeof rule !== 'object' || rule === null || !('conditions' in rule)) return rule;
	const { conditions } = rule;
	if (!Array.isArray(conditions)) return rule;
	if (condition === null) return { ...rule, conditions: conditions.slice(0, 1) };
	const { appliesTo: _, requiredEntities: __, ...rest } = rule as { readonly [key: string]: unknown };
	return { ...rest, conditions: [conditions[condition]] };
}

function isStillExpected(one: PreparedCase, mutated: Mutated): boolean {
	const { judged } = one.run;
	if (judged === null) return true;
	switch (mutated.kind) {
		case 'applies':
			return expects(one, findApplies(mutated, judged.task, judged.context).applies, one.unmet);
		case 'removed':
		case 'changed': {
			const { part } = mutated;
			const isUnmet = mutated.kind === 'changed' && mutated.compiled.bulk(judged.context) !== 'pass';
			// Then it is all as on the rule itself, where the case passes.
			if (one.applies !== 'yes' || isUnmet === one.unmet.has(part)) return true;
			const others = [...one.unmet].filter((id) => id !== part);
			return expects(one, 'yes', isUnmet ? [...others, part] : others);
		}
	}
}

function expects({ run, guards }: PreparedCase, applies: RuleResult['applies'], unmet: Iterable<string>): boolean {
	const because = reasonsOf(guards, applies, applies === 'yes' ? [...unmet] : []);
	return isExpected(run.test, { outcome: because.length === 0 ? 'complete' : 'review', because });
}
