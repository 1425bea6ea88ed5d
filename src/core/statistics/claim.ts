import { requireCount, requireShare } from './ranges.ts';

/** What is promised of the tasks that were passed: with `certainty`, at most `maxError` of them are wrong. */
export interface Claim {
	/** The largest share wrong, strictly between 0 and 1. */
	readonly maxError: number;
	/** Strictly between 0 and 1; 0.95 is right in 95 of 100 such claims. */
	readonly certainty: number;
}

/** What checking has found. Whoever wants to be sure counts what could not be resolved among the errors. */
export interface Counts {
	/** A whole number from 0 to `checked`. */
	readonly errors: number;
	readonly checked: number;
}

/** @throws RangeError unless both are whole numbers and 0 <= errors <= checked */
export function requireCounts({ errors, checked }: Counts): void {
	requireCount('errors', errors);
	requireCount('checked', checked);
	if (errors > checked) throw new RangeError('errors must not be more than checked');
}

/**
 * The share of such claims that may turn out false: 1 - certainty, to fifteen decimals where these say something. 1 - 0.95
 * is a little more than 0.05 in binary, and a test that lies exactly at the limit must come out alike wherever the limit
 * was written.
 *
 * @throws RangeError unless 0 < certainty < 1
 */
export function allowance(certainty: number): number {
	requireShare('certainty', certainty);
	return Number((1 - certainty).toFixed(15)) || 1 - certainty;
}

/**
 * The certainty of the n-th attempt when all attempts together, failed ones too, may be wrong with at most
 * 1 - certainty: attempt n takes 6 / (pi n)^2 of what is allowed, and these shares add up to one over all n. For 0.95
 * the first four leave 96.96 %, 99.24 %, 99.66 % and 99.81 %.
 *
 * Source: the union bound (Bonferroni, 1936) over Euler's sum of 1/n^2 (1735).
 *
 * @param attempt counted from 1
 * @throws RangeError unless 0 < certainty < 1 and attempt is a whole number of 1 or more
 */
export function certaintyOfAttempt(certainty: number, attempt: number): number {
	if (!Number.isSafeInteger(attempt) || attempt < 1) throw new RangeError('attempt must be 1 or more');
	return 1 - (allowance(certainty) * 6) / (Math.PI * attempt) ** 2;
}
