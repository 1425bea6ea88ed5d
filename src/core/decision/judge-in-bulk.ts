import { createContext } from '../language/index.ts';
import type { EvaluationContext } from '../language/types.ts';
import type { Rule, RuleSet } from '../ruleset/types.ts';
import { type Task, type TaskReading, viewTask } from '../task/index.ts';
import { checkGuards } from './check-guards.ts';
import { findBar, findLack } from './judge-by-rule.ts';

export interface BulkInput {
	readonly reading: TaskReading;
	readonly ruleSet: Pick<RuleSet, 'rules'>;
	readonly projectKnown: boolean;
	/** `YYYY-MM-DD` */
	readonly today: string;
}

/** A decision without its explanation. */
export interface BulkVerdict {
	readonly outcome: 'complete' | 'review';
	/** The codes of the decision's reasons, in their order; empty when the outcome is `complete`. */
	readonly reasons: readonly string[];
	/** Of the rules in shadow. */
	readonly shadow: Readonly<Record<string, 'complete' | 'review' | 'not-applicable'>>;
}

/**
 * Judges many tasks quickly: by the compiled closures alone, without sentences or operands. What it gives is what `decide`
 * gives, as a test proves; but nothing is ever completed by it, since `json-logic-js` was not asked.
 */
export function judgeInBulk({ reading, ruleSet, projectKnown, today }: BulkInput): BulkVerdict {
	return createBulkJudge(reading, projectKnown, today)(ruleSet);
}

/** Judges one task by as many rule sets as wanted; what they have in common, rules and readings, is done once. */
export function createBulkJudge(
	reading: TaskReading,
	projectKnown: boolean,
	today: string,
): (ruleSet: Pick<RuleSet, 'rules'>) => BulkVerdict {
	const guards: string[] = [];
	for (const { id, outcome } of checkGuards(reading, projectKnown)) {
		if (outcome !== 'pass') guards.push(`guard:${id}`);
	}
	if (reading.kind !== 'task') {
		return () => ({ outcome: 'review', reasons: [...guards, 'no-live-rule'], shadow: {} });
	}
	const { task } = reading;
	const context = createContext(viewTask(task), today);
	const known = new Map<Rule, Judged>();
	return ({ rules }) => {
		const reasons = [...guards];
		const shadow: Record<string, 'complete' | 'review' | 'not-applicable'> = {};
		let applying = 0;
		let concerned = false;
		let held = true;
		for (const rule of rules) {
			if (rule.mode === 'off') continue;
			let judged = known.get(rule);
			if (judged === undefined) {
				judged = judge(rule, task, context);
				known.set(rule, judged);
			}
			const { applies, holds, unmet } = judged;
			if (rule.mode === 'shadow') {
				shadow[rule.id] = applies === 'no' ? 'not-applicable' : holds ? 'complete' : 'review';
				continue;
			}
			if (applies === 'yes') applying += 1;
			if (applies !== 'no') concerned = true;
			if (applies !== 'no' && !holds) held = false;
			for (const id of unmet) reasons.push(`rule:${rule.id}:${id}`);
		}
		if (!concerned) reasons.push('no-live-rule');
		return { outcome: reasons.length === 0 && applying > 0 && held ? 'complete' : 'review', reasons, shadow };
	};
}

interface Judged {
	readonly applies: 'yes' | 'no' | 'error';
	readonly holds: boolean;
	/** Codes of what does not hold, without the rule's; `applies` when that cannot be told. */
	readonly unmet: readonly string[];
}

const apart: Judged = { applies: 'no', holds: false, unmet: [] };
const unsure: Judged = { applies: 'error', holds: false, unmet: ['applies'] };

function judge(rule: Rule, task: Task, context: EvaluationContext): Judged {
	const bar = findBar(rule, task);
	if (bar !== null) return bar.at === 'mixed-meta' ? unsure : apart;
	const applies = rule.appliesTo.logic?.bulk(context) ?? 'pass';
	if (applies !== 'pass') return applies === 'fail' ? apart : unsure;
	const unmet: string[] = [];
	for (const entity of rule.requiredEntities) {
		if (findLack(task.annotations, entity) !== null) unmet.push(`required:${entity}`);
	}
	for (const { id, compiled } of rule.conditions) if (compiled.bulk(context) !== 'pass') unmet.push(id);
	const asked = rule.requiredEntities.length + rule.conditions.length;
	// A rule that asks for nothing holds for nothing, here as in `judgeByRule`.
	return { applies: 'yes', holds: unmet.length === 0 && asked > 0, unmet };
}
