import type { Random } from '../../platform/index.ts';

/**
 * A confidence that is only roughly calibrated: right readings are mostly sure and sometimes not, wrong ones are mostly
 * unsure, and a share of `confidentlyWrong` of them is as sure as if they were right.
 */
export function drawConfidence(right: boolean, confidentlyWrong: number, random: Random): number {
	const sure = right ? random() < 0.9 : random() < confidentlyWrong;
	const confidence = sure ? 0.97 + 0.0299 * random() : (right ? 0.62 : 0.25) + 0.35 * random();
	return Math.round(confidence * 10_000) / 10_000;
}
