import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Fetch } from '../../src/platform/index.ts';
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

describe('a read', () => {
	it('gives the task, the time of the answer, and shows the key to nobody else', async () => {
		const server = await start((_request, response) =>
			sendJson(response, 200, { payload: wireTask() }, { date: 'Sun, 01 Nov 2026 10:00:00 GMT' }),
		);
		const read = await clientOf(server.url).readTask(ref);
		expect(read).toMatchObject({ kind: 'read', serverTime: Date.UTC(2026, 10, 1, 10), reading: { kind: 'task' } });
		expect(server.requests).toEqual(['GET /v2/team_1/project/project_1/task/task_1']);
		expect(server.headers[0]?.authorization).toBe(`Bearer ${key}`);
	});

	it('says null for a Date that is no date', async () => {
		const server = await start((_request, response) => sendJson(response, 200, wireTask(), { date: '-1' }));
		expect(await clientOf(server.url).readTask(ref)).toMatchObject({ kind: 'read', serverTime: null });
	});

	it.each<[number, unknown, number]>([
		[401, { kind: 'denied', status: 401 }, 1],
		[403, { kind: 'denied', status: 403 }, 1],
		[404, { kind: 'not-found' }, 1],
		[410, { kind: 'not-found' }, 1],
		[429, { kind: 'rate-limited', retryAfterMs: 30_000 }, 1],
		[400, { kind: 'unavailable', code: 'status-400', retryAfterMs: null }, 1],
		[422, { kind: 'unavailable', code: 'status-422', retryAfterMs: null }, 1],
		[500, { kind: 'unavailable', code: 'status-500', retryAfterMs: null }, 3],
		[503, { kind: 'unavailable', code: 'status-503', retryAfterMs: null }, 3],
	])('answered with %i is a value, after the right number of tries', async (status, value, tries) => {
		const server = await start((_request, response) => sendJson(response, status, { error: 'no' }));
		expect(await clientOf(server.url).readTask(ref)).toEqual(value);
		expect(server.requests).toHaveLength(tries);
	});

	it.each([301, 302, 303, 307, 308])('follows no %i: the key would go along', async (status) => {
		const other = await start((_request, response) => sendJson(response, 200, wireTask()));
		const server = await start((_request, response) => sendJson(response, status, {}, { location: `${other.url}/x` }));
		expect(await clientOf(server.url).readTask(ref)).toMatchObject({ kind: 'unavailable', code: `status-${status}` });
		expect(server.requests).toHaveLength(1);
		expect(other.requests).toEqual([]);
	});

	it('takes a redirect that the platform hides for one', async () => {
		const hidden = Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' });
		const read = await clientOf('https://api.send.ai', { fetch: () => Promise.resolve(hidden) }).readTask(ref);
		expect(read).toMatchObject({ kind: 'unavailable', code: 'status-302' });
	});

	it.each(['', 'not json', '{"payload":', '<html>'])(
		'of a body %j is malformed, and quotes none of it',
		async (body) => {
			const server = await start((_request, response) => response.end(body));
			expect(await clientOf(server.url).readTask(ref)).toMatchObject({
				reading: { kind: 'malformed', faults: [{ path: '', message: 'is not JSON' }] },
			});
			expect(server.requests).toHaveLength(1);
		},
	);

	it('of another task than the one asked for is malformed', async () => {
		const server = await start((_request, response) =>
			sendJson(response, 200, { payload: wireTask({ id: 'task_2' }) }),
		);
		expect(await clientOf(server.url).readTask(ref)).toMatchObject({ reading: { kind: 'malformed' } });
	});

	it('is tried again when the connection breaks in the middle of the body', async () => {
		let count = 0;
		const server = await start((_request, response) => {
			count += 1;
			if (count > 1) return sendJson(response, 200, { payload: wireTask() });
			response.writeHead(200, { 'content-length': '10000' });
			response.write('{"payload": {');
			setTimeout(() => response.destroy(), 20);
		});
		expect(await clientOf(server.url).readTask(ref)).toMatchObject({ kind: 'read', reading: { kind: 'task' } });
		expect(count).toBe(2);
	});

	it('is tried again after a reset, and says its code after the third', async () => {
		const server = await start((request) => request.socket.resetAndDestroy());
		const read = await clientOf(server.url).readTask(ref);
		expect(read).toMatchObject({ kind: 'unavailable', code: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/) });
		expect(server.requests).toHaveLength(3);
	});

	it('of a body without end is given up at 32 MB, whatever content-length says', async () => {
		let sent = 0;
		const chunk = Buffer.alloc(1024 * 1024, ' ');
		const server = await start((_request, response) => {
			response.on('error', () => undefined);
			const more = () => {
				while (!response.destroyed) {
					sent += chunk.length;
					if (!response.write(chunk)) {
						response.once('drain', more);
						return;
					}
				}
			};
			more();
		});
		expect(await clientOf(server.url).readTask(ref)).toMatchObject({
			reading: { kind: 'malformed', faults: [{ message: 'the answer is too long' }] },
		});
		expect(sent).toBeLessThan(64 * 1024 * 1024);
		expect(server.requests).toHaveLength(1);
	});

	it.each(['..', '', 'a\nb', '\ud800'])('with the id %j is not made', async (taskId) => {
		const fetch = vi.fn<Fetch>();
		const client = clientOf('https://api.send.ai', { fetch });
		expect(await client.readTask({ projectId: 'p', taskId })).toEqual({ kind: 'not-found' });
		expect(await client.readUpload('p', taskId)).toEqual({ kind: 'not-found' });
		expect(fetch).not.toHaveBeenCalled();
	});
});

describe('waiting, by the clock handed in', () => {
	const answers = (...list: (() => Response | Promise<Response>)[]) => {
		const times: number[] = [];
		const clock = createVirtualClock(Date.UTC(2026, 10, 1));
		const start = clock.now();
		const fetch: Fetch = async () => {
			times.push(clock.now() - start);
			const next = list[Math.min(times.length, list.length) - 1];
			if (next === undefined) throw new Error('no answer left');
			return next();
		};
		return { times, clock, fetch };
	};
	const good = () => Response.json({ payload: wireTask() });
	const plain =
		(status: number, headers: Record<string, string> = {}) =>
		() =>
			new Response(null, { status, headers });

	it('a try that does not end is given up after 15 s, body included, even when nobody listens to the signal', async () => {
		for (const never of [
			() => new Promise<never>(() => undefined),
			() => new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([123])) })),
		]) {
			const { times, clock, fetch } = answers(never);
			const read = clientOf('https://api.send.ai', { fetch, clock }).readTask(ref);
			let settled = false;
			void read.then(() => {
				settled = true;
			});
			await clock.advance(14_999);
			expect(settled).toBe(false);
			await clock.advance(1);
			expect(await read).toEqual({ kind: 'unavailable', code: 'timeout', retryAfterMs: null });
			expect(times).toEqual([0]);
			expect(clock.sleeping()).toBe(0);
		}
	});

	it('full jitter: random share of 250 ms, then of 500 ms', async () => {
		const { times, clock, fetch } = answers(plain(500), plain(502), good);
		const read = clientOf('https://api.send.ai', { fetch, clock, random: () => 0.5 }).readTask(ref);
		await clock.runUntilIdle();
		expect(await read).toMatchObject({ kind: 'read' });
		expect(times).toEqual([0, 125, 375]);
	});

	it('a short Retry-After is waited for, in seconds or as a date by the clock of the answer', async () => {
		const date = 'Sun, 01 Nov 2026 10:00:00 GMT';
		const { times, clock, fetch } = answers(
			plain(429, { 'retry-after': '2' }),
			plain(503, { 'retry-after': 'Sun, 01 Nov 2026 10:00:03 GMT', date }),
			good,
		);
		const read = clientOf('https://api.send.ai', { fetch, clock }).readTask(ref);
		await clock.runUntilIdle();
		expect(await read).toMatchObject({ kind: 'read' });
		expect(times).toEqual([0, 2_000, 5_000]);
	});

	it.each<[number, Record<string, string>, unknown]>([
		[429, { 'retry-after': '6' }, { kind: 'rate-limited', retryAfterMs: 6_000 }],
		[429, { 'retry-after': '99999999' }, { kind: 'rate-limited', retryAfterMs: 3_600_000 }],
		[429, { 'retry-after': 'soon' }, { kind: 'rate-limited', retryAfterMs: 30_000 }],
		[429, { 'retry-after': '-5' }, { kind: 'rate-limited', retryAfterMs: 30_000 }],
		[429, { 'retry-after': 'Sun, 01 Nov 2026 00:01:00 GMT' }, { kind: 'rate-limited', retryAfterMs: 60_000 }],
		[503, { 'retry-after': '60' }, { kind: 'unavailable', code: 'status-503', retryAfterMs: 60_000 }],
	])('%i with %j is left to the wakeup at once', async (status, headers, value) => {
		const { times, clock, fetch } = answers(plain(status, headers));
		expect(await clientOf('https://api.send.ai', { fetch, clock }).readTask(ref)).toEqual(value);
		expect(times).toEqual([0]);
	});

	it('what is rate-limited to the end is told as that', async () => {
		const { times, clock, fetch } = answers(plain(429, { 'retry-after': '1' }));
		const read = clientOf('https://api.send.ai', { fetch, clock }).readTask(ref);
		await clock.runUntilIdle();
		expect(await read).toEqual({ kind: 'rate-limited', retryAfterMs: 1_000 });
		expect(times).toEqual([0, 1_000, 2_000]);
	});

	it('the caller may give up: while reading, while waiting, and before', async () => {
		const reason = new Error('stopping');
		for (const fetchOf of [() => new Promise<never>(() => undefined), plain(429, { 'retry-after': '5' })]) {
			const { times, clock, fetch } = answers(fetchOf);
			const controller = new AbortController();
			const read = clientOf('https://api.send.ai', { fetch, clock }).readTask(ref, controller.signal);
			await clock.advance(10);
			controller.abort(reason);
			expect(await read).toEqual({ kind: 'unavailable', code: 'aborted', retryAfterMs: null });
			expect(clock.sleeping()).toBe(0);
			expect(times).toEqual([0]);
		}
		const { times, clock, fetch } = answers(good);
		const read = await clientOf('https://api.send.ai', { fetch, clock }).readTask(ref, AbortSignal.abort(reason));
		expect(read).toMatchObject({ code: 'aborted' });
		expect(times).toEqual([]);
	});

	it('holds its place among the calls only while it calls', async () => {
		const { times, clock, fetch } = answers(plain(429, { 'retry-after': '5' }), good);
		const client = clientOf('https://api.send.ai', { fetch, clock, concurrency: 1 });
		const first = client.readTask(ref);
		const second = client.readTask(ref);
		expect(await second).toMatchObject({ kind: 'read' });
		expect(times).toEqual([0, 0]);
		await clock.runUntilIdle();
		expect(await first).toMatchObject({ kind: 'read' });
	});
});

describe('an upload', () => {
	it.each<[string, unknown, readonly string[]]>([
		['nothing, as in all samples', {}, []],
		['keys', { task_1a: { name: 'a.pdf' }, tsk_2b: {} }, ['task_1a', 'tsk_2b']],
		['values', { 'title.pdf': 'task_a', 'b.pdf': 'tsk_b' }, ['task_a', 'tsk_b']],
		['lists', [{ tasks: ['task_a', 'task_b'] }, ['task_a']], ['task_a', 'task_b']],
		['objects with task_id', { f: { id: 'file_1', task_id: 'abc' } }, ['abc']],
		['objects with taskIds', { f: { id: 'file_1', taskIds: ['abc', 'def'] } }, ['abc', 'def']],
		['objects with a task in them', { f: { id: 'file_1', task: { id: '77-x' } } }, ['77-x']],
		[
			'ids of files, names and field names',
			{ f: { id: 'file_1', name: 'task_list', task_status: 'done', file_name: 'task_1' } },
			[],
		],
		['ids that cannot be', { f: { task_id: '..' }, g: { task_id: 7 }, h: 'task_a b' }, []],
		['null', null, []],
	])('reveals the ids in files that hold %s', async (_what, files, taskIds) => {
		const server = await start((_request, response) =>
			sendJson(response, 200, { payload: { id: 'upl_1', status: 'in_review', files } }),
		);
		expect(await clientOf(server.url).readUpload('project_1', 'upl_1')).toEqual({
			kind: 'read',
			taskIds,
			status: 'IN_REVIEW',
		});
		expect(server.requests).toEqual(['GET /v2/team_1/project/project_1/upload/upl_1']);
	});

	const nested = (depth: number): unknown => (depth === 0 ? 'task_a' : { f: nested(depth - 1) });
	it.each<[string, unknown]>([
		['a list', []],
		['null in the envelope', { payload: null }],
		['another upload', { id: 'upl_2', files: {} }],
		['files too deep to see all', { id: 'upl_1', files: nested(20) }],
		['more ids than we take', { id: 'upl_1', files: Array.from({ length: 1_001 }, (_, index) => `task_${index}`) }],
	])('is malformed: %s', async (_what, body) => {
		const server = await start((_request, response) => sendJson(response, 200, body));
		expect(await clientOf(server.url).readUpload('project_1', 'upl_1')).toEqual({ kind: 'malformed' });
	});

	it('tells failures apart like a task', async () => {
		const server = await start((_request, response) => sendJson(response, 403, {}));
		expect(await clientOf(server.url).readUpload('project_1', 'upl_1')).toEqual({ kind: 'denied', status: 403 });
	});
});

describe('making a client', () => {
	it.each(['', 'a b', 'abc\n', 'é'])('refuses the key %j without showing it', (apiKey) => {
		expect(() => clientOf('https://api.send.ai', { apiKey })).toThrow(/^SENDAI_API_KEY is empty or holds/);
	});
	it('refuses a base URL that would send the key in the open', () => {
		expect(() => clientOf('http://api.send.ai')).toThrow('must be https');
	});
	it('calls fetch as a function, as Workers want it', async () => {
		const seen: unknown[] = [];
		async function fetch(this: unknown): Promise<Response> {
			seen.push(this);
			return Response.json(wireTask());
		}
		const client = clientOf('https://api.send.ai', { fetch });
		await client.readTask(ref);
		const slot = await client.reserve();
		await slot.postComplete(ref, 1_000);
		slot.release();
		expect(seen).toEqual([undefined, undefined]);
	});
});

it('what is logged of a failure is its code and the ids, not the key and not the answer', async () => {
	const lines: string[] = [];
	const line = (message: string, fields?: object) => lines.push(JSON.stringify([message, fields]));
	const server = await start((_request, response) => sendJson(response, 500, { error: 'NL91ABNA0417164300' }));
	await clientOf(server.url, { log: { info: line, warn: line, error: line } }).readTask(ref);
	expect(lines).toHaveLength(2);
	expect(JSON.parse(lines[0] ?? '')[1]).toEqual({
		project_id: 'project_1',
		task_id: 'task_1',
		code: 'status-500',
		duration_ms: 0,
	});
	expect(lines.join()).not.toContain(key);
	expect(lines.join()).not.toContain('NL91');
});

it('no more than CONCURRENCY calls are under way', async () => {
	let [now, most] = [0, 0];
	const fetch: Fetch = async () => {
		now += 1;
		most = Math.max(most, now);
		await realClock.sleep(2);
		now -= 1;
		return Response.json(wireTask());
	};
	const client = clientOf('https://api.send.ai', { fetch, concurrency: 3 });
	await Promise.all(Array.from({ length: 20 }, () => client.readTask(ref)));
	expect(most).toBe(3);
});
