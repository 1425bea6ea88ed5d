import type { Fetch } from '../platform/index.ts';
import type { Ending } from './ending.ts';

/** Handles a request; `closed` is aborted when the client is gone. */
export type Exchange = (request: Request, closed: AbortSignal | undefined) => Promise<Ending>;

const MOST_REDIRECTS = 20;

/**
 * A `fetch` without a socket, with the failures of undici: `TypeError: fetch failed` whose cause has a `code`,
 * `TypeError: terminated` for a body that is cut off, and the reason of `init.signal` when the client gives up. What
 * the server has begun goes on all the same, as it would.
 */
export function createInProcessFetch(exchange: Exchange): Fetch {
	async function send(input: string, init: RequestInit, redirects: number): Promise<Response> {
		const signal = init.signal ?? undefined;
		signal?.throwIfAborted();
		const { signal: _signal, redirect = 'follow', ...rest } = init;
		const ending = await untilAborted(exchange(new Request(input, rest), signal), signal);
		switch (ending.kind) {
			case 'refused':
				throw fetchFailed('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:443');
			case 'reset':
				throw fetchFailed('ECONNRESET', 'read ECONNRESET');
			case 'hang':
				return untilAborted(new Promise<never>(() => undefined), signal);
			case 'half':
				return answerHalf(ending, signal);
			case 'answer':
				return follow(ending.response, input, init, redirect, redirects);
		}
	}

	async function follow(
		response: Response,
		input: string,
		init: RequestInit,
		redirect: RequestInit['redirect'],
		redirects: number,
	): Promise<Response> {
		const location = response.headers.get('location');
		if (response.status !== 307 || location === null || redirect === 'manual') return response;
		if (redirect === 'error' || redirects >= MOST_REDIRECTS) throw fetchFailed('UND_ERR', 'unexpected redirect');
		return send(new URL(location, input).href, init, redirects + 1);
	}

	return (input, init = {}) => send(input, init, 0);
}

/** Node's way to say that no answer came, and why. */
function fetchFailed(code: string, message: string): TypeError {
	return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
}

function answerHalf(ending: Extract<Ending, { kind: 'half' }>, signal: AbortSignal | undefined): Response {
	const bytes = new TextEncoder().encode(ending.body);
	let sent = false;
	const body = new ReadableStream<Uint8Array>({
		start(controller) {
			signal?.addEventListener('abort', () => controller.error(signal.reason), { once: true });
		},
		async pull(controller) {
			if (!sent) {
				sent = true;
				controller.enqueue(bytes.subarray(0, Math.floor(bytes.length / 2)));
			} else if (ending.then === 'breaks') {
				const cause = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
				controller.error(new TypeError('terminated', { cause }));
			} else await new Promise<never>(() => undefined);
		},
	});
	const headers = new Headers(ending.response.headers);
	headers.set('content-length', String(bytes.length));
	return new Response(body, { status: ending.response.status, headers });
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
	if (signal === undefined) return promise;
	return new Promise((resolve, reject) => {
		const abort = () => reject(signal.reason);
		signal.addEventListener('abort', abort, { once: true });
		promise.finally(() => signal.removeEventListener('abort', abort)).then(resolve, reject);
	});
}
