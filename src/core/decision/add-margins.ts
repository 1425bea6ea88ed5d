import type { EvaluationContext } from '../language/types.ts';
import type { RuleSet } from '../ruleset/types.ts';
import { type TaskReading, viewTask } from '../task/index.ts';
import type { Decision } from './types.ts';

/** The decision with how far each comparison of each condition is from turning over: for those who look at one task. */
export function addMargins(
	decision: Decision,
	{ reading, ruleSet, today }: { readonly reading: TaskReading; readonly ruleSet: RuleSet; readonly today: string },
): Decision {
	if (reading.kind !== 'task') return decision;
	const context: EvaluationContext = { view: viewTask(reading.task), today };
	return {
		...decision,
		rules: decision.rules.map((judged) => {
			const rule = ruleSet.rules.find(({ id }) => id === judged.id);
			return {
				...judged,
				conditions: judged.conditions.map((condition) => {
					const compiled = rule?.conditions.find(({ id }) => id === condition.id)?.compiled;
					const margins = compiled?.margins(context) ?? [];
					return margins.length === 0 ? condition : { ...condition, margins };
				}),
			};
		}),
	};
}
