/**
 * Tasks through the whole bot over loopback HTTP: simulator with 20 ms latency on one side, the bot in a process of its
 * own on the other. Ideal = calls x latency / concurrency: nothing but the waiting for Send AI.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeClock } from '../../src/platform/node.ts';
import { seededRandom } from '../../src/simulator/index.ts';
import { startSimulator } from '../../src/simulator/serve.ts';

export interface EndToEndResult {
	readonly tasks: number;
	readonly completed: number;
	readonly calls: number;
	readonly wallMs: number;
	readonly idealMs: number;
	readonly ratio: number;
}

const latencyMs = 20;
const concurrency = 8;

export async function measureEndToEnd(tasks: number): Promise<EndToEndResult> {
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-bench-'));
	const simulator = await startSimulator({
		clock: nodeClock,
		random: seededRandom(1),
		teamId: 'team_1',
		apiKey: 'benchmark-api-key',
		projects: [{ id: 'proj_1' }],
		latencyMs,
		delays: { processing: [0, 0], completion: [0, 0], exporting: [0, 0], notification: [0, 0] },
		port: 0,
	});
	const bot = fork(fileURLToPath(new URL('./bot.ts', import.meta.url)), [
		join(folder, 'bot.db'),
		simulator.url,
		String(concurrency),
	]);
	try {
		await once(bot, 'message');
		const ids: string[] = [];
		while (ids.length < tasks) {
			ids.push(
				...simulator.simulator.createUpload({
					tasks: [{ kind: 'invoice', language: 'nl', right: true, confidence: 0.99, malformation: 'none' }],
				}).taskIds,
			);
		}
		await nodeClock.sleep(200);
		const begin = performance.now();
		bot.send({ taskIds: ids });
		const [{ completed }] = (await once(bot, 'message')) as [{ completed: number }];
		const wallMs = performance.now() - begin;
		const calls = Object.values(simulator.simulator.report().requests).reduce((sum, n) => sum + n, 0);
		const idealMs = (calls * latencyMs) / concurrency;
		return { tasks, completed, calls, wallMs, idealMs, ratio: wallMs / idealMs };
	} finally {
		bot.kill('SIGKILL');
		await simulator.close();
		await rm(folder, { recursive: true, force: true });
	}
}
