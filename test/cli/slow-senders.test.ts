import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { notification } from '../http/app-under-test.ts';
import { serve } from './greenlane-process.ts';

const token = 'token-of-the-webhook-under-test';
const slowOfEach = 50;
/** The server allows headers 10 s and whole requests 30 s, and looks every 5 s; the rest is for loaded machines. */
const [headersWithinMs, requestWithinMs] = [22_000, 50_000];
const trickleEveryMs = 1_000;

/** Sends a byte a second, for ever. Resolves with when it was closed, ms after the start, and what it was told. */
async function trickle(port: number, start: string): Promise<{ readonly afterMs: number; readonly told: string }> {
	const begin = performance.now();
	const socket: Socket = connect(port, '127.0.0.1');
	let told = '';
	socket.setEncoding('utf8').on('data', (text: string) => {
		told += text;
	});
	// The server may close while a byte is on its way.
	socket.on('error', () => undefined);
	await once(socket, 'connect');
	socket.write(start);
	const trickling = setInterval(() => socket.write('x'), trickleEveryMs);
	await once(socket, 'close');
	clearInterval(trickling);
	return { afterMs: performance.now() - begin, told };
}

test('who trickles headers or a body is cut off, and keeps nobody waiting meanwhile', { timeout: 90_000 }, async () => {
	const folder = mkdtempSync(join(tmpdir(), 'greenlane-slow-'));
	const bot = await serve({
		env: {
			...{ SENDAI_API_KEY: 'key', SENDAI_TEAM_ID: 'team_1', SENDAI_PROJECT_IDS: 'proj_1', WEBHOOK_SECRETS: token },
			...{ SENDAI_BASE_URL: 'http://127.0.0.1:1', HOST: '127.0.0.1', PORT: '0' },
			...{ DATABASE_URL: `file:${join(folder, 'ledger.db')}`, SECRET_KEYS: 'a-key-of-thirty-two-characters-or-more' },
		},
		withinMs: 80_000,
	});
	try {
		const port = Number(new URL(bot.address).port);
		const head = 'POST /webhooks/send-ai HTTP/1.1\r\nHost: localhost\r\n';
		const body = `${head}Authorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"`;
		const slow = (start: string) => Promise.all(Array.from({ length: slowOfEach }, () => trickle(port, start)));
		const cut = Promise.all([slow(`${head}X-Slow: `), slow(body)]);

		const answer = await fetch(`${bot.address}/webhooks/send-ai`, {
			method: 'POST',
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
			body: JSON.stringify(notification()),
			signal: AbortSignal.timeout(5_000),
		});
		expect(answer.status).toBe(202);

		const [headers, bodies] = await cut;
		expect(headers).toHaveLength(slowOfEach);
		for (const { afterMs, told } of headers) {
			expect(afterMs).toBeLessThan(headersWithinMs);
			expect(told).toMatch(/^HTTP\/1\.1 408 /);
		}
		expect(bodies).toHaveLength(slowOfEach);
		for (const { afterMs, told } of bodies) {
			expect(afterMs).toBeLessThan(requestWithinMs);
			expect(told).not.toMatch(/^HTTP\/1\.1 2/);
		}
	} finally {
		bot.signal('SIGTERM');
		await bot.end();
		rmSync(folder, { recursive: true, force: true });
	}
});
