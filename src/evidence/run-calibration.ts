import {
	certaintyOfAttempt,
	type PlanResult,
	type RiskCoverage,
	riskCoverage,
	runPlan,
	type Scored,
} from '../core/statistics/index.ts';
import type { CalibrationFile, CalibrationRun } from './calibration-file.ts';
import type { Label } from './labels-file.ts';

/** A labelled task that passes everything but the thresholds. */
export interface LabelledScore {
	readonly score: number;
	readonly label: Label;
}

export interface Calibrated {
	readonly run: CalibrationRun;
	readonly result: PlanResult;
	readonly curve: RiskCoverage;
}

/**
 * Holds a declared plan against labels. What has no truth counts as wrong. The run has the certainty that its number
 * leaves it, and must be kept whatever came of it.
 *
 * @param now ISO 8601
 * @param to when the newest task was created, ISO 8601
 * @param sampled whether tasks without a label were left out
 */
export function runCalibration(
	file: CalibrationFile,
	labelled: readonly LabelledScore[],
	now: string,
	{ to, sampled }: { readonly to: string; readonly sampled: boolean },
): Calibrated {
	const attempt = file.runs.length + 1;
	const certainty = certaintyOfAttempt(file.plan.certainty, attempt);
	const sample: readonly Scored[] = labelled.map(({ score, label }) => ({ score, wrong: label !== 'right' }));
	const result = runPlan({ ...file.plan, certainty }, sample);
	const shown = result.outcome === 'holds' ? result.step : result.steps[0];
	return {
		result,
		curve: riskCoverage(sample),
		run: {
			at: now,
			attempt,
			certainty,
			outcome: result.outcome,
			why: result.outcome === 'none' ? result.why : null,
			labels: labelled.length,
			checked: shown?.checked ?? 0,
			errors: shown?.errors ?? 0,
			unresolved: labelled.filter(({ label }) => label === 'unresolved').length,
			to,
			...(sampled ? { sampled } : {}),
		},
	};
}
