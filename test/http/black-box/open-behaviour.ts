import { expect, it } from 'vitest';
import { problemOf } from '../app-under-test.ts';
import type { Expected } from './differences.ts';
import { bearer, bodyOf, type Caller, webhookPath } from './opened.ts';

/** Routes of the operator API, with the ids of things that are not there. */
const reads = [
	...['/v1/decisions', '/v1/decisions/x', '/v1/cases', '/v1/cases/x', '/v1/cases.csv', '/v1/cases.jsonl'],
	...[
		'/v1/events',
		'/v1/events/x',
		'/v1/rules',
		'/v1/rules/results',
		'/v1/summary',
		'/v1/upcoming',
		'/v1/controls',
		'/v1/statement',
		'/v1/proof',
	],
	...['/metrics', '/openapi.json'],
];
const writes = [
	...['/v1/tasks', '/v1/pause', '/v1/resume', '/v1/rules/reload', '/v1/rules/x/brake', '/v1/rules/x/rearm'],
	...['/v1/cases/x/retry', '/v1/cases/x/leave', '/v1/cases/x/handled'],
	...['/v1/events/x/redeliver', '/v1/events/redeliver', '/v1/gates/open'],
];

/** What anybody may ask, and what is refused to whoever may not. */
export function openBehaviour(ask: () => Caller, expected: Expected): void {
	it('is alive, to anybody', async () => {
		const response = await ask().send('GET', '/healthz');
		expect(response.headers.get('cache-control')).toBe('no-store');
		expect(await bodyOf(response)).toEqual({ status: 'ok' });
	});

	it('is ready, and tells operators alone by which rules', async () => {
		const open = await bodyOf<object>(await ask().send('GET', '/readyz'));
		expect(open).toEqual({ status: 'ready', checks: { store: 'ok', rules: 'ok' }, notes: [] });
		const { revision } = await bodyOf<{ revision: string }>(await ask().read('/v1/rules'));
		expect(await bodyOf(await ask().read('/readyz'))).toEqual({ ...open, revision, gates: [], pauses: [] });
		expect(revision).toMatch(/^[0-9a-f]{64}$/);
	});

	it('wants a token that it knows, on every route of the operators', async () => {
		const { send, opened } = ask();
		const routes = [
			...reads.map((path) => ['GET', path] as const),
			...[...writes, '/v1/simulate'].map((path) => ['POST', path] as const),
		];
		for (const [method, path] of routes) {
			for (const headers of [{}, bearer(`${opened.token}x`), { authorization: opened.token }]) {
				const response = await send(method, path, headers);
				expect(response.headers.get('www-authenticate')).toBe('Bearer realm="greenlane"');
				expect(await problemOf(response), path).toMatchObject({ status: 401, code: 'unknown-token' });
			}
		}
	}, 60_000);

	it('takes no acts from an operator who may read', async () => {
		const { send, opened } = ask();
		for (const path of writes) {
			const response = await send('POST', path, bearer(opened.readToken));
			expect(await problemOf(response), path).toMatchObject({ status: 403, code: 'read-only' });
		}
	});

	it.each(['/nothing', '/v1', '/v1/nothing', '/%00', '/healthz/', '//v1/events', '/V1/events', '/favicon.ico'])(
		'%s is nowhere',
		async (path) => {
			const response = await ask().read(path);
			expect(await problemOf(response)).toMatchObject({ status: 404, code: 'unknown-route' });
		},
	);

	it('an address that is written with escapes is the same address', async () => {
		expect((await ask().send('GET', '/%68ealthz')).status).toBe(200);
		expect((await ask().send('POST', '/webhook%73/send-ai')).status).toBe(415);
		expect((await ask().read('/v1/%65vents')).status).toBe(200);
	});

	it.each([
		['/healthz', 'GET, HEAD', ['OPTIONS', 'POST', 'DELETE']],
		['/v1/events', 'GET, HEAD', ['OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']],
		['/v1/pause', 'POST', ['GET', 'HEAD', 'OPTIONS', 'PUT']],
		[webhookPath, 'POST', ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']],
		['/login', 'GET, POST, HEAD', ['OPTIONS', 'PUT', 'DELETE']],
	])('%s takes %s, and says so', async (path, allow, others) => {
		for (const method of others) {
			const response = await ask().send(method, path);
			expect([response.status, response.headers.get('allow')], method).toEqual([405, allow]);
			// No preflight is answered: no other site's script may speak to it.
			expect(response.headers.get('access-control-allow-origin')).toBeNull();
			if (method === 'HEAD') expect(await response.text()).toBe('');
			else expect(await problemOf(response)).toMatchObject({ code: 'wrong-method' });
		}
	});

	it('HEAD answers like GET, without the body', async () => {
		for (const path of ['/healthz', '/v1/events', '/v1/cases/x', '/v1/cases.csv', '/metrics']) {
			const [get, head] = [await ask().read(path), await ask().send('HEAD', path, bearer(ask().opened.readToken))];
			await get.text();
			expect([head.status, await head.text()], path).toEqual([get.status, '']);
			for (const name of ['content-type', 'cache-control', 'content-disposition', 'x-frame-options']) {
				expect(head.headers.get(name), `${path} ${name}`).toBe(get.headers.get(name));
			}
		}
		expect((await ask().send('HEAD', '/v1/events')).status).toBe(401);
	});

	it('headers beyond 16 KiB are refused or taken, and break nothing', async () => {
		const response = await ask().send('GET', '/healthz', { 'x-long': 'x'.repeat(20_000) });
		expect(response.status).toBe(expected.longHeaders);
		await response.text();
		expect((await ask().send('GET', '/healthz')).status).toBe(200);
	});
}
