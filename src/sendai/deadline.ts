import type { Clock } from '../platform/index.ts';

/** What a call that took too long was ended with. */
export class TimedOut extends Error {
	override readonly name = 'TimedOut';
}

/**
 * Gives `work` so many ms by the clock handed in. Its signal is aborted when the time is over or `outer` is aborted, and
 * the promise is rejected then, whether or not the work listens.
 */
export async function withDeadline<T>(
	clock: Clock,
	ms: number,
	outer: AbortSignal | undefined,
	work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	outer?.throwIfAborted();
	const controller = new AbortController();
	const timer = new AbortController();
	const abort = () => controller.abort(outer?.reason);
	outer?.addEventListener('abort', abort, { once: true });
	const ended = new Promise<never>((_resolve, reject) => {
		controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
	});
	clock.sleep(ms, timer.signal).then(
		() => controller.abort(new TimedOut(`no end after ${ms} ms`)),
		// The work was done first.
		() => undefined,
	);
	try {
		return await Promise.race([work(controller.signal), ended]);
	} finally {
		timer.abort();
		outer?.removeEventListener('abort', abort);
	}
}
