import { type Drawn, upperBound } from '../core/statistics/index.ts';
import type { Label } from './labels-file.ts';

/** What is known of a task that would be completed. `pending`: it is too early to take it in, whatever is known. */
export type Truth = Label | 'pending';

const truths = ['right', 'wrong', 'unresolved', 'pending'] as const satisfies readonly Truth[];

/** What a fair sample says of the tasks that would be completed. */
export type ReplaySample =
	| {
			readonly outcome: 'sample';
			/** The chance that each task had to be in it. */
			readonly share: number;
			readonly checked: number;
			/** Of these; each counts as an error in the bound. */
			readonly wrong: number;
			readonly unresolved: number;
			/** Too young to be counted, with a label or without. */
			readonly pending: number;
			/** The largest share wrong. Exploratory: whoever tries several folders on the same labels finds one that looks well. */
			readonly bound: number;
	  }
	/** No task of the sample has a label. */
	| { readonly outcome: 'no-labels'; readonly share: number | null; readonly pending: number }
	/** Something was completed without any being held out, so that no task had a chance. */
	| { readonly outcome: 'no-audit' };

/**
 * Thins to a sample in which each task had the same chance, as `thinDraws` does, one task after the other: only what lies
 * below the smallest share so far is kept.
 */
export function createReplaySample(certainty: number) {
	let share: number | null = null;
	// Bare numbers, eight bytes a task: the sample is all that grows with the history.
	const kept: Record<Truth, number[]> = { right: [], wrong: [], unresolved: [], pending: [] };
	return {
		/** @param truth null: would not be completed, which says something about the share alone */
		add(drawn: Drawn, truth: Truth | null): void {
			if (share === null || drawn.share < share) {
				const smallest = drawn.share;
				share = smallest;
				for (const one of truths) kept[one] = kept[one].filter((draw) => draw < smallest);
			}
			if (truth !== null && drawn.draw < share) kept[truth].push(drawn.draw);
		},
		result(): ReplaySample {
			if (share === 0) return { outcome: 'no-audit' };
			const [right = 0, wrong = 0, unresolved = 0, pending = 0] = truths.map((one) => kept[one].length);
			if (share === null || right + wrong === 0) return { outcome: 'no-labels', share, pending };
			const checked = right + wrong + unresolved;
			const bound = upperBound({ errors: wrong + unresolved, checked }, certainty);
			return { outcome: 'sample', share, checked, wrong, unresolved, pending, bound };
		},
	};
}
