import type { Counts } from './claim.ts';

/** A task whose truth is known. The larger the score, the surer the task is right. */
export interface Scored {
	/** A finite number. */
	readonly score: number;
	readonly wrong: boolean;
}

/** The tasks of one score. A threshold passes all of them or none. */
export interface Block extends Counts {
	readonly score: number;
}

/**
 * The tasks by their score, the highest first. Tied ones are one block.
 *
 * @throws RangeError when a score is not a finite number: such a task fails before it is scored
 */
export function blocksOf(sample: readonly Scored[]): readonly Block[] {
	const blocks = new Map<number, { score: number; checked: number; errors: number }>();
	for (const { score, wrong } of sample) {
		if (!Number.isFinite(score)) throw new RangeError('score must be a finite number');
		const block = blocks.get(score) ?? { score, checked: 0, errors: 0 };
		block.checked += 1;
		if (wrong) block.errors += 1;
		blocks.set(score, block);
	}
	return [...blocks.values()].sort((a, b) => b.score - a.score);
}

/** For each threshold, in the order given, the counts among the tasks whose score reaches it. */
export function countPassing(blocks: readonly Block[], thresholds: readonly number[]): readonly Counts[] {
	return thresholds.map((threshold) => {
		let [errors, checked] = [0, 0];
		for (const block of blocks) {
			if (block.score < threshold) break;
			errors += block.errors;
			checked += block.checked;
		}
		return { errors, checked };
	});
}
