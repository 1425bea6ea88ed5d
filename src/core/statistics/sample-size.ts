import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import { bears, upperBound } from './binomial-bounds.ts';
import { type Claim, type Counts, requireCounts } from './claim.ts';
import { requireCount, requireRate, requireShare } from './ranges.ts';

/**
 * The fewest tasks that must be checked for the claim to hold when `errors` of them turn out wrong: the smallest n with
 * P(Bin(n, maxError) <= errors) <= 1 - certainty (Clopper and Pearson, 1934). Without an error it is
 * ceil(ln(1 - certainty) / ln(1 - maxError)): 299 for 1 % with certainty 95 %.
 *
 * @throws RangeError when the claim is out of range or `errors` is not a whole number of 0 or more
 */
export function smallestSample(claim: Claim, errors = 0): number {
	requireCount('errors', errors);
	return firstFrom(errors + 1, (checked) => bears({ errors, checked }, claim));
}

/**
 * The most errors among `checked` tasks with which the claim still holds; null when even none would not do.
 *
 * @throws RangeError when the claim is out of range or `checked` is not a whole number of 0 or more
 */
export function mostErrors(claim: Claim, checked: number): number | null {
	requireCount('checked', checked);
	if (!bears({ errors: 0, checked }, claim)) return null;
	return firstFrom(0, (errors) => errors + 1 > checked || !bears({ errors: errors + 1, checked }, claim));
}

/**
 * How likely it is that checking that many tasks bears the claim out, if `trueShare` of all tasks is wrong.
 *
 * @throws RangeError when the claim, `checked` or `trueShare` (0..1) is out of range
 */
export function chanceToProve(claim: Claim, checked: number, trueShare: number): number {
	requireRate('trueShare', trueShare);
	const errors = mostErrors(claim, checked);
	return errors === null ? 0 : binomialCdf(errors, checked, trueShare);
}

/**
 * How many tasks to check, so that the claim is borne out with probability `chance` or more if `trueShare` of all tasks is
 * wrong; null when as much is wrong as the claim allows, or more. The chance rises in a saw-tooth: one more task without
 * one more error allowed lowers it, so samples are tried that allow just one error more each.
 *
 * @throws RangeError when the claim, `trueShare` (0..1) or `chance` (strictly between 0 and 1) is out of range
 */
export function sampleToProve(claim: Claim, trueShare: number, chance: number): number | null {
	requireShare('maxError', claim.maxError);
	requireRate('trueShare', trueShare);
	requireShare('chance', chance);
	if (trueShare >= claim.maxError) return null;
	const errors = firstFrom(0, (allowed) => binomialCdf(allowed, smallestSample(claim, allowed), trueShare) >= chance);
	return smallestSample(claim, errors);
}

/** What a sample can promise. */
export type Promisable =
	| { readonly outcome: 'promise'; readonly maxError: number }
	/** Nothing was checked, or all of it was wrong. */
	| { readonly outcome: 'none' };

/**
 * The smallest share wrong that these counts allow to be promised with that certainty; who writes it rounds it up.
 *
 * @throws RangeError when the counts or the certainty are out of range
 */
export function promisable(counts: Counts, certainty: number): Promisable {
	const maxError = upperBound(counts, certainty);
	return maxError < 1 ? { outcome: 'promise', maxError } : { outcome: 'none' };
}

/**
 * The certainty with which these counts allow at most `maxError` to be promised: 1 - P(Bin(checked, maxError) <= errors).
 *
 * @throws RangeError when the counts or `maxError` (strictly between 0 and 1) are out of range
 */
export function certaintyOf(counts: Counts, maxError: number): number {
	requireCounts(counts);
	requireShare('maxError', maxError);
	// 1 - F(e; n, p) = F(n - e - 1; n, 1 - p), which keeps its digits where F is close to 1.
	return counts.errors === counts.checked
		? 0
		: binomialCdf(counts.checked - counts.errors - 1, counts.checked, 1 - maxError);
}

/** The smallest whole number from `start` on for which it is so, given that it stays so. Looks at few of them. */
function firstFrom(start: number, isSo: (value: number) => boolean): number {
	let step = 1;
	while (!isSo(start + step - 1)) step *= 2;
	let [low, high] = [start + Math.floor(step / 2), start + step - 1];
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		if (isSo(middle)) high = middle;
		else low = middle + 1;
	}
	return low;
}
