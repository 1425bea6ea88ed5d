/**
 * The same traffic through both doors: notifications of a simulated Send AI to the local Worker (`wrangler dev`: workerd,
 * D1 and the queue on this machine) and to `serve` on Node, from the notification to the last completion.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, startLocalWorker } from '../../src/cli/local-worker.ts';
import { nodeClock, nodeFetch } from '../../src/platform/node.ts';
import { deliverByFetch } from '../../src/simulator/deliver-by-fetch.ts';
import { seededRandom } from '../../src/simulator/index.ts';
import { startSimulator } from '../../src/simulator/serve.ts';
import { serve } from '../cli/greenlane-process.ts';
import { cpuOfTree } from './process-cpu.ts';

export interface RuntimeResult {
	readonly runtime: 'Node' | 'Worker';
	readonly tasks: number;
	readonly completed: number;
	readonly wallMs: number;
	readonly perSecond: number;
	/** Of the bot's processes, less what they use while nothing happens; null where it cannot be told. */
	readonly cpuMsPerTask: number | null;
}

const token = 'benchmark-webhook-token';
const operatorToken = 'benchmark-operator-token';
const latencyMs = 20;
const idleMs = 3_000;
const patienceMs = 300_000;
const tickEveryMs = 10_000;

interface Bot {
	readonly address: string;
	readonly pid: number;
	/** What the cron does elsewhere. */
	tick(): Promise<unknown>;
	stop(): Promise<unknown>;
}

export async function measureRuntime(runtime: RuntimeResult['runtime'], tasks: number): Promise<RuntimeResult> {
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-bench-'));
	let address = '';
	const simulator = await startSimulator({
		clock: nodeClock,
		random: seededRandom(1),
		teamId: 'team_1',
		apiKey: 'benchmark-api-key',
		projects: [{ id: 'proj_1' }],
		latencyMs,
		delays: { processing: [0, 0], completion: [0, 0], exporting: [0, 0], notification: [0, 0] },
		port: 0,
		deliver: (notification) => deliverByFetch(nodeFetch, `${address}/webhooks/send-ai`)(notification),
		notifications: { auth: { kind: 'bearer', token }, level: 'task', retryAfterMs: [500, 2_000, 10_000] },
	});
	const variables = {
		SENDAI_API_KEY: 'benchmark-api-key',
		SENDAI_TEAM_ID: 'team_1',
		SENDAI_PROJECT_IDS: 'proj_1',
		SENDAI_BASE_URL: simulator.url,
		WEBHOOK_SECRETS: token,
		OPERATOR_TOKEN: operatorToken,
		SECRET_KEYS: 'a-benchmark-key-of-32-characters-or-more',
	};
	let bot: Bot | null = null;
	try {
		bot = await (runtime === 'Node' ? startOnNode(folder, variables) : startOnWorkers(folder, variables));
		address = bot.address;
		// The first of all pays for what is made once.
		await bring(simulator.simulator, bot, 5);
		const idleBefore = await cpuOfTree(bot.pid);
		await nodeClock.sleep(idleMs);
		const cpuBefore = await cpuOfTree(bot.pid);
		const begin = performance.now();
		await bring(simulator.simulator, bot, tasks);
		const wallMs = performance.now() - begin;
		const cpuAfter = await cpuOfTree(bot.pid);
		const known = idleBefore !== null && cpuBefore !== null && cpuAfter !== null;
		const busy = known ? cpuAfter - cpuBefore - ((cpuBefore - idleBefore) * wallMs) / idleMs : null;
		return {
			runtime,
			tasks,
			completed: simulator.simulator.report().completedByBot,
			wallMs,
			perSecond: (tasks * 1_000) / wallMs,
			cpuMsPerTask: busy === null ? null : busy / tasks,
		};
	} finally {
		await bot?.stop();
		await simulator.close();
		await rm(folder, { recursive: true, force: true });
	}
}

async function startOnNode(folder: string, variables: Readonly<Record<string, string>>): Promise<Bot> {
	const running = await serve({
		env: { ...variables, DATABASE_URL: `file:${join(folder, 'bot.db')}`, HOST: '127.0.0.1', PORT: '0' },
	});
	return {
		address: running.address,
		pid: running.pid,
		tick: async () => undefined,
		stop: () => {
			running.signal('SIGTERM');
			return running.end();
		},
	};
}

async function startOnWorkers(folder: string, variables: Readonly<Record<string, string>>): Promise<Bot> {
	const started = await startLocalWorker({ folder, port: await findFreePort(), variables, say: null });
	if (!started.ok) throw new Error(started.message);
	const { worker } = started;
	return { address: worker.address, pid: worker.pid ?? 0, tick: worker.tick, stop: worker.stop };
}

/** Brings in so many tasks that pass, each with its notification, and waits until none of them is on its way any more. */
async function bring(
	simulator: Awaited<ReturnType<typeof startSimulator>>['simulator'],
	bot: Bot,
	tasks: number,
): Promise<void> {
	const before = await restingAt(bot.address);
	for (let made = 0; made < tasks; made += 1) {
		simulator.createUpload({
			tasks: [
				{ kind: 'invoice', language: 'nl', right: true, confidence: 0.99, malformation: 'none', unattended: true },
			],
		});
	}
	const until = nodeClock.now() + patienceMs;
	let tickedAt = nodeClock.now();
	while (((await restingAt(bot.address)) ?? 0) - (before ?? 0) < tasks) {
		if (nodeClock.now() > until) throw new Error(`${tasks} tasks did not come to rest in ${patienceMs} ms`);
		if (nodeClock.now() - tickedAt > tickEveryMs) {
			tickedAt = nodeClock.now();
			await bot.tick();
		}
		await nodeClock.sleep(100);
	}
}

/** Cases that are where they stay, from the metrics; null while nobody answers. */
async function restingAt(address: string): Promise<number | null> {
	const response = await nodeFetch(`${address}/metrics`, { headers: { authorization: `Bearer ${operatorToken}` } });
	const text = await response.text();
	if (!response.ok) return null;
	const counts = [...text.matchAll(/^greenlane_cases\{[^}]*state="(\w+)"[^}]*\} (\d+)/gm)];
	return counts
		.filter(([, state = '']) =>
			['completed', 'review', 'audit', 'superseded', 'refused', 'needs_human'].includes(state),
		)
		.reduce((sum, [, , count]) => sum + Number(count), 0);
}
