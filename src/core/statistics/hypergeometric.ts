/**
 * P(X <= x) where X counts the marked ones among `drawn` of `population` without putting back, `marked` of which are.
 *
 * By the ratio of one probability to the next, from that of the least possible count, in logarithms: nothing underflows, and
 * no large numbers are taken from each other. Our own: `@stdlib/stats-base-dists-hypergeometric-cdf` 0.2.1 gives 0 instead of
 * 1 for (670, 2543, 671, 1072), and is a fifteenth of what a Worker may weigh.
 *
 * @param x, population, marked and drawn are whole; marked and drawn at most population
 */
export function hypergeometricCdf(x: number, population: number, marked: number, drawn: number): number {
	const least = Math.max(0, drawn - (population - marked));
	const most = Math.min(marked, drawn);
	if (x < least) return 0;
	if (x >= most) return 1;
	let term = logLeast(population, marked, drawn, least);
	let [highest, sum] = [term, 1];
	for (let k = least; k < x; k += 1) {
		term += Math.log((marked - k) * (drawn - k)) - Math.log((k + 1) * (population - marked - drawn + k + 1));
		if (term <= highest) {
			sum += Math.exp(term - highest);
		} else {
			sum = sum * Math.exp(highest - term) + 1;
			highest = term;
		}
	}
	return Math.min(1, Math.exp(highest + Math.log(sum)));
}

/** ln P(X = least), as a product over the smaller of what is marked, drawn, or neither. */
function logLeast(population: number, marked: number, drawn: number, least: number): number {
	// None of the drawn is marked: C(population - marked, drawn) / C(population, drawn). The same with the parts swapped.
	if (least === 0) return logNone(population, Math.min(marked, drawn), Math.max(marked, drawn));
	// All that are not marked are drawn: then none of the unmarked is among those that were left.
	return logNone(
		population,
		Math.min(population - marked, population - drawn),
		Math.max(population - marked, population - drawn),
	);
}

/** ln of the product of (population - many - i) / (population - i), i from 0 to few - 1. */
function logNone(population: number, few: number, many: number): number {
	let sum = 0;
	for (let i = 0; i < few; i += 1) sum += Math.log1p(-many / (population - i));
	return sum;
}
