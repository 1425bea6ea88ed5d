import * as z from 'zod';
import type { Claim } from './claim.ts';
import { requireCount } from './ranges.ts';
import { smallestSample } from './sample-size.ts';

/** How the thresholds of a plan are tested. */
export type Procedure =
	/** From the strictest on, each with all that certainty leaves, until the first one fails. */
	| 'fixed-sequence'
	/** The best first, each with its part: for those who cannot tell where to start. Deploys less. */
	| 'holm';

/**
 * What is fixed before a label is seen, as plain JSON. A task passes a threshold when its score reaches it. All numbers
 * of tasks count those alone that pass everything but the thresholds.
 */
export interface Plan extends Claim {
	readonly version: typeof planVersion;
	readonly procedure: Procedure;
	/** In the order of testing: strictly falling, the first one the start. One at least. */
	readonly thresholds: readonly number[];
	/** Of the labels expected, how many will pass each threshold if the scores stay as they were. */
	readonly expected: readonly number[];
	/** How many labels were expected. */
	readonly labels: number;
}

/** Another version may mean something else by the same words, and is refused. */
export const planVersion = 1;

export interface Wanted extends Claim {
	/** Of earlier tasks whose truth is not looked at; finite numbers. */
	readonly scores: readonly number[];
	/** How many labels the test will have. */
	readonly labels: number;
	readonly procedure?: Procedure;
	/** Chosen when not given. Has no meaning for Holm. */
	readonly start?: 'near' | 'far' | undefined;
	/** How many thresholds at most; fewer where scores tie. Default 20. */
	readonly points?: number;
}

export type Declared =
	| { readonly outcome: 'declared'; readonly plan: Plan }
	/** Even if no label is an error, `needed` of them are wanted. */
	| { readonly outcome: 'too-few-labels'; readonly needed: number; readonly labels: number }
	| { readonly outcome: 'no-scores' };

/** How far above the smallest sample the test starts, in multiples of it. */
const startFar = 3;
const startNear = 1.15;

/** The far start wants this many labels for each that it passes: with fewer it would pass tasks that are not sure enough. */
const labelsPerPassing = 4;

/**
 * Declares a plan. Its thresholds are those that pass equally spaced numbers of tasks, from the start to all of them.
 *
 * Where the test starts decides much: with too few passing, one error ends it; with too many, it begins where the share
 * wrong is no longer small. It starts where three times the smallest sample is expected to pass if that is at most a
 * quarter of the labels, else at 1.15 times. Holm tests from 1.15 times on in any case, as its order is found by itself.
 *
 * Source: Angelopoulos, Bates, Candes, Jordan and Lei, "Learn then Test" (2021), for tests over declared thresholds; where
 * to start, and from how many labels on, is our own, by the simulation in `test/slow/promise-simulation.ts`.
 *
 * @throws RangeError when the claim is out of range, `labels` or `points` is no whole number of 0 and 1 or more, or a score
 * is not a finite number
 */
export function declarePlan(wanted: Wanted): Declared {
	const { maxError, certainty, scores, labels, procedure = 'fixed-sequence', points = 20 } = wanted;
	requireCount('labels', labels);
	requireCount('points', points);
	if (points < 1) throw new RangeError('points must be 1 or more');
	if (!scores.every(Number.isFinite)) throw new RangeError('score must be a finite number');

	const smallest = smallestSample({ maxError, certainty });
	const near = Math.ceil(startNear * smallest);
	if (near > labels) return { outcome: 'too-few-labels', needed: near, labels };
	if (scores.length === 0) return { outcome: 'no-scores' };
	const far = startFar * smallest;
	const prefersFar = wanted.start === undefined ? far * labelsPerPassing <= labels : wanted.start === 'far';
	const start = procedure === 'fixed-sequence' && prefersFar ? Math.min(far, labels) : near;

	const sorted = scores.toSorted((a, b) => b - a);
	const thresholds: number[] = [];
	const expected: number[] = [];
	for (let point = 0; point < points; point++) {
		const share = (start + ((labels - start) * point) / Math.max(points - 1, 1)) / labels;
		const threshold = sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1];
		if (threshold === undefined || threshold === thresholds.at(-1)) continue;
		thresholds.push(threshold);
		expected.push(Math.round((labels * (sorted.findLastIndex((score) => score >= threshold) + 1)) / sorted.length));
	}
	return {
		outcome: 'declared',
		plan: { version: planVersion, maxError, certainty, procedure, thresholds, expected, labels },
	};
}

const share = z.number().gt(0).lt(1);

const planSchema = z
	.strictObject({
		version: z.literal(planVersion),
		maxError: share,
		certainty: share,
		procedure: z.enum(['fixed-sequence', 'holm']),
		thresholds: z.array(z.number()).min(1).readonly(),
		expected: z.array(z.int().min(0)).readonly(),
		labels: z.int().min(1),
	})
	.refine(({ thresholds, expected }) => thresholds.length === expected.length)
	.refine(({ thresholds }) => thresholds.every((value, at) => at === 0 || value < (thresholds[at - 1] ?? value)));

/** Reads a plan that was stored. Null when it is none, or one of another version. */
export function readPlan(value: unknown): Plan | null {
	return planSchema.safeParse(value).data ?? null;
}
