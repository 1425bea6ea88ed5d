import type { Clock } from '../platform/index.ts';

export interface Sleeps {
	/** Resolves after `ms`; rejects when the simulator is closed first. */
	sleep(ms: number): Promise<void>;
	/** Ends all of them, and every later one. */
	close(): void;
	closed(): boolean;
}

/**
 * The sleeps of one simulator. Each has a signal of its own: thousands of listeners on one shared signal would make
 * each further one slower, because a listener is looked for among the others when it is added and removed.
 */
export function createSleeps(clock: Clock): Sleeps {
	const sleeping = new Set<AbortController>();
	let closed: Error | null = null;
	return {
		async sleep(ms) {
			if (closed !== null) throw closed;
			const controller = new AbortController();
			sleeping.add(controller);
			try {
				await clock.sleep(ms, controller.signal);
			} finally {
				sleeping.delete(controller);
			}
		},
		closed: () => closed !== null,
		close() {
			closed = new Error('the simulator is closed');
			for (const controller of sleeping) controller.abort(closed);
		},
	};
}
