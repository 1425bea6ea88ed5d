import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { expect, it } from 'vitest';
import { notification, problemOf } from '../app-under-test.ts';
import type { Expected } from './differences.ts';
import { bearer, bodyOf, type Caller, comesTo, freshId, json, webhookPath } from './opened.ts';

interface Accepted {
	readonly event_id: string;
	readonly status: string;
}

interface Event {
	readonly id: string;
	readonly status: string;
	readonly reason: string | null;
	readonly duplicates: number;
	readonly task_ids: readonly string[];
}

/** About nothing that there would be work for. */
const idle = (id: string, over: Record<string, unknown> = {}) => notification({ id, event: 'upload.created', ...over });
const longest = 64 * 1024;

/** What senders of notifications are answered, and what becomes of what they send. */
export function webhookBehaviour(ask: () => Caller, expected: Expected): void {
	/** All events, newest first, as long as one page has them. */
	const events = async () => (await bodyOf<{ events: Event[] }>(await ask().read('/v1/events?limit=200'))).events;
	const eventOf = async (id: string) => (await events()).find((one) => one.id === id);
	const accepted = async (body: unknown, headers?: Readonly<Record<string, string>>) =>
		await bodyOf<Accepted>(await ask().notify(body, headers), 202);
	const sign = (body: string, at: number, key = ask().opened.webhookKey) => {
		const id = freshId('msg');
		const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(`${id}.${at}.${body}`).digest('base64');
		return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` };
	};
	const now = () => Math.floor(Date.now() / 1_000);

	it('accepts a notification, and lists it', async () => {
		const id = freshId('evt');
		const taskId = freshId('tsk_webhook');
		const body = notification({ id, event: 'task.in_review', event_level: 'TASK', task: { id: taskId } });
		expect(await accepted(body)).toEqual({ event_id: id, status: 'accepted' });
		if (expected.listedAtOnce) expect(await eventOf(id)).toMatchObject({ task_ids: [taskId] });
		await comesTo(
			() => eventOf(id),
			(event) => expect(event).toMatchObject({ status: 'located', task_ids: [taskId], duplicates: 0 }),
		);
	});

	it('accepts what is none of its business, and does nothing about it', async () => {
		const [other, elsewhere] = [freshId('evt'), freshId('evt')];
		expect(await accepted(idle(other))).toEqual({ event_id: other, status: 'ignored' });
		const foreign = notification({ id: elsewhere, project_id: 'proj_9' });
		expect(await accepted(foreign)).toEqual({ event_id: elsewhere, status: 'ignored' });
		await comesTo(events, (all) => {
			expect(all).toContainEqual(expect.objectContaining({ id: other, status: 'ignored', reason: 'other-event' }));
			expect(all).toContainEqual(expect.objectContaining({ id: elsewhere, reason: 'other-project' }));
		});
	});

	it('keeps an event once that comes again', async () => {
		const [open, ignored] = [freshId('evt'), freshId('evt')];
		const body = notification({ id: open, event: 'task.in_review', task: { id: freshId('tsk_webhook') } });
		expect((await accepted(body)).status).toBe('accepted');
		expect(await accepted(body)).toEqual({ event_id: open, status: expected.repeated });
		expect((await accepted(idle(ignored))).status).toBe('ignored');
		expect(await accepted(idle(ignored))).toEqual({ event_id: ignored, status: expected.repeatedIgnored });
		await comesTo(events, (all) => {
			for (const id of [open, ignored]) {
				expect(all.filter((one) => one.id.startsWith(id))).toMatchObject([{ id, duplicates: 1 }]);
			}
		});
	});

	it('keeps both when a known id says something else', async () => {
		const id = freshId('evt');
		await accepted(idle(id));
		await comesTo(
			() => eventOf(id),
			(event) => expect(event).toBeDefined(),
		);
		const answer = await accepted(idle(id, { upload: { id: 'upl_other' } }));
		expect(answer.event_id.startsWith(`${id}~`)).toBe(expected.namesNewId);
		await comesTo(events, (all) => {
			const kept = all.filter((one) => one.id === id || one.id.startsWith(`${id}~`));
			expect(kept.map((one) => one.duplicates)).toEqual([0, 0]);
		});
	});

	it('takes a signature of Standard Webhooks, and none that is wrong, old or of another body', async () => {
		const text = JSON.stringify(idle(freshId('evt')));
		const { send } = ask();
		const post = (headers: Readonly<Record<string, string>>) =>
			send('POST', webhookPath, { ...json, ...headers }, text);
		expect((await post(sign(text, now()))).status).toBe(202);
		const refusals = [
			[sign(text, now(), 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'), 'wrong-signature'],
			[sign(`${text} `, now()), 'wrong-signature'],
			[sign(text, now() - 400), 'timestamp-too-old'],
			[sign(text, now() + 400), 'timestamp-too-new'],
			[{ 'webhook-id': 'msg' }, 'signature-headers-missing'],
			[bearer('a-token-that-nobody-has'), 'wrong-token'],
			[{}, 'no-credentials'],
		] as const;
		for (const [headers, code] of refusals) {
			const response = await post(headers);
			expect(response.headers.get('www-authenticate')).toBe('Bearer realm="greenlane-webhook"');
			expect(await problemOf(response)).toMatchObject({ status: 401, code });
		}
	});

	it('refuses what is of another team', async () => {
		const id = freshId('evt');
		const response = await ask().notify(notification({ id, team_id: 'team_2' }));
		expect(await problemOf(response)).toMatchObject({ status: 403, code: 'other-team' });
		expect(await eventOf(id)).toBeUndefined();
	});

	it.each<[string, unknown, string]>([
		['nothing', '', 'malformed-json'],
		['half of a JSON', '{"id": ', 'malformed-json'],
		['a list', '[]', 'malformed-notification'],
		['no team', { event: 'in_review', project_id: 'proj_1' }, 'malformed-notification'],
		['an id that leads upward', notification({ task: { id: '..' } }), 'malformed-notification'],
		['an id with a line end', notification({ task: { id: 'a\r\nHost: evil' } }), 'malformed-notification'],
		['deep nesting', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'malformed-notification'],
	])('%s is malformed, and not echoed', async (_, body, code) => {
		const problem = await problemOf(await ask().notify(body));
		expect(problem).toMatchObject({ status: 400, code });
		expect(problem.detail).not.toMatch(/evil|proj_1|upl_/);
	});

	it('takes JSON alone', async () => {
		for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
			const response = await ask().notify(idle(freshId('evt')), { 'content-type': type });
			expect(await problemOf(response), type).toMatchObject({ status: 415, code: 'not-json' });
		}
		for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/cloudevents+json']) {
			await accepted(idle(freshId('evt')), { 'content-type': type });
		}
	});

	it('takes 64 KiB, and not one byte more', async () => {
		const fits = JSON.stringify(idle(freshId('evt'))).padEnd(longest, ' ');
		await accepted(fits);
		expect(await problemOf(await ask().notify(`${fits} `))).toMatchObject({ status: 413, code: 'too-large' });
		expect((await ask().notify(' '.repeat(5 * 1024 * 1024))).status).toBe(413);
	});

	it('counts a body that announces no length while it comes', async () => {
		const id = freshId('evt');
		expect(await sendChunked(JSON.stringify(idle(id)))).toBe(202);
		expect(await sendChunked(' '.repeat(longest + 1))).toBe(413);
		expect(expected.endless).toContain(await sendChunked(' '.repeat(5 * 1024 * 1024)));
		expect((await ask().send('GET', '/healthz')).status).toBe(200);
	});

	it('many at once are each kept once', async () => {
		const ids = Array.from({ length: 60 }, () => freshId('evt_burst'));
		const answers = await Promise.all([...ids, ...ids].map((id) => ask().notify(idle(id))));
		expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
		await comesTo(events, (all) => {
			const kept = all.filter(({ id }) => id.startsWith('evt_burst'));
			expect(kept.map(({ id }) => id).sort()).toEqual([...ids].sort());
			expect(new Set(kept.map(({ duplicates }) => duplicates))).toEqual(new Set([1]));
		});
	});

	/** @returns the status; 0 when the connection broke off before there was one */
	async function sendChunked(body: string): Promise<number> {
		const { url, webhookToken } = ask().opened;
		return await new Promise((resolve) => {
			const headers = { ...json, ...bearer(webhookToken), 'transfer-encoding': 'chunked' };
			const sent = request(`${url}${webhookPath}`, { method: 'POST', headers }, (response) => {
				response.resume();
				resolve(response.statusCode ?? 0);
			});
			sent.on('error', () => resolve(0));
			sent.end(body);
		});
	}
}
