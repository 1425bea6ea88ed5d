import * as z from 'zod';
import { requireShare } from './ranges.ts';
import { type Reading, readState } from './read-state.ts';

/** Another version may mean something else by the same words, and is refused. */
export const brakeVersion = 1;

/** How a brake is set. */
export interface BrakeSetting {
	/** The share wrong that is still good, strictly between 0 and 1. */
	readonly maxError: number;
	/** The share wrong that it looks for, above `maxError`. */
	readonly alternative: number;
	/** How many labels it runs on average, or more, before it trips although no more than `maxError` is wrong. Above 1. */
	readonly runLength: number;
}

/**
 * A brake, as plain JSON: an e-CUSUM. It forgets good times, so it notices a change about as fast after ten thousand good
 * labels as after none. Its promise is the average run length, not one for a lifetime: if left on long enough, any trips.
 */
export interface Brake extends BrakeSetting {
	readonly kind: 'brake';
	readonly version: typeof brakeVersion;
	/** How many labels were folded in, and how many of these were errors. Whoever folds sees to it that none is folded twice. */
	readonly labels: number;
	readonly errors: number;
	/** ln C. The brake trips when it reaches ln runLength. */
	readonly height: number;
	/** The number of labels with which it tripped, for good; null as long as it has not. */
	readonly trippedAt: number | null;
}

/**
 * A brake before its first label. It looks for four times `maxError`, or half-way from there to 1 where that is less.
 *
 * @throws RangeError unless 0 < maxError < alternative < 1 and runLength is finite and above 1
 */
export function setBrake(
	setting: Pick<BrakeSetting, 'maxError' | 'runLength'> & { readonly alternative?: number },
): Brake {
	const { maxError, runLength } = setting;
	const alternative = setting.alternative ?? Math.min(4 * maxError, (1 + maxError) / 2);
	requireSetting({ maxError, alternative, runLength });
	return {
		kind: 'brake',
		version: brakeVersion,
		maxError,
		alternative,
		runLength,
		labels: 0,
		errors: 0,
		height: 0,
		trippedAt: null,
	};
}

/** @throws RangeError as `setBrake` */
export function requireSetting({ maxError, alternative, runLength }: BrakeSetting): void {
	requireShare('maxError', maxError);
	requireShare('alternative', alternative);
	if (alternative <= maxError) throw new RangeError('alternative must be above maxError');
	if (!(runLength > 1 && Number.isFinite(runLength))) throw new RangeError('runLength must be above 1');
}

/**
 * The brake after one label more: C = max(C, 1) times q / m for an error, times (1 - q) / (1 - m) for none, with m = maxError
 * and q = alternative. It trips when C reaches A = runLength, and stays tripped.
 *
 * Source: Page, "Continuous inspection schemes" (1954); Shin, Ramdas and Rinaldo, "E-detectors" (2022): as the factor has a
 * mean of at most 1 whatever share up to m is wrong, the average run length is at least A there.
 */
export function foldIntoBrake(state: Brake, wrong: boolean): Brake {
	const { up, down } = stepsOf(state);
	const height = Math.max(state.height, 0) + (wrong ? up : -down);
	const labels = state.labels + 1;
	const trips = state.trippedAt === null && height >= Math.log(state.runLength);
	const trippedAt = trips ? labels : state.trippedAt;
	return { ...state, labels, errors: state.errors + (wrong ? 1 : 0), height, trippedAt };
}

/** How far ln C rises with an error, and falls without one. Both are above 0. */
export function stepsOf({ maxError, alternative }: BrakeSetting): { readonly up: number; readonly down: number } {
	return { up: Math.log(alternative / maxError), down: Math.log1p(-maxError) - Math.log1p(-alternative) };
}

const count = z.int().min(0);
const share = z.number().gt(0).lt(1);

const schema = z
	.strictObject({
		kind: z.literal('brake'),
		version: z.literal(brakeVersion),
		maxError: share,
		alternative: share,
		runLength: z.number().gt(1),
		labels: count,
		errors: count,
		height: z.number(),
		trippedAt: z.int().min(1).nullable(),
	})
	.refine(({ maxError, alternative }) => maxError < alternative)
	.refine(({ errors, labels, trippedAt }) => errors <= labels && (trippedAt ?? 0) <= labels)
	// A height that trips without a trip was not written by `foldIntoBrake`: a brake must not be let off by that.
	.refine(({ height, runLength, trippedAt }) => trippedAt !== null || height < Math.log(runLength));

/** Reads a state that was stored. */
export function readBrake(value: unknown): Reading<Brake> {
	return readState(value, brakeVersion, schema);
}
