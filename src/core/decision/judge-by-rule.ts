import type { EvaluationContext } from '../language/types.ts';
import type { Rule } from '../ruleset/types.ts';
import type { Annotation, Task } from '../task/index.ts';
import { isConfidence } from './check-guards.ts';
import type { ConditionResult, RuleResult } from './types.ts';

/**
 * Judges a task by one rule. All conditions are evaluated, also after one has failed. An error while finding out whether
 * the rule applies is a veto: a rule must not be skipped because its own test broke.
 */
export function judgeByRule(
	rule: Rule,
	mode: 'live' | 'shadow',
	task: Task,
	context: EvaluationContext,
	braked: boolean,
): RuleResult {
	const applies = findApplies(rule, task, context);
	const base = { id: rule.id, mode, ...applies, braked };
	if (applies.applies === 'no') return { ...base, outcome: 'not-applicable', conditions: [] };
	if (applies.applies === 'error') return { ...base, outcome: 'review', conditions: [] };
	const conditions = [
		...rule.requiredEntities.map((entity) => checkRequired(task, entity)),
		...rule.conditions.map(({ id, requirement, compiled }): ConditionResult => {
			const { outcome, error, sentence, operands } = compiled.evaluate(context);
			return error === undefined
				? { id, requirement, outcome, sentence, operands }
				: { id, requirement, outcome, error, sentence, operands };
		}),
	];
	const holds = conditions.length > 0 && conditions.every((condition) => condition.outcome === 'pass');
	return { ...base, outcome: holds ? 'complete' : 'review', conditions };
}

type Applies = Pick<RuleResult, 'applies' | 'because' | 'appliesError'>;

/** What keeps a rule from a task, its logic apart. */
type Bar =
	| { readonly at: 'project' | 'step' }
	| {
			/** `mixed-meta`: the task has several values for the name, not all of them allowed. */
			readonly at: 'absent-meta' | 'other-meta' | 'mixed-meta';
			readonly name: string;
			readonly values: readonly string[];
	  };

const otherProject: Bar = { at: 'project' };
const otherStep: Bar = { at: 'step' };

/** The first bar; null when there is none. That meta is mixed counts only where nothing else keeps the rule away. */
export function findBar({ appliesTo }: Pick<Rule, 'appliesTo'>, task: Task): Bar | null {
	if (appliesTo.projects !== null && !appliesTo.projects.includes(task.projectId)) return otherProject;
	if (!appliesTo.stepTypes.includes(task.stepType)) return otherStep;
	let mixed: Bar | null = null;
	for (const { name, values } of appliesTo.meta) {
		let [found, allowed] = [0, 0];
		for (const entry of task.meta) {
			if (entry.name !== name) continue;
			found += 1;
			if (values.includes(entry.value)) allowed += 1;
		}
		if (allowed === 0) return { at: found === 0 ? 'absent-meta' : 'other-meta', name, values };
		if (allowed < found) mixed ??= { at: 'mixed-meta', name, values };
	}
	return mixed;
}

/** Whether a rule is for a task, and why. */
export function findApplies(rule: Pick<Rule, 'appliesTo'>, task: Task, context: EvaluationContext): Applies {
	const { appliesTo } = rule;
	const bar = findBar(rule, task);
	if (bar !== null) return sayBar(bar, appliesTo);
	if (appliesTo.logic === null) return { applies: 'yes', because: sayWhy(appliesTo) };
	const { outcome, sentence, error } = appliesTo.logic.evaluate(context);
	switch (outcome) {
		case 'pass':
			return { applies: 'yes', because: sentence };
		case 'fail':
			return { applies: 'no', because: sentence };
		case 'error':
			return {
				applies: 'error',
				because: `Whether the rule applies cannot be told: ${sentence}`,
				appliesError: error ?? 'unknown',
			};
	}
}

function sayBar(bar: Bar, { stepTypes }: Rule['appliesTo']): Applies {
	switch (bar.at) {
		case 'project':
			return { applies: 'no', because: 'It is not for this project.' };
		case 'step':
			return { applies: 'no', because: `It is for the step ${stepTypes.join(' or ')}; the task is at another.` };
		case 'absent-meta':
			return { applies: 'no', because: `It wants ${sayWanted(bar)}; the task has no ${bar.name}.` };
		case 'other-meta':
			return { applies: 'no', because: `It wants ${sayWanted(bar)}; the task says otherwise.` };
		case 'mixed-meta':
			return {
				applies: 'error',
				because: `Whether the rule applies cannot be told: the task has several values for ${bar.name}.`,
				appliesError: 'ambiguous-meta',
			};
	}
}

function sayWanted({ name, values }: { readonly name: string; readonly values: readonly string[] }): string {
	return `${name} to be ${values.join(' or ')}`;
}

function sayWhy({ projects, meta }: Rule['appliesTo']): string {
	const named = [...(projects === null ? [] : ['project']), ...meta.map(({ name }) => name)];
	return named.length === 0 ? 'It applies to every task of its step.' : `It applies by ${named.join(' and ')}.`;
}

type Lack = 'missing' | 'empty' | 'without a confidence';

/** What is wrong with a required entity: it must occur, and every occurrence have content and a confidence. */
export function findLack(annotations: readonly Annotation[], entity: string): Lack | null {
	let lack: Lack | null = 'missing';
	for (const { entityId, content, confidence } of annotations) {
		if (entityId !== entity) continue;
		if (content === null || content.trim() === '') return 'empty';
		if (!isConfidence(confidence)) lack = 'without a confidence';
		else if (lack === 'missing') lack = null;
	}
	return lack;
}

function checkRequired(task: Task, entity: string): ConditionResult {
	let occurrences = 0;
	for (const { entityId } of task.annotations) if (entityId === entity) occurrences += 1;
	const lack = findLack(task.annotations, entity);
	const fault =
		lack === null ? null : `${entity} ${lack === 'without a confidence' ? 'has no confidence' : `is ${lack}`}.`;
	return {
		id: `required:${entity}`,
		requirement: `${entity} must be there.`,
		outcome: fault === null ? 'pass' : 'fail',
		sentence: fault ?? `${entity} is there.`,
		operands: [{ label: `occurrences of ${entity}`, value: occurrences, sensitive: false }],
	};
}
