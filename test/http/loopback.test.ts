import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AppUnderTest, createAppUnderTest, eventsOf, notification, webhookToken } from './app-under-test.ts';

/** What a socket sees and `app.request` does not: lengths that lie, bodies without length, connections that break. */
let app: AppUnderTest;
let server: Server;
let port = 0;

beforeEach(async () => {
	app = await createAppUnderTest();
	server = createAdaptorServer({ fetch: app.fetch, createServer, overrideGlobalObjects: false }) as Server;
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
	server.closeAllConnections();
	server.close();
	await app.close();
});

const head = [
	'POST /webhooks/send-ai HTTP/1.1',
	'Host: 127.0.0.1',
	'Content-Type: application/json',
	`Authorization: Bearer ${webhookToken}`,
];

/** Writes raw bytes and reads what comes back until the server closes, the answer is whole, or `ms` are over. */
async function exchange(parts: readonly (string | Buffer)[], ms = 2_000): Promise<string> {
	const socket = connect(port, '127.0.0.1');
	let answer = '';
	socket.setEncoding('utf8');
	socket.on('data', (chunk: string) => {
		answer += chunk;
		if (/\r\n\r\n.*\}$/s.test(answer)) socket.end();
	});
	// A server that has answered may close while we still write.
	socket.on('error', () => undefined);
	const timer = setTimeout(() => socket.destroy(), ms);
	await once(socket, 'connect');
	// Not by `once` of node:events, which rejects on the error that is expected here.
	const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
	for (const part of parts) {
		if (socket.destroyed) break;
		if (!socket.write(part)) {
			await Promise.race([new Promise<void>((resolve) => socket.once('drain', () => resolve())), closed]);
		}
	}
	await closed;
	clearTimeout(timer);
	return answer;
}

function chunked(body: Buffer, size: number): (string | Buffer)[] {
	const parts: (string | Buffer)[] = [];
	for (let at = 0; at < body.length; at += size) {
		const chunk = body.subarray(at, at + size);
		parts.push(`${chunk.length.toString(16)}\r\n`, chunk, '\r\n');
	}
	return [...parts, '0\r\n\r\n'];
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

describe('over a socket', () => {
	it('a body without a length is read', async () => {
		const body = Buffer.from(JSON.stringify(notification()));
		const answer = await exchange([
			`${[...head, 'Transfer-Encoding: chunked'].join('\r\n')}\r\n\r\n`,
			...chunked(body, 100),
		]);
		expect(statusOf(answer)).toBe(202);
		expect(answer).toContain('{"event_id":"evt_1","status":"accepted"}');
		expect(await app.ledger.getEvent('evt_1')).not.toBeNull();
	});

	it('a body without a length that goes beyond 64 KiB is a 413 before its end', async () => {
		const body = Buffer.alloc(10 * 1024 * 1024, ' ');
		const answer = await exchange([
			`${[...head, 'Transfer-Encoding: chunked'].join('\r\n')}\r\n\r\n`,
			...chunked(body, 16_384),
		]);
		expect(statusOf(answer)).toBe(413);
		expect(await eventsOf(app.ledger)).toEqual([]);
	});

	it('10 MB with a length are a 413 that reads nothing', async () => {
		const body = Buffer.alloc(10 * 1024 * 1024, ' ');
		const answer = await exchange([`${[...head, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n`, body]);
		expect(statusOf(answer)).toBe(413);
	});

	it('many of them leave the server well', async () => {
		const body = Buffer.alloc(1024 * 1024, 'x');
		const parts = [`${[...head, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n`, body];
		const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(parts)));
		expect(new Set(answers.map(statusOf))).toEqual(new Set([413]));
		const response = await fetch(`http://127.0.0.1:${port}/webhooks/send-ai`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', authorization: `Bearer ${webhookToken}` },
			body: JSON.stringify(notification()),
		});
		expect(response.status).toBe(202);
	});

	it('a body that breaks off is no event, and no crash', async () => {
		const body = JSON.stringify(notification());
		const socket = connect(port, '127.0.0.1');
		await once(socket, 'connect');
		socket.write(`${[...head, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body.slice(0, 50)}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
		socket.destroy();
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(await eventsOf(app.ledger)).toEqual([]);
		expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
	});

	it('a length and chunks at once, or a length that is none, never get past the parser', async () => {
		const body = JSON.stringify(notification());
		for (const lies of [
			[`Content-Length: ${body.length}`, 'Transfer-Encoding: chunked'],
			['Content-Length: -1'],
			['Content-Length: ten'],
			['Content-Length: 5', 'Content-Length: 6'],
		]) {
			const answer = await exchange([`${[...head, ...lies].join('\r\n')}\r\n\r\n${body}`]);
			expect(statusOf(answer)).toBe(400);
		}
		expect(await eventsOf(app.ledger)).toEqual([]);
	});

	it('paths that try to lead elsewhere find nothing', async () => {
		for (const path of [
			'/webhooks/../v1/events',
			'/v1/cases/%2e%2e/%2e%2e',
			'//v1/events',
			'/v1/events%00',
			'/v1/cases/%zz',
		]) {
			const answer = await exchange([`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`]);
			expect([400, 401, 404], path).toContain(statusOf(answer));
		}
	});

	it('hundreds of notifications at once are each stored exactly once', async () => {
		const ids = Array.from({ length: 300 }, (_, index) => `evt_${index}`);
		const answers = await Promise.all(
			ids.map(async (id) => {
				const response = await fetch(`http://127.0.0.1:${port}/webhooks/send-ai`, {
					method: 'POST',
					headers: { 'content-type': 'application/json', authorization: `Bearer ${webhookToken}` },
					body: JSON.stringify(notification({ id })),
				});
				return [response.status, ((await response.json()) as { status: string }).status];
			}),
		);
		expect(new Set(answers.map((answer) => answer.join(' ')))).toEqual(new Set(['202 accepted']));
		expect((await app.ledger.counts()).events.accepted).toBe(300);
	});
});
