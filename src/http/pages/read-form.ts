import type { Context } from 'hono';
import { readBody } from '../read-body.ts';

const longestForm = 16 * 1024;

/** What a form of ours sent; null when it is none, or too long. */
export async function readForm(c: Context): Promise<URLSearchParams | null> {
	const type = c.req.header('content-type') ?? '';
	if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type)) return null;
	const reading = await readBody(c.req, longestForm);
	return reading.kind === 'read' ? new URLSearchParams(new TextDecoder().decode(reading.bytes)) : null;
}

/** A path on this server that a form or an address names; the fallback for anything that could lead elsewhere. */
export function ownPath(path: string | null | undefined, fallback: string): string {
	return path !== null && path !== undefined && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path) ? path : fallback;
}

/** The path with a notice in its query. */
export function withNotice(path: string, notice: string): string {
	return `${path}${path.includes('?') ? '&' : '?'}notice=${encodeURIComponent(notice)}`;
}
