import { pValue, upperBound } from './binomial-bounds.ts';
import { allowance, type Counts } from './claim.ts';
import { fixedSequence, holm } from './multiple-tests.ts';
import type { Plan } from './plan.ts';
import { type Ranking, rankErrors } from './ranking.ts';
import { smallestSample } from './sample-size.ts';
import { blocksOf, countPassing, type Scored } from './scored.ts';

/** One threshold of the plan, held against the labels. */
export interface PlanStep extends Counts {
	readonly threshold: number;
	/** How likely so few errors would be if more than the promised share were wrong. */
	readonly pValue: number;
	/** The upper bound, read by itself with the certainty of the plan. */
	readonly bound: number;
	/** The test has accepted it. A small p-value after the stop of a fixed sequence promises nothing. */
	readonly accepted: boolean;
}

/** Why no promise holds. */
export type Refusal =
	/** Where the test starts (for Holm: anywhere) so few tasks pass that even without an error nothing is proved. */
	| { readonly why: 'too-few-labels'; readonly needed: number }
	/** The score does not tell right from wrong, or hardly. */
	| { readonly why: 'does-not-rank'; readonly auroc: number }
	/** So many tasks share the highest score that no threshold can part them, and too many of them are wrong. */
	| { readonly why: 'ties'; readonly top: number }
	/** Too many are wrong even where the test starts. */
	| { readonly why: 'too-many-errors' };

/** What came of a plan. */
export type PlanResult = {
	readonly steps: readonly PlanStep[];
	readonly ranking: Ranking;
	/** How many labels there were. */
	readonly labels: number;
} & (
	| {
			/** With the certainty of the plan, at most its share of what passes `step.threshold` is wrong. */
			readonly outcome: 'holds';
			readonly step: PlanStep;
			/** The share of the labelled tasks that passes it. */
			readonly passing: number;
	  }
	| ({ readonly outcome: 'none' } & Refusal)
);

/** Below this a score is as good as drawn by lot, for what a threshold can make of it. */
const hardlyRanks = 0.6;

/**
 * Runs a plan on labels that came after it was declared, of tasks whose truth is known whatever the bot would have done
 * with them. The loosest accepted threshold is the result. Over all such runs a false promise comes out in at most
 * 1 - certainty of them; each further run, also after a failed one, wants a certainty of its own (`certaintyOfAttempt`).
 *
 * Source: the exact binomial test of Clopper and Pearson (1934) in the procedures of `multiple-tests.ts`.
 *
 * @param sample of tasks that pass everything but the thresholds
 * @throws RangeError when a score is not a finite number
 */
export function runPlan(plan: Plan, sample: readonly Scored[]): PlanResult {
	const blocks = blocksOf(sample);
	const steps = testSteps(plan, countPassing(blocks, plan.thresholds));
	const ranking = rankErrors(sample);
	const found = { steps, ranking, labels: sample.length };
	const step = steps.findLast(({ accepted }) => accepted);
	if (step !== undefined) return { ...found, outcome: 'holds', step, passing: step.checked / sample.length };
	return { ...found, outcome: 'none', ...refuse(plan, steps, ranking, blocks[0]?.checked ?? 0) };
}

function testSteps(plan: Plan, counts: readonly Counts[]): readonly PlanStep[] {
	const pValues = counts.map((one) => pValue(one, plan.maxError));
	const delta = allowance(plan.certainty);
	const accepted = new Set(plan.procedure === 'holm' ? holm(pValues, delta) : fixedSequence(pValues, delta));
	return counts.map((one, at) => ({
		...one,
		threshold: plan.thresholds[at] ?? Number.POSITIVE_INFINITY,
		pValue: pValues[at] ?? 1,
		bound: upperBound(one, plan.certainty),
		accepted: accepted.has(at),
	}));
}

/** @param top how many tasks have the highest score */
function refuse(plan: Plan, steps: readonly PlanStep[], ranking: Ranking, top: number): Refusal {
	// A fixed sequence must pass its start. Holm may begin anywhere, but with a part of what certainty leaves.
	const first = plan.procedure === 'holm' ? steps.at(-1) : steps[0];
	const part = plan.procedure === 'holm' ? allowance(plan.certainty) / steps.length : allowance(plan.certainty);
	const needed = smallestSample({ maxError: plan.maxError, certainty: 1 - part });
	if (first === undefined || first.checked < needed) return { why: 'too-few-labels', needed };
	if (top > 1 && steps[0]?.checked === top) return { why: 'ties', top: ranking.top };
	if (ranking.auroc !== null && ranking.auroc < hardlyRanks) return { why: 'does-not-rank', auroc: ranking.auroc };
	return { why: 'too-many-errors' };
}
