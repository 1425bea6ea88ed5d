import { existsSync } from 'node:fs';
import pkg from '../../package.json' with { type: 'json' };
import { dayOf } from '../cases/calendar.ts';
import { readSendAiConfig } from '../config.ts';
import { decide } from '../core/decision/index.ts';
import type { ConditionResult, Decision } from '../core/decision/types.ts';
import { fingerprintText, type TaskReading } from '../core/task/index.ts';
import { nodeClock, nodeDigest, nodeFetch, nodeRandom } from '../platform/node.ts';
import { loadFolder } from '../rulesource/folder.ts';
import { createSendAiClient } from '../sendai/client.ts';
import { parseTask } from '../sendai/task-schema.ts';
import { alignColumns } from './align-columns.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo, Style } from './io.ts';
import { countFindings, printFindings } from './print-findings.ts';
import { reportProblems } from './report-problems.ts';

export interface ExplainOptions {
	readonly rules: string;
	/** `YYYY-MM-DD`; today in `TIMEZONE` when left out. */
	readonly today?: string | undefined;
	/** Where to look for a live task; the configured projects when left out. */
	readonly project?: string | undefined;
	/** Shows values that come from the document. Off, so that they do not end up in a terminal's scroll-back or a ticket. */
	readonly showContent: boolean;
	readonly json: boolean;
}

/**
 * `greenlane explain <task>`: judges one task without any effect and says why. The task is a file as the API gives it,
 * `-` for standard input, or the id of a live task, which is read by GET.
 */
export async function runExplain(task: string, options: ExplainOptions, io: CliIo): Promise<ExitCode> {
	const loaded = await loadFolder(options.rules, nodeDigest.sha256);
	if (!loaded.ok) {
		printFindings(io, loaded.findings, io.complain);
		io.complain(`The rules in ${options.rules} cannot judge anything: ${countFindings(loaded.findings)}.`);
		return exitCodes.failed;
	}
	const source = await readTask(task, options, io);
	if (typeof source === 'number') return source;

	const { reading, projectKnown, timeZone } = source;
	const decision = decide({
		reading,
		ruleSet: loaded.ruleSet,
		projectKnown,
		today: options.today ?? dayOf(nodeClock.now(), timeZone),
		version: pkg.version,
		fingerprint: reading.kind === 'task' ? nodeDigest.sha256(fingerprintText(reading.task)) : '',
		draw: null,
		braked: new Set(),
	});
	if (options.json) io.print(JSON.stringify(options.showContent ? decision : hideContent(decision), null, '\t'));
	else print(decision, options, io);
	return exitCodes.good;
}

interface TaskSource {
	readonly reading: TaskReading;
	readonly projectKnown: boolean;
	readonly timeZone: string;
}

async function readTask(task: string, options: ExplainOptions, io: CliIo): Promise<TaskSource | ExitCode> {
	const env = io.environment();
	if (task !== '-' && !existsSync(task)) {
		if (!/[\\/]|\.json$/.test(task)) return await readLiveTask(task, options, io);
		io.complain(
			`There is no file ${task}. Give a file with a task as the API answers it, - for standard input, or a task id.`,
		);
		return exitCodes.couldNotRun;
	}
	let json: unknown;
	try {
		json = JSON.parse(task === '-' ? await io.readInput() : io.readFile(task));
	} catch {
		io.complain(
			`${task === '-' ? 'Standard input' : task} is not JSON. It must hold a task as GET .../task/{task_id} answers it.`,
		);
		return exitCodes.couldNotRun;
	}
	const reading = parseTask(json);
	const projects = (env.SENDAI_PROJECT_IDS ?? '*').split(',').map((id) => id.trim());
	const projectKnown = projects.includes('*') || (reading.kind === 'task' && projects.includes(reading.task.projectId));
	const timeZone = env.TIMEZONE ?? 'UTC';
	return { reading, projectKnown, timeZone: isTimeZone(timeZone) ? timeZone : 'UTC' };
}

async function readLiveTask(taskId: string, options: ExplainOptions, io: CliIo): Promise<TaskSource | ExitCode> {
	const config = readSendAiConfig(io.environment(), { readFile: io.readFile });
	if (!config.ok) {
		io.complain(`There is no file ${taskId}, and a live task of that id cannot be read without an account.`);
		reportProblems(io, config.problems);
		return exitCodes.wrongUsage;
	}
	const projects = options.project === undefined ? config.sendai.projects : [options.project];
	if (projects === null) {
		io.complain('SENDAI_PROJECT_IDS is *: say with --project in which project the task is.');
		return exitCodes.wrongUsage;
	}
	const sendai = createSendAiClient({
		...config.sendai,
		fetch: nodeFetch,
		clock: nodeClock,
		random: nodeRandom,
		concurrency: config.concurrency,
	});
	let failure = 'not-found';
	for (const projectId of projects) {
		const read = await sendai.readTask({ projectId, taskId });
		if (read.kind === 'read') {
			const known = config.sendai.projects === null || config.sendai.projects.includes(projectId);
			return { reading: read.reading, projectKnown: known, timeZone: config.timeZone };
		}
		if (read.kind !== 'not-found') failure = read.kind === 'denied' ? `status-${read.status}` : read.kind;
	}
	io.complain(
		failure === 'not-found'
			? `Send AI knows no task ${taskId} in ${projects.length === 1 ? 'this project' : 'these projects'}. Is the id complete?`
			: `The task could not be read (${failure}). \`probe ${taskId}\` tells what is wrong with the key or the address.`,
	);
	return exitCodes.couldNotRun;
}

function isTimeZone(name: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: name });
		return true;
	} catch {
		return false;
	}
}

const hidden = '(hidden; --show-content shows it)';

/** Operands that come from the document are named without their value. */
function hideContent(decision: Decision): Decision {
	return {
		...decision,
		rules: decision.rules.map((rule) => ({
			...rule,
			conditions: rule.conditions.map((condition) => ({
				...condition,
				operands: condition.operands.map((operand) => (operand.sensitive ? { ...operand, value: hidden } : operand)),
			})),
		})),
	};
}

const styles: Readonly<Record<string, Style>> = {
	pass: 'good',
	complete: 'good',
	fail: 'bad',
	review: 'bad',
	error: 'doubtful',
	'not-applicable': 'quiet',
};

function print(decision: Decision, options: ExplainOptions, io: CliIo): void {
	const outcome = (text: string) => io.paint(styles[text] ?? 'quiet', text);
	io.print(
		decision.outcome === 'complete'
			? `${io.paint('good', 'complete')}: every condition of every rule that applies holds.`
			: `${io.paint('bad', 'review')}: ${decision.reasons[0]?.sentence ?? 'the task is left to a person.'}`,
	);
	if (decision.outcome === 'complete' && decision.auditShare > 0) {
		io.print(
			io.paint(
				'quiet',
				`A share of ${decision.auditShare} of such tasks is left to people all the same, to measure errors.`,
			),
		);
	}
	io.print('');
	io.print(io.paint('strong', 'Guards'));
	const guards = decision.guards.map((guard) => [outcome(guard.outcome), guard.id, guard.sentence]);
	for (const line of alignColumns(guards, '  ')) io.print(line);
	for (const rule of decision.rules) {
		io.print('');
		io.print(`${io.paint('strong', `Rule ${rule.id}`)} (${rule.mode}): ${outcome(rule.outcome)}. ${rule.because}`);
		for (const condition of rule.conditions) {
			io.print(`  ${outcome(condition.outcome)}  ${condition.id}: ${condition.sentence}`);
			for (const line of operandLines(condition, options)) io.print(io.paint('quiet', `        ${line}`));
		}
	}
	io.print('');
	io.print(
		io.paint('quiet', `Rules ${decision.revision.slice(0, 12)}, Greenlane ${decision.version}. Nothing was sent.`),
	);
}

function operandLines({ operands }: ConditionResult, { showContent }: ExplainOptions): string[] {
	return alignColumns(
		operands.map(({ label, value, sensitive }) => [
			printable(label),
			'=',
			sensitive && !showContent ? hidden : printable(JSON.stringify(value)),
		]),
	);
}

/** Document text must not steer the terminal. */
function printable(text: string): string {
	const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');
	return plain.length <= 200 ? plain : `${plain.slice(0, 200)}…`;
}
