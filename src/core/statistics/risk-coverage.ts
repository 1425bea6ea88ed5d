import type { Counts } from './claim.ts';
import { type Block, blocksOf, type Scored } from './scored.ts';

/** What a threshold at one of the scores would do. */
export interface RiskPoint extends Counts {
	/** Tasks of this score or more pass. */
	readonly threshold: number;
	/** The share of all tasks that passes, above 0. */
	readonly coverage: number;
	/** The share of wrong ones among those that pass. */
	readonly risk: number;
}

export interface RiskCoverage {
	/** From the strictest threshold to the one that passes all; one for each score that occurs. Empty without a task. */
	readonly points: readonly RiskPoint[];
	/** The area under the curve, as the mean of the risk over the tasks; 0 without a task. */
	readonly area: number;
	/** The area that a score would have which puts every wrong task below every right one. */
	readonly oracle: number;
	/** How much larger the area is than that of the oracle. */
	readonly excess: number;
}

/**
 * The risk-coverage curve. A threshold passes tied tasks together, so each of them counts with the risk of the whole block.
 *
 * Source: El-Yaniv and Wiener, "On the Foundations of Noise-free Selective Classification" (2010); the areas by Geifman,
 * Uziel and El-Yaniv, "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers" (2019).
 *
 * @throws RangeError when a score is not a finite number
 */
export function riskCoverage(sample: readonly Scored[]): RiskCoverage {
	const blocks = blocksOf(sample);
	const points = pointsOf(blocks, sample.length);
	const errors = points.at(-1)?.errors ?? 0;
	let [area, oracle] = [0, 0];
	blocks.forEach((block, at) => {
		area += (block.checked / sample.length) * (points[at]?.risk ?? 0);
	});
	for (let wrong = 1; wrong <= errors; wrong++) oracle += wrong / (sample.length - errors + wrong) / sample.length;
	return { points, area, oracle, excess: area - oracle };
}

function pointsOf(blocks: readonly Block[], tasks: number): readonly RiskPoint[] {
	let [errors, checked] = [0, 0];
	return blocks.map((block) => {
		errors += block.errors;
		checked += block.checked;
		return { threshold: block.score, errors, checked, coverage: checked / tasks, risk: errors / checked };
	});
}
