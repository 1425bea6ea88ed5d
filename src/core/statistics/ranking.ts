import { blocksOf, type Scored } from './scored.ts';

/** How well scores tell right tasks from wrong ones. */
export interface Ranking {
	/** 1 when each right task scores above each wrong one, 0.5 when the score says nothing; null without one of each. */
	readonly auroc: number | null;
	/** Of all pairs of a right and a wrong task, the share in which both score alike; null without such a pair. */
	readonly tied: number | null;
	/** Of all tasks, the share with the highest score of all: the fewest that a threshold can pass. 0 without a task. */
	readonly top: number;
}

/**
 * The area under the ROC curve: the chance that a right task, drawn at random, scores above a wrong one, a tie counting
 * half. Source: Mann and Whitney (1947); Hanley and McNeil, "The meaning and use of the area under a ROC curve" (1982).
 *
 * @throws RangeError when a score is not a finite number
 */
export function rankErrors(sample: readonly Scored[]): Ranking {
	const blocks = blocksOf(sample);
	let [above, tied, wrong, right] = [0, 0, 0, 0];
	// From the top: the right ones seen so far score above each wrong one of this block.
	for (const { errors, checked } of blocks) {
		above += right * errors;
		tied += (checked - errors) * errors;
		wrong += errors;
		right += checked - errors;
	}
	const pairs = wrong * right;
	return {
		auroc: pairs === 0 ? null : (above + tied / 2) / pairs,
		tied: pairs === 0 ? null : tied / pairs,
		top: sample.length === 0 ? 0 : (blocks[0]?.checked ?? 0) / sample.length,
	};
}
