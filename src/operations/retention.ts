import type { Ledger, Pruned, RetentionTimes } from '../ledger/index.ts';
import type { Clock, Log } from '../platform/index.ts';

/** Of each kind in one transaction: a few milliseconds, so that nobody who accepts an event waits for it. */
const mostAtOnce = 200;
/** Between two batches, for the others. */
const breathMs = 100;
const [minuteMs, dayMs] = [60_000, 86_400_000];

/**
 * Prunes one bounded batch of what is older than it is kept. A store that fails is tried again the next time: what is old
 * does not get younger.
 *
 * @returns what went; null when the store failed
 */
export async function pruneSome(
	ledger: Pick<Ledger, 'prune'>,
	log: Log,
	times: RetentionTimes,
	most: number,
): Promise<Pruned | null> {
	try {
		return await ledger.prune(times, most);
	} catch (error) {
		log.warn('pruning failed', { code: error instanceof Error ? error.name : 'unknown' });
		return null;
	}
}

/**
 * Prunes once a day, first a minute after the start, in small batches with a pause after each, until nothing old is left.
 *
 * @returns with `stop`, which waits for no more than the batch in hand
 */
export function keepRetention(parts: {
	readonly ledger: Pick<Ledger, 'prune'>;
	readonly log: Log;
	readonly clock: Clock;
	readonly times: RetentionTimes;
}): { stop(): Promise<void> } {
	const { ledger, log, clock, times } = parts;
	const ended = new AbortController();
	const pause = (ms: number) => clock.sleep(ms, ended.signal).catch(() => undefined);

	async function pruneAll(): Promise<void> {
		let [events, cases, hashes, contents] = [0, 0, 0, 0];
		while (!ended.signal.aborted) {
			const pruned = await pruneSome(ledger, log, times, mostAtOnce);
			if (pruned === null || Object.values(pruned).every((count) => count === 0)) break;
			events += pruned.events;
			cases += pruned.cases;
			hashes += pruned.hashes;
			contents += pruned.contents;
			await pause(breathMs);
		}
		for (const [kind, count] of Object.entries({ events, cases, hashes, contents })) {
			if (count > 0) log.info(`pruned ${kind}`, { count });
		}
	}

	const keeping = (async () => {
		await pause(minuteMs);
		while (!ended.signal.aborted) {
			await pruneAll();
			await pause(dayMs);
		}
	})();
	return {
		async stop() {
			ended.abort();
			await keeping;
		},
	};
}
