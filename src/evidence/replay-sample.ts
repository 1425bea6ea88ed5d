import { type Drawn, upperBound } from '../core/statistics/index.ts';
import type { Label } from './labels-file.ts';

/** What is known of a task that would be completed. `pending`: nothing yet, and it is too early to give up. */
export type Truth = Label | 'pending';

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
			/** Not counted at all yet. */
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
	let kept: { readonly draw: number; readonly truth: Truth }[] = [];
	return {
		/** @param truth null: would not be completed, which says something about the share alone */
		add(drawn: Drawn, truth: Truth | null): void {
			if (share === null || drawn.share < share) {
				const smallest = drawn.share;
				share = smallest;
				kept = kept.filter(({ draw }) => draw < smallest);
			}
			if (truth !== null && drawn.draw < share) kept.push({ draw: drawn.draw, truth });
		},
		result(): ReplaySample {
			if (share === 0) return { outcome: 'no-audit' };
			const count = (truth: Truth) => kept.filter((one) => one.truth === truth).length;
			const [wrong, unresolved, pending] = [count('wrong'), count('unresolved'), count('pending')];
			const right = count('right');
			if (share === null || right + wrong === 0) return { outcome: 'no-labels', share, pending };
			const checked = right + wrong + unresolved;
			const bound = upperBound({ errors: wrong + unresolved, checked }, certainty);
			return { outcome: 'sample', share, checked, wrong, unresolved, pending, bound };
		},
	};
}
