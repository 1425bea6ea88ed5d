import { createBulkJudge } from '../core/decision/index.ts';
import { loadRules, type Rule, type Threshold, writeThresholds } from '../core/ruleset/index.ts';
import type { Task } from '../core/task/index.ts';

/**
 * The thresholds of one rule, tightened together: at slack `k` a threshold `t` becomes `1 - k (1 - t)`, so that 1 is the
 * rule as it is written, less is stricter, more is laxer, and what was stricter than another stays so.
 */
export interface Tightness {
	/** Slacks from the strictest on, rising; the last one asks nothing of any confidence. */
	readonly slacks: readonly number[];
	/**
	 * The thresholds at a slack, in the order of the file: six decimals, rounded up. Never 1, which nothing but a certainty of 1
	 * reaches and which is no threshold to whoever reads the file next, and never 0, which asks nothing.
	 */
	thresholdsAt(slack: number): readonly number[];
	/**
	 * The strictest slack at which the rule passes the task, made negative so that the surest task scores highest. Null when
	 * the rule would not pass it whatever the thresholds were, or does not apply.
	 */
	score(task: Task, today: string): number | null;
}

const strictest = 1e-4;
const perDecade = 64;
const places = 1_000_000;

/** @param rule a sound rule file: its id and its text */
export function createTightness(
	rule: { readonly id: string; readonly text: string },
	thresholds: readonly Threshold[],
): Tightness {
	const laxest = Math.max(...thresholds.map(({ value }) => 1 / (1 - value)));
	const steps = Math.ceil(Math.log10(laxest / strictest) * perDecade);
	const slacks = Array.from({ length: steps + 1 }, (_, at) =>
		at === steps ? laxest : Number((strictest * 10 ** (at / perDecade)).toPrecision(6)),
	);
	const thresholdsAt = (slack: number) =>
		thresholds.map(({ value }) => {
			const exact = 1 - slack * (1 - value);
			// What binary arithmetic adds to the last place is no reason to round up.
			return Math.min(places - 1, Math.max(1, Math.ceil(Number((exact * places).toFixed(3))))) / places;
		});
	const rules = new Map<number, Rule>();
	const ruleAt = (slack: number): Rule => {
		let compiled = rules.get(slack);
		if (compiled === undefined) {
			compiled = compile(rule.id, writeThresholds(rule.text, thresholds, thresholdsAt(slack)));
			rules.set(slack, compiled);
		}
		return compiled;
	};
	return {
		slacks,
		thresholdsAt,
		score(task, today) {
			const judge = createBulkJudge({ kind: 'task', task }, true, today);
			const passes = (at: number) => judge({ rules: [ruleAt(slacks[at] ?? laxest)] }).outcome === 'complete';
			if (!passes(steps)) return null;
			let [fails, holds] = [-1, steps];
			while (holds - fails > 1) {
				const middle = (fails + holds) >> 1;
				if (passes(middle)) holds = middle;
				else fails = middle;
			}
			return -(slacks[holds] ?? laxest);
		},
	};
}

/** As if it were live: what it would pass is the question. */
function compile(id: string, text: string): Rule {
	const loaded = loadRules([{ name: `${id}.json`, text }]);
	const [rule] = loaded.ok ? loaded.rules : [];
	if (rule === undefined) throw new Error(`the rule ${id} does not load with other thresholds`);
	return { ...rule, mode: 'live' };
}
