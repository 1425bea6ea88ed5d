import type { Fetch } from '../platform/index.ts';
import type { Deliver } from './deliver.ts';

/** Longest wait for the bot's answer. */
const TIMEOUT_MS = 10_000;

/** Posts each notification to its own address, or to `url` when it has none. The answer's body is thrown away. */
export function deliverByFetch(fetch: Fetch, url: string): Deliver {
	return async function deliver(notification) {
		const response = await fetch(notification.url ?? url, {
			method: 'POST',
			headers: notification.headers,
			body: notification.body,
			redirect: 'manual',
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
		await response.body?.cancel();
		return { status: response.status };
	};
}
