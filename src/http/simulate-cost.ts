import type { Json } from '../core/json.ts';
import { countPatternParts } from '../core/language/index.ts';
import type { TaskReading } from '../core/task/index.ts';

/** Beyond these, one call would keep everybody else waiting for seconds: a part costs 2 microseconds and 80 bytes. */
export const mostPatternParts = 200_000;
export const mostCostUs = 2_000_000;

/** What given rules would cost, as far as their text alone tells. */
export interface RulesCost {
	/** How many parts all patterns have once `{n}` is written out: what compiling them costs. */
	readonly patternParts: number;
	/** Operations within `all`, `some`, `none` and `lowest`, which are done for every element, and all others. */
	readonly perElement: number;
	readonly once: number;
	/** Decimal arithmetic and `matches` within such a list, which cost far more, and the parts of the patterns. */
	readonly decimalsPerElement: number;
	readonly matchesPerElement: number;
	readonly partsPerElement: number;
}

const listOperators: ReadonlySet<string> = new Set(['all', 'some', 'none', 'lowest']);
const decimalOperators: ReadonlySet<string> = new Set(['within', '+', '-', '*', '/']);

/** Adds up what is in rule files, valid or not, before anything is compiled. */
export function measureRules(rules: Json): RulesCost {
	const cost = {
		patternParts: 0,
		perElement: 0,
		once: 0,
		decimalsPerElement: 0,
		matchesPerElement: 0,
		partsPerElement: 0,
	};
	/** Its own stack: nothing is known about the value yet. */
	const open: { readonly value: Json; readonly inList: boolean; readonly inMatches: boolean }[] = [
		{ value: rules, inList: false, inMatches: false },
	];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		const { value, inList, inMatches } = next;
		if (typeof value === 'string') {
			if (!inMatches) continue;
			const parts = countPatternParts(value);
			cost.patternParts += parts;
			if (inList) cost.partsPerElement += parts;
		} else if (typeof value === 'object' && value !== null) {
			for (const [key, member] of Object.entries(value)) {
				const isOperation = !Array.isArray(value);
				const below = inList || (isOperation && listOperators.has(key));
				if (isOperation) cost[below ? 'perElement' : 'once'] += 1;
				if (isOperation && inList && decimalOperators.has(key)) cost.decimalsPerElement += 1;
				const isMatches = isOperation && key === 'matches';
				if (isMatches && inList) cost.matchesPerElement += 1;
				open.push({ value: member, inList: below, inMatches: inMatches || isMatches });
			}
		}
	}
	return cost;
}

/**
 * How long judging a task by given rules may take, in microseconds, by rates measured on a slow core and rounded up. An
 * operation outside of lists still looks at every occurrence of its entity.
 */
export function estimateCostUs(rules: RulesCost, reading: TaskReading): number {
	if (reading.kind === 'malformed') return 0;
	const { annotations, checkboxes, segments, signatures } = reading.task;
	const elements = annotations.length + checkboxes.length + segments.length + signatures.length;
	let characters = 0;
	let longest = 0;
	for (const { content } of annotations) {
		const length = content?.length ?? 0;
		characters += length;
		longest = Math.max(longest, length);
	}
	const partsOnce = rules.patternParts - rules.partsPerElement;
	return (
		rules.perElement * elements * 0.5 +
		rules.once * elements * 0.05 +
		rules.decimalsPerElement * elements * 12 +
		rules.matchesPerElement * elements * 5 +
		// A small pattern costs more for each of its parts than a large one.
		(rules.partsPerElement + rules.matchesPerElement * 10) * characters * 0.06 +
		(partsOnce === 0 ? 0 : (partsOnce + 10) * longest * 0.06)
	);
}
