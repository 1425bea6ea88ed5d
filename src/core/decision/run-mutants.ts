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

/** A mutant as far as it differs from its rule. */
interface Mutated {
	readonly appliesTo: Rule['appliesTo'] | null;
	readonly requiredEntities: readonly string[];
	readonly conditions: readonly string[];
	readonly changed: { readonly id: string; readonly compiled: CompiledLogic } | null;
}

/** Loads a mutant as any rule file; of one with a changed condition, only as much as decides whether that is sound. */
function load({ rule, file }: RuleSuite, mutant: Mutant): Mutated | null {
	const loaded = loadRules([{ name: file, text: JSON.stringify(onlyChanged(mutant)) }]);
	const [mutated] = loaded.ok ? loaded.rules : [];
	if (mutated === undefined) return null;
	const conditions = rule.conditions.map(({ id }) => id);
	const same = { appliesTo: null, requiredEntities: rule.requiredEntities, conditions, changed: null };
	if (mutant.condition !== null) {
		const [changed] = mutated.conditions;
		return changed === undefined ? null : { ...same, changed };
	}
	return {
		...same,
		appliesTo: mutant.part === 'applies' ? mutated.appliesTo : null,
		requiredEntities: mutated.requiredEntities,
		conditions: mutated.conditions.map(({ id }) => id),
	};
}

function onlyChanged({ rule, condition }: Mutant): unknown {
	if (condition === null || typeof rule !== 'object' || rule === null || !('conditions' in rule)) return rule;
	const { conditions } = rule;
	return Array.isArray(conditions) ? { ...rule, conditions: [conditions[condition]] } : rule;
}

function isStillExpected({ run, guards, applies: before, unmet }: PreparedCase, mutated: Mutated): boolean {
	const { judged } = run;
	if (judged === null) return true;
	const { task, context } = judged;
	const { appliesTo, changed } = mutated;
	const applies = appliesTo === null ? before : findApplies({ appliesTo }, task, context).applies;
	const isUnmet = (id: string) => (changed?.id === id ? changed.compiled.bulk(context) !== 'pass' : unmet.has(id));
	const parts = [...mutated.requiredEntities.map((entity) => `required:${entity}`), ...mutated.conditions];
	const because = reasonsOf(guards, applies, applies === 'yes' ? parts.filter(isUnmet) : []);
	return isExpected(run.test, { outcome: because.length === 0 ? 'complete' : 'review', because });
}
