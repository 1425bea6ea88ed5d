import { beforeAll, expect, it } from 'vitest';
import { problemOf } from '../app-under-test.ts';
import type { Expected } from './differences.ts';
import { bearer, bodyOf, type Caller, comesTo, freshId } from './opened.ts';
import { type CaseOverview, casesOf, certain, doubtful, secret } from './tasks-to-judge.ts';

interface Decision {
	readonly id: string;
	readonly case_id: string;
	readonly task_id: string;
	readonly outcome: string;
	readonly first_reason: string | null;
}

/** What the operator API shows of what came in and what was decided. */
export function operatorBehaviour(ask: () => Caller, expected: Expected): void {
	let completed = '';
	let left: readonly string[] = [];

	beforeAll(async () => {
		const { simulator } = ask().opened;
		[completed = ''] = simulator.createUpload({ tasks: [certain] }).taskIds;
		left = simulator.createUpload({ tasks: [doubtful, doubtful, doubtful] }).taskIds;
		await comesTo(
			async () => (await Promise.all([completed, ...left].map((id) => casesOf(ask(), id)))).flat(),
			(cases) => expect(cases.map(({ state }) => state)).toEqual(['completed', 'review', 'review', 'review']),
		);
	}, 60_000);

	it('a task that is certainly right was completed, once, and the others were not', () => {
		const { simulator } = ask().opened;
		expect(simulator.task(completed)?.completions).toHaveLength(1);
		for (const id of left) expect(simulator.task(id)?.completions).toEqual([]);
	});

	it('a case tells how it came about, down to the answer of the completion', async () => {
		const [found] = await casesOf(ask(), completed);
		expect(await bodyOf(await ask().read(`/v1/cases/${found?.id}`))).toMatchObject({
			...{ id: found?.id, task_id: completed, state: 'completed', reason: 'by-us', step_type: 'EXTRACT', visit: 1 },
			...{ sends: 1, attempts: [{ outcome: { kind: 'status', status: 200 }, verdict: 'taken' }], acts: [] },
		});
	});

	it('a decision says which condition failed', async () => {
		const { decisions } = await bodyOf<{ decisions: Decision[] }>(
			await ask().read(`/v1/decisions?task_id=${left[0]}&outcome=review`),
		);
		expect(decisions).toMatchObject([{ task_id: left[0], first_reason: 'rule:invoice:nothing-guessed' }]);
		const whole = await bodyOf<{ decision: { rules: readonly { id: string }[] } }>(
			await ask().read(`/v1/decisions/${decisions[0]?.id}`),
		);
		expect(whole).toMatchObject({
			...decisions[0],
			decision: { outcome: 'review' },
			elements: { elements: [{ kind: 'annotation', confidence: 0.8 }] },
		});
		expect(whole.decision.rules.find(({ id }) => id === 'invoice')).toMatchObject({
			...{ applies: 'yes', outcome: 'review', conditions: [{ id: 'nothing-guessed', outcome: 'fail' }] },
		});
	});

	it('no answer holds what stands in a document, in its name or in its meta', async () => {
		const [found] = await casesOf(ask(), left[0] ?? '');
		const { decisions } = await bodyOf<{ decisions: Decision[] }>(await ask().read(`/v1/decisions?task_id=${left[0]}`));
		const about = [`/v1/cases/${found?.id}`, `/v1/decisions/${decisions[0]?.id}`, '/v1/events?limit=200', '/metrics'];
		for (const path of [...about, '/v1/cases.csv', '/v1/cases.jsonl']) {
			const response = await ask().read(path);
			expect(response.status, path).toBe(200);
			expect(await response.text(), path).not.toContain(secret);
		}
	});

	it('what a document said is kept for who may operate, and it is kept who asked for it', async () => {
		const { decisions } = await bodyOf<{ decisions: Decision[] }>(await ask().read(`/v1/decisions?task_id=${left[1]}`));
		const [decision] = decisions;
		const path = `/v1/decisions/${decision?.id}/content`;
		const actsOn = async () =>
			(await bodyOf<{ acts: unknown }>(await ask().read(`/v1/cases/${decision?.case_id}`))).acts;
		expect(await problemOf(await ask().read(path))).toMatchObject({ status: 403, code: 'read-only' });
		expect(await actsOn()).toEqual([]);

		const asked = await ask().send('GET', path, bearer(ask().opened.token));
		expect(asked.headers.get('cache-control')).toBe('no-store');
		const content = await bodyOf<{ stored_at: string; gone_at: string }>(asked);
		expect(content).toMatchObject({
			decision_id: decision?.id,
			today: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
			view: {
				task: { id: left[1], name: `${secret}.pdf` },
				annotations: [{ entity_id: 'supplier', content: `Bakkerij ${secret}`, confidence: 0.8 }],
				meta: expect.arrayContaining([{ name: 'client', value: secret }]),
			},
		});
		expect(Date.parse(content.gone_at) - Date.parse(content.stored_at)).toBe(7 * 24 * 60 * 60 * 1_000);
		expect(await actsOn()).toMatchObject([{ act: 'view', by: 'alice' }]);
		const none = await ask().send('GET', '/v1/decisions/none/content', bearer(ask().opened.token));
		expect(await problemOf(none)).toMatchObject({ status: 404, code: 'unknown-decision' });
	});

	it.each(['decisions', 'cases', 'events'] as const)('%s are listed page by page, each once', async (name) => {
		type Page = Readonly<Record<typeof name, readonly { id: string }[]>> & { readonly next: string | null };
		const page = async (query: string) => await bodyOf<Page>(await ask().read(`/v1/${name}?${query}`));
		const whole = await page('limit=200');
		expect(whole[name].length).toBeGreaterThan(3);
		const ids: string[] = [];
		let next: string | null = '';
		for (let pages = 0; next !== null && pages < 6; pages += 1) {
			const before: string = next === '' ? '' : `&before=${encodeURIComponent(next)}`;
			const part: Page = await page(`limit=${Math.ceil(whole[name].length / 3)}${before}`);
			ids.push(...part[name].map(({ id }) => id));
			({ next } = part);
		}
		expect(next).toBeNull();
		// What came in meanwhile is in front.
		expect(ids.slice(-whole[name].length)).toEqual(whole[name].map(({ id }) => id));
		expect(new Set(ids).size).toBe(ids.length);
	});

	it.each([
		['/v1/decisions?limit=0', 'limit is not between 1 and 200'],
		['/v1/events?limit=201', 'limit is not between 1 and 200'],
		['/v1/cases?limit=ten', 'limit is not a whole number'],
		['/v1/events?before=%00', 'before is not the next of a page'],
		['/v1/events?colour=red', 'it has a member that is not known'],
		['/v1/cases?__proto__=x', 'it has a member that is not known'],
		['/v1/decisions?outcome=approve', 'outcome is neither complete nor review'],
	])('%s is refused with its fault', async (path, fault) => {
		expect(await problemOf(await ask().read(path))).toEqual({
			...{ status: 400, code: 'malformed-query', detail: `The query is wrong: ${fault}.` },
		});
	});

	it.each([
		['/v1/cases/none', 'unknown-case'],
		["/v1/cases/' OR 1=1 --", 'unknown-case'],
		['/v1/cases/..%2f..', 'unknown-case'],
		['/v1/cases/%zz', 'unknown-case'],
		['/v1/decisions/none', 'unknown-decision'],
	])('%s is not there', async (path, code) => {
		expect(await problemOf(await ask().read(path))).toMatchObject({ status: 404, code });
	});

	it('cases are downloaded whole, as CSV and line by line', async () => {
		const { cases } = await bodyOf<{ cases: CaseOverview[] }>(await ask().read('/v1/cases?limit=200'));
		const ids = cases.map(({ id }) => id);
		const [csv, jsonl] = [await ask().read('/v1/cases.csv'), await ask().read('/v1/cases.jsonl')];
		expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
		expect(csv.headers.get('content-disposition')).toBe('attachment; filename="greenlane-tasks.csv"');
		const [head, ...rows] = (await csv.text()).trimEnd().split('\r\n');
		expect(head).toMatch(/^id,project_id,task_id,/);
		expect(rows.map((row) => row.split(',')[0])).toEqual(ids.map((id) => `"${id}"`));
		expect(jsonl.headers.get('content-type')).toBe('application/jsonl; charset=utf-8');
		const lines = (await jsonl.text()).trimEnd().split('\n');
		expect(lines.map((line) => (JSON.parse(line) as CaseOverview).id)).toEqual(ids);
		const some = await (await ask().read(`/v1/cases.csv?id=${completed}`)).text();
		expect(some.trimEnd().split('\r\n')).toHaveLength(2);
	});

	it('the day is summed up, and its measures are there for Prometheus', async () => {
		const summary = await bodyOf<{ days: object[] }>(await ask().read('/v1/summary?days=2'));
		expect(summary).toMatchObject({ today: { completed: 1, left_to_people: 3 }, period: { completed: 1 } });
		expect(summary.days).toHaveLength(2);
		const response = await ask().read('/metrics');
		expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
		const text = await response.text();
		expect(text).toMatch(/^greenlane_build_info\{.*\} 1$/m);
		expect(/^greenlane_send_ai_call_seconds_count\{/m.test(text)).toBe(expected.callTimes);
	});

	it('/openapi.json describes every route that was asked here', async () => {
		const { openapi, paths } = await bodyOf<{ openapi: string; paths: Record<string, object> }>(
			await ask().read('/openapi.json'),
		);
		expect(openapi).toBe('3.1.0');
		const named = ['/webhooks/send-ai', '/healthz', '/readyz', '/metrics', '/openapi.json', '/v1/tasks', '/v1/events'];
		expect(Object.keys(paths)).toEqual(
			expect.arrayContaining([...named, '/v1/cases/{id}', '/v1/decisions/{id}', '/v1/simulate', '/v1/rules/reload']),
		);
	});

	it('no browser keeps, frames or guesses at an answer', async () => {
		for (const response of [await ask().read('/v1/events'), await ask().send('GET', '/v1/events')]) {
			expect(Object.fromEntries(response.headers)).toMatchObject({
				'cache-control': 'no-store',
				'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
				'referrer-policy': 'no-referrer',
				'strict-transport-security': 'max-age=15552000; includeSubDomains',
				'x-content-type-options': 'nosniff',
				'x-frame-options': 'DENY',
			});
			for (const name of ['access-control-allow-origin', 'server', 'x-powered-by', 'set-cookie']) {
				expect(response.headers.get(name), name).toBeNull();
			}
		}
	});

	it('task ids are taken in, and judged like those of a notification', async () => {
		const { operate, opened } = ask();
		const id = freshId('tsk_enqueued');
		const body = { project_id: opened.projectId, task_ids: [id, id] };
		const { event_id, status } = await bodyOf<{ event_id: string; status: string }>(
			await operate('/v1/tasks', body),
			202,
		);
		expect(status).toBe('accepted');
		await comesTo(
			async () => (await bodyOf<{ events: object[] }>(await ask().read('/v1/events?limit=5'))).events,
			(events) =>
				expect(events).toContainEqual(
					expect.objectContaining({ id: event_id, source: 'api', status: 'located', task_ids: [id] }),
				),
		);
		expect(await bodyOf(await ask().read(`/v1/events/${event_id}`))).toMatchObject({
			...{ id: event_id, acts: [{ act: 'enqueue', by: 'alice' }] },
		});
		// Send AI does not know it.
		await comesTo(
			() => casesOf(ask(), id),
			(cases) => expect(cases).toMatchObject([{ state: 'waiting', reason: 'not_found' }]),
		);
	});

	it('task ids that are none are refused', async () => {
		const { operate, send, opened } = ask();
		const ids = (taskIds: unknown) => operate('/v1/tasks', { project_id: opened.projectId, task_ids: taskIds });
		expect(await problemOf(await ids(['..']))).toEqual({
			...{ status: 400, code: 'malformed-body', detail: 'The body is wrong: task_ids[0] is not an id.' },
		});
		expect(await problemOf(await ids(Array.from({ length: 1_001 }, (_, n) => `t${n}`)))).toMatchObject({ status: 400 });
		const foreign = { project_id: 'proj_9', task_ids: ['tsk_1'] };
		expect(await problemOf(await operate('/v1/tasks', foreign))).toMatchObject({ code: 'unknown-project' });
		expect(await problemOf(await operate('/v1/tasks', '{'))).toMatchObject({ code: 'malformed-json' });
		expect(await problemOf(await operate('/v1/tasks', ' '.repeat(600_000)))).toMatchObject({ status: 413 });
		const text = { authorization: `Bearer ${opened.token}`, 'content-type': 'text/plain' };
		expect(await problemOf(await send('POST', '/v1/tasks', text, 'tsk_1'))).toMatchObject({ status: 415 });
	});
}
