import { readFile } from 'node:fs/promises';
import { dayOf } from '../cases/calendar.ts';
import { readCalibrationFile } from '../evidence/calibration-file.ts';
import { type Certificate, checkCertificate, type Held, readCertificate } from '../evidence/certificate.ts';
import type { Stratum } from '../evidence/certificate-format.ts';
import { digestOfLabels, type Label } from '../evidence/labels-file.ts';
import { createTightness } from '../evidence/tightness.ts';
import { nodeClock, nodeDigest } from '../platform/node.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { readLabels } from './label-lines.ts';
import { type RuleUnderCalibration, readRule } from './rule-under-calibration.ts';
import { asMostPercent, asPercent, sharePhrase } from './share-phrase.ts';
import { forEachTask } from './task-lines.ts';

export interface CertificateVerifyOptions {
	readonly rules: string;
	readonly tasks?: string;
	readonly labels?: string;
	/** The day to judge as; when left out the one that the certificate names, or else the day of its issue. */
	readonly today?: string;
	readonly json: boolean;
}

/**
 * `greenlane certificate verify <rule>`: 0 when the promise stands, 1 when anything differs, 2 when tasks are given without
 * labels, 3 when a file cannot be read.
 */
export async function runCertificateVerify(
	id: string,
	options: CertificateVerifyOptions,
	io: CliIo,
): Promise<ExitCode> {
	if ((options.tasks === undefined) !== (options.labels === undefined)) {
		io.complain('--tasks and --labels belong together: the one says nothing without the other.');
		return exitCodes.wrongUsage;
	}
	const rule = await readRule(id, options.rules, io);
	if (typeof rule === 'number') return rule;
	const text = await readFile(rule.paths.certificate, 'utf8').catch(() => null);
	if (text === null) {
		io.complain(
			`There is no ${rule.paths.certificate}: \`calibrate run ${id} --write\` makes one when a promise holds.`,
		);
		return exitCodes.failed;
	}
	const certificate = readCertificate(text);
	if (certificate === null || certificate.rule !== id) {
		io.complain(`${rule.paths.certificate} is no certificate of ${id}.`);
		return exitCodes.failed;
	}
	const declared = await readFile(rule.paths.calibration, 'utf8').catch(() => null);
	const recounted = await recount(rule, certificate, options, io);
	if (typeof recounted === 'number') return recounted;
	const problems = checkCertificate(certificate, {
		logic: rule.logic,
		now: nodeClock.now(),
		...(declared === null ? {} : { calibration: readCalibrationFile(declared) }),
		...(recounted === null ? {} : { recounted }),
	});
	if (options.json) io.print(JSON.stringify({ stands: problems.length === 0, problems, certificate }, null, '\t'));
	else print(certificate, problems, recounted !== null, io);
	return problems.length === 0 ? exitCodes.good : exitCodes.failed;
}

async function recount(
	rule: RuleUnderCalibration,
	{ period, issuedAt, sampled = false, today: judgedAs }: Certificate,
	options: CertificateVerifyOptions,
	io: CliIo,
): Promise<NonNullable<Held['recounted']> | null | ExitCode> {
	if (options.tasks === undefined || options.labels === undefined) return null;
	const labels = await readLabels(options.labels, io);
	if (typeof labels === 'number') return labels;
	const [from, to] = [Date.parse(period.from), Date.parse(period.to)];
	const today = options.today ?? judgedAs ?? dayOf(Date.parse(issuedAt), 'UTC');
	const tightness = createTightness(rule, rule.thresholds);
	const used = new Map<string, Label>();
	let [checked, errors, unresolved] = [0, 0, 0];
	const read = await forEachTask(options.tasks, io, (task) => {
		const label = labels.get(task.id) ?? (sampled ? undefined : 'unresolved');
		const createdAt = Date.parse(task.createdAt);
		if (label === undefined || used.has(task.id) || !(createdAt >= from && createdAt <= to)) return;
		const score = tightness.score(task, today);
		if (score === null) return;
		used.set(task.id, label);
		// As the rule is written: slack 1, or less.
		if (score < -1) return;
		checked += 1;
		if (label !== 'right') errors += 1;
		if (label === 'unresolved') unresolved += 1;
	});
	if (read === null) {
		io.complain(`${options.tasks} cannot be read. Give a file with one task a line, as the API answers it.`);
		return exitCodes.couldNotRun;
	}
	return {
		...{ checked, errors, unresolved, unreadable: read.unreadable.count, labelled: used.size },
		labels: digestOfLabels(used, nodeDigest.sha256),
	};
}

function print(certificate: Certificate, problems: readonly string[], counted: boolean, io: CliIo): void {
	const { rule, checked, errors, unresolved, bound, period, expiresAt, passing, extractor, stratum } = certificate;
	const verdict = problems.length === 0 ? io.paint('good', 'stands') : io.paint('bad', 'does not stand');
	io.print(`${io.paint('strong', rule)}: ${sharePhrase(certificate)} - the promise ${verdict}.`);
	for (const problem of problems) io.print(`  ${problem}`);
	io.print(
		`${errors} of ${checked} checked were wrong, ${unresolved} of these without a truth: at most ${asMostPercent(bound)}. ${asPercent(passing)} of the labelled tasks pass.`,
	);
	io.print(
		`Labels of tasks from ${period.from.slice(0, 10)} to ${period.to.slice(0, 10)}${extractor === null ? '' : `, read by ${extractor}`}; good until ${expiresAt.slice(0, 10)}.`,
	);
	if (stratum !== undefined) io.print(sayStratum(stratum));
	io.print(
		counted
			? 'Everything was counted anew from the tasks and labels.'
			: 'With --tasks and --labels everything is counted anew.',
	);
}

function sayStratum({ projects, stepTypes, meta, narrowed }: Stratum): string {
	const parts = [
		`at ${stepTypes.join(' or ')}`,
		projects === null ? 'of any project' : `of ${projects.join(' or ')}`,
		...meta.map(({ name, values }) => `whose ${name} is ${values.join(' or ')}`),
		...(narrowed ? ['that the logic of `appliesTo` admits'] : []),
	];
	return `It is for tasks ${parts.join(', ')}.`;
}
