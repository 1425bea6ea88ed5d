import type { Refusal, RiskPoint } from '../core/statistics/index.ts';
import type { CalibrationFile } from '../evidence/calibration-file.ts';
import type { Calibrated } from '../evidence/run-calibration.ts';
import { createTightness } from '../evidence/tightness.ts';
import { alignColumns } from './align-columns.ts';
import type { CliIo } from './io.ts';
import type { RuleUnderCalibration } from './rule-under-calibration.ts';
import type { Labelled } from './score-labelled.ts';
import { asMostPercent, asPercent, sharePhrase } from './share-phrase.ts';

/** What a run of a calibration came to, for people. */
export function printCalibration(
	file: CalibrationFile,
	{ run, result, curve }: Calibrated,
	labelled: Labelled,
	rule: RuleUnderCalibration,
	options: { readonly write: boolean; readonly svg?: string },
	io: CliIo,
): void {
	const claim = { maxError: file.plan.maxError, certainty: run.certainty };
	const tightness = createTightness(rule, rule.thresholds);
	io.print(
		`${run.labels} labels of tasks that pass everything but the thresholds, ${run.unresolved} of them without a truth (counted as wrong).`,
	);
	if (labelled.unlabelled > 0) {
		io.print(
			labelled.sampled
				? `${labelled.unlabelled} tasks have no label and are left out: the labels are said to be of tasks chosen at random.`
				: `${labelled.unlabelled} of them have no label at all.`,
		);
	}
	const aside = [
		[labelled.early, 'of tasks that were there before the declaration, or that an earlier run has seen'],
		[labelled.apart, 'of tasks that the rule leaves to people whatever its thresholds'],
	] as const;
	for (const [count, what] of aside) if (count > 0) io.print(`Left out: ${count} ${what}.`);
	io.print('');
	const rows = result.steps.map((step, at) => [
		step.accepted ? io.paint('good', 'holds') : io.paint('quiet', '-'),
		String(at + 1),
		...tightness.thresholdsAt(-step.threshold).map((value) => value.toFixed(4)),
		String(step.checked),
		String(step.errors),
		asMostPercent(step.bound),
	]);
	const names = rule.thresholds.map(({ condition }) => condition);
	const heads = ['', 'step', ...names, 'passed', 'wrong', 'at most wrong'];
	for (const text of alignColumns([heads, ...rows], '  ')) io.print(text);
	io.print('');
	for (const text of drawCurve(curve.points)) io.print(`  ${text}`);
	io.print('');
	if (result.outcome === 'holds') {
		io.print(
			`${io.paint('good', 'It holds')}: ${sharePhrase(claim)}, at a straight-through rate of ${asPercent(result.passing)} of such tasks.`,
		);
		io.print(
			options.write
				? `The thresholds stand in ${rule.paths.rule}, the certificate in ${rule.paths.certificate}.`
				: 'Nothing was changed; with --write the thresholds go into the rule file, and a certificate beside it.',
		);
		if (result.step.threshold < -1) io.print(io.paint('doubtful', 'They are laxer than those that the rule had.'));
	} else {
		io.print(`${io.paint('bad', 'Nothing can be promised')}: ${sharePhrase(claim)} does not hold. ${sayWhy(result)}`);
	}
	io.print(`This was run ${run.attempt} of the rule; the next one has less of the certainty.`);
	if (options.svg !== undefined) io.print(`The curve is drawn in ${options.svg}.`);
}

function sayWhy(refusal: Refusal): string {
	switch (refusal.why) {
		case 'too-few-labels':
			return `Too few labels pass where the test starts; even without an error ${refusal.needed} are wanted there.`;
		case 'does-not-rank':
			return `The confidences hardly tell right from wrong (${refusal.auroc.toFixed(2)}, where 0.5 is a coin and 1 is perfect): no threshold can help. Ask for more in the conditions.`;
		case 'ties':
			return `${asPercent(refusal.top)} of the tasks have the very same score, and too many of these are wrong: no threshold can part them. Ask for more in the conditions.`;
		case 'too-many-errors':
			return 'Too many are wrong even at the strictest thresholds. Ask for more in the conditions.';
	}
}

const points = 10;
const width = 40;

/** The curve as bars: for each tenth of the tasks, surest first, how many of those passed so far are wrong. */
function drawCurve(all: readonly RiskPoint[]): readonly string[] {
	const shown = Array.from({ length: points }, (_, at) => all.find(({ coverage }) => coverage >= (at + 1) / points));
	const most = Math.max(...shown.map((point) => point?.risk ?? 0));
	const rows = shown.flatMap((point) => {
		if (point === undefined) return [];
		const bar = most === 0 ? '' : '#'.repeat(Math.round((point.risk / most) * width));
		return [[`${asPercent(point.coverage)} pass`, `${asPercent(point.risk)} wrong`, bar]];
	});
	return alignColumns(rows.filter((row, at) => row[0] !== rows[at - 1]?.[0]));
}
