import { existsSync } from 'node:fs';
import { readSendAiConfig } from '../config.ts';
import type { TaskReading } from '../core/task/index.ts';
import { nodeClock, nodeFetch, nodeRandom } from '../platform/node.ts';
import { createSendAiClient } from '../sendai/client.ts';
import { parseTask } from '../sendai/task-schema.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { reportProblems } from './report-problems.ts';

export interface ReadTaskOptions {
	/** Where to look for a live task; the configured projects when left out. */
	readonly project?: string | undefined;
}

export interface TaskSource {
	readonly reading: TaskReading;
	readonly projectKnown: boolean;
	/** `TIMEZONE`, or UTC where it names no time zone. */
	readonly timeZone: string;
}

/**
 * Reads one task: a file as the API gives it, `-` for standard input, or the id of a live task, which is read by GET.
 *
 * @returns the task, or the exit code once what was wrong has been printed
 */
export async function readTask(task: string, options: ReadTaskOptions, io: CliIo): Promise<TaskSource | ExitCode> {
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

async function readLiveTask(taskId: string, options: ReadTaskOptions, io: CliIo): Promise<TaskSource | ExitCode> {
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
