import type { Clock } from '../platform/index.ts';

/** Longest wait that an answer may ask for; it comes from outside and decides when we look again. */
const longestWaitMs = 3_600_000;

/** The answer's `Date`, ms since the epoch; null when absent or unreadable. */
export function serverTimeOf(response: Response): number | null {
	return readHttpDate(response.headers.get('date'));
}

/**
 * `Retry-After` in ms, at most an hour: seconds, or an HTTP date held against the answer's own `Date` (our clock may be
 * wrong). Null when absent or unreadable.
 */
export function retryAfterOf(response: Response, clock: Clock): number | null {
	const text = response.headers.get('retry-after')?.trim() ?? '';
	if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, longestWaitMs);
	const at = readHttpDate(text);
	if (at === null) return null;
	return Math.min(Math.max(0, at - (serverTimeOf(response) ?? clock.now())), longestWaitMs);
}

/** The status; a redirect that the platform hides (`opaqueredirect`, status 0) counts as 302. */
export function statusOf(response: Response): number {
	// Not every platform's types know of all that its `fetch` may answer.
	const type: string = response.type;
	return type === 'opaqueredirect' ? 302 : response.status;
}

function readHttpDate(text: string | null): number | null {
	// Date.parse takes "-1" and "5.5" for dates; an HTTP date begins with the name of a day.
	if (text === null || !/^[A-Za-z]{3,9},? /.test(text)) return null;
	const at = Date.parse(text);
	return Number.isNaN(at) ? null : at;
}
