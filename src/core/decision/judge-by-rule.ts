import type { CompiledLogic, Evaluation, EvaluationContext } from '../language/types.ts';
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
		...rule.conditions.map(
			({ id, requirement, compiled }): ConditionResult => ({ id, requirement, ...compiled.evaluate(context) }),
		),
	];
	const holds = conditions.length > 0 && conditions.every((condition) => condition.outcome === 'pass');
	return { ...base, outcome: holds ? 'complete' : 'review', conditions };
}

type Applies = Pick<RuleResult, 'applies' | 'because' | 'appliesError'>;

/**
 * Whether a rule is for a task, and why.
 *
 * @param evaluate how its logic is evaluated; both evaluators when left out
 */
export function findApplies(
	{ appliesTo }: Pick<Rule, 'appliesTo'>,
	task: Task,
	context: EvaluationContext,
	evaluate: (logic: CompiledLogic) => Pick<Evaluation, 'outcome' | 'sentence' | 'error'> = (logic) =>
		logic.evaluate(context),
): Applies {
	if (appliesTo.projects !== null && !appliesTo.projects.includes(task.projectId)) {
		return { applies: 'no', because: 'It is not for this project.' };
	}
	if (!appliesTo.stepTypes.includes(task.stepType)) {
		return {
			applies: 'no',
			because: `It is for the step ${appliesTo.stepTypes.join(' or ')}; the task is at another.`,
		};
	}
	let ambiguous: string | null = null;
	for (const { name, values } of appliesTo.meta) {
		const found = task.meta.filter((entry) => entry.name === name);
		const wanted = `${name} to be ${values.join(' or ')}`;
		if (found.length === 0) return { applies: 'no', because: `It wants ${wanted}; the task has no ${name}.` };
		const allowed = found.filter((entry) => values.includes(entry.value)).length;
		if (allowed === 0) return { applies: 'no', because: `It wants ${wanted}; the task says otherwise.` };
		if (allowed < found.length) ambiguous ??= name;
	}
	if (ambiguous !== null) {
		return {
			applies: 'error',
			because: `Whether the rule applies cannot be told: the task has several values for ${ambiguous}.`,
			appliesError: 'ambiguous-meta',
		};
	}
	if (appliesTo.logic === null) return { applies: 'yes', because: sayWhy(appliesTo) };
	const { outcome, sentence, error } = evaluate(appliesTo.logic);
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

function sayWhy({ projects, meta }: Rule['appliesTo']): string {
	const named = [...(projects === null ? [] : ['project']), ...meta.map(({ name }) => name)];
	return named.length === 0 ? 'It applies to every task of its step.' : `It applies by ${named.join(' and ')}.`;
}

/** What is wrong with a required entity: it must occur, and every occurrence have content and a confidence. */
export function findLack(found: readonly Annotation[]): 'missing' | 'empty' | 'without a confidence' | null {
	if (found.length === 0) return 'missing';
	if (found.some(({ content }) => content === null || content.trim() === '')) return 'empty';
	return found.some(({ confidence }) => !isConfidence(confidence)) ? 'without a confidence' : null;
}

function checkRequired(task: Task, entity: string): ConditionResult {
	const found = task.annotations.filter((annotation) => annotation.entityId === entity);
	const lack = findLack(found);
	const fault =
		lack === null ? null : `${entity} ${lack === 'without a confidence' ? 'has no confidence' : `is ${lack}`}.`;
	return {
		id: `required:${entity}`,
		requirement: `${entity} must be there.`,
		outcome: fault === null ? 'pass' : 'fail',
		sentence: fault ?? `${entity} is there.`,
		operands: [{ label: `occurrences of ${entity}`, value: found.length, sensitive: false }],
	};
}
