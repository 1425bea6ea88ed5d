/**
 * The same traffic through every door: notifications of a simulated Send AI to processes of `serve` on Node, over one
 * ledger, and to the local Worker (`wrangler dev`: workerd, D1 and the queue on this machine), from the first notification
 * until the last case is at rest.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, startLocalWorker } from '../../src/cli/local-worker.ts';
import { nodeClock, nodeFetch } from '../../src/platform/node.ts';
import { deliverByFetch } from '../../src/simulator/deliver-by-fetch.ts';
import { type Simulator, seededRandom } from '../../src/simulator/index.ts';
import { startSimulator } from '../../src/simulator/serve.ts';
import { type Running, serve } from '../cli/greenlane-process.ts';
import { cpuOfTree } from './process-cpu.ts';

export interface PassingResult {
	readonly tasks: number;
	readonly completed: number;
	readonly wallMs: number;
	readonly perSecond: number;
	/** Of the bot's processes, less what they use while nothing happens; null where it cannot be told. */
	readonly cpuMsPerTask: number | null;
}

/** Tasks before the measurement. */
const warmUp = 5;
const resting = new Set(['completed', 'review', 'audit', 'superseded', 'refused', 'needs_human']);
const token = 'benchmark-webhook-token';
const operatorToken = 'benchmark-operator-token';
const latencyMs = 20;
const idleMs = 3_000;
/** The processes are ended by their parent, also where it forgets them. */
const livesAtMostMs = 1_800_000;
const patienceMs = 300_000;
const tickEveryMs = 10_000;

/** What is given to a bot: a folder of its own, and the settings that all are given. */
export type StartBot = (folder: string, variables: Readonly<Record<string, string>>) => Promise<Bot>;

export interface Bot {
	/** Of its processes. */
	readonly addresses: readonly string[];
	readonly pids: readonly number[];
	/** What the cron does elsewhere. */
	tick(): Promise<unknown>;
	stop(): Promise<unknown>;
}

/** Passes so many tasks at once through the bot. */
export async function measurePassing(start: StartBot, tasks: number): Promise<PassingResult> {
	return await withBot(start, async (simulator, bot) => {
		const idleBefore = await cpuOf(bot);
		await nodeClock.sleep(idleMs);
		const cpuBefore = await cpuOf(bot);
		const { completedByBot } = simulator.report();
		const begin = performance.now();
		await bring(simulator, bot, tasks);
		const wallMs = performance.now() - begin;
		const cpuAfter = await cpuOf(bot);
		const known = idleBefore !== null && cpuBefore !== null && cpuAfter !== null;
		const busy = known ? cpuAfter - cpuBefore - ((cpuBefore - idleBefore) * wallMs) / idleMs : null;
		return {
			tasks,
			completed: simulator.report().completedByBot - completedByBot,
			wallMs,
			perSecond: (tasks * 1_000) / wallMs,
			cpuMsPerTask: busy === null ? null : busy / tasks,
		};
	});
}

/** With a bot that has already passed a few tasks: the first of all pay for what is made once. */
export async function withBot<T>(start: StartBot, measure: (simulator: Simulator, bot: Bot) => Promise<T>): Promise<T> {
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-bench-'));
	let addresses: readonly string[] = [];
	let next = 0;
	const served = await startSimulator({
		clock: nodeClock,
		random: seededRandom(1),
		teamId: 'team_1',
		apiKey: 'benchmark-api-key',
		projects: [{ id: 'proj_1' }],
		latencyMs,
		delays: { processing: [0, 0], completion: [0, 0], exporting: [0, 0], notification: [0, 0] },
		port: 0,
		deliver(notification) {
			next += 1;
			const address = addresses[next % addresses.length] ?? '';
			return deliverByFetch(nodeFetch, `${address}/webhooks/send-ai`)(notification);
		},
		notifications: { auth: { kind: 'bearer', token }, level: 'task', retryAfterMs: [500, 2_000, 10_000] },
	});
	const variables = {
		SENDAI_API_KEY: 'benchmark-api-key',
		SENDAI_TEAM_ID: 'team_1',
		SENDAI_PROJECT_IDS: 'proj_1',
		SENDAI_BASE_URL: served.url,
		WEBHOOK_SECRETS: token,
		OPERATOR_TOKEN: operatorToken,
		SECRET_KEYS: 'a-benchmark-key-of-32-characters-or-more',
	};
	let bot: Bot | null = null;
	try {
		bot = await start(folder, variables);
		addresses = bot.addresses;
		await bring(served.simulator, bot, warmUp);
		return await measure(served.simulator, bot);
	} finally {
		await bot?.stop();
		await served.close();
		await rm(folder, { recursive: true, force: true });
	}
}

/** Processes of `serve` on one ledger: that of `databaseUrl`, or a new file. */
export function onNode(processes = 1, databaseUrl?: string, more: Readonly<Record<string, string>> = {}): StartBot {
	return async (folder, variables) => {
		const url = databaseUrl ?? `file:${join(folder, 'bot.db')}`;
		const env = { ...variables, ...more, DATABASE_URL: url, HOST: '127.0.0.1', PORT: '0' };
		const running: Running[] = [];
		for (let made = 0; made < processes; made += 1) running.push(await serve({ env, withinMs: livesAtMostMs }));
		return {
			addresses: running.map(({ address }) => address),
			pids: running.map(({ pid }) => pid),
			tick: async () => undefined,
			stop: async () => {
				for (const one of running) one.signal('SIGTERM');
				await Promise.all(running.map((one) => one.end()));
			},
		};
	};
}

export const onWorkers: StartBot = async (folder, variables) => {
	const started = await startLocalWorker({ folder, port: await findFreePort(), variables, say: null });
	if (!started.ok) throw new Error(started.message);
	const { worker } = started;
	return { addresses: [worker.address], pids: [worker.pid ?? 0], tick: worker.tick, stop: worker.stop };
};

async function cpuOf({ pids }: Bot): Promise<number | null> {
	const all = await Promise.all(pids.map((pid) => cpuOfTree(pid)));
	return all.reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0);
}

/** Brings in so many tasks that pass, each with its notification, and waits until none of them is on its way any more. */
export async function bring(simulator: Simulator, bot: Bot, tasks: number): Promise<void> {
	const until = nodeClock.now() + patienceMs;
	let before = await restingAt(bot);
	while (before === null) {
		if (nodeClock.now() > until) throw new Error(`the bot did not answer in ${patienceMs} ms`);
		await nodeClock.sleep(250);
		before = await restingAt(bot);
	}
	for (let made = 0; made < tasks; made += 1) {
		simulator.createUpload({
			tasks: [
				{ kind: 'invoice', language: 'nl', right: true, confidence: 0.99, malformation: 'none', unattended: true },
			],
		});
	}
	let tickedAt = nodeClock.now();
	while (((await restingAt(bot)) ?? 0) - before < tasks) {
		if (nodeClock.now() > until) throw new Error(`${tasks} tasks did not come to rest in ${patienceMs} ms`);
		if (nodeClock.now() - tickedAt > tickEveryMs) {
			tickedAt = nodeClock.now();
			await bot.tick();
		}
		await nodeClock.sleep(100);
	}
}

/** Cases that are where they stay, from the metrics; null while nobody answers. */
async function restingAt({ addresses: [address = ''] }: Bot): Promise<number | null> {
	const text = await nodeFetch(`${address}/metrics`, {
		headers: { authorization: `Bearer ${operatorToken}` },
		signal: AbortSignal.timeout(10_000),
	}).then(
		async (response) => {
			const body = await response.text();
			return response.ok ? body : null;
		},
		() => null,
	);
	if (text === null) return null;
	const counts = [...text.matchAll(/^greenlane_cases\{[^}]*state="(\w+)"[^}]*\} (\d+)/gm)];
	return counts.filter(([, state = '']) => resting.has(state)).reduce((sum, [, , count]) => sum + Number(count), 0);
}
