import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventKind } from '../../src/ledger/index.ts';
import {
	type AppUnderTest,
	begin,
	createAppUnderTest,
	eventsOf,
	notification,
	problemOf,
	webhookKey,
	webhookToken,
} from './app-under-test.ts';

let app: AppUnderTest;

beforeEach(async () => {
	app = await createAppUnderTest();
});

afterEach(async () => {
	await app.close();
});

function sign(body: string, over: { id?: string; at?: number | string; key?: string } = {}): Record<string, string> {
	const { id = 'msg_1', at = begin / 1_000, key = webhookKey } = over;
	const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(`${id}.${at}.${body}`).digest('base64');
	return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` };
}

const path = '/webhooks/send-ai';
const json = { 'content-type': 'application/json' };

describe('a notification', () => {
	it('is stored before it is answered, and wakes the work', async () => {
		const response = await app.notify(notification());
		expect(response.status).toBe(202);
		expect(await response.json()).toEqual({ event_id: 'evt_1', status: 'accepted' });
		expect(await app.ledger.getEvent('evt_1')).toMatchObject({
			source: 'webhook',
			kind: 'in_review',
			teamId: 'team_1',
			projectId: 'proj_1',
			uploadId: 'upl_1',
			status: 'accepted',
			receivedAt: begin,
			ignored: null,
		});
		expect(app.pokes()).toBe(1);
	});

	it('is answered only once the store has it', async () => {
		let stored: (() => void) | null = null;
		const slow = await createAppUnderTest({
			inbox: {
				accept: (event) =>
					new Promise((resolve) => {
						stored = () => resolve({ status: 'accepted', eventId: event.id });
					}),
			},
		});
		let answered = false;
		const answer = slow.notify(notification()).then((response) => {
			answered = true;
			return response;
		});
		while (stored === null) await new Promise((resolve) => setImmediate(resolve));
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(answered).toBe(false);
		expect(slow.pokes()).toBe(0);
		(stored as () => void)();
		expect((await answer).status).toBe(202);
		await slow.close();
	});

	it('that comes again is a duplicate and wakes what is open', async () => {
		await app.notify(notification());
		const again = await app.notify(notification());
		expect(again.status).toBe(202);
		expect(await again.json()).toEqual({ event_id: 'evt_1', status: 'duplicate' });
		expect(await eventsOf(app.ledger)).toHaveLength(1);
		expect(app.pokes()).toBe(2);
	});

	it('under a known id that says something else is an event of its own', async () => {
		await app.notify(notification());
		const other = await app.notify(notification({ upload: { id: 'upl_2' } }));
		const { event_id, status } = (await other.json()) as { event_id: string; status: string };
		expect(status).toBe('accepted');
		expect(event_id).toMatch(/^evt_1~[0-9a-f]+$/);
		expect(await eventsOf(app.ledger)).toHaveLength(2);
	});

	it('without an id of its own takes that of the delivery, else a fresh one', async () => {
		const { id: _, ...rest } = notification();
		const signed = JSON.stringify(rest);
		expect(await (await app.notify(signed, sign(signed, { id: 'msg_7' }))).json()).toMatchObject({ event_id: 'msg_7' });
		expect(await (await app.notify(rest)).json()).toMatchObject({ event_id: expect.stringMatching(/^id-/) });
	});

	it.each<[string, EventKind]>([
		['upload.in_review', 'in_review'],
		['UPLOAD_IN_REVIEW', 'in_review'],
		['IN_REVIEW', 'in_review'],
		['in_review', 'in_review'],
		['task.in_review', 'in_review'],
		['TASK_IN_REVIEW', 'in_review'],
		['Upload.In_Review', 'in_review'],
		['upload.processed', 'processed'],
	])('is understood as %s', async (event, kind) => {
		const response = await app.notify(notification({ event, schema_version: 7, upload: { id: 'upl_1', extra: {} } }));
		expect(await response.json()).toEqual({ event_id: 'evt_1', status: 'accepted' });
		expect((await app.ledger.getEvent('evt_1'))?.kind).toBe(kind);
	});

	it.each(['tsk_01HXYZ', 'task_01HXYZ'])('about one task names it: %s', async (id) => {
		const task = { id, status: 'REVIEWING', document_type: 'invoice', extracted_data: { iban: 'NL00BANK' } };
		await app.notify(notification({ event_level: 'TASK', task }));
		expect((await app.ledger.getEvent('evt_1'))?.taskIds).toEqual([id]);
	});

	it('of another event or project is recorded as ignored', async () => {
		const other = await app.notify(notification({ id: 'evt_2', event: 'upload.created' }));
		expect([other.status, await other.json()]).toEqual([202, { event_id: 'evt_2', status: 'ignored' }]);
		expect(await app.ledger.getEvent('evt_2')).toMatchObject({ status: 'ignored', ignored: 'other-event' });

		const elsewhere = await app.notify(notification({ id: 'evt_3', project_id: 'proj_9' }));
		expect([elsewhere.status, await elsewhere.json()]).toEqual([202, { event_id: 'evt_3', status: 'ignored' }]);
		expect(await app.ledger.getEvent('evt_3')).toMatchObject({ status: 'ignored', ignored: 'other-project' });
		expect(app.pokes()).toBe(0);
	});

	it('of any project is taken where every project is ours', async () => {
		const all = await createAppUnderTest({ projects: null });
		expect(await (await all.notify(notification({ project_id: 'proj_9' }))).json()).toMatchObject({
			status: 'accepted',
		});
		await all.close();
	});

	it('of another team is refused and not stored', async () => {
		expect(await problemOf(await app.notify(notification({ team_id: 'team_2' })))).toMatchObject({
			status: 403,
			code: 'other-team',
		});
		expect(await eventsOf(app.ledger)).toEqual([]);
	});
});

describe('authentication', () => {
	const body = JSON.stringify(notification());
	const post = (headers: Record<string, string>, text = body) =>
		app.request(path, { method: 'POST', headers: { ...json, ...headers }, body: text });

	it('takes a signature or a bearer token of WEBHOOK_SECRETS', async () => {
		expect((await post(sign(body))).status).toBe(202);
		expect((await post({ authorization: `bearer ${webhookToken}` })).status).toBe(202);
	});

	it.each<[string, Record<string, string>, string]>([
		['nothing', {}, 'no-credentials'],
		['a wrong token', { authorization: `Bearer ${webhookToken}x` }, 'wrong-token'],
		['an empty token', { authorization: 'Bearer ' }, 'no-credentials'],
		['another scheme', { authorization: `Basic ${webhookToken}` }, 'no-credentials'],
		['a signature by another key', sign(body, { key: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }), 'wrong-signature'],
		['a signature of another body', sign(`${body} `), 'wrong-signature'],
		['a signature of another version', { ...sign(body), 'webhook-signature': 'v2,AAAA' }, 'wrong-signature'],
		['an old timestamp', sign(body, { at: begin / 1_000 - 301 }), 'timestamp-too-old'],
		['a future timestamp', sign(body, { at: begin / 1_000 + 301 }), 'timestamp-too-new'],
		['a timestamp that is none', sign(body, { at: 'yesterday' }), 'timestamp-unreadable'],
		['half a signature', { 'webhook-id': 'msg_1' }, 'signature-headers-missing'],
		[
			'a wrong signature beside a right token',
			{ ...sign(`${body} `), authorization: `Bearer ${webhookToken}` },
			'wrong-signature',
		],
	])('refuses %s', async (_, headers, code) => {
		const response = await post(headers);
		expect(response.headers.get('www-authenticate')).toContain('Bearer');
		expect(await problemOf(response)).toMatchObject({ status: 401, code });
		expect(await eventsOf(app.ledger)).toEqual([]);
		expect(app.pokes()).toBe(0);
	});

	it('comes before anything is parsed', async () => {
		expect(await problemOf(await post({}, '{"not json'))).toMatchObject({ status: 401 });
	});

	it('logs what it refused once a minute, without the secret', async () => {
		for (let i = 0; i < 50; i += 1) await post({ authorization: 'Bearer guess-number-0123456789' });
		expect(app.logged.filter(({ message }) => message === 'webhook refused')).toHaveLength(1);
		await app.clock.advance(61_000);
		await post({ authorization: 'Bearer guess-number-0123456789' });
		expect(app.logged.at(-1)?.fields).toEqual({ code: 'wrong-token', count: 50 });
		expect(JSON.stringify(app.logged)).not.toContain('guess');
	});
});

describe('bad input', () => {
	it.each<[string, unknown]>([
		['nothing', ''],
		['no JSON', '{"id": '],
		['two values', '{} {}'],
		['a text', '"evt_1"'],
		['a list', [notification()]],
		['null', 'null'],
		['an empty object', {}],
		['no event', { ...notification(), event: undefined }],
		['an event that is no text', notification({ event: 7 })],
		['no team', notification({ team_id: undefined })],
		['a team that is no text', notification({ team_id: ['team_1'] })],
		['no project', notification({ project_id: undefined })],
		['an upload that is no object', notification({ upload: 'upl_1' })],
		['an upload whose id is no text', notification({ upload: { id: 5 } })],
		['an upload that is a list', notification({ upload: [] })],
		['a task that is no object', notification({ task: 'tsk_1' })],
		['an id that leads upward', notification({ task: { id: '..' } })],
		['an id with a line end', notification({ task: { id: 'tsk_1\r\nHost: evil' } })],
		['an id with a control character', notification({ upload: { id: 'upl_\u0000' } })],
		['an id that is too long', notification({ upload: { id: 'x'.repeat(201) } })],
		['half a surrogate', notification({ project_id: '\ud800' })],
		['deep nesting', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
	])('%s: 400, nothing stored, nothing echoed', async (_, body) => {
		const problem = await problemOf(await app.notify(body));
		expect(problem.status).toBe(400);
		expect(problem.detail).not.toMatch(/upl_|tsk_|evil|invoice/);
		expect(await eventsOf(app.ledger)).toEqual([]);
	});

	it.each([
		['__proto__', '{"__proto__": {"team_id": "team_1", "project_id": "proj_1"}, "event": "in_review"}'],
		['constructor', '{"constructor": {"prototype": {"team_id": "team_1"}}, "event": "in_review"}'],
	])('%s keys bring nothing in', async (_, body) => {
		expect(await problemOf(await app.notify(body))).toMatchObject({ status: 400 });
		expect(({} as Record<string, unknown>).team_id).toBeUndefined();
	});

	it('a __proto__ beside the rest changes nothing', async () => {
		const body = JSON.stringify(notification()).replace('{', '{"__proto__":{"ignored":"yes"},');
		expect(await (await app.notify(body)).json()).toEqual({ event_id: 'evt_1', status: 'accepted' });
	});

	it.each(['tsk_/../../complete', 'tsk_%2e%2e%2f', 'tsk ü', '../tsk'])('an odd id is kept as it is: %s', async (id) => {
		expect((await app.notify(notification({ task: { id } }))).status).toBe(202);
		expect((await app.ledger.getEvent('evt_1'))?.taskIds).toEqual([id]);
	});

	it('bytes that are no UTF-8', async () => {
		const bytes = new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]);
		const response = await app.request(path, {
			method: 'POST',
			headers: { ...json, authorization: `Bearer ${webhookToken}` },
			body: bytes,
		});
		expect(await problemOf(response)).toMatchObject({ status: 400, code: 'malformed-json' });
	});

	it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp'])(
		'%s: 415',
		async (type) => {
			expect(await problemOf(await app.notify(notification(), { 'content-type': type }))).toMatchObject({
				status: 415,
				code: 'not-json',
			});
		},
	);

	it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/cloudevents+json'])(
		'%s is JSON',
		async (type) => {
			expect((await app.notify(notification(), { 'content-type': type })).status).toBe(202);
		},
	);

	it('one byte over 64 KiB: 413; exactly 64 KiB is read', async () => {
		const text = JSON.stringify(notification());
		const fits = text + ' '.repeat(65_536 - text.length);
		expect((await app.notify(fits)).status).toBe(202);
		expect(await problemOf(await app.notify(`${fits} `))).toMatchObject({ status: 413, code: 'too-large' });
	});

	it('size comes before content type, and both before authentication', async () => {
		const large = { method: 'POST', headers: { 'content-type': 'text/plain', 'content-length': '70000' }, body: 'x' };
		expect((await app.request(path, large)).status).toBe(413);
		expect((await app.request(path, { method: 'POST', body: '{}' })).status).toBe(415);
	});

	it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s: 405 with Allow', async (method) => {
		const response = await app.request(path, { method });
		expect(response.headers.get('allow')).toBe('POST');
		expect(await problemOf(response)).toMatchObject({ status: 405, code: 'wrong-method' });
	});
});

describe('a store that fails', () => {
	it('is a 503 with Retry-After, so that the sender comes again', async () => {
		for (const accept of [
			() => Promise.reject(new Error('disk I/O error: /var/lib/greenlane.db')),
			() => {
				throw new TypeError('not open');
			},
		]) {
			const broken = await createAppUnderTest({ inbox: { accept } });
			const response = await broken.notify(notification());
			expect(response.headers.get('retry-after')).toBe('5');
			const problem = await problemOf(response);
			expect(problem).toMatchObject({ status: 503, code: 'store-unavailable' });
			expect(JSON.stringify(problem)).not.toContain('disk');
			expect(broken.logged.at(-1)).toMatchObject({ level: 'error', fields: { event_id: 'evt_1' } });
			expect(broken.pokes()).toBe(0);
			await broken.close();
		}
	});

	it('is one even when the ledger is really closed', async () => {
		const closed = await createAppUnderTest();
		await closed.close();
		expect((await closed.notify(notification())).status).toBe(503);
	});
});

it('no answer of the webhook is ever 410, or tells a log what was in the document', async () => {
	await app.notify(notification());
	await app.notify(notification({ event: 'upload.gone', id: 'evt_2' }));
	await app.notify('{"Jansen": ');
	expect(JSON.stringify(app.logged)).not.toContain('Jansen');
});
