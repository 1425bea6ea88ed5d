import * as z from 'zod';
import { allowance, type Claim } from './claim.ts';
import { logBinomialCdf } from './log-binomial-cdf.ts';
import { logFactorial } from './log-factorial.ts';
import { requireShare } from './ranges.ts';
import { type Reading, readState } from './read-state.ts';

/** Another version may mean something else by the same words, and is refused. */
export const watchedClaimVersion = 1;

/**
 * A claim watched since it was made, as plain JSON: an e-process. It may be looked at after every label; however long that
 * goes on, a claim that is true is found broken with a probability of at most 1 - certainty.
 */
export interface WatchedClaim extends Claim {
	readonly kind: 'watched-claim';
	readonly version: typeof watchedClaimVersion;
	/** b of the prior Beta(1, b), a whole number. */
	readonly prior: number;
	/** How many labels were folded in, and how many of these were errors. Whoever folds sees to it that none is folded twice. */
	readonly labels: number;
	readonly errors: number;
	/** The number of labels with which it was found broken, for good; null as long as it stands. */
	readonly brokenAt: number | null;
}

/**
 * The claim before its first label. The prior has its mean near 3 maxError, where it notices soonest what matters.
 *
 * @throws RangeError when the claim is out of range
 */
export function watchClaim({ maxError, certainty }: Claim): WatchedClaim {
	requireShare('maxError', maxError);
	requireShare('certainty', certainty);
	const prior = Math.max(1, Math.round(0.3 / maxError));
	return {
		kind: 'watched-claim',
		version: watchedClaimVersion,
		maxError,
		certainty,
		prior,
		labels: 0,
		errors: 0,
		brokenAt: null,
	};
}

/** The claim after one label more. */
export function foldIntoClaim(state: WatchedClaim, wrong: boolean): WatchedClaim {
	const next = { ...state, labels: state.labels + 1, errors: state.errors + (wrong ? 1 : 0) };
	if (next.brokenAt !== null || logEvidence(next) < -Math.log(allowance(next.certainty))) return next;
	return { ...next, brokenAt: next.labels };
}

/**
 * The logarithm of the evidence E against the claim. With S errors in t labels
 * and the prior Beta(1, b) cut to (m, 1), m = maxError:
 *
 * E = B(1 + S, b + t - S) Q(m; 1 + S, b + t - S) / (B(1, b) Q(m; 1, b) m^S (1 - m)^(t - S))
 *
 * where Q is the upper regularised incomplete beta function. Each likelihood ratio of a q above m has a mean of at most 1
 * whatever share up to m is wrong, and so has their mixture; by Ville's inequality (1939) E ever reaches 1 / delta with a
 * probability of at most delta.
 *
 * Source: Robbins, "Statistical methods related to the law of the iterated logarithm" (1970), for mixtures; Ramdas, Grunwald,
 * Vovk and Shafer, "Game-theoretic statistics and safe anytime-valid inference" (2023), for e-processes.
 */
export function logEvidence({ maxError, prior, labels, errors }: WatchedClaim): number {
	const right = labels - errors;
	const logBeta = logFactorial(errors) + logFactorial(prior + right - 1) - logFactorial(prior + labels);
	// Q(m; 1 + S, b + t - S) = P(Bin(b + t, m) <= S), found as such and not as 1 - I, which would lose all its digits.
	const logUpper = logBinomialCdf(errors, prior + labels, maxError);
	const logPrior = -Math.log(prior) + prior * Math.log1p(-maxError);
	return logBeta + logUpper - logPrior - errors * Math.log(maxError) - right * Math.log1p(-maxError);
}

const count = z.int().min(0);
const share = z.number().gt(0).lt(1);

const schema = z
	.strictObject({
		kind: z.literal('watched-claim'),
		version: z.literal(watchedClaimVersion),
		maxError: share,
		certainty: share,
		prior: z.int().min(1),
		labels: count,
		errors: count,
		brokenAt: z.int().min(1).nullable(),
	})
	.refine(({ errors, labels, brokenAt }) => errors <= labels && (brokenAt ?? 0) <= labels);

/** Reads a state that was stored. */
export function readWatchedClaim(value: unknown): Reading<WatchedClaim> {
	return readState(value, watchedClaimVersion, schema);
}
