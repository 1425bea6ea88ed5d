import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RuleSet } from '../../src/core/ruleset/types.ts';
import type { CaseClaim, EventClaim, Ledger, Move, NewDecision } from '../../src/ledger/index.ts';
import { fixedRules } from '../../src/rulesource/index.ts';
import { afterFirstRead } from '../ledger/ledger-under-test.ts';
import {
	type AppUnderTest,
	begin,
	createAppUnderTest,
	eventsOf,
	operator,
	problemOf,
	reader,
} from './app-under-test.ts';

let app: AppUnderTest;

beforeEach(async () => {
	app = await createAppUnderTest();
});

afterEach(async () => {
	await app.close();
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const reads = [
	'/v1/decisions',
	'/v1/decisions/x',
	'/v1/cases',
	'/v1/cases/x',
	'/v1/events',
	'/v1/events/x',
	'/v1/rules',
	'/v1/rules/results',
	'/v1/summary',
	'/v1/upcoming',
	'/v1/controls',
	'/v1/statement',
	'/v1/proof',
];
const writes = [
	'/v1/tasks',
	'/v1/pause',
	'/v1/resume',
	'/v1/gates/open',
	'/v1/cases/x/retry',
	'/v1/cases/x/leave',
	'/v1/cases/x/handled',
	'/v1/events/x/redeliver',
	'/v1/rules/reload',
	'/v1/rules/x/brake',
	'/v1/rules/x/rearm',
];

describe('operators', () => {
	it.each([...reads.map((path) => ['GET', path] as const), ...writes.map((path) => ['POST', path] as const)])(
		'%s %s wants a token',
		async (method, path) => {
			for (const headers of [{}, bearer('guess'), bearer(`${operator.token}x`), { authorization: operator.token }]) {
				const response = await app.request(path, { method, headers });
				expect(response.headers.get('www-authenticate')).toBe('Bearer realm="greenlane"');
				expect(await problemOf(response)).toMatchObject({ status: 401, code: 'unknown-token' });
			}
		},
	);

	it.each(writes)('POST %s wants the role operate', async (path) => {
		const response = await app.request(path, { method: 'POST', headers: bearer(reader.token) });
		expect(await problemOf(response)).toMatchObject({ status: 403, code: 'read-only' });
	});

	it('may read with either role', async () => {
		for (const { token } of [reader, operator]) {
			expect((await app.request('/v1/decisions', { headers: bearer(token) })).status).toBe(200);
		}
	});

	it('need no token where none is configured, but must be on this machine', async () => {
		const local = await createAppUnderTest({ operators: [] });
		expect((await local.request('http://127.0.0.1:8787/v1/events')).status).toBe(200);
		expect((await local.request('http://[::1]:8787/v1/pause', { method: 'POST' })).status).toBe(200);
		for (const [url, headers] of [
			// What a page in a browser can bring about: a name that points here, or a request from elsewhere.
			['http://rebound.example.com:8787/v1/events', {}],
			['http://localhost:8787/v1/events', { origin: 'https://evil.example.com' }],
			['http://localhost:8787/v1/events', { origin: 'null' }],
		] as const) {
			expect(await problemOf(await local.request(url, { headers }))).toMatchObject({
				status: 403,
				code: 'foreign-origin',
			});
		}
		const same = { origin: 'http://localhost:8787' };
		expect((await local.request('http://localhost:8787/v1/events', { headers: same })).status).toBe(200);
		await local.close();
	});

	it('get answers that no browser keeps or embeds', async () => {
		const { headers } = await app.read('/v1/events');
		expect(headers.get('cache-control')).toBe('no-store');
		expect(headers.get('x-content-type-options')).toBe('nosniff');
		expect(headers.get('x-frame-options')).toBe('DENY');
		expect(headers.get('content-security-policy')).toContain("default-src 'none'");
		const refused = await app.request('/v1/events');
		expect(refused.headers.get('cache-control')).toBe('no-store');
		expect(refused.headers.get('x-content-type-options')).toBe('nosniff');
	});
});

describe('POST /v1/tasks', () => {
	it('stores the ids as one event to work on', async () => {
		const response = await app.operate('/v1/tasks', { project_id: 'proj_1', task_ids: ['tsk_1', 'task_2', 'tsk_1'] });
		expect(response.status).toBe(202);
		const { event_id, status } = (await response.json()) as { event_id: string; status: string };
		expect(status).toBe('accepted');
		expect(await app.ledger.getEvent(event_id)).toMatchObject({
			source: 'api',
			kind: 'in_review',
			teamId: 'team_1',
			projectId: 'proj_1',
			uploadId: null,
			taskIds: ['tsk_1', 'task_2'],
		});
		expect(app.pokes()).toBe(1);
		await app.operate('/v1/tasks', { project_id: 'proj_1', task_ids: ['tsk_1'] });
		expect(await eventsOf(app.ledger)).toHaveLength(2);
	});

	it('takes 1,000 ids of 200 characters, and not 1,001', async () => {
		const ids = Array.from({ length: 1_001 }, (_, index) => String(index).padStart(200, 'x'));
		expect((await app.operate('/v1/tasks', { project_id: 'proj_1', task_ids: ids.slice(1) })).status).toBe(202);
		expect(await problemOf(await app.operate('/v1/tasks', { project_id: 'proj_1', task_ids: ids }))).toEqual({
			status: 400,
			code: 'malformed-body',
			detail: 'The body is wrong: task_ids has more than 1000 ids.',
		});
	});

	it.each<[string, unknown, string]>([
		['nothing', undefined, 'project_id is not text'],
		['no ids', { project_id: 'proj_1', task_ids: [] }, 'task_ids is empty'],
		['no project', { task_ids: ['tsk_1'] }, 'project_id is not text'],
		['ids that are no list', { project_id: 'proj_1', task_ids: 'tsk_1' }, 'task_ids is not a list'],
		['an id that is no text', { project_id: 'proj_1', task_ids: ['tsk_1', 7] }, 'task_ids[1] is not text'],
		['an empty id', { project_id: 'proj_1', task_ids: [''] }, 'task_ids[0] is not an id'],
		['an id that leads upward', { project_id: 'proj_1', task_ids: ['..'] }, 'task_ids[0] is not an id'],
		['an id with a line end', { project_id: 'proj_1', task_ids: ['tsk_1\n'] }, 'task_ids[0] is not an id'],
		[
			'another member',
			{ project_id: 'proj_1', task_ids: ['tsk_1'], rush: 'Jansen' },
			'it has a member that is not known',
		],
		[
			'a __proto__',
			'{"project_id": "proj_1", "task_ids": ["tsk_1"], "__proto__": {"x": 1}}',
			'it has a member that is not known',
		],
		['a list', ['tsk_1'], 'it is not an object'],
		['null', 'null', 'it is not an object'],
	])('refuses %s', async (_, body, fault) => {
		const problem = await problemOf(await app.operate('/v1/tasks', body));
		expect(problem).toEqual({ status: 400, code: 'malformed-body', detail: `The body is wrong: ${fault}.` });
		expect(await eventsOf(app.ledger)).toEqual([]);
	});

	it('refuses projects that are not configured, other types and too much', async () => {
		const body = { project_id: 'proj_9', task_ids: ['tsk_1'] };
		expect(await problemOf(await app.operate('/v1/tasks', body))).toMatchObject({
			status: 400,
			code: 'unknown-project',
		});
		const init = { method: 'POST', headers: bearer(operator.token), body: 'tsk_1' };
		expect(await problemOf(await app.request('/v1/tasks', init))).toMatchObject({ status: 415 });
		expect(await problemOf(await app.operate('/v1/tasks', ' '.repeat(600_000)))).toMatchObject({ status: 413 });
		expect(await problemOf(await app.operate('/v1/tasks', '{'))).toMatchObject({ status: 400, code: 'malformed-json' });
	});

	it('is a 503 with Retry-After when the store refuses', async () => {
		const broken = await createAppUnderTest({ inbox: { accept: () => Promise.reject(new Error('full')) } });
		const response = await broken.operate('/v1/tasks', { project_id: 'proj_1', task_ids: ['tsk_1'] });
		expect(response.headers.get('retry-after')).toBe('5');
		expect(await problemOf(response)).toMatchObject({ status: 503 });
		await broken.close();
	});
});

/** A case in review with a decision, made the way the steps make one. */
async function judgedCase(ledger: Ledger, taskId = 'tsk_1', over: Partial<NewDecision> = {}, move?: Move) {
	await ledger.accept({
		id: `evt_${taskId}`,
		source: 'webhook',
		kind: 'in_review',
		name: 'upload.in_review',
		teamId: 'team_1',
		projectId: 'proj_1',
		uploadId: 'upl_1',
		taskIds: [taskId],
		ignored: null,
		digest: 'd',
	});
	const event = (await ledger.claimEvent(`evt_${taskId}`, 60_000)) as EventClaim;
	await ledger.finishEvent(event, { kind: 'located', tasks: [{ projectId: 'proj_1', taskId }], uploadId: 'upl_1' });
	const [found] = await ledger.casesOfTask('proj_1', taskId);
	const claim = afterFirstRead((await ledger.claimCase(found?.id ?? '', 60_000)) as CaseClaim);
	const decision: NewDecision = {
		id: `dec_${taskId}`,
		outcome: 'review',
		withheld: null,
		firstReason: 'rule:invoice:total-certain',
		revision: 'a'.repeat(64),
		logicRevision: 'b'.repeat(64),
		version: '0.1.0',
		fingerprint: 'f'.repeat(64),
		rules: ['invoice'],
		body: { outcome: 'review', reasons: [] },
		elements: [{ id: 'ann_1', confidence: 0.94 }],
		...over,
	};
	const moved = move ?? ({ state: 'review', reason: decision.firstReason, dueInMs: null } as const);
	const caseRecord = claim.case;
	expect(await ledger.recordDecision({ ...claim, case: caseRecord }, decision, moved)).toBe(true);
	return { caseId: caseRecord.id, decisionId: decision.id };
}

describe('decisions', () => {
	it('are listed newest first, by page and by filter', async () => {
		for (const id of ['tsk_1', 'tsk_2', 'tsk_3']) {
			await judgedCase(app.ledger, id);
			await app.clock.advance(1_000);
		}
		const first = (await (await app.read('/v1/decisions?limit=2')).json()) as {
			decisions: { id: string; decided_at: string }[];
			next: string;
		};
		expect(first.decisions.map(({ id }) => id)).toEqual(['dec_tsk_3', 'dec_tsk_2']);
		expect(first.decisions[0]).toMatchObject({
			decided_at: '2026-06-01T08:00:02.000Z',
			project_id: 'proj_1',
			step_type: 'EXTRACT',
			visit: 1,
			outcome: 'review',
			first_reason: 'rule:invoice:total-certain',
		});
		const rest = await app.read(`/v1/decisions?limit=2&before=${encodeURIComponent(first.next)}`);
		expect(await rest.json()).toMatchObject({ decisions: [{ id: 'dec_tsk_1' }], next: null });
		expect(await (await app.read('/v1/decisions?task_id=tsk_2&project_id=proj_1')).json()).toMatchObject({
			decisions: [{ id: 'dec_tsk_2' }],
		});
		expect(await (await app.read('/v1/decisions?outcome=complete')).json()).toEqual({ decisions: [], next: null });
	});

	it('show everything that was stored of one', async () => {
		const { decisionId, caseId } = await judgedCase(app.ledger);
		expect(await (await app.read(`/v1/decisions/${decisionId}`)).json()).toMatchObject({
			id: decisionId,
			case_id: caseId,
			decision: { outcome: 'review', reasons: [] },
			elements: [{ id: 'ann_1', confidence: 0.94 }],
		});
	});

	it.each([
		['limit=0', 'limit is not between 1 and 200'],
		['limit=201', 'limit is not between 1 and 200'],
		['limit=ten', 'limit is not a whole number'],
		['outcome=approve', 'outcome is neither complete nor review'],
		['task_id=..', 'task_id is not an id'],
		['before=%00', 'before is not the next of a page'],
		['colour=red', 'it has a member that is not known'],
		['__proto__=x', 'it has a member that is not known'],
	])('refuse ?%s', async (query, fault) => {
		expect(await problemOf(await app.read(`/v1/decisions?${query}`))).toEqual({
			status: 400,
			code: 'malformed-query',
			detail: `The query is wrong: ${fault}.`,
		});
	});

	it('refuse a parameter given twice', async () => {
		expect(await problemOf(await app.read('/v1/decisions?limit=1&limit=2'))).toMatchObject({ code: 'malformed-query' });
	});
});

describe('cases', () => {
	it('are shown with their attempts', async () => {
		const { caseId, decisionId } = await judgedCase(app.ledger);
		expect(await (await app.read(`/v1/cases/${caseId}`)).json()).toMatchObject({
			id: caseId,
			task_id: 'tsk_1',
			state: 'review',
			reason: 'rule:invoice:total-certain',
			decision_id: decisionId,
			upload_id: 'upl_1',
			event_id: 'evt_tsk_1',
			sends: 0,
			attempts: [],
		});
	});

	it('are judged again on retry', async () => {
		const { caseId } = await judgedCase(app.ledger);
		const response = await app.operate(`/v1/cases/${caseId}/retry`);
		expect([response.status, await response.json()]).toEqual([202, { case_id: caseId, status: 'retried' }]);
		expect((await app.ledger.getCase(caseId))?.state).toBe('located');
		expect(app.pokes()).toBe(1);
	});

	it('are found by conditions on entities whose ids are any text', async () => {
		for (const entity of ['Total amount', 'été', 'a/b?c&d=e']) {
			const taskId = `tsk_${entity.length}`;
			const body = { outcome: 'review', reasons: [{ code: `rule:invoice:required:${entity}`, sentence: '' }] };
			const { caseId } = await judgedCase(app.ledger, taskId, { body });
			for (const query of [
				{ rule: 'invoice', condition: `required:${entity}` },
				{ condition: `rule:invoice:required:${entity}` },
			]) {
				const found = await app.read(`/v1/cases?${new URLSearchParams(query).toString()}`);
				expect(await found.json(), entity).toMatchObject({ cases: [{ id: caseId }], next: null });
			}
		}
		for (const wrong of ['', 'a\nb', 'x'.repeat(501)]) {
			const refused = await app.read(`/v1/cases?${new URLSearchParams({ condition: wrong }).toString()}`);
			expect(await problemOf(refused)).toMatchObject({ status: 400 });
		}
	});

	it('that are asked for by id fit the other filters as well', async () => {
		const { caseId } = await judgedCase(app.ledger);
		const idsOf = async (query: string) => {
			const answer = (await (await app.read(`/v1/cases?id=${caseId}${query}`)).json()) as { cases: { id: string }[] };
			return answer.cases.map(({ id }) => id);
		};
		expect(await idsOf('')).toEqual([caseId]);
		expect(await idsOf('&outcome=review&project_id=proj_1&day=2026-06-01')).toEqual([caseId]);
		for (const other of ['&outcome=completed', '&project_id=proj_2', '&day=2026-06-02', '&condition=no-live-rule']) {
			expect(await idsOf(other), other).toEqual([]);
		}
	});

	it.each(['garbage', '-1', '1e3', '12345678901234567890', ' '])(
		'a place in a list that is none (%j) is refused',
		async (before) => {
			for (const list of ['cases', 'decisions', 'events']) {
				const refused = await app.read(`/v1/${list}?before=${encodeURIComponent(before)}`);
				expect(await problemOf(refused), list).toMatchObject({ status: 400 });
			}
			expect(await problemOf(await app.read(`/v1/upcoming?after=${encodeURIComponent(before)}`))).toMatchObject({
				status: 400,
			});
		},
	);

	it('that are about to be completed come page by page', async () => {
		for (const taskId of ['tsk_1', 'tsk_2', 'tsk_3']) {
			await judgedCase(
				app.ledger,
				taskId,
				{ outcome: 'complete', firstReason: null },
				{ state: 'waiting', reason: 'hold', dueInMs: 60_000 },
			);
		}
		const seen: string[] = [];
		let after = '';
		for (let pages = 0; pages < 4; pages += 1) {
			const { cases, next } = (await (await app.read(`/v1/upcoming?limit=1${after}`)).json()) as {
				readonly cases: readonly { readonly task_id: string }[];
				readonly next: string | null;
			};
			seen.push(...cases.map((one) => one.task_id));
			if (next === null) break;
			after = `&after=${next}`;
		}
		expect(seen).toEqual(['tsk_1', 'tsk_2', 'tsk_3']);
	});

	it('are left to a person for good', async () => {
		const { caseId } = await judgedCase(app.ledger);
		const response = await app.operate(`/v1/cases/${caseId}/leave`);
		expect([response.status, await response.json()]).toEqual([200, { case_id: caseId, status: 'left' }]);
		const again = await app.operate(`/v1/cases/${caseId}/leave`);
		expect([200, 409]).toContain(again.status);
	});

	it.each([
		['audit', 409],
		['unresolved', 409],
		['not-open', 409],
		['unknown-case', 404],
	] as const)('that may not be retried say why: %s', async (result, status) => {
		const refusing = await createAppUnderTest();
		const app = await createAppUnderTest({
			ledger: Object.assign(Object.create(refusing.ledger) as Ledger, { retryCase: async () => result }),
		});
		expect(await problemOf(await app.operate('/v1/cases/x/retry'))).toMatchObject({ status, code: result });
		await Promise.all([app.close(), refusing.close()]);
	});

	it.each([
		['in-flight', 409],
		['ended', 409],
		['unknown-case', 404],
	] as const)('that may not be left say why: %s', async (result, status) => {
		const refusing = await createAppUnderTest();
		const app = await createAppUnderTest({
			ledger: Object.assign(Object.create(refusing.ledger) as Ledger, { leaveCase: async () => result }),
		});
		expect(await problemOf(await app.operate('/v1/cases/x/leave'))).toMatchObject({ status, code: result });
		await Promise.all([app.close(), refusing.close()]);
	});

	it.each(['/v1/cases/none', '/v1/cases/..%2f..', '/v1/cases/%00', '/v1/cases/%E0%A4%A', "/v1/cases/' OR 1=1 --"])(
		'%s: 404',
		async (path) => {
			expect(await problemOf(await app.read(path))).toMatchObject({ status: 404 });
		},
	);
});

describe('events', () => {
	it('are listed by status', async () => {
		await app.notify({ id: 'evt_9', event: 'upload.created', team_id: 'team_1', project_id: 'proj_1' });
		await app.operate('/v1/tasks', { project_id: 'proj_1', task_ids: ['tsk_1'] });
		expect(await (await app.read('/v1/events?status=ignored')).json()).toMatchObject({
			events: [
				{
					id: 'evt_9',
					source: 'webhook',
					kind: 'other',
					name: 'upload.created',
					status: 'ignored',
					reason: 'other-event',
					received_at: '2026-06-01T08:00:00.000Z',
				},
			],
			next: null,
		});
		expect(await (await app.read('/v1/events')).json()).toMatchObject({ events: [{}, {}] });
		expect(await problemOf(await app.read('/v1/events?status=lost'))).toMatchObject({ status: 400 });
	});

	it('that led nowhere are delivered again', async () => {
		await app.operate('/v1/tasks', { project_id: 'proj_1', task_ids: ['tsk_1'] });
		const [event] = await eventsOf(app.ledger);
		const id = event?.id ?? '';
		expect(await problemOf(await app.operate(`/v1/events/${id}/redeliver`))).toMatchObject({
			status: 409,
			code: 'not-redeliverable',
		});
		const claim = (await app.ledger.claimEvent(id, 60_000)) as EventClaim;
		await app.ledger.finishEvent(claim, { kind: 'unresolvable', reason: 'no-task-ids' });
		const response = await app.operate(`/v1/events/${id}/redeliver`);
		expect([response.status, await response.json()]).toEqual([202, { event_id: id, status: 'accepted' }]);
		expect(await problemOf(await app.operate('/v1/events/none/redeliver'))).toMatchObject({ status: 404 });
	});

	it('tell who handed them in and who had them worked on again', async () => {
		const handedIn = await app.operate('/v1/tasks', { project_id: 'proj_1', task_ids: ['tsk_1'] });
		const { event_id: id } = (await handedIn.json()) as { event_id: string };
		expect(app.logged).toContainEqual(
			expect.objectContaining({
				message: 'tasks handed in by an operator',
				fields: { event_id: id, project_id: 'proj_1', count: 1 },
			}),
		);
		const claim = (await app.ledger.claimEvent(id, 60_000)) as EventClaim;
		await app.ledger.finishEvent(claim, { kind: 'unresolvable', reason: 'no-task-ids' });
		await app.operate(`/v1/events/${id}/redeliver`);
		expect(await (await app.read(`/v1/events/${id}`)).json()).toMatchObject({
			...{ id, status: 'accepted', task_ids: ['tsk_1'] },
			acts: [
				{ act: 'enqueue', by: 'alice' },
				{ act: 'redeliver', by: 'alice' },
			],
		});
		expect(await problemOf(await app.read('/v1/events/none'))).toMatchObject({ status: 404, code: 'unknown-event' });
	});

	it('are counted by kind, and those that were delivered again are listed', async () => {
		const event = { id: 'evt_9', event: 'upload.created', team_id: 'team_1', project_id: 'proj_1' };
		await app.notify(event);
		await app.notify(event);
		await app.operate('/v1/tasks', { project_id: 'proj_1', task_ids: ['tsk_1'] });
		const { events, counts } = (await (await app.read('/v1/events?status=duplicates')).json()) as {
			readonly events: readonly { readonly id: string }[];
			readonly counts: object;
		};
		expect(events.map((one) => one.id)).toEqual(['evt_9']);
		expect(counts).toEqual({ accepted: 1, ignored: 1, unresolvable: 0, dead: 0, duplicates: 1 });
	});

	it('whose id holds a slash can be named all the same', async () => {
		await app.notify({ id: 'a/b ü', event: 'x', team_id: 'team_1', project_id: 'proj_1' });
		expect((await app.operate(`/v1/events/${encodeURIComponent('a/b ü')}/redeliver`)).status).toBe(202);
	});
});

describe('pause and resume', () => {
	it('stop and start everything, or one project, in the name of the operator', async () => {
		const paused = await app.operate('/v1/pause');
		expect(await paused.json()).toEqual({ pauses: [{ scope: '*', by: 'alice', at: '2026-06-01T08:00:00.000Z' }] });
		await app.operate('/v1/pause', { scope: 'proj_1' });
		expect((await app.ledger.pauses()).map(({ scope }) => scope).sort()).toEqual(['*', 'proj_1']);
		expect(await (await app.operate('/v1/resume', {})).json()).toMatchObject({ pauses: [{ scope: 'proj_1' }] });
		expect(await (await app.operate('/v1/resume', { scope: 'proj_1' })).json()).toEqual({ pauses: [] });
		expect(app.logged.filter(({ level }) => level === 'warn')).toHaveLength(4);
	});

	it('opens the complete gates of its scope', async () => {
		await app.ledger.closeGate('proj_1', 'complete', 'status-403');
		await app.operate('/v1/resume', { scope: 'proj_1' });
		expect(await app.ledger.gates()).toEqual([]);
		expect(app.pokes()).toBe(1);
	});

	it('a gate is opened by itself: the pause of its project stays, and who did it is kept', async () => {
		await app.ledger.closeGate('proj_1', 'complete', 'status-403');
		await app.operate('/v1/pause', { scope: 'proj_1', why: 'wrong totals' });
		const opened = await app.operate('/v1/gates/open', { project_id: 'proj_1', why: 'a new key' });
		expect([opened.status, await opened.json()]).toEqual([200, { gates: [] }]);
		// One for the pause, one so that what waited goes on now.
		expect(app.pokes()).toBe(2);
		expect(await app.ledger.pauses()).toMatchObject([{ scope: 'proj_1' }]);
		expect((await app.ledger.controlChanges(1))[0]).toMatchObject({
			...{ change: 'open-gate', scope: 'proj_1', by: 'alice', why: 'a new key' },
		});
		const again = await app.operate('/v1/gates/open', { project_id: 'proj_1' });
		expect(await problemOf(again)).toMatchObject({ status: 409, code: 'not-closed' });
		expect(await app.ledger.controlChanges(9)).toHaveLength(2);
	});

	it('a pause of a project that nobody configured is refused, since it would hold nothing', async () => {
		for (const scope of ['proj-1', 'PROJ_1', 'proj_9']) {
			const refused = await app.operate('/v1/pause', { scope });
			expect(await problemOf(refused), scope).toMatchObject({ status: 400, code: 'unknown-project' });
		}
		expect(await app.ledger.pauses()).toEqual([]);
		// One from another time can be lifted all the same.
		await app.ledger.pause('proj_9', 'alice');
		expect((await app.operate('/v1/resume', { scope: 'proj_9' })).status).toBe(200);
		expect(await app.ledger.pauses()).toEqual([]);
		const all = await createAppUnderTest({ projects: null });
		expect((await all.operate('/v1/pause', { scope: 'proj_9' })).status).toBe(200);
		await all.close();
	});

	it.each(['\u202e', '\u2066', '\u200f'])('a reason does not turn itself around (%j)', async (mark) => {
		const refused = await app.operate('/v1/pause', { why: `wrong ${mark}totals` });
		expect(await problemOf(refused)).toMatchObject({ status: 400 });
		expect(await app.ledger.pauses()).toEqual([]);
	});

	it.each([{ scope: 7 }, { scope: '' }, { scoop: 'proj_1' }, []])('refuses %j', async (body) => {
		expect(await problemOf(await app.operate('/v1/pause', body))).toMatchObject({ status: 400 });
		expect(await app.ledger.pauses()).toEqual([]);
	});
});

describe('rules', () => {
	it('are shown with what was found wrong since', async () => {
		const ruleSet = {
			revision: 'r1',
			logicRevision: 'l1',
			canonical: '{}',
			rules: [
				{
					id: 'invoice',
					description: 'Invoices.',
					owner: 'accounts payable',
					mode: 'live',
					appliesTo: {
						projects: null,
						stepTypes: ['EXTRACT'],
						meta: [{ name: '__proto__', values: ['x'] }],
						logic: null,
					},
					requiredEntities: ['total_amount'],
					conditions: [{ id: 'total-certain', requirement: 'The total must be certain.', compiled: {} }],
					auditShare: 0.05,
					quietMinutesAfterOpened: 15,
					holdMinutes: 0,
				},
			],
		} as unknown as RuleSet;
		const finding = {
			file: 'invoice.json',
			line: 3,
			column: 5,
			severity: 'error',
			code: 'unknown-operator',
			message: 'There is no operator "gte".',
			pointer: '/conditions/0/logic',
		} as const;
		const app = await createAppUnderTest({
			rules: { ...fixedRules(ruleSet, [finding]), refusedSince: () => begin },
		});
		await app.ledger.setBrake('invoice', true, 'brake');
		expect(await (await app.read('/v1/rules')).json()).toMatchObject({
			revision: 'r1',
			rules: [
				{
					id: 'invoice',
					mode: 'live',
					braked: true,
					applies_to: { step_types: ['EXTRACT'], has_logic: false },
					conditions: [{ id: 'total-certain', requirement: 'The total must be certain.' }],
					audit_share: 0.05,
				},
			],
			refused_since: '2026-06-01T08:00:00.000Z',
			findings: [{ file: 'invoice.json', line: 3, column: 5, code: 'unknown-operator' }],
		});
		const ready = (await (await app.request('/readyz')).json()) as { notes: { code: string }[] };
		expect(ready.notes.map(({ code }) => code)).toEqual(['rules-refused']);
		await app.close();
	});

	it('are braked and let go again, each by somebody with a reason, and both once', async () => {
		const ruleSet = {
			revision: 'r1',
			logicRevision: 'l1',
			canonical: '{}',
			rules: [{ id: 'invoice' }],
		} as unknown as RuleSet;
		const app = await createAppUnderTest({ rules: fixedRules(ruleSet) });
		for (let time = 0; time < 2; time += 1) {
			const answer = await app.operate('/v1/rules/invoice/brake', { why: 'two wrong totals' });
			expect([answer.status, await answer.json()]).toEqual([200, { braked_rules: ['invoice'] }]);
		}
		expect(await app.ledger.brakes()).toEqual(new Set(['invoice']));
		const answer = await app.operate('/v1/rules/invoice/rearm', { why: 'thresholds raised' });
		expect(await answer.json()).toEqual({ braked_rules: [] });
		expect(await (await app.read('/v1/controls')).json()).toMatchObject({
			changes: [
				{ change: 'unbrake', scope: 'invoice', by: operator.name, why: 'thresholds raised' },
				{ change: 'brake', scope: 'invoice', by: operator.name, why: 'two wrong totals' },
			],
		});
		expect(await problemOf(await app.operate('/v1/rules/none/brake', {}))).toMatchObject({ code: 'unknown-rule' });
		// One whose file is gone can still be let go.
		await app.ledger.setBrake('gone', true, 'bob');
		expect((await app.operate('/v1/rules/gone/rearm', {})).status).toBe(200);
		expect(await app.ledger.brakes()).toEqual(new Set());
		await app.close();
	});

	it('and what is found wrong with them belong together, also when they are swapped while the store answers', async () => {
		const [before, after] = ['r1', 'r2'].map((revision) => ({
			revision,
			logicRevision: 'l',
			canonical: '{}',
			rules: [],
		}));
		if (before === undefined || after === undefined) throw new Error('there are two');
		let swapped = false;
		const app = await createAppUnderTest({
			rules: {
				current: () => (swapped ? after : before),
				findings: () => [],
				refusedSince: () => (swapped ? null : begin),
				certificates: () => new Map(),
				reload: null,
			},
		});
		const { ledger } = app;
		const brakes = ledger.brakes.bind(ledger);
		ledger.brakes = async () => {
			swapped = true;
			return await brakes();
		};
		const answer = (await (await app.read('/v1/rules')).json()) as { revision: string; refused_since: string | null };
		expect([answer.revision, answer.refused_since]).toEqual(['r2', null]);
		await app.close();
	});

	it.each([
		['served', 200, 1],
		['unchanged', 200, 0],
		['refused', 422, 0],
	] as const)('that were read again and %s answer %i', async (outcome, status, pokes) => {
		const finding = {
			file: 'a.json',
			line: 1,
			column: 2,
			severity: 'error',
			code: 'not-json',
			message: 'No.',
		} as const;
		const findings = [{ ...finding, pointer: '' }];
		const app = await createAppUnderTest({
			rules: {
				...fixedRules({ revision: 'r2', logicRevision: 'l2', canonical: '{}', rules: [] }),
				reload: async () => ({ outcome, revision: 'r2', findings }),
			},
		});
		const response = await app.operate('/v1/rules/reload');
		expect(response.status).toBe(status);
		expect(await response.json()).toEqual({ outcome, revision: 'r2', refused_since: null, findings });
		expect(app.pokes()).toBe(pokes);
		await app.close();
	});

	it('that are part of the deployment cannot be read again', async () => {
		const app = await createAppUnderTest();
		expect(await problemOf(await app.operate('/v1/rules/reload'))).toMatchObject({ status: 409, code: 'rules-fixed' });
		await app.close();
	});
});

describe('errors', () => {
	it('of routes: 404 and 405 are problems as well', async () => {
		for (const path of ['/v1', '/v1/nothing', '/nothing', '/%00', '/v1/cases/x/y/z', '/webhooks/send-ai/']) {
			expect(await problemOf(await app.request(path))).toMatchObject({ status: 404, code: 'unknown-route' });
		}
		const response = await app.request('/v1/decisions', { method: 'DELETE' });
		expect(response.headers.get('allow')).toBe('GET, HEAD');
		expect(await problemOf(response)).toMatchObject({ status: 405, code: 'wrong-method' });
		expect((await app.request('/v1/pause')).headers.get('allow')).toBe('POST');
	});

	it('of the store: 503 with Retry-After on every route', async () => {
		const closed = await createAppUnderTest();
		await closed.close();
		for (const path of reads.filter((path) => path !== '/v1/rules')) {
			const response = await closed.read(path);
			expect(response.headers.get('retry-after')).toBe('5');
			expect(await problemOf(response)).toMatchObject({ status: 503, code: 'store-unavailable' });
		}
		const bodies: Readonly<Record<string, object>> = {
			'/v1/tasks': { project_id: 'proj_1', task_ids: ['tsk_1'] },
			'/v1/gates/open': { project_id: 'proj_1' },
		};
		for (const path of writes.filter((path) => path !== '/v1/rules/reload')) {
			expect(await problemOf(await closed.operate(path, bodies[path])), path).toMatchObject({ status: 503 });
		}
		expect(closed.logged.every(({ fields }) => typeof fields?.code === 'string')).toBe(true);
	});

	it('of ours: 500 without a stack or a cause', async () => {
		const broken = await createAppUnderTest({
			rules: {
				current() {
					throw new RangeError('secret detail');
				},
				findings: () => [],
				refusedSince: () => null,
				certificates: () => new Map(),
				reload: null,
			},
		});
		const problem = await problemOf(await broken.read('/v1/rules'));
		expect(problem).toMatchObject({ status: 500, code: 'internal-error' });
		expect(JSON.stringify(problem)).not.toContain('secret');
		expect(broken.logged.at(-1)).toMatchObject({ level: 'error', fields: { code: 'RangeError' } });
		await broken.close();
	});
});

describe('the parts of a server', () => {
	it('with OPERATOR_PORT the webhook and the operators stand apart, and both have health', async () => {
		const [webhook, operators] = await Promise.all([
			createAppUnderTest({}, 'webhook'),
			createAppUnderTest({}, 'operator'),
		]);
		const event = { id: 'evt_1', event: 'in_review', team_id: 'team_1', project_id: 'proj_1', upload: { id: 'upl_1' } };
		expect((await webhook.notify(event)).status).toBe(202);
		expect((await webhook.read('/v1/events')).status).toBe(404);
		expect((await operators.notify(event)).status).toBe(404);
		expect((await operators.read('/v1/events')).status).toBe(200);
		for (const part of [webhook, operators]) {
			expect((await part.request('/healthz')).status).toBe(200);
			expect((await part.request('/readyz')).status).toBe(200);
			await part.close();
		}
	});
});
