import { allowance, type Counts, requireCounts } from './claim.ts';
import { logBinomialCdf } from './log-binomial-cdf.ts';
import { requireShare } from './ranges.ts';

/** Halvings: from the whole interval to below what a double can tell apart near its lower end. */
const halvings = 64;

/**
 * What `upperBound` gives, by halving: for pages, which the Worker draws as well. The quantile of a library is a fifth of
 * what a Worker may weigh; a test holds the two against each other.
 *
 * @throws RangeError unless 0 < certainty < 1 and 0 <= errors <= checked are whole numbers
 */
export function lightUpperBound(counts: Counts, certainty: number): number {
	requireCounts(counts);
	requireShare('certainty', certainty);
	const { errors, checked } = counts;
	if (errors === checked) return 1;
	const allowed = Math.log(allowance(certainty));
	let [low, high] = [errors / checked, 1];
	for (let round = 0; round < halvings; round += 1) {
		const middle = (low + high) / 2;
		if (logBinomialCdf(errors, checked, middle) > allowed) low = middle;
		else high = middle;
	}
	return high;
}
