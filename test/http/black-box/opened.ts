import { expect, vi } from 'vitest';
import { nodeFetch } from '../../../src/platform/node.ts';
import type { Simulator } from '../../../src/simulator/index.ts';

/** A Greenlane that runs somewhere, and what is needed to speak to it from outside. */
export interface Opened {
	/** Without a slash at the end. */
	readonly url: string;
	/** Of an operator `alice` who may operate, of one who may read, and what notifications bear. */
	readonly token: string;
	readonly readToken: string;
	readonly webhookToken: string;
	/** Key of the signatures of Standard Webhooks, base64. */
	readonly webhookKey: string;
	readonly teamId: string;
	readonly projectId: string;
	/** The Send AI that it works for. It notifies by itself. */
	readonly simulator: Simulator;
	/** Writes a rule file into the folder of the rules, or removes it with null. */
	putRule(id: string, text: string | null): Promise<void>;
	close(): Promise<void>;
}

type Headers = Readonly<Record<string, string>>;

/** Requests as the suite sends them. No redirection is followed. */
export interface Caller {
	readonly opened: Opened;
	send(method: string, path: string, headers?: Headers, body?: string): Promise<Response>;
	/** As the operator who may read. */
	read(path: string): Promise<Response>;
	/** As the operator who may operate; a text is sent as it is. */
	operate(path: string, body?: unknown): Promise<Response>;
	/** With the bearer token; a text is sent as it is. */
	notify(body: unknown, headers?: Headers): Promise<Response>;
}

export const json = { 'content-type': 'application/json' } as const;
export const webhookPath = '/webhooks/send-ai';

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

export function createCaller(opened: Opened): Caller {
	const { url, token, readToken, webhookToken } = opened;
	const send: Caller['send'] = async (method, path, headers = {}, body) =>
		await nodeFetch(`${url}${path}`, {
			method,
			headers,
			redirect: 'manual',
			...(body === undefined ? {} : { body }),
		});
	const textOf = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body));
	return {
		opened,
		send,
		read: (path) => send('GET', path, bearer(readToken)),
		operate: (path, body) =>
			body === undefined
				? send('POST', path, bearer(token))
				: send('POST', path, { ...bearer(token), ...json }, textOf(body)),
		notify: (body, headers) =>
			send('POST', webhookPath, { ...json, ...bearer(webhookToken), ...headers }, textOf(body)),
	};
}

/** The body of a JSON answer that has this status. */
export async function bodyOf<T>(response: Response, status = 200): Promise<T> {
	const text = await response.text();
	expect([response.status, response.headers.get('content-type')], text).toEqual([status, 'application/json']);
	return JSON.parse(text) as T;
}

/** Looks until it holds; 20 seconds at most. */
export async function comesTo<T>(look: () => T | Promise<T>, check: (value: T) => void): Promise<void> {
	await vi.waitFor(async () => check(await look()), { timeout: 20_000, interval: 100 });
}

let count = 0;

/** An id that no test of this process has used. */
export function freshId(prefix: string): string {
	count += 1;
	return `${prefix}_${count}`;
}
