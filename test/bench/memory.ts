/** One process of `serve` through many tasks, one batch after the other: what it holds must not grow with what it did. */
import { readFile } from 'node:fs/promises';
import { nodeClock } from '../../src/platform/node.ts';
import { bring, onNode, withBot } from './runtimes.ts';

export interface MemoryReading {
	/** That the process has passed since it started. */
	readonly tasks: number;
	/** Of the process, MiB; null where there is no `/proc`. */
	readonly residentMib: number | null;
	readonly perSecond: number;
}

/**
 * Bounds to both parts of the heap, MiB, the second for each half of the young one. Chosen after a run with Node's own bounds
 * had grown to 632 MiB at 10,000 tasks, and one with the first alone to 284 MiB at 6,000: V8 lets both parts grow with the
 * garbage that it sees, so that neither can tell what is held from what was not collected yet. They answer only that; what
 * a process takes without them is in `docs/deploy`.
 */
export const boundedHeap = '--max-old-space-size=96 --max-semi-space-size=4';
const restMs = 2_000;

export async function measureMemory(
	batches: number,
	batch: number,
	say: (reading: MemoryReading) => void,
): Promise<readonly MemoryReading[]> {
	return await withBot(onNode(1, undefined, { NODE_OPTIONS: boundedHeap }), async (simulator, bot) => {
		const readings: MemoryReading[] = [];
		for (let done = 1; done <= batches; done += 1) {
			const begin = performance.now();
			await bring(simulator, bot, batch);
			const perSecond = (batch * 1_000) / (performance.now() - begin);
			await nodeClock.sleep(restMs);
			const reading = { tasks: done * batch, residentMib: await residentMib(bot.pids[0] ?? 0), perSecond };
			say(reading);
			readings.push(reading);
		}
		return readings;
	});
}

async function residentMib(pid: number): Promise<number | null> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
	const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
	return kib === undefined ? null : Number(kib) / 1_024;
}
