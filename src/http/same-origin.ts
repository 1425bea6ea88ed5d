import type { Context } from 'hono';

/**
 * Whether a request that changes something was sent by one of our own pages. Browsers say so in `Sec-Fetch-Site` where
 * the connection is trustworthy, and in `Origin` always; a request without either is no browser's form, and has no
 * business with a cookie.
 */
export function isSameOrigin(c: Context): boolean {
	const site = c.req.header('sec-fetch-site');
	if (site !== undefined) return site === 'same-origin';
	const origin = c.req.header('origin');
	if (origin === undefined) return false;
	const host = c.req.header('host') ?? new URL(c.req.url).host;
	return URL.parse(origin)?.host === host;
}
