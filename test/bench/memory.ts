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
 * Of the heap, MiB. Chosen after a run with Node's own bound had grown to 632 MiB at 10,000 tasks, which cannot tell what is
 * held from what was not collected yet. It answers only that; what a process takes without it is in `docs/deploy`.
 */
export const heapMib = 96;
const restMs = 2_000;

export async function measureMemory(
	batches: number,
	batch: number,
	say: (reading: MemoryReading) => void,
): Promise<readonly MemoryReading[]> {
	return await withBot(
		onNode(1, undefined, { NODE_OPTIONS: `--max-old-space-size=${heapMib}` }),
		async (simulator, bot) => {
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
		},
	);
}

async function residentMib(pid: number): Promise<number | null> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
	const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
	return kib === undefined ? null : Number(kib) / 1_024;
}
