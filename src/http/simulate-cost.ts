import type { Json } from '../core/json.ts';
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

/**
 * How many parts a pattern has once its counted repetitions are written out: `((ab){3}c){100}` has more than 700. Never
 * fewer than the program that RE2 makes of it has instructions, but for the four that every program has.
 */
export function countPatternParts(pattern: string): number {
	/** Sizes of what is open: the whole, then each group. */
	const sizes = [0];
	let last = 0;
	const add = (size: number) => {
		last = size;
		sizes.push((sizes.pop() ?? 0) + size);
	};
	for (let at = 0; at < pattern.length; ) {
		const repeat = /^\{(\d+)(,?)(\d*)\}/.exec(pattern.slice(at, at + 24));
		if (repeat !== null) {
			const [whole, least = '', comma, most = ''] = repeat;
			const times = Math.max(Number(least) + (comma === '' ? 0 : 1), Number(most) * 2, 1);
			add(last * times);
			at += whole.length;
			continue;
		}
		const character = pattern.charAt(at);
		if (character === '\\' && pattern.charAt(at + 1) === 'Q') {
			const end = pattern.indexOf('\\E', at + 2);
			const text = end < 0 ? pattern.length : end + 2;
			add(text - at);
			at = text;
		} else if (character === '\\') {
			const named = /^\\[pPx]\{[^}]*\}/.exec(pattern.slice(at, at + 64));
			add(1);
			at += named === null ? 2 : named[0].length;
		} else if (character === '[') {
			const end = endOfClass(pattern, at);
			add(1);
			at = end;
		} else {
			if (character === '(') {
				sizes.push(2);
				// What follows at once is no repetition but the kind of the group: `(?:`.
				last = 0;
			} else if (character === ')' && sizes.length > 1) add(sizes.pop() ?? 0);
			else if (character === ')') last = sizes[0] ?? 0;
			else if ('*+?'.includes(character)) add(last + 1);
			else add(1);
			at += 1;
		}
	}
	return sizes.reduce((sum, size) => sum + size, 0);
}

/** Behind the `]` of a class; a `]` that comes first is one of its characters. */
function endOfClass(pattern: string, start: number): number {
	let at = start + (pattern.charAt(start + 1) === '^' ? 2 : 1);
	if (pattern.charAt(at) === ']') at += 1;
	while (at < pattern.length) {
		const character = pattern.charAt(at);
		if (character === ']') return at + 1;
		const posix = character === '[' ? /^\[:\^?\w+:\]/.exec(pattern.slice(at, at + 24)) : null;
		at += posix !== null ? posix[0].length : character === '\\' ? 2 : 1;
	}
	return pattern.length;
}
