/** ln n! as a sum, up to where the series below is as exact as a double can be. */
const table: readonly number[] = (() => {
	const values = [0];
	for (let n = 1; n <= 32; n++) values.push((values[n - 1] ?? 0) + Math.log(n));
	return values;
})();

/**
 * ln n! for a whole n >= 0, with a relative error of some 1e-15.
 *
 * Source: the series of Stirling (1730) with its first four corrections; above 32 the next one is below 1e-17.
 */
export function logFactorial(n: number): number {
	const known = table[n];
	if (known !== undefined) return known;
	const square = 1 / (n * n);
	const correction = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / n;
	return (n + 0.5) * Math.log(n) - n + Math.log(2 * Math.PI) / 2 + correction;
}
