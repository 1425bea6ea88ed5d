import { collectValues } from '../config/collect-values.ts';
import { nodeFetch } from '../platform/node.ts';
import { validId } from '../sendai/valid-id.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';

export interface EnqueueOptions {
	/** One id a line; `-` for standard input. */
	readonly file?: string | undefined;
	readonly project?: string | undefined;
	/** Of the running server; from `HOST` and `PORT` when left out. */
	readonly url?: string | undefined;
	readonly json: boolean;
}

const chunkSize = 1_000;
const timeoutMs = 30_000;

/** `greenlane enqueue`: hands task ids to the running server, which judges them like any other. */
export async function runEnqueue(ids: readonly string[], options: EnqueueOptions, io: CliIo): Promise<ExitCode> {
	const usage = (message: string): ExitCode => {
		io.complain(message);
		return exitCodes.wrongUsage;
	};
	const { values, problems } = collectValues(io.environment(), io.readFile);
	if (problems[0] !== undefined) return usage(`${problems[0].name} ${problems[0].fault}; ${problems[0].remedy}.`);

	const projectId = options.project ?? onlyProject(values.SENDAI_PROJECT_IDS);
	if (projectId === null) return usage('Say with --project in which project the tasks are.');
	if (!validId(projectId)) return usage('--project is not an id.');
	const url = baseUrl(options.url, values);
	if (url === null) return usage('--url is not an address like http://127.0.0.1:8787.');

	let listed = '';
	if (options.file !== undefined) {
		try {
			listed = options.file === '-' ? await io.readInput() : io.readFile(options.file);
		} catch {
			io.complain(`The file ${options.file} cannot be read.`);
			return exitCodes.couldNotRun;
		}
	}
	const lines = [...ids.map((id) => ({ id, place: 'argument' })), ...idsIn(listed)];
	const wrong = lines.find(({ id }) => !validId(id));
	if (wrong !== undefined) return usage(`${wrong.place}: not a task id. Give one id a line; # begins a comment.`);
	const taskIds = [...new Set(lines.map(({ id }) => id))];
	if (taskIds.length === 0) return usage('There are no task ids. Give them as arguments, or with --file, one a line.');

	return await send(taskIds, { projectId, url, token: tokenOf(values), json: options.json }, io);
}

interface Target {
	readonly projectId: string;
	readonly url: string;
	readonly token: string | null;
	readonly json: boolean;
}

async function send(taskIds: readonly string[], target: Target, io: CliIo): Promise<ExitCode> {
	const eventIds: string[] = [];
	let sent = 0;
	for (let start = 0; start < taskIds.length; start += chunkSize) {
		const chunk = taskIds.slice(start, start + chunkSize);
		const answer = await post(chunk, target);
		if (typeof answer === 'string') {
			io.complain(`${answer} ${sent} of ${taskIds.length} ids were taken; running this again does no harm.`);
			return exitCodes.couldNotRun;
		}
		eventIds.push(answer.eventId);
		sent += chunk.length;
		if (io.isTerminal && !target.json && taskIds.length > chunkSize)
			io.print(io.paint('quiet', `${sent} of ${taskIds.length}`));
	}
	if (target.json) io.print(JSON.stringify({ enqueued: sent, event_ids: eventIds }));
	else
		io.print(
			`${sent} task ${sent === 1 ? 'id' : 'ids'} taken by ${target.url}. GET /v1/decisions shows what becomes of them.`,
		);
	return exitCodes.good;
}

async function post(chunk: readonly string[], target: Target): Promise<{ readonly eventId: string } | string> {
	try {
		const response = await nodeFetch(`${target.url}/v1/tasks`, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				...(target.token === null ? {} : { authorization: `Bearer ${target.token}` }),
			},
			body: JSON.stringify({ project_id: target.projectId, task_ids: chunk }),
			redirect: 'error',
			signal: AbortSignal.timeout(timeoutMs),
		});
		const body: unknown = await response.json().catch(() => null);
		const text = (name: string) => {
			const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
			return typeof value === 'string' ? value : '';
		};
		if (response.status === 202) return { eventId: text('event_id') };
		if (response.status === 401 || response.status === 403) {
			return 'The server wants the token of an operator who may operate: set OPERATOR_TOKEN to it.';
		}
		return `The server answered ${response.status}: ${text('detail') || 'is this the address of Greenlane?'}`;
	} catch {
		return `There is no answer from ${target.url}: start it with \`serve\`, or give its address with --url.`;
	}
}

type Values = ReturnType<typeof collectValues>['values'];

function onlyProject(list: string | undefined): string | null {
	const ids = (list ?? '').split(',').map((id) => id.trim());
	const [first] = ids;
	return ids.length === 1 && first !== undefined && first !== '' && first !== '*' ? first : null;
}

function baseUrl(given: string | undefined, values: Values): string | null {
	const host =
		values.HOST === undefined || values.HOST === '0.0.0.0' || values.HOST === '::' ? '127.0.0.1' : values.HOST;
	const text =
		given ?? `http://${host.includes(':') ? `[${host}]` : host}:${values.OPERATOR_PORT ?? values.PORT ?? '8787'}`;
	const url = URL.parse(text);
	if (url === null || !/^https?:$/.test(url.protocol)) return null;
	return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function tokenOf(values: Values): string | null {
	if (values.OPERATOR_TOKEN !== undefined) return values.OPERATOR_TOKEN;
	for (const entry of (values.OPERATORS ?? '').split(',')) {
		const [, role, ...token] = entry.trim().split(':');
		if (role === 'operate') return token.join(':');
	}
	return null;
}

function idsIn(text: string): { id: string; place: string }[] {
	return text
		.split('\n')
		.map((line, index) => ({ id: line.replace(/(?:^|\s)#.*$/, '').trim(), place: `line ${index + 1}` }))
		.filter(({ id }) => id !== '');
}
