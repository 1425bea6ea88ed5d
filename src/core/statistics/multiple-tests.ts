import { requireCount, requireRate, requireShare } from './ranges.ts';

/*
 * Several hypotheses, tested so that with probability 1 - delta or more no true one is rejected, whatever the dependence
 * between their p-values. Positions are those of the array handed in, ascending.
 */

/**
 * Tests in the declared order and stops at the first p-value above the limit. With several starts, each with its equal
 * part of delta, a stop ends its own run only; starts lie evenly over the order, the first at the front.
 *
 * Source: Bauer, "Multiple testing in clinical trials" (1991) for the fixed sequence; Angelopoulos, Bates, Candes, Jordan
 * and Lei, "Learn then Test" (2021), for several starts.
 *
 * @returns the positions that are rejected
 * @throws RangeError unless p-values are in 0..1, 0 < delta < 1, and starts is a whole number of 1 or more
 */
export function fixedSequence(pValues: readonly number[], delta: number, starts = 1): readonly number[] {
	requireAll(pValues, delta);
	requireCount('starts', starts);
	if (starts < 1) throw new RangeError('starts must be 1 or more');
	const rejected = new Set<number>();
	for (let start = 0; start < starts; start++) {
		for (let at = Math.floor((start * pValues.length) / starts); (pValues[at] ?? 1) <= delta / starts; at++) {
			rejected.add(at);
		}
	}
	return ascending([...rejected]);
}

/**
 * The i-th smallest of K p-values (from 0) against delta / (K - i), from the smallest on, until one is above.
 *
 * Source: Holm, "A simple sequentially rejective multiple test procedure" (1979).
 *
 * @returns the positions that are rejected
 * @throws RangeError unless p-values are in 0..1 and 0 < delta < 1
 */
export function holm(pValues: readonly number[], delta: number): readonly number[] {
	requireAll(pValues, delta);
	const sorted = pValues.map((value, position) => ({ value, position })).sort((a, b) => a.value - b.value);
	const stop = sorted.findIndex(({ value }, rank) => value > delta / (sorted.length - rank));
	return ascending(sorted.slice(0, stop < 0 ? sorted.length : stop).map(({ position }) => position));
}

function requireAll(pValues: readonly number[], delta: number): void {
	requireShare('delta', delta);
	for (const value of pValues) requireRate('p-value', value);
}

function ascending(positions: readonly number[]): readonly number[] {
	return positions.toSorted((a, b) => a - b);
}
