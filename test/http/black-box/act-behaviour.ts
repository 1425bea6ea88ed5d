import { afterEach, beforeAll, expect, it } from 'vitest';
import { notification, problemOf } from '../app-under-test.ts';
import { bodyOf, type Caller, comesTo, freshId } from './opened.ts';
import { audited, casesOf, certain, held } from './tasks-to-judge.ts';

interface Pauses {
	readonly pauses: readonly {
		readonly scope: string;
		readonly by: string;
		readonly at: string;
		readonly why?: string;
	}[];
}

/** Pausing, leaving, judging again, delivering again. */
export function actBehaviour(ask: () => Caller): void {
	const ids = { completed: '', held: '', audited: '' };
	const standing = async (taskId: string) =>
		(await casesOf(ask(), taskId)).map(({ state, reason }) => `${state}: ${reason}`).join();
	const stands = (taskId: string, wanted: string) =>
		comesTo(
			() => standing(taskId),
			(found) => expect(found).toBe(wanted),
		);
	const caseId = async (taskId: string) => (await casesOf(ask(), taskId))[0]?.id;
	const create = (task: typeof certain) => ask().opened.simulator.createUpload({ tasks: [task] }).taskIds[0] ?? '';

	beforeAll(async () => {
		for (const [name, task] of Object.entries({ completed: certain, held, audited })) {
			ids[name as keyof typeof ids] = create(task);
		}
		await stands(ids.completed, 'completed: by-us');
		await stands(ids.held, 'waiting: hold');
		await comesTo(
			() => standing(ids.audited),
			(found) => expect(found).toMatch(/^audit: /),
		);
	}, 60_000);

	afterEach(async () => {
		for (const scope of ['*', ask().opened.projectId]) await bodyOf(await ask().operate('/v1/resume', { scope }));
	});

	it('a pause says by whom and why, and lets nothing be completed until its end', async () => {
		const { operate, read, send, opened } = ask();
		const paused = await bodyOf<Pauses>(await operate('/v1/pause', { why: 'wrong totals' }));
		expect(paused.pauses).toMatchObject([{ scope: '*', by: 'alice', why: 'wrong totals' }]);
		expect(Math.abs(Date.parse(paused.pauses[0]?.at ?? '') - Date.now())).toBeLessThan(30_000);
		expect(await bodyOf(await read('/v1/controls'))).toMatchObject(paused);
		const { notes } = await bodyOf<{ notes: { code: string }[] }>(await send('GET', '/readyz'));
		expect(notes.map(({ code }) => code)).toEqual(['paused']);
		const task = create(certain);
		await stands(task, 'waiting: paused');
		expect(opened.simulator.task(task)?.completions).toEqual([]);
		expect(await bodyOf(await operate('/v1/resume', { why: 'mended' }))).toEqual({ pauses: [] });
		await stands(task, 'completed: by-us');
		expect(opened.simulator.task(task)?.completions).toHaveLength(1);
		expect(await bodyOf<{ changes: object[] }>(await read('/v1/controls'))).toMatchObject({
			changes: expect.arrayContaining([
				expect.objectContaining({ change: 'resume', scope: '*', by: 'alice', why: 'mended' }),
				expect.objectContaining({ change: 'pause', scope: '*', by: 'alice', why: 'wrong totals' }),
			]) as unknown,
		});
	}, 60_000);

	it('a project is paused by itself, and a pause without a body is one of everything', async () => {
		const { operate, opened } = ask();
		await bodyOf(await operate('/v1/pause', { scope: opened.projectId }));
		const both = await bodyOf<Pauses>(await operate('/v1/pause'));
		expect(both.pauses.map(({ scope }) => scope).sort()).toEqual(['*', opened.projectId].sort());
		expect(await bodyOf(await operate('/v1/resume'))).toMatchObject({ pauses: [{ scope: opened.projectId }] });
	});

	it('a gate that Send AI closed is opened by itself: the pause of its project stays, and holds', async () => {
		const { operate, read, opened } = ask();
		const { projectId: project_id, simulator } = opened;
		simulator.injectFault({ fault: 'forbidden', on: 'complete' });
		const task = create(certain);
		await stands(task, 'waiting: gate');
		await bodyOf(await operate('/v1/pause', { scope: project_id, why: 'wrong totals' }));
		expect(await bodyOf(await operate('/v1/gates/open', { project_id, why: 'a new key' }))).toEqual({ gates: [] });
		await stands(task, 'waiting: paused');
		expect(await bodyOf(await read('/v1/controls'))).toMatchObject({
			...{ gates: [], pauses: [{ scope: project_id, by: 'alice' }] },
			changes: expect.arrayContaining([
				expect.objectContaining({ change: 'open-gate', scope: project_id, by: 'alice', why: 'a new key' }),
			]) as unknown,
		});
		expect(simulator.task(task)?.completions).toEqual([]);
		const again = await problemOf(await operate('/v1/gates/open', { project_id }));
		expect(again).toMatchObject({ status: 409, code: 'not-closed' });
		await bodyOf(await operate('/v1/resume', { scope: project_id }));
		await stands(task, 'completed: by-us');
	}, 60_000);

	it('a pause of a project that nobody configured is refused', async () => {
		const refused = await problemOf(await ask().operate('/v1/pause', { scope: 'proj_9' }));
		expect(refused).toMatchObject({ status: 400, code: 'unknown-project' });
		expect(await bodyOf(await ask().read('/v1/controls'))).toMatchObject({ pauses: [] });
	});

	it.each([
		['a scope that is no text', { scope: 7 }],
		['an empty scope', { scope: '' }],
		['another member', { scoop: 'x' }],
		['a list', []],
		['a reason of two lines', { why: 'a\nb' }],
		['a reason without end', { why: 'x'.repeat(201) }],
		['a reason that turns around', { why: 'wrong \u202etotals' }],
	])('%s pauses nothing', async (_, body) => {
		const answer = await problemOf(await ask().operate('/v1/pause', body));
		expect(answer).toMatchObject({ status: 400, code: 'malformed-body' });
		expect(await bodyOf(await ask().read('/v1/controls'))).toMatchObject({ pauses: [] });
	});

	it('a case is left to a person for good, in the name of who said so', async () => {
		const { operate, read, opened } = ask();
		const id = await caseId(ids.held);
		expect(await bodyOf(await operate(`/v1/cases/${id}/leave`))).toEqual({ case_id: id, status: 'left' });
		expect(await bodyOf(await read(`/v1/cases/${id}`))).toMatchObject({
			...{ state: 'review', reason: 'left', acts: [{ act: 'leave', by: 'alice' }] },
		});
		expect(opened.simulator.task(ids.held)?.completions).toEqual([]);
		expect(await problemOf(await operate(`/v1/cases/${await caseId(ids.completed)}/leave`))).toMatchObject({
			...{ status: 409, code: 'ended' },
		});
		expect(await problemOf(await operate('/v1/cases/none/leave'))).toMatchObject({ status: 404, code: 'unknown-case' });
	});

	it('a case is judged again, but for one that ended or that an audit drew', async () => {
		const { operate, read } = ask();
		const task = create({ ...certain, confidence: 0.8 });
		await stands(task, 'review: rule:invoice:nothing-guessed');
		const id = await caseId(task);
		expect(await bodyOf(await operate(`/v1/cases/${id}/retry`), 202)).toEqual({ case_id: id, status: 'retried' });
		const decisions = async () =>
			(await bodyOf<{ decisions: object[] }>(await read(`/v1/decisions?task_id=${task}`))).decisions.length;
		await comesTo(decisions, (count) => expect(count).toBe(2));
		await stands(task, 'review: rule:invoice:nothing-guessed');
		const refusals = [
			[await caseId(ids.audited), 409, 'audit'],
			[await caseId(ids.completed), 409, 'not-open'],
			['none', 404, 'unknown-case'],
		] as const;
		for (const [other, status, code] of refusals) {
			expect(await problemOf(await operate(`/v1/cases/${other}/retry`))).toMatchObject({ status, code });
		}
	}, 60_000);

	it('only what waits for a person is handled by one', async () => {
		const id = await caseId(ids.completed);
		expect(await problemOf(await ask().operate(`/v1/cases/${id}/handled`))).toMatchObject({
			...{ status: 409, code: 'not-waiting-for-a-person' },
		});
		expect(await problemOf(await ask().operate('/v1/cases/none/handled'))).toMatchObject({ status: 404 });
	});

	it('an event that led nowhere is delivered again, by its id or by when it came', async () => {
		const { notify, operate, read } = ask();
		const since = new Date(Date.now() - 60_000).toISOString();
		// Ids that an address can only hold with escapes.
		const [named = '', ranged = ''] = [freshId('evt/again ü'), freshId('evt/again ü')];
		for (const id of [named, ranged]) {
			const task = { id: freshId('tsk_again') };
			const event = notification({ id, project_id: 'proj_9', event: 'task.in_review', task });
			expect(await bodyOf(await notify(event), 202)).toMatchObject({ status: 'ignored' });
		}
		const comes = (id: string, status: string) =>
			comesTo(
				async () => (await bodyOf<{ events: object[] }>(await read('/v1/events?limit=200'))).events,
				(all) => expect(all).toContainEqual(expect.objectContaining({ id, status })),
			);
		await comes(named, 'ignored');
		await comes(ranged, 'ignored');
		const path = `/v1/events/${encodeURIComponent(named)}/redeliver`;
		expect(await bodyOf(await operate(path), 202)).toEqual({ event_id: named, status: 'accepted' });
		await comes(named, 'located');
		await comes(ranged, 'ignored');
		const until = new Date(Date.now() + 60_000).toISOString();
		const range = { status: 'ignored', since, until };
		expect(await bodyOf(await operate('/v1/events/redeliver', range), 202)).toMatchObject({ more: false });
		await comes(ranged, 'located');
		for (const id of [named, ranged]) {
			expect(await bodyOf(await read(`/v1/events/${encodeURIComponent(id)}`))).toMatchObject({
				...{ id, status: 'located', acts: [{ act: 'redeliver', by: 'alice' }] },
			});
		}

		const refusals = [
			[await operate(path), 409, 'not-redeliverable'],
			[await operate('/v1/events/none/redeliver'), 404, 'unknown-event'],
			[await operate('/v1/events/redeliver', { ...range, since: until, until: since }), 400, 'malformed-body'],
			[await operate('/v1/events/redeliver', { ...range, status: 'located' }), 400, 'malformed-body'],
		] as const;
		for (const [response, status, code] of refusals) expect(await problemOf(response)).toMatchObject({ status, code });
	}, 60_000);

	it('whatever was asked, nothing was completed twice or by a call that Send AI does not know', () => {
		expect(ask().opened.simulator.report().violations).toMatchObject({ repeated: [], malformed: [] });
	});
}
