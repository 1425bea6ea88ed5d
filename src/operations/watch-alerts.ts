import type { Clock } from '../platform/index.ts';
import type { AlertDesk } from './alert-desk.ts';

export interface AlertWatch {
	/** Looks no more, and waits until what was raised is sent or given up on, for `graceMs` at most. */
	stop(graceMs: number): Promise<void>;
}

/** Has the desk look at everything once in so many ms, first after the first of them: a start is busy enough. */
export function watchAlerts(desk: AlertDesk, clock: Clock, everyMs: number): AlertWatch {
	const ended = new AbortController();
	const watching = (async () => {
		while (!ended.signal.aborted) {
			await clock.sleep(everyMs, ended.signal).catch(() => undefined);
			if (!ended.signal.aborted) await desk.review();
		}
	})();
	return {
		async stop(graceMs) {
			ended.abort();
			const grace = new AbortController();
			const done = watching.then(() => desk.idle());
			await Promise.race([done, clock.sleep(graceMs, grace.signal).catch(() => undefined)]);
			grace.abort();
		},
	};
}
