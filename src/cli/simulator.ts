import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../platform/index.ts';
import { deliverByFetch } from '../simulator/deliver-by-fetch.ts';
import {
	FAULT_NAMES,
	type FaultChances,
	type FaultName,
	type FaultRates,
	forkRandom,
	REQUEST_KINDS,
	type RequestKind,
	ROUGH_FAULTS,
	ROUGH_NOTIFICATIONS,
	type Simulator,
	type SimulatorOptions,
	seededRandom,
} from '../simulator/index.ts';
import { type ServeSimulatorOptions, startSimulator } from '../simulator/serve.ts';

/** The parsed options of `greenlane simulator`. */
export interface SimulatorCommandOptions {
	/** 0 picks a free port. */
	readonly port: number;
	readonly host: string;
	readonly seed: number;
	readonly teamId: string;
	readonly apiKey: string;
	readonly projectIds: readonly [string, ...string[]];
	/** The step types that a task passes, in order. */
	readonly steps: readonly [string, ...string[]];
	/** Where notifications go; none are sent without it. */
	readonly webhookUrl?: string | undefined;
	/** `whsec_...` signs by Standard Webhooks, anything else is sent as a bearer token. */
	readonly webhookSecret?: string | undefined;
	/** Tasks created at the start. */
	readonly tasks: number;
	/** Seconds between further uploads; 0 for none. */
	readonly every: number;
	readonly latencyMs: number;
	/** `none`, `rough`, or a list like `stale-read=0.1,complete:forbidden=1`. */
	readonly faults: string;
	readonly reviewer: boolean;
	/** Path template of the task list, or undefined for no list, as documented. */
	readonly listPath?: string | undefined;
	readonly files: NonNullable<SimulatorOptions['files']>;
	/** Share of malformed task objects. */
	readonly malformed: number;
	readonly json: boolean;
}

export const SIMULATOR_DEFAULTS: SimulatorCommandOptions = {
	port: 8790,
	host: '127.0.0.1',
	seed: 1,
	teamId: 'team_demo',
	apiKey: 'simulator-key',
	projectIds: ['project_demo'],
	steps: ['EXTRACT'],
	tasks: 10,
	every: 0,
	latencyMs: 50,
	faults: 'none',
	reviewer: false,
	files: 'values',
	malformed: 0,
	json: false,
};

/** Goes under the list of options in `--help`. */
export const SIMULATOR_HELP = `A stand-in for Send AI on loopback. What it does follows from --seed.

Faults: ${FAULT_NAMES.join(', ')}.
Calls:  ${REQUEST_KINDS.join(', ')}.
--faults takes "none", "rough", or chances like "stale-read=0.1,complete:forbidden=1" (with a call before the colon,
that call has only the chances given for it).

From another process, without a key:
  POST /_simulator/tasks       {"count": 5, "projectId": "..."}
  POST /_simulator/uploads     {"tasks": [{"kind": "invoice", "language": "nl", "right": true, "confidence": 0.99}]}
  POST /_simulator/faults      {"fault": "hang-after-commit", "on": "complete", "times": 1, "taskId": "..."}
  POST /_simulator/calm        no more faults, and the reviewer begins nothing new
  POST /_simulator/tasks/{id}/open | edit | finish-editing | complete | discard | reopen     what a person does
  GET  /_simulator/report | completions | notifications | tasks | tasks/{id}                 what was seen, and the truth`;

export interface SimulatorCommandIo {
	readonly print: (line: string) => void;
	/** Ends the command; SIGINT and SIGTERM do when left out. */
	readonly stop?: AbortSignal | undefined;
}

/** Serves a simulator until it is stopped. Answers the exit code: 0 stopped, 2 wrong usage, 3 could not listen. */
export async function runSimulator(options: SimulatorCommandOptions, io: SimulatorCommandIo): Promise<number> {
	const faults = parseFaultRates(options.faults);
	if (typeof faults === 'string') {
		io.print(faults);
		return 2;
	}
	const random = seededRandom(options.seed);
	const traffic = forkRandom(random);
	const stop = io.stop ?? stopOnSignals();
	try {
		const served = await startSimulator({ ...toSimulatorOptions(options, faults), random });
		const { simulator, url } = served;
		announce(options, url, io.print);
		simulator.createTasks(options.tasks);
		await sendTraffic(simulator, options, traffic, stop);
		io.print(options.json ? JSON.stringify(simulator.report()) : summarise(simulator));
		await served.close();
		return 0;
	} catch (error) {
		io.print(`The simulator could not start: ${error instanceof Error ? error.message : String(error)}`);
		return 3;
	}
}

/** Chances by call, or a sentence that says what is wrong. */
export function parseFaultRates(text: string): FaultRates | string {
	if (text === 'none' || text === '') return {};
	if (text === 'rough') return ROUGH_FAULTS;
	const rates: Partial<Record<RequestKind | 'any', FaultChances>> = {};
	for (const part of text.split(',')) {
		const [, call = 'any', name = '', chance = ''] = /^\s*(?:([a-z-]+):)?([a-z-]+)=([\d.]+)\s*$/.exec(part) ?? [];
		const value = Number(chance);
		if (name === '' || !Number.isFinite(value) || value > 1) {
			return `--faults: "${part.trim()}" is not like stale-read=0.1 or complete:forbidden=1`;
		}
		if (!isFault(name)) return `--faults: there is no fault "${name}"; there are ${FAULT_NAMES.join(', ')}`;
		if (!isCall(call)) return `--faults: there is no call "${call}"; there are any, ${REQUEST_KINDS.join(', ')}`;
		rates[call] = { ...rates[call], [name]: value };
	}
	return rates;
}

function isFault(name: string): name is FaultName {
	return (FAULT_NAMES as readonly string[]).includes(name);
}

function isCall(name: string): name is RequestKind | 'any' {
	return name === 'any' || (REQUEST_KINDS as readonly string[]).includes(name);
}

function toSimulatorOptions(
	options: SimulatorCommandOptions,
	faults: FaultRates,
): Omit<ServeSimulatorOptions, 'random'> {
	const { webhookUrl, webhookSecret } = options;
	const [first, ...rest] = options.projectIds;
	const toProject = (id: string) => ({ id, steps: options.steps });
	return {
		clock: systemClock,
		port: options.port,
		host: options.host,
		teamId: options.teamId,
		apiKey: options.apiKey,
		projects: [toProject(first), ...rest.map(toProject)],
		deliver: webhookUrl === undefined ? undefined : deliverByFetch(fetch, webhookUrl),
		notifications: {
			auth:
				webhookSecret === undefined
					? { kind: 'none' }
					: webhookSecret.startsWith('whsec_')
						? { kind: 'standard-webhooks', secret: webhookSecret }
						: { kind: 'bearer', token: webhookSecret },
			retryAfterMs: [1_000, 5_000, 30_000],
			...(options.faults === 'rough' ? { faults: ROUGH_NOTIFICATIONS } : {}),
		},
		latencyMs: options.latencyMs,
		files: options.files,
		list: options.listPath === undefined ? undefined : { path: options.listPath },
		documents: { malformed: options.malformed },
		faults,
		reviewer: options.reviewer ? {} : undefined,
	};
}

const systemClock: Clock = {
	now: () => Date.now(),
	async sleep(ms, signal) {
		try {
			await wait(ms, undefined, signal === undefined ? {} : { signal });
		} catch (error) {
			throw signal?.aborted ? signal.reason : error;
		}
	},
};

function stopOnSignals(): AbortSignal {
	const stopping = new AbortController();
	for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
	return stopping.signal;
}

async function sendTraffic(
	simulator: Simulator,
	options: SimulatorCommandOptions,
	random: () => number,
	stop: AbortSignal,
): Promise<void> {
	while (!stop.aborted) {
		// Without traffic the server keeps the process alive; this only waits for the end.
		await systemClock.sleep(options.every > 0 ? options.every * 1000 : 86_400_000, stop).catch(() => undefined);
		if (stop.aborted || options.every === 0) continue;
		const projectId = options.projectIds[Math.floor(random() * options.projectIds.length)];
		simulator.createUpload({ projectId, tasks: Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({})) });
	}
}

function announce(options: SimulatorCommandOptions, url: string, print: (line: string) => void): void {
	const environment = {
		SENDAI_BASE_URL: url,
		SENDAI_API_KEY: options.apiKey,
		SENDAI_TEAM_ID: options.teamId,
		SENDAI_PROJECT_IDS: options.projectIds.join(','),
		...(options.listPath === undefined ? {} : { SENDAI_TASK_LIST_PATH: options.listPath }),
		...(options.webhookSecret === undefined ? {} : { WEBHOOK_SECRETS: options.webhookSecret }),
	};
	if (options.json) {
		print(JSON.stringify({ url, seed: options.seed, environment }));
		return;
	}
	print(`Send AI, simulated, at ${url} (seed ${options.seed}). Settings for the bot:`);
	for (const [name, value] of Object.entries(environment)) print(`  ${name}=${value}`);
	print(
		options.webhookUrl === undefined ? 'No --webhook-url: nothing is announced.' : `Events go to ${options.webhookUrl}`,
	);
}

function summarise(simulator: Simulator): string {
	const { tasks, completedByBot, completedByPerson, violations, posts } = simulator.report();
	const wrong = violations.wrong.length;
	return `${tasks} tasks, ${completedByBot} completed by the bot (${wrong} of them wrong), ${completedByPerson} by people; ${posts.received} POSTs.`;
}
