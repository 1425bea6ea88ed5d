/**
 * ln P(Bin(n, p) <= x), by the ratio of one probability to the next; 0 < p < 1 and 0 <= x <= n, whole numbers. In x steps, and
 * light enough for the Worker, of which a library would be a fifth.
 */
export function logBinomialCdf(x: number, n: number, p: number): number {
	const odds = Math.log(p) - Math.log1p(-p);
	let term = n * Math.log1p(-p);
	let [highest, sum] = [term, 1];
	for (let k = 0; k < x; k += 1) {
		term += Math.log((n - k) / (k + 1)) + odds;
		if (term <= highest) {
			sum += Math.exp(term - highest);
		} else {
			sum = sum * Math.exp(highest - term) + 1;
			highest = term;
		}
	}
	return highest + Math.log(sum);
}
