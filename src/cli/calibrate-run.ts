import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dayOf, monthsLater } from '../cases/calendar.ts';
import { writeThresholds } from '../core/ruleset/index.ts';
import { type CalibrationFile, readCalibrationFile } from '../evidence/calibration-file.ts';
import { type Certificate, certificateVersion, thinCurve } from '../evidence/certificate.ts';
import { digestOfLabels } from '../evidence/labels-file.ts';
import { drawRiskCurve } from '../evidence/risk-curve-svg.ts';
import { type Calibrated, runCalibration } from '../evidence/run-calibration.ts';
import { createTightness } from '../evidence/tightness.ts';
import { nodeClock, nodeDigest } from '../platform/node.ts';
import { printCalibration } from './calibrate-print.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { readLabelFile } from './label-lines.ts';
import { printableStart } from './printable.ts';
import { hashLogic, type RuleUnderCalibration, readRule } from './rule-under-calibration.ts';
import { type Labelled, scoreLabelled } from './score-labelled.ts';
import { sharePhrase } from './share-phrase.ts';

export interface CalibrateRunOptions {
	readonly rules: string;
	readonly tasks: string;
	readonly labels: string;
	/** The labels are of tasks chosen at random: those without one are left out. */
	readonly sampled: boolean;
	readonly write: boolean;
	readonly svg?: string;
	readonly months: number;
	readonly today?: string;
	readonly json: boolean;
}

/**
 * `greenlane calibrate run <rule>`: holds the declared thresholds against labels, keeps the run, and with `write` puts what
 * is proved into the rule. 0 when a promise holds, 1 when none does or the declaration does not fit, 3 when a file cannot
 * be read or written.
 */
export async function runCalibrateRun(id: string, options: CalibrateRunOptions, io: CliIo): Promise<ExitCode> {
	const rule = await readRule(id, options.rules, io);
	if (typeof rule === 'number') return rule;
	const file = await readDeclaration(rule, io);
	if (typeof file === 'number') return file;
	// A run whose result cannot be put down is spent all the same.
	const written = [
		...(options.write ? [rule.paths.rule, rule.paths.certificate] : []),
		...(options.svg === undefined ? [] : [options.svg]),
	];
	for (const path of written) {
		if (await canWrite(path)) continue;
		io.complain(`${cannotWrite(path)} Nothing was spent.`);
		return exitCodes.couldNotRun;
	}
	const given = await readLabelFile(options.labels, io);
	if (typeof given === 'number') return given;
	const { labels, truth } = given;
	const today = options.today ?? dayOf(nodeClock.now(), 'UTC');
	const labelled = await scoreLabelled(rule, file, labels, { ...options, today }, io);
	if (labelled === null) {
		io.complain(`${options.tasks} cannot be read. Give a file with one task a line, as the API answers it.`);
		return exitCodes.couldNotRun;
	}
	const lacking = whatLacks(labelled, options);
	if (lacking !== null) {
		for (const line of lacking) io.complain(line);
		io.complain('Nothing was spent.');
		return exitCodes.failed;
	}
	if (labelled.used.size === labelled.unlabelled || labelled.scores.length === 0) {
		io.complain(
			`No label is of a task created after ${file.after ?? file.unlabelled.until} that passes everything but the thresholds: ${labels.size} labels, ${labelled.early} of earlier tasks, ${labelled.apart} that the rule leaves to people whatever its thresholds. Nothing was spent.`,
		);
		return exitCodes.failed;
	}

	const now = nodeClock.now();
	const calibrated = runCalibration(file, labelled.scores, new Date(now).toISOString(), {
		to: labelled.period.to,
		sampled: labelled.sampled,
	});
	const { run, result } = calibrated;
	// Kept before anything is said: a run whose result was seen has been spent.
	const kept: CalibrationFile = { ...file, runs: [...file.runs, run] };
	if (!(await wrote(rule.paths.calibration, `${JSON.stringify(kept, null, '\t')}\n`, io))) return exitCodes.couldNotRun;

	let certificate: Certificate | null = null;
	if (result.outcome === 'holds') {
		const values = createTightness(rule, rule.thresholds).thresholdsAt(-result.step.threshold);
		const text = writeThresholds(rule.text, rule.thresholds, values);
		certificate = certify(file, calibrated, labelled, hashLogic(id, text) ?? '', now, {
			...options,
			truth,
			today,
			stratum: rule.stratum,
		});
		if (options.write) {
			if (!(await wrote(rule.paths.rule, text, io))) return exitCodes.couldNotRun;
			const json = `${JSON.stringify(certificate, null, '\t')}\n`;
			if (!(await wrote(rule.paths.certificate, json, io))) return exitCodes.couldNotRun;
		}
	}
	if (options.svg !== undefined) {
		const svg = drawRiskCurve({
			title: `${id}: ${sharePhrase({ ...file.plan, certainty: run.certainty })}`,
			points: calibrated.curve.points,
			maxError: file.plan.maxError,
			chosen:
				result.outcome === 'holds'
					? { coverage: result.passing, risk: result.step.errors / Math.max(1, result.step.checked) }
					: null,
		});
		if (!(await wrote(options.svg, svg, io))) return exitCodes.couldNotRun;
	}
	if (options.json)
		io.print(JSON.stringify({ run, steps: result.steps, ranking: result.ranking, certificate }, null, '\t'));
	else printCalibration(file, calibrated, labelled, rule, options, io);
	return result.outcome === 'holds' ? exitCodes.good : exitCodes.failed;
}

/** What is missing and would make a promise look better than it is; null: nothing. */
function whatLacks(
	{ unreadable, withoutTask }: Labelled,
	{ tasks, labels }: CalibrateRunOptions,
): readonly string[] | null {
	const lines = unreadable.lines.map((line) => `${tasks}:${line} holds no task`);
	if (unreadable.count > 0) lines.push(`${unreadable.count} lines hold no task; each is one as the API answers it.`);
	if (withoutTask.length > 0) {
		const some = withoutTask.slice(0, 3).map((id) => printableStart(id, 80));
		lines.push(
			`${withoutTask.length} labels are of tasks that are not in ${tasks}, like ${some.join(', ')}. Bring these tasks, or take those labels out of ${labels}.`,
		);
	}
	return lines.length === 0 ? null : lines;
}

async function readDeclaration(rule: RuleUnderCalibration, io: CliIo): Promise<CalibrationFile | ExitCode> {
	const path = rule.paths.calibration;
	const text = await readFile(path, 'utf8').catch(() => null);
	if (text === null) {
		io.complain(`There is no ${path}: declare first, with \`calibrate declare ${rule.id}\`.`);
		return exitCodes.failed;
	}
	const file = readCalibrationFile(text);
	if (file === null || file.rule !== rule.id) {
		io.complain(`${path} is not what \`calibrate declare ${rule.id}\` wrote; restore it, or declare anew.`);
		return exitCodes.failed;
	}
	if (file.logic === rule.logic) return file;
	io.complain(
		`${rule.paths.rule} has changed since its thresholds were declared, so that these say nothing about it. Declare anew.`,
	);
	return exitCodes.failed;
}

function certify(
	file: CalibrationFile,
	{ run, result, curve }: Calibrated,
	labelled: Labelled,
	logic: string,
	now: number,
	{
		months,
		truth,
		today,
		stratum,
	}: Required<Pick<Certificate, 'truth' | 'today' | 'stratum'>> & { readonly months: number },
): Certificate {
	const threshold = result.outcome === 'holds' ? result.step.threshold : Number.POSITIVE_INFINITY;
	const passing = labelled.scores.filter(({ score }) => score >= threshold);
	const expires = new Date(monthsLater(now, months));
	return {
		version: certificateVersion,
		rule: file.rule,
		logic,
		maxError: file.plan.maxError,
		certainty: run.certainty,
		attempt: run.attempt,
		checked: run.checked,
		errors: run.errors,
		unresolved: passing.filter(({ label }) => label === 'unresolved').length,
		bound: result.outcome === 'holds' ? result.step.bound : 1,
		passing: result.outcome === 'holds' ? result.passing : 0,
		period: labelled.period,
		today,
		issuedAt: new Date(now).toISOString(),
		expiresAt: expires.toISOString(),
		extractor: file.extractor,
		stratum,
		truth,
		labels: digestOfLabels(labelled.used, nodeDigest.sha256),
		...(labelled.sampled ? { sampled: true } : {}),
		curve: thinCurve(curve.points),
	};
}

const cannotWrite = (path: string) => `${path} cannot be written; is its folder there, and yours?`;

/** Opens it to see, for rights alone do not tell; leaves everything as it was. */
async function canWrite(path: string): Promise<boolean> {
	const isThere = await stat(path).catch(() => null);
	try {
		await (await open(path, 'a')).close();
		if (isThere === null) await rm(path);
		return true;
	} catch {
		return false;
	}
}

async function wrote(path: string, text: string, io: CliIo): Promise<boolean> {
	try {
		await writeFile(path, text);
		return true;
	} catch {
		io.complain(cannotWrite(path));
		return false;
	}
}
