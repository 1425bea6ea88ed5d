import { type DatabaseAddress, readSendAiConfig } from '../config.ts';
import { ownReadsSetting } from '../ledger/index.ts';
import { openLedgerAt } from '../ledger/open-ledger.ts';
import { nodeClock, nodeFetch, nodeNewId, nodeRandom } from '../platform/node.ts';
import { createSendAiClient } from '../sendai/client.ts';
import { type ProbeReport, probe } from '../sendai/probe.ts';
import { alignColumns } from './align-columns.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo, Style } from './io.ts';
import { printable } from './printable.ts';
import { reportProblems } from './report-problems.ts';

export interface ProbeOptions {
	readonly project?: readonly string[] | undefined;
	readonly upload?: readonly string[] | undefined;
	/** Leaves what was found about `last_opened_at` out of the ledger. */
	readonly dryRun: boolean;
	readonly json: boolean;
}

/** `greenlane probe <task ids>`: what the account allows, by GET alone. */
export async function runProbe(taskIds: readonly string[], options: ProbeOptions, io: CliIo): Promise<ExitCode> {
	const config = readSendAiConfig(io.environment(), { readFile: io.readFile });
	if (!config.ok) {
		reportProblems(io, config.problems);
		return exitCodes.wrongUsage;
	}
	const projectIds = options.project ?? config.sendai.projects;
	if (projectIds === null) {
		io.complain('SENDAI_PROJECT_IDS is *: say with --project where to look.');
		return exitCodes.wrongUsage;
	}
	const sendai = createSendAiClient({
		...config.sendai,
		fetch: nodeFetch,
		clock: nodeClock,
		random: nodeRandom,
		concurrency: config.concurrency,
	});
	const report = await probe({ sendai, clock: nodeClock }, { projectIds, taskIds, uploadIds: options.upload ?? [] });
	const kept = options.dryRun ? null : await keepVerdict(report, config.database);
	if (options.json) io.print(JSON.stringify(report, null, '\t'));
	else print(report, io);
	if (kept !== null) io.complain(kept);
	if (report.key.verdict === 'good') return exitCodes.good;
	return report.key.verdict === 'unreachable' ? exitCodes.couldNotRun : exitCodes.failed;
}

/**
 * Writes whether our own reads move `last_opened_at`, which switches the quiet period off or on again.
 *
 * @returns what a person should know, or null
 */
async function keepVerdict(report: ProbeReport, database: DatabaseAddress): Promise<string | null> {
	const { verdict } = report.lastOpenedAt;
	if (verdict === 'cannot tell') return null;
	const opened = await openLedgerAt(database, { clock: nodeClock, newId: nodeNewId });
	if (!opened.ok) return `What was found about last_opened_at could not be kept: ${opened.message}`;
	await opened.ledger.setSetting(ownReadsSetting, verdict === 'moves' ? 'yes' : 'no');
	await opened.ledger.close();
	return null;
}

function print(report: ProbeReport, io: CliIo): void {
	const good = (text: string, isGood: boolean) => io.paint(isGood ? 'good' : 'bad', text);
	const section = (title: string, rows: readonly (readonly string[])[]) => {
		if (rows.length === 0) return;
		io.print('');
		io.print(io.paint('strong', title));
		for (const line of alignColumns(rows, '  ')) io.print(line);
	};
	io.print(`${io.paint('strong', 'Key')}  ${good(report.key.verdict, report.key.verdict === 'good')}`);
	if (report.key.remedy !== null) io.print(`     ${report.key.remedy}`);

	const verdictStyles: Readonly<Record<string, Style>> = {
		works: 'good',
		'does not work': 'bad',
		'not tried': 'quiet',
	};
	const verdict = (text: string) => io.paint(verdictStyles[text] ?? 'quiet', text);
	section('Ways from a notification to its tasks', [
		['task ids that you give', verdict(report.locate.taskIds)],
		["the upload's files", verdict(report.locate.uploadFiles)],
		['SENDAI_TASK_LIST_PATH', verdict(report.locate.listCall)],
	]);
	const opening = {
		moves: 'moves it: the quiet period after an opening is switched off, since it would block everything',
		'does not': 'does not move it: the quiet period works',
		'cannot tell': 'cannot be told from these reads; the quiet period stays as it is',
	}[report.lastOpenedAt.verdict];
	section('Our own GET and last_opened_at', [[`${opening} (${report.lastOpenedAt.because})`]]);
	section(
		'Tasks',
		report.tasks.map((task) => [
			printable(task.taskId),
			good(task.outcome, task.outcome === 'read'),
			task.status ?? '',
			task.stepType ?? '',
			printable(task.uploadId ?? ''),
		]),
	);
	section(
		'Meta names',
		report.metaNames.map(({ name, count }) => [printable(name), `${count}`]),
	);
	const percent = (value: number | null) => (value === null ? '' : value.toFixed(3));
	const confidences = [...report.entities, ...report.otherElements];
	if (confidences.length > 0) {
		section('Confidences', [
			['entity', 'count', 'min', 'median', 'max', ''],
			...confidences.map((one) => [
				printable(one.name),
				`${one.count}`,
				percent(one.min),
				percent(one.median),
				percent(one.max),
				[one.without > 0 ? `${one.without} without` : '', one.outOfRange > 0 ? `${one.outOfRange} not in 0..1` : '']
					.filter((text) => text !== '')
					.join(', '),
			]),
		]);
	}
	section(
		'Not as documented',
		report.faults.map(({ path, message, count }) => [path, message, `${count}x`]),
	);
}
