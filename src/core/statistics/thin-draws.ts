import { requireRate } from './ranges.ts';

/** A task with its keyed draw, and the share that was held out when it was judged. */
export interface Drawn {
	/** In [0, 1), the same for each judging of the task. */
	readonly draw: number;
	/** In 0..1. The task was held out when its draw was below. */
	readonly share: number;
}

/** What remains when the sample is thinned. */
export interface Thinned<T extends Drawn> {
	/** The smallest share of all; null without a task. */
	readonly share: number | null;
	/** The tasks whose draw is below it, in their order. */
	readonly kept: readonly T[];
}

/**
 * Thins tasks that were held out with shares that differ down to a sample in which each task had the same chance: those
 * whose draw lies below the smallest share. All of them were held out whatever their own share was, so their truth is
 * known. Only such a sample bears an exact bound; weights of one over the share would not.
 *
 * @param tasks all tasks of the window, held out or not
 * @throws RangeError when a draw or a share is outside 0..1
 */
export function thinDraws<T extends Drawn>(tasks: readonly T[]): Thinned<T> {
	let smallest = 1;
	for (const { draw, share } of tasks) {
		requireRate('draw', draw);
		requireRate('share', share);
		if (share < smallest) smallest = share;
	}
	if (tasks.length === 0) return { share: null, kept: [] };
	return { share: smallest, kept: tasks.filter(({ draw }) => draw < smallest) };
}
