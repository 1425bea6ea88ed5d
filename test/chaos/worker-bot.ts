import { join } from 'node:path';
import { runBundle } from '../../src/cli/bundle.ts';
import { findFreePort, startLocalWorker } from '../../src/cli/local-worker.ts';
import { nodeClock } from '../../src/platform/node.ts';
import type { Bots } from './bots.ts';

/** The local platform has no clock of its own for the cron; once a minute would make a run last for hours. */
const tickEveryMs = 5_000;

/**
 * The Worker as `wrangler dev` runs it: workerd, D1 and the queue of this machine. It is not killed: the local queue keeps
 * its messages in memory, other than the real one, so that a death would lose what was accepted.
 */
export async function startWorkerBot(
	folder: string,
	rulesDir: string,
	variables: Readonly<Record<string, string>>,
): Promise<Bots> {
	const rulesModule = join(folder, 'rules.js');
	const silent = { print: () => undefined, complain: () => undefined, paint: (_style: unknown, text: string) => text };
	const packed = await runBundle(rulesDir, { out: rulesModule, json: false }, silent);
	if (packed !== 0) throw new Error('the rules of the chaos run cannot be packed');
	const started = await startLocalWorker({ folder, port: await findFreePort(), variables, rulesModule, say: null });
	if (!started.ok) throw new Error(started.message);
	const { worker } = started;
	let stopped = false;
	const ticking = (async () => {
		while (!stopped) {
			await nodeClock.sleep(tickEveryMs);
			if (!stopped) await worker.tick();
		}
	})();
	return {
		count: 1,
		alive: () => [worker.address],
		kill: async () => undefined,
		lose: async () => undefined,
		async stop() {
			stopped = true;
			await ticking;
			await worker.stop();
		},
	};
}
