import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Fetch } from '../../src/platform/index.ts';
import type { SendAiClientOptions } from '../../src/sendai/client.ts';
import type { CompleteAnswer } from '../../src/sendai/index.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { clientOf, key, type Loopback, realClock, ref, sendJson, serve } from './loopback.ts';
import { wireTask } from './wire-samples.ts';

const open: Loopback[] = [];
afterEach(async () => {
	for (const server of open.splice(0)) await server.close();
});

async function start(handle: Parameters<typeof serve>[0]): Promise<Loopback> {
	const server = await serve(handle);
	open.push(server);
	return server;
}

const path = '/v2/team_1/project/project_1/task/task_1/complete';

async function post(url: string, timeoutMs = 2_000, over: Partial<SendAiClientOptions> = {}): Promise<CompleteAnswer> {
	const slot = await clientOf(url, over).reserve();
	const answer = await slot.postComplete(ref, timeoutMs);
	if (answer.kind === 'answered') await answer.body();
	slot.release();
	// Time for a second request to show itself.
	await realClock.sleep(30);
	return answer;
}

describe('exactly one request', () => {
	it('when it is taken: POST without a body, with the key', async () => {
		const server = await start((_request, response) => sendJson(response, 200, { payload: wireTask(), message: 'ok' }));
		expect(await post(server.url)).toMatchObject({ kind: 'answered', status: 200, retryAfterMs: null });
		expect(server.requests).toEqual([`POST ${path}`]);
		expect(server.headers[0]).toMatchObject({ authorization: `Bearer ${key}`, 'content-length': '0' });
	});

	it.each([400, 401, 403, 404, 409, 422, 500, 502, 504])('when it is answered with %i', async (status) => {
		const server = await start((_request, response) => sendJson(response, status, { error: 'no' }));
		expect(await post(server.url)).toMatchObject({ kind: 'answered', status });
		expect(server.requests).toEqual([`POST ${path}`]);
	});

	it.each([429, 503])('when it is answered with %i and Retry-After', async (status) => {
		const server = await start((_request, response) => sendJson(response, status, {}, { 'retry-after': '1' }));
		expect(await post(server.url)).toMatchObject({ kind: 'answered', status, retryAfterMs: 1_000 });
		expect(server.requests).toHaveLength(1);
	});

	it.each([301, 302, 303, 307, 308])('when it is redirected with %i, and none at the new place', async (status) => {
		const other = await start((_request, response) => sendJson(response, 200, wireTask()));
		const server = await start((_request, response) =>
			sendJson(response, status, {}, { location: `${other.url}${path}` }),
		);
		expect(await post(server.url)).toMatchObject({ kind: 'answered', status });
		expect(server.requests).toHaveLength(1);
		expect(other.requests).toEqual([]);
	});

	it('when the connection is reset', async () => {
		const server = await start((request) => request.socket.resetAndDestroy());
		expect(await post(server.url)).toMatchObject({
			kind: 'no-answer',
			code: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/),
		});
		expect(server.requests).toHaveLength(1);
	});

	it('when the connection is closed without a word', async () => {
		const server = await start((request) => request.socket.end());
		expect(await post(server.url)).toMatchObject({ kind: 'no-answer', code: 'UND_ERR_SOCKET' });
		expect(server.requests).toHaveLength(1);
	});

	it('when a connection that was kept alive is closed under it', async () => {
		let count = 0;
		const server = await start((request, response) => {
			count += 1;
			if (count === 1) sendJson(response, 200, wireTask());
			else request.socket.resetAndDestroy();
		});
		const client = clientOf(server.url);
		expect(await client.readTask(ref)).toMatchObject({ kind: 'read' });
		const slot = await client.reserve();
		expect(await slot.postComplete(ref, 1_000)).toMatchObject({ kind: 'no-answer' });
		slot.release();
		await realClock.sleep(30);
		expect(server.requests.map((line) => line.split(' ')[0])).toEqual(['GET', 'POST']);
	});

	it('when no answer comes in time', async () => {
		const server = await start(() => undefined);
		expect(await post(server.url, 60)).toEqual({ kind: 'no-answer', code: 'timeout' });
		expect(server.requests).toHaveLength(1);
	});

	it('when the answer comes too late', async () => {
		const server = await start((_request, response) => {
			setTimeout(() => sendJson(response, 200, wireTask()), 90);
		});
		expect(await post(server.url, 40)).toEqual({ kind: 'no-answer', code: 'timeout' });
		await realClock.sleep(100);
		expect(server.requests).toHaveLength(1);
	});

	it('when the body is cut: the status stands', async () => {
		const server = await start((_request, response) => {
			response.writeHead(200, { 'content-length': '10000' });
			response.write('{"payload": {');
			setTimeout(() => response.destroy(), 20);
		});
		const slot = await clientOf(server.url).reserve();
		const answer = await slot.postComplete(ref, 1_000);
		if (answer.kind !== 'answered') throw new Error(answer.kind);
		expect(answer.status).toBe(200);
		expect(await answer.body()).toEqual({ reading: null, inspect: false });
		slot.release();
		expect(server.requests).toHaveLength(1);
	});

	it('when the answer is no HTTP', async () => {
		const lines: string[] = [];
		const server = createServer((socket) => {
			socket.on('data', (data) => {
				lines.push(data.toString('latin1').split('\r\n')[0] ?? '');
				socket.end('what?\r\n\r\n');
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		expect(await post(`http://127.0.0.1:${port}`)).toMatchObject({ kind: 'no-answer' });
		expect(lines).toEqual([`POST ${path} HTTP/1.1`]);
		await new Promise((resolve) => server.close(resolve));
	});
});

describe('never connected', () => {
	it('when nobody listens, at one address or at all addresses of a name', async () => {
		const server = await serve(() => undefined);
		await server.close();
		expect(await post(server.url)).toEqual({ kind: 'never-connected', code: 'ECONNREFUSED' });
		const byName = server.url.replace('127.0.0.1', 'localhost');
		expect(await post(byName)).toEqual({ kind: 'never-connected', code: 'ECONNREFUSED' });
	});

	it('when the id must not stand in an address: nothing is called', async () => {
		const server = await start(() => undefined);
		const slot = await clientOf(server.url).reserve();
		const answer = await slot.postComplete({ projectId: 'p', taskId: '..' }, 1_000);
		expect(answer).toEqual({ kind: 'never-connected', code: 'id-refused' });
		slot.release();
		expect(server.requests).toEqual([]);
	});
});

it('a place is good for one POST, and for none after its release', async () => {
	const server = await start((_request, response) => sendJson(response, 500, {}));
	const client = clientOf(server.url);
	const slot = await client.reserve();
	expect(await slot.postComplete(ref, 1_000)).toMatchObject({ kind: 'answered', status: 500 });
	expect(await slot.postComplete(ref, 1_000)).toEqual({ kind: 'never-connected', code: 'place-used' });
	slot.release();
	const released = await client.reserve();
	released.release();
	expect(await released.postComplete(ref, 1_000)).toEqual({ kind: 'never-connected', code: 'place-used' });
	expect(server.requests).toHaveLength(1);
});

describe('the body of an answer', () => {
	const bodyOf = async (body: string, status = 200) => {
		const server = await start((_request, response) => {
			response.writeHead(status);
			response.end(body);
		});
		const slot = await clientOf(server.url).reserve();
		const answer = await slot.postComplete(ref, 1_000);
		const read = answer.kind === 'answered' ? await answer.body() : null;
		slot.release();
		return read;
	};
	const task = (over: object = {}) => JSON.stringify({ payload: wireTask(), message: 'started', ...over });

	it.each<[string, string, number, boolean, boolean]>([
		['a task', task(), 200, true, false],
		['a task and 207', task(), 207, true, true],
		['a task and errors', task({ errors: [{ code: 'x' }] }), 200, true, true],
		['a task and error', task({ error: 'x' }), 200, true, true],
		['a task and errors inside', task({ payload: wireTask({ errors: ['x'] }) }), 200, true, true],
		['a task and no errors', task({ errors: [], error: null }), 200, true, false],
		['another task', task({ payload: wireTask({ id: 'task_2' }) }), 200, false, false],
		['nothing', '', 200, false, false],
		['nothing and 207', '', 207, false, true],
		['no JSON', 'ok', 200, false, false],
	])('with %s', async (_what, body, status, hasTask, inspect) => {
		const read = await bodyOf(body, status);
		expect(read?.reading !== null).toBe(hasTask);
		expect(read?.inspect).toBe(inspect);
	});

	it('without end is let go after 5 s, and is null rather than a rejection', async () => {
		const clock = createVirtualClock(0);
		let cancelled = false;
		const body = new ReadableStream({
			cancel() {
				cancelled = true;
			},
		});
		const fetch: Fetch = () => Promise.resolve(new Response(body, { status: 200 }));
		const slot = await clientOf('https://api.send.ai', { fetch, clock }).reserve();
		const answer = await slot.postComplete(ref, 1_000);
		if (answer.kind !== 'answered') throw new Error(answer.kind);
		const reading = answer.body();
		await clock.advance(5_000);
		expect(await reading).toEqual({ reading: null, inspect: false });
		expect(cancelled).toBe(true);
		// Asked twice it still does not reject.
		expect(await answer.body()).toEqual({ reading: null, inspect: false });
		slot.release();
	});

	it('that nobody asked for is let go with the place', async () => {
		let cancelled = false;
		const body = new ReadableStream({
			cancel() {
				cancelled = true;
			},
		});
		const slot = await clientOf('https://api.send.ai', {
			fetch: () => Promise.resolve(new Response(body, { status: 500 })),
		}).reserve();
		await slot.postComplete(ref, 1_000);
		slot.release();
		expect(cancelled).toBe(true);
	});
});

describe('a place', () => {
	const gate = () => {
		const waiting: (() => void)[] = [];
		const fetch: Fetch = (input) =>
			new Promise((resolve) => {
				const answer = () => resolve(Response.json(wireTask()));
				if (input.endsWith('/complete')) answer();
				else waiting.push(answer);
			});
		return { waiting, fetch };
	};

	it('is taken among all calls, so that the POST waits for nobody', async () => {
		const { waiting, fetch } = gate();
		const client = clientOf('https://api.send.ai', { fetch, concurrency: 2 });
		const slot = await client.reserve();
		const reads = [client.readTask(ref), client.readTask(ref), client.readTask(ref)];
		await realClock.sleep(5);
		expect(waiting).toHaveLength(1);
		expect(await slot.postComplete(ref, 1_000)).toMatchObject({ kind: 'answered', status: 200 });
		expect(waiting).toHaveLength(1);
		slot.release();
		slot.release();
		await realClock.sleep(5);
		// Released twice it gives back one place, not two.
		expect(waiting).toHaveLength(2);
		for (let i = 0; i < reads.length; i += 1) {
			waiting[i]?.();
			await realClock.sleep(2);
		}
		await Promise.all(reads);
	});

	it('covers the read before the POST, even when it is the only one', async () => {
		const server = await start((_request, response) => sendJson(response, 200, { payload: wireTask() }));
		const slot = await clientOf(server.url, { concurrency: 1 }).reserve();
		expect(await slot.readTask(ref)).toMatchObject({ kind: 'read' });
		expect(await slot.postComplete(ref, 1_000)).toMatchObject({ kind: 'answered', status: 200 });
		slot.release();
		expect(server.requests.map((line) => line.split(' ')[0])).toEqual(['GET', 'POST']);
	});

	it('is waited for when all are taken', async () => {
		const client = clientOf('https://api.send.ai', { concurrency: 1 });
		const first = await client.reserve();
		let got = false;
		const second = client.reserve().then((slot) => {
			got = true;
			return slot;
		});
		await realClock.sleep(5);
		expect(got).toBe(false);
		first.release();
		(await second).release();
	});
});

it('the POST goes out in the same turn in which it is asked for', async () => {
	let sent = false;
	const fetch: Fetch = () => {
		sent = true;
		return Promise.resolve(new Response(null, { status: 500 }));
	};
	const slot = await clientOf('https://api.send.ai', { fetch }).reserve();
	const answer = slot.postComplete(ref, 1_000);
	expect(sent).toBe(true);
	await answer;
	slot.release();
});
