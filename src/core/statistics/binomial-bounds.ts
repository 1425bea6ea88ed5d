import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import { allowance, type Claim, type Counts, requireCounts } from './claim.ts';
import { requireRate, requireShare } from './ranges.ts';

/*
 * Exact bounds for a share of which a random sample was checked. Source: Clopper and Pearson, "The use of confidence or
 * fiducial limits illustrated in the case of the binomial", Biometrika 26 (1934), in their form by the beta distribution.
 */

/**
 * The upper bound: the p with P(Bin(n, p) <= e) = 1 - certainty, which is BetaInv(certainty; e + 1, n - e); 1 when all
 * that was checked is wrong or nothing was checked. Whatever the true share is, it lies above in at most 1 - certainty
 * of all samples.
 *
 * @throws RangeError unless 0 < certainty < 1 and 0 <= errors <= checked are whole numbers
 */
export function upperBound(counts: Counts, certainty: number): number {
	requireCounts(counts);
	requireShare('certainty', certainty);
	const { errors, checked } = counts;
	return errors === checked ? 1 : betaQuantile(certainty, errors + 1, checked - errors);
}

/**
 * The lower bound: the p with P(Bin(n, p) >= e) = 1 - certainty, which is BetaInv(1 - certainty; e, n - e + 1); 0 when
 * nothing that was checked is wrong.
 *
 * @throws RangeError as `upperBound`
 */
export function lowerBound(counts: Counts, certainty: number): number {
	requireCounts(counts);
	const { errors, checked } = counts;
	const delta = allowance(certainty);
	return errors === 0 ? 0 : betaQuantile(delta, errors, checked - errors + 1);
}

/**
 * The two-sided interval, with half of what certainty leaves on either side.
 *
 * @throws RangeError as `upperBound`
 */
export function interval(counts: Counts, certainty: number): { readonly lower: number; readonly upper: number } {
	const oneSided = 1 - allowance(certainty) / 2;
	return { lower: lowerBound(counts, oneSided), upper: upperBound(counts, oneSided) };
}

/**
 * How likely so few errors, or fewer, would be if as much as `maxError` were wrong: P(Bin(checked, maxError) <= errors).
 * The p-value of the hypothesis that more than `maxError` is wrong.
 *
 * @throws RangeError unless 0 <= maxError <= 1 and 0 <= errors <= checked are whole numbers
 */
export function pValue(counts: Counts, maxError: number): number {
	requireCounts(counts);
	requireRate('maxError', maxError);
	return binomialCdf(counts.errors, counts.checked, maxError);
}

/**
 * Whether the counts bear the claim. The same as `upperBound(counts, certainty) <= maxError`, without its rounding.
 *
 * @throws RangeError when the claim or the counts are out of range
 */
export function bears(counts: Counts, { maxError, certainty }: Claim): boolean {
	requireShare('maxError', maxError);
	return pValue(counts, maxError) <= allowance(certainty);
}
