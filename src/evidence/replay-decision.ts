import { decide, type JudgedContent } from '../core/decision/index.ts';
import type { EvaluationContext } from '../core/language/types.ts';
import type { RuleSet } from '../core/ruleset/types.ts';
import type { DecisionRecord } from '../ledger/index.ts';
import { contextOfElements } from './replay-elements.ts';
import { type ConditionSource, findSources, type RuleSource } from './replay-sources.ts';

/** What a rule folder answers to a task that was judged before. */
export type Replayed =
	| { readonly outcome: 'complete' }
	/** The codes of what stands in the way, as in decisions; all of them that are known. */
	| { readonly outcome: 'review'; readonly because: readonly string[] }
	/** It depends on something that was not asked then and of which nothing was kept; counts as review. */
	| { readonly outcome: 'not-replayable'; readonly because: readonly string[] };

/** As `redactDecision` writes it, as far as it is looked at here. */
interface Body {
	readonly guards?: readonly { readonly id: string; readonly outcome: string }[];
	readonly rules?: readonly StoredRule[];
}

interface StoredRule {
	readonly id: string;
	readonly applies: 'yes' | 'no' | 'error';
	readonly outcome: 'complete' | 'review' | 'not-applicable';
	readonly conditions: readonly { readonly id: string; readonly outcome: string }[];
}

type Known = 'yes' | 'no' | 'error' | 'unknown';

/**
 * Replays decisions by another rule folder, from what was stored and without the document: a question that was asked then
 * has the answer that it had; one about confidences and numbers of elements is asked of their records; anything else is
 * not replayable. What is known suffices where it does: a task is left to a person by one condition that does not hold,
 * whatever the others are.
 *
 * @param rulesOf the canonical content of the rules under which a decision was made; null when that is not known
 */
export function createReplay(
	ruleSet: RuleSet,
	rulesOf: (revision: string) => string | null,
): (decision: DecisionRecord) => Replayed {
	const known = new Map<string, readonly RuleSource[]>();
	return (decision) => {
		const { revision } = decision;
		let sources = known.get(revision);
		if (sources === undefined) {
			sources = findSources(ruleSet, rulesOf(revision));
			known.set(revision, sources);
		}
		return replay(decision, sources);
	};
}

/**
 * The same, of what the document said where that was kept. Guards are the stored ones: they ask how things stood then. Null
 * of a draw and no brake: neither says anything of the rules.
 */
export function judgeAgain(ruleSet: RuleSet, decision: DecisionRecord, { task, today }: JudgedContent): Replayed {
	const { guards } = decision.body as Body;
	if (guards === undefined) return { outcome: 'not-replayable', because: ['not-kept'] };
	const stopped = guards.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => `guard:${id}`);
	const { outcome, reasons } = decide({
		...{ reading: { kind: 'task', task }, ruleSet, projectKnown: true, today },
		...{ version: decision.version, fingerprint: decision.fingerprint, draw: null, braked: new Set<string>() },
	});
	const because = [...new Set([...stopped, ...reasons.map(({ code }) => code)])];
	return because.length === 0 && outcome === 'complete' ? { outcome } : { outcome: 'review', because };
}

function replay(decision: DecisionRecord, sources: readonly RuleSource[]): Replayed {
	const { guards, rules } = decision.body as Body;
	// Of a decision that was too large for its store, guards and rules may be gone.
	if (guards === undefined || rules === undefined) return { outcome: 'not-replayable', because: ['not-kept'] };
	const review = guards.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => `guard:${id}`);
	const unknown: string[] = [];
	const stored = new Map(rules.map((rule) => [rule.id, rule]));
	let context: EvaluationContext | null | undefined;
	const contextOf = () => {
		if (context === undefined) context = contextOfElements(decision);
		return context;
	};
	let [applying, concerned] = [0, false];
	for (const source of sources) {
		const applies = findApplies(source, decision, stored, contextOf);
		if (applies === 'no') continue;
		const code = (id: string) => `rule:${source.rule.id}:${id}`;
		if (applies === 'unknown') {
			// Whatever its conditions are: one whose own question breaks, or has two answers, leaves the task to a person.
			unknown.push(code('applies'));
			continue;
		}
		concerned = true;
		if (applies === 'error') {
			review.push(code('applies'));
			continue;
		}
		const results = source.conditions.map((one) => [one.id, holds(one, stored, contextOf)] as const);
		const failed = results.filter(([, held]) => held === false).map(([id]) => code(id));
		const open = results.filter(([, held]) => held === null).map(([id]) => code(id));
		applying += 1;
		review.push(...failed);
		unknown.push(...open);
		if (results.length === 0) review.push(code('applies'));
	}
	if (review.length > 0) return { outcome: 'review', because: review };
	if (unknown.length > 0) return { outcome: 'not-replayable', because: unknown };
	if (applying > 0) return { outcome: 'complete' };
	return { outcome: 'review', because: concerned ? [] : ['no-live-rule'] };
}

function findApplies(
	{ rule: { appliesTo }, sameTasks }: RuleSource,
	{ projectId, stepType }: DecisionRecord,
	stored: ReadonlyMap<string, StoredRule>,
	contextOf: () => EvaluationContext | null,
): Known {
	if (appliesTo.projects !== null && !appliesTo.projects.includes(projectId)) return 'no';
	if (!appliesTo.stepTypes.includes(stepType)) return 'no';
	for (const id of sameTasks) {
		const rule = stored.get(id);
		if (rule !== undefined) return rule.applies;
	}
	// Meta was not kept, nor is what an expression may look at.
	if (appliesTo.meta.length > 0 || appliesTo.logic !== null || contextOf() === null) return 'unknown';
	return 'yes';
}

/** Null: cannot be told. */
function holds(
	{ stored: places, compiled }: ConditionSource,
	stored: ReadonlyMap<string, StoredRule>,
	contextOf: () => EvaluationContext | null,
): boolean | null {
	for (const { rule: id, condition } of places) {
		const rule = stored.get(id);
		if (rule === undefined || rule.applies !== 'yes') continue;
		const result = rule.conditions.find((one) => one.id === condition);
		if (result !== undefined) return result.outcome === 'pass';
	}
	const context = compiled === null ? null : contextOf();
	return compiled === null || context === null ? null : compiled.bulk(context) === 'pass';
}
