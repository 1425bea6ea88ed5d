import pRetry from 'p-retry';
import type { Clock, Fetch, Log, LogFields, Random } from '../platform/index.ts';
import { retryAfterOf, serverTimeOf, statusOf } from './answer-head.ts';
import { withDeadline } from './deadline.ts';
import { codeOf } from './network-error.ts';
import { BodyTooLong, dropBody, readBody } from './read-body.ts';
import type { ReadFailure } from './types.ts';

/** What a GET gave. */
export type JsonRead =
	| {
			readonly kind: 'json';
			readonly json: unknown;
			readonly serverTime: number | null;
			/** The `Link` header. */
			readonly link: string | null;
	  }
	/** A 2xx whose body is no JSON, or too long to be read. */
	| { readonly kind: 'not-json'; readonly message: string; readonly serverTime: number | null }
	| ReadFailure;

export interface JsonReader {
	readonly fetch: Fetch;
	readonly clock: Clock;
	readonly random: Random;
	readonly apiKey: string;
	readonly log: Log | undefined;
}

/** Runs one call when there is a place for it among the calls that go out at once. */
export type Place = <T>(work: () => Promise<T>) => Promise<T>;

/** Time for one try, its body included. */
const tryMs = 15_000;
const tries = 3;
/** No further try begins later than this after the first: longer waits are the wakeup's. */
const allTriesMs = 10_000;
/** The longest `Retry-After` that is waited for here. */
const longestWaitHereMs = 5_000;
/** For a 429 that does not say how long. */
const rateLimitMs = 30_000;

class FailedTry extends Error {
	override readonly name = 'FailedTry';
	readonly failure: ReadFailure;
	readonly waitMs: number;

	constructor(failure: ReadFailure, waitMs: number) {
		super(failure.kind);
		this.failure = failure;
		this.waitMs = waitMs;
	}
}

/**
 * GETs JSON: up to three tries, waiting between them by the clock handed in (full jitter, `Retry-After` up to 5 s). No
 * redirect is followed, because the key would go along. Every failure is a value.
 *
 * @param place taken anew for each try, so that no place is held while waiting
 */
export async function readJson(
	reader: JsonReader,
	address: string,
	place: Place,
	signal: AbortSignal | undefined,
	fields: LogFields,
): Promise<JsonRead> {
	const { clock, random, log } = reader;
	const startedAt = clock.now();
	try {
		return await pRetry(
			async (attemptNumber) => {
				const result = await place(() => tryOnce(reader, address, signal));
				const waitMs = waitBeforeRetry(result, attemptNumber, random);
				if (waitMs === null || clock.now() - startedAt + waitMs > allTriesMs) return result;
				throw new FailedTry(result as ReadFailure, waitMs);
			},
			{
				retries: tries - 1,
				// The waiting is done below, by our clock.
				minTimeout: 0,
				onFailedAttempt: async ({ error, retriesLeft }) => {
					if (!(error instanceof FailedTry) || retriesLeft === 0) return;
					const code = error.failure.kind === 'unavailable' ? error.failure.code : error.failure.kind;
					log?.info('a read of Send AI failed and is tried again', { ...fields, code, duration_ms: error.waitMs });
					await clock.sleep(error.waitMs, signal);
				},
			},
		);
	} catch (error) {
		if (error instanceof FailedTry) return error.failure;
		if (signal?.aborted) return { kind: 'unavailable', code: 'aborted', retryAfterMs: null };
		throw error;
	}
}

async function tryOnce(
	{ fetch, clock, apiKey }: JsonReader,
	address: string,
	outer: AbortSignal | undefined,
): Promise<JsonRead> {
	try {
		return await withDeadline(clock, tryMs, outer, async (signal) => {
			// Not as a method of anything: on Workers the global `fetch` refuses any `this` but its own.
			const response = await fetch(address, {
				redirect: 'manual',
				signal,
				headers: {
					authorization: `Bearer ${apiKey}`,
					accept: 'application/json',
					// A task out of somebody's cache is stale data.
					'cache-control': 'no-cache',
				},
			});
			const status = statusOf(response);
			if (signal.aborted || status < 200 || status > 299) dropBody(response);
			if (status < 200 || status > 299) return readFailure(response, status, clock);
			const serverTime = serverTimeOf(response);
			const text = await readBody(response, signal);
			try {
				const json: unknown = JSON.parse(text);
				return { kind: 'json', json, serverTime, link: response.headers.get('link') };
			} catch {
				// Whatever JSON.parse says quotes the text.
				return { kind: 'not-json', message: 'is not JSON', serverTime };
			}
		});
	} catch (error) {
		if (error instanceof BodyTooLong) return { kind: 'not-json', message: error.message, serverTime: null };
		const code = outer?.aborted ? 'aborted' : codeOf(error);
		return { kind: 'unavailable', code, retryAfterMs: null };
	}
}

function readFailure(response: Response, status: number, clock: Clock): ReadFailure {
	const retryAfterMs = retryAfterOf(response, clock);
	switch (status) {
		case 401:
		case 403:
			return { kind: 'denied', status };
		case 404:
		case 410:
			return { kind: 'not-found' };
		case 429:
			return { kind: 'rate-limited', retryAfterMs: retryAfterMs ?? rateLimitMs };
		default:
			return { kind: 'unavailable', code: `status-${status}`, retryAfterMs };
	}
}

/** How long to wait for the next try, or null when the result stands. */
function waitBeforeRetry(result: JsonRead, attemptNumber: number, random: Random): number | null {
	const jitter = random() * Math.min(250 * 2 ** (attemptNumber - 1), 2_000);
	switch (result.kind) {
		case 'rate-limited':
			return result.retryAfterMs <= longestWaitHereMs ? result.retryAfterMs + jitter : null;
		case 'unavailable':
			if (result.code === 'aborted' || /^status-[34]/.test(result.code)) return null;
			if (result.retryAfterMs === null) return jitter;
			return result.retryAfterMs <= longestWaitHereMs ? result.retryAfterMs + jitter : null;
		default:
			return null;
	}
}
