import type { Clock } from '../src/platform/index.ts';

export interface VirtualClock extends Clock {
	/** Moves time forward by `ms`, waking each sleeper at its moment and letting it work before the next one wakes. */
	advance(ms: number): Promise<void>;
	/** Wakes sleepers until nobody sleeps or `limitMs` of virtual time has passed. Says how much has passed. */
	runUntilIdle(limitMs?: number): Promise<number>;
	/** How many sleep. */
	sleeping(): number;
}

interface Sleeper {
	readonly at: number;
	/** Sleepers of the same moment wake in the order in which they fell asleep. */
	readonly order: number;
	readonly wake: () => void;
	/** Aborted: stays in the heap until its turn comes. */
	gone: boolean;
}

/** Turns of the event loop that nothing but promises and streams may need between two sleepers. */
const TURNS = 3;

const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));

export async function settleTurns(): Promise<void> {
	for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
}

/**
 * Time that stands still until it is moved. Between two sleepers a few turns of the event loop pass, so that promises,
 * streams and immediates settle; real I/O (sockets, files, worker threads) does not stop virtual time.
 *
 * @param settle what passes between two sleepers, where that is not enough
 */
export function createVirtualClock(startMs: number, settle = settleTurns): VirtualClock {
	let now = startMs;
	let order = 0;
	let live = 0;
	const heap: Sleeper[] = [];

	/** Wakes everybody who is due at or before `end`, one at a time. */
	async function runTo(end: number): Promise<void> {
		await settle();
		for (let first = heap[0]; first !== undefined && (first.gone || first.at <= end); first = heap[0]) {
			popSleeper(heap);
			if (first.gone) continue;
			live -= 1;
			now = Math.max(now, first.at);
			first.wake();
			await settle();
		}
	}

	return {
		now: () => now,
		sleeping: () => live,
		sleep(ms, signal) {
			return new Promise((resolve, reject) => {
				if (signal?.aborted) {
					reject(signal.reason);
					return;
				}
				const abort = () => {
					sleeper.gone = true;
					live -= 1;
					reject(signal?.reason);
				};
				order += 1;
				const sleeper: Sleeper = {
					at: now + Math.max(0, ms),
					order,
					gone: false,
					wake() {
						signal?.removeEventListener('abort', abort);
						resolve();
					},
				};
				signal?.addEventListener('abort', abort, { once: true });
				live += 1;
				pushSleeper(heap, sleeper);
			});
		},
		async advance(ms) {
			const end = now + ms;
			await runTo(end);
			now = end;
		},
		async runUntilIdle(limitMs = 30 * 86_400_000) {
			const start = now;
			await runTo(start + limitMs);
			if (live > 0) now = start + limitMs;
			return now - start;
		},
	};
}

function before(a: Sleeper, b: Sleeper): boolean {
	return a.at !== b.at ? a.at < b.at : a.order < b.order;
}

function pushSleeper(heap: Sleeper[], sleeper: Sleeper): void {
	let at = heap.length;
	heap.push(sleeper);
	while (at > 0) {
		const parent = (at - 1) >> 1;
		const above = heap[parent];
		if (above === undefined || !before(sleeper, above)) break;
		heap[at] = above;
		at = parent;
	}
	heap[at] = sleeper;
}

function popSleeper(heap: Sleeper[]): void {
	const last = heap.pop();
	if (last === undefined || heap.length === 0) return;
	let at = 0;
	for (;;) {
		const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
		if (left === undefined) break;
		const takeRight = right !== undefined && before(right, left);
		const child = takeRight ? right : left;
		if (!before(child, last)) break;
		heap[at] = child;
		at = 2 * at + (takeRight ? 2 : 1);
	}
	heap[at] = last;
}
