import { readFile, writeFile } from 'node:fs/promises';
import { dayOf } from '../cases/calendar.ts';
import { certaintyOfAttempt, declarePlan } from '../core/statistics/index.ts';
import {
	type CalibrationFile,
	calibrationVersion,
	readCalibrationFile,
	seenUntil,
} from '../evidence/calibration-file.ts';
import { createTightness, type Tightness } from '../evidence/tightness.ts';
import { nodeClock } from '../platform/node.ts';
import { alignColumns } from './align-columns.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { type RuleUnderCalibration, readRule } from './rule-under-calibration.ts';
import { asCertainty, sharePhrase } from './share-phrase.ts';
import { forEachTask } from './task-lines.ts';

export interface CalibrateDeclareOptions {
	readonly rules: string;
	/** Earlier tasks, a line each; `-` for standard input. */
	readonly tasks: string;
	readonly labels: number;
	readonly maxError: number;
	readonly certainty: number;
	readonly holm: boolean;
	/** Tries thresholds that are laxer than those of the rule as well. */
	readonly loosen: boolean;
	readonly extractor?: string;
	readonly today?: string;
	readonly json: boolean;
}

/**
 * `greenlane calibrate declare <rule>`: writes `<rule>.calibration.json`. 0 when a plan was declared, 1 when there are too
 * few labels, no task, or none that passes everything but the thresholds, 3 when a file cannot be read or written.
 */
export async function runCalibrateDeclare(id: string, options: CalibrateDeclareOptions, io: CliIo): Promise<ExitCode> {
	const rule = await readRule(id, options.rules, io);
	if (typeof rule === 'number') return rule;
	if (rule.thresholds.length === 0) {
		io.complain(`${rule.paths.rule} has no threshold on a confidence, like {">=": [{"confidence": "total"}, 0.98]}.`);
		return exitCodes.failed;
	}
	const before = await readBefore(rule, io);
	if (before === 'unreadable') return exitCodes.failed;

	const tightness = createTightness(rule, rule.thresholds);
	const today = options.today ?? dayOf(nodeClock.now(), 'UTC');
	const scores: number[] = [];
	let [until, scored] = [0, 0];
	const read = await forEachTask(options.tasks, io, (task) => {
		const createdAt = Date.parse(task.createdAt);
		if (createdAt > until) until = createdAt;
		const score = tightness.score(task, today);
		if (score === null) return;
		scored += 1;
		// As the rule is written the slack is 1: the grid tightens it.
		if (options.loosen || score >= asWritten) scores.push(score);
	});
	if (read === null) {
		io.complain(`${options.tasks} cannot be read. Give a file with one task a line, as the API answers it.`);
		return exitCodes.couldNotRun;
	}
	if (read.tasks === 0) {
		for (const line of read.unreadable.lines) io.complain(`${options.tasks}:${line} holds no task`);
		io.complain(
			`There is no task in ${options.tasks}: ${read.unreadable.count} lines hold none; each is one as the API answers it.`,
		);
		return exitCodes.failed;
	}
	// The next run has only what those before have left.
	const certainty = certaintyOfAttempt(options.certainty, (before?.runs.length ?? 0) + 1);
	const declared = declarePlan({
		maxError: options.maxError,
		certainty,
		scores,
		// Of the labels, as many will pass everything but the thresholds as of these tasks.
		labels: Math.floor((options.labels * scores.length) / Math.max(1, read.tasks)),
		procedure: options.holm ? 'holm' : 'fixed-sequence',
	});
	if (scored > 0 && scores.length === 0) {
		io.complain(
			`${scored} of the ${read.tasks} tasks pass everything that ${id} asks besides its thresholds, and none passes these, so that there is nothing to tighten. --loosen tries laxer ones as well.`,
		);
		return exitCodes.failed;
	}
	if (declared.outcome === 'no-scores' || scores.length === 0) {
		io.complain(
			`None of the ${read.tasks} tasks passes everything that ${id} asks besides its thresholds, so that no threshold can be found. \`explain\` says what one of them lacks.`,
		);
		return exitCodes.failed;
	}
	if (declared.outcome === 'too-few-labels') {
		const needed = Math.ceil((declared.needed * read.tasks) / scores.length);
		io.complain(
			`${options.labels} labels are too few: even if none of them is an error, about ${needed} are wanted for ${sharePhrase({ ...options, certainty })}. ${scores.length} of ${read.tasks} tasks pass ${options.loosen ? 'everything but the thresholds' : 'the rule as it is written'}.`,
		);
		return exitCodes.failed;
	}
	const seen = before === null ? null : seenUntil(before);
	const file: CalibrationFile = {
		version: calibrationVersion,
		rule: id,
		logic: rule.logic,
		declaredAt: new Date(nodeClock.now()).toISOString(),
		extractor: options.extractor ?? null,
		plan: { ...declared.plan, certainty: options.certainty },
		...(seen !== null && Date.parse(seen) > until ? { after: seen } : {}),
		unlabelled: { tasks: read.tasks, scored, until: new Date(until).toISOString() },
		runs: before?.runs ?? [],
	};
	try {
		await writeFile(rule.paths.calibration, `${JSON.stringify(file, null, '\t')}\n`);
	} catch {
		io.complain(`${rule.paths.calibration} cannot be written; is its folder there, and yours?`);
		return exitCodes.couldNotRun;
	}
	if (options.json) io.print(JSON.stringify(file, null, '\t'));
	else print(file, rule, tightness, read.unreadable.count, io);
	return exitCodes.good;
}

/** The score of what a rule just passes as it is written. */
const asWritten = -1;

/** What was declared before keeps its runs: they have spent of the certainty, whatever is declared now. */
async function readBefore(rule: RuleUnderCalibration, io: CliIo): Promise<CalibrationFile | null | 'unreadable'> {
	let text: string;
	try {
		text = await readFile(rule.paths.calibration, 'utf8');
	} catch {
		return null;
	}
	const file = readCalibrationFile(text);
	if (file !== null) return file;
	io.complain(
		`${rule.paths.calibration} is not what calibrate wrote, so that nobody can tell how many runs there were. Restore it; only where the rule never had a run may it be deleted.`,
	);
	return 'unreadable';
}

function print(
	file: CalibrationFile,
	rule: RuleUnderCalibration,
	tightness: Tightness,
	skipped: number,
	io: CliIo,
): void {
	const { plan, unlabelled, runs } = file;
	io.print(
		`${io.paint('strong', `Declared for ${file.rule}`)}: ${sharePhrase(plan)}, written to ${rule.paths.calibration}.`,
	);
	io.print(
		`${unlabelled.scored} of ${unlabelled.tasks} earlier tasks pass everything but the thresholds${skipped > 0 ? `; ${skipped} lines held no task` : ''}.`,
	);
	io.print('');
	const names = rule.thresholds.map(({ condition }) => condition);
	const rows = plan.thresholds.map((threshold, at) => [
		String(at + 1),
		...tightness.thresholdsAt(-threshold).map((value) => value.toFixed(4)),
		String(plan.expected[at] ?? 0),
	]);
	for (const line of alignColumns([['step', ...names, 'labels expected to pass'], ...rows], '  ')) io.print(line);
	io.print('');
	if (plan.thresholds.some((threshold) => threshold < asWritten)) {
		io.print(io.paint('doubtful', 'Some of these are laxer than the rule as it is written: --loosen was given.'));
	}
	io.print(
		`Now collect labels of tasks created after ${file.after ?? unlabelled.until}, then: calibrate run ${file.rule}.`,
	);
	if (runs.length > 0) {
		const many = runs.length === 1 ? '1 earlier run of this rule has' : `${runs.length} earlier runs of this rule have`;
		io.print(
			`${many} spent part of the certainty, which leaves ${asCertainty(certaintyOfAttempt(plan.certainty, runs.length + 1))} for the next one; what they have seen cannot be used again.`,
		);
	}
}
