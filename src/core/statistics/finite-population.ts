import { allowance, type Counts, requireCounts } from './claim.ts';
import { hypergeometricCdf } from './hypergeometric.ts';
import { requireCount } from './ranges.ts';

/**
 * The most of `population` tasks that can be wrong, given that `checked` of them were drawn at random without being put
 * back and `errors` were wrong: the largest M with P(Hypergeometric(N, M, n) <= x) > 1 - certainty. Never less than the
 * errors that were seen, never more than those and all that was not checked.
 *
 * Source: Konijn, "Statistical Theory of Sample Survey Design and Analysis" (1973); Wright, "Exact Confidence Bounds when
 * Sampling from Small Finite Universes" (1991): the inverted one-sided hypergeometric test.
 *
 * @throws RangeError unless errors <= checked <= population are whole numbers and 0 < certainty < 1
 */
export function mostWrong(population: number, counts: Counts, certainty: number): number {
	requireCount('population', population);
	requireCounts(counts);
	const { errors, checked } = counts;
	if (checked > population) throw new RangeError('checked must not be more than the population');
	const delta = allowance(certainty);
	// The probability falls as M grows, so the largest M is found by halving.
	let [low, high] = [errors, population - checked + errors];
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (hypergeometricCdf(errors, population, middle, checked) > delta) low = middle;
		else high = middle - 1;
	}
	return low;
}

/** What can be said of the tasks of a period that were completed without a person. */
export type CompletedBound =
	/** With the certainty asked for, at most `wrong` of the `completed` tasks, a share of `share`. */
	| { readonly outcome: 'bound'; readonly completed: number; readonly wrong: number; readonly share: number }
	/** None passed, or all that passed were held out. */
	| { readonly outcome: 'nothing-completed' }
	/** Tasks were completed and none was held out, so nothing is known of them. */
	| { readonly outcome: 'no-bound'; readonly completed: number };

/** A period: `passed` tasks, of which `checked` were held out at random, and `errors` of these were wrong. */
export interface Period extends Counts {
	readonly passed: number;
	/** Of the checked, a fair sample of all that passed, where not every one had the same chance; all when left out. */
	readonly sample?: Counts;
}

/**
 * The exact bound for what was *completed*: (M - x) / (N - n), where M bounds the wrong ones among all N that passed and
 * x were found, and put right, among the n held out. Where the share that is held out changes, M comes from the fair sample.
 *
 * @throws RangeError unless errors <= checked <= passed are whole numbers and 0 < certainty < 1
 */
export function boundCompleted(
	{ passed, errors, checked, sample = { errors, checked } }: Period,
	certainty: number,
): CompletedBound {
	requireCounts({ errors, checked });
	if (sample.errors > errors || sample.checked > checked) throw new RangeError('sample must be of what was checked');
	const most = mostWrong(passed, sample, certainty);
	const completed = passed - checked;
	if (completed === 0) return { outcome: 'nothing-completed' };
	if (sample.checked === 0) return { outcome: 'no-bound', completed };
	// What was found beyond the sample is none of what was completed; nor can more be wrong of it than there is.
	const wrong = Math.min(completed, Math.max(0, most - errors));
	return { outcome: 'bound', completed, wrong, share: wrong / completed };
}
