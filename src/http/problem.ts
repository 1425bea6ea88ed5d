import type { Context } from 'hono';

/** The statuses that an answer may have when it is no success. Never 410: it makes a sender drop the webhook for good. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503;

export const statusTitles: Readonly<Record<ProblemStatus, string>> = {
	400: 'Bad Request',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'Not Found',
	405: 'Method Not Allowed',
	409: 'Conflict',
	413: 'Content Too Large',
	415: 'Unsupported Media Type',
	422: 'Unprocessable Content',
	429: 'Too Many Requests',
	500: 'Internal Server Error',
	503: 'Service Unavailable',
};

/**
 * An error as `application/problem+json` (RFC 9457): `{type, title, status, code, detail}`. `code` is stable and
 * kebab-case. `detail` says what is wrong and what to do; it never quotes what was sent. `members` stand beside these.
 */
export function problem(
	c: Context,
	status: ProblemStatus,
	code: string,
	detail: string,
	headers: Readonly<Record<string, string>> = {},
	members: Readonly<Record<string, unknown>> = {},
): Response {
	const body = JSON.stringify({ type: 'about:blank', title: statusTitles[status], status, code, detail, ...members });
	return c.body(body, status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers });
}

/** A store that failed is a passing thing: the sender is told when to come again. */
export function storeUnavailable(c: Context): Response {
	return problem(c, 503, 'store-unavailable', 'The store did not take this. Nothing was done; send it again.', {
		'retry-after': '5',
	});
}
