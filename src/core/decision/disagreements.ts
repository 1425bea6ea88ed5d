import type { Decision } from './types.ts';

const disagree = 'engines-disagree';

/**
 * Where the two evaluators of one expression gave different outcomes, as `rule:<rule>:<condition>` or
 * `rule:<rule>:applies`. The outcome is review there; that it happened at all is a defect to be heard of.
 */
export function disagreements(decision: Decision): readonly string[] {
	return decision.rules.flatMap((rule) => [
		...(rule.appliesError === disagree ? [`rule:${rule.id}:applies`] : []),
		...rule.conditions
			.filter((condition) => condition.error === disagree)
			.map((condition) => `rule:${rule.id}:${condition.id}`),
	]);
}
