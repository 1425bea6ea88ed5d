import { describe, expect, test } from 'vitest';
import {
	afterFirstRead,
	begin,
	caseIdOf,
	claimCase,
	claimEvent,
	event,
	lease,
	locate,
	minute,
	move,
	type OpenLedger,
	openCase,
	opened,
	openIn,
} from './ledger-under-test.ts';

/** What the ledger promises of events. */
export function eventContract(open: OpenLedger): void {
	describe('accepting', () => {
		test('an event is kept as it was sent, and is due at once', async () => {
			const { ledger } = await opened(open);
			const sent = event({ uploadId: 'upl-1', taskIds: ['task-1', 'task-2'] });
			expect(await ledger.accept(sent)).toEqual({ status: 'accepted', eventId: 'evt-1' });
			expect(await ledger.getEvent('evt-1')).toEqual({
				...sent,
				status: 'accepted',
				reason: null,
				receivedAt: begin,
				dueAt: begin,
				tries: 0,
				duplicates: 0,
				fence: 0,
			});
		});

		test('an ignored event is recorded with its reason and never worked on', async () => {
			const { ledger, clock } = await opened(open);
			expect(await ledger.accept(event({ ignored: 'other-event' }))).toEqual({ status: 'ignored', eventId: 'evt-1' });
			clock.pass(24 * 60 * minute);
			expect(await ledger.claimDueEvents(10, lease)).toEqual([]);
			expect(await ledger.getEvent('evt-1')).toMatchObject({ status: 'ignored', reason: 'other-event', dueAt: null });
		});

		test('the same event again is a duplicate and is counted', async () => {
			const { ledger } = await opened(open);
			await ledger.accept(event());
			expect(await ledger.accept(event())).toEqual({ status: 'duplicate', eventId: 'evt-1' });
			expect(await ledger.accept(event())).toEqual({ status: 'duplicate', eventId: 'evt-1' });
			expect(await ledger.getEvent('evt-1')).toMatchObject({ duplicates: 2, status: 'accepted' });
		});

		test('another event under a known id is kept beside it, and is known when it comes again', async () => {
			const { ledger } = await opened(open);
			await ledger.accept(event());
			const other = event({ digest: `abc${'e'.repeat(61)}`, taskIds: ['task-2'] });
			const { status, eventId } = await ledger.accept(other);
			expect(status).toBe('accepted');
			expect(eventId).toMatch(/^evt-1~abc/);
			expect(await ledger.accept(other)).toEqual({ status: 'duplicate', eventId });
			expect(await ledger.getEvent('evt-1')).toMatchObject({ taskIds: [], duplicates: 0 });
			expect(await ledger.getEvent(eventId)).toMatchObject({ taskIds: ['task-2'], duplicates: 1 });
		});

		test('of many deliveries at the same moment exactly one is accepted', async () => {
			const { ledger } = await opened(open);
			const answers = await Promise.all(Array.from({ length: 20 }, () => ledger.accept(event())));
			expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(1);
			expect(answers.filter(({ status }) => status === 'duplicate')).toHaveLength(19);
		});

		test('a duplicate wakes what is open because of it, and nothing else', async () => {
			const { ledger, clock } = await opened(open);
			const sent = { id: 'evt-1', uploadId: 'upl-1' };
			await locate(ledger, ['task-1', 'task-2', 'task-3'], sent);
			await locate(ledger, ['task-9'], { id: 'evt-9' });
			const [first, second, third, ninth] = await Promise.all(
				['task-1', 'task-2', 'task-3', 'task-9'].map((task) => caseIdOf(ledger, task)),
			);
			await ledger.transition(await claimCase(ledger, first ?? ''), move('review'));
			await ledger.transition(await claimCase(ledger, second ?? ''), move('superseded'));
			await ledger.transition(await claimCase(ledger, third ?? ''), move('waiting', { dueInMs: 60 * minute }));
			await ledger.transition(await claimCase(ledger, ninth ?? ''), move('review'));
			clock.pass(minute);
			expect(await ledger.claimDueCases(10, lease)).toEqual([]);

			await ledger.accept(event({ ...sent, taskIds: ['task-1', 'task-2', 'task-3'] }));
			const woken = await ledger.claimDueCases(10, lease);
			expect(woken.map((claim) => claim.case.taskId).toSorted()).toEqual(['task-1', 'task-3']);
			expect(woken.map((claim) => claim.case.wakes)).toEqual([1, 1]);
		});

		test('a duplicate of a "processed" event wakes the open cases of its upload', async () => {
			const { ledger } = await opened(open);
			const claim = await openCase(ledger, 'task-1', { uploadId: 'upl-1' });
			await ledger.transition(claim, move('review'));
			const processed = event({ id: 'evt-2', kind: 'processed', uploadId: 'upl-1' });
			await ledger.accept(processed);
			await ledger.finishEvent(await claimEvent(ledger, 'evt-2'), { kind: 'observed', uploadId: 'upl-1' });
			const [first] = await ledger.claimDueCases(10, lease);
			await ledger.transition(first ?? claim, move('review'));
			expect(await ledger.claimDueCases(10, lease)).toEqual([]);

			await ledger.accept(processed);
			expect(await ledger.claimDueCases(10, lease)).toHaveLength(1);
		});

		test.each(['rate_limited', 'paused', 'limit', 'gate'])(
			'a duplicate does not cut a wait for %s short, but is counted as news',
			async (reason) => {
				const { ledger, clock } = await opened(open);
				// What it waits for must be there: a pause or gate that is gone makes it due at once.
				await ledger.pause('*', 'alice');
				await ledger.closeGate('proj-1', 'complete', 'status-403');
				const claim = await openCase(ledger);
				await ledger.transition(claim, move('waiting', { reason, dueInMs: 60 * minute }));
				clock.pass(minute);
				await ledger.accept(event({ id: 'evt-of-task-1', taskIds: ['task-1'] }));
				expect(await ledger.getCase(claim.case.id)).toMatchObject({ wakes: 1, dueAt: begin + 60 * minute });
			},
		);

		test.each([
			['upload-not-found', true],
			['rate-limited', false],
			['gate', false],
		])('an event that waits for %s is tried at once when it comes again: %s', async (reason, atOnce) => {
			const { ledger, clock } = await opened(open);
			await ledger.accept(event());
			const claim = await claimEvent(ledger, 'evt-1');
			await ledger.finishEvent(claim, { kind: 'again', inMs: 10 * minute, reason });
			clock.pass(minute);
			await ledger.accept(event());
			expect((await ledger.claimDueEvents(10, lease)).length === 1).toBe(atOnce);
		});

		test('an event that was ignored and is ours by now is taken up when it comes again', async () => {
			const { ledger } = await opened(open);
			await ledger.accept(event({ ignored: 'other-project' }));
			expect(await ledger.accept(event())).toEqual({ status: 'duplicate', eventId: 'evt-1' });
			const [claim] = await ledger.claimDueEvents(10, lease);
			expect(claim?.event).toMatchObject({ id: 'evt-1', status: 'accepted', ignored: null, reason: null });
		});

		test('an event that is ours goes on, even when it would be ignored if it came now', async () => {
			const { ledger } = await opened(open);
			await ledger.accept(event());
			await ledger.accept(event({ ignored: 'other-project' }));
			expect(await ledger.claimDueEvents(10, lease)).toHaveLength(1);
		});
	});

	describe('claims of events', () => {
		test('due events are claimed oldest first, no more than asked for, each by one alone', async () => {
			const { ledger, clock } = await opened(open);
			for (const id of ['evt-c', 'evt-a', 'evt-b']) {
				await ledger.accept(event({ id }));
				clock.pass(1);
			}
			const first = await ledger.claimDueEvents(2, lease);
			expect(first.map((claim) => claim.event.id)).toEqual(['evt-c', 'evt-a']);
			expect(first[0]).toMatchObject({ fence: 1, now: begin + 3, event: { fence: 1 } });
			const rest = await ledger.claimDueEvents(2, lease);
			expect(rest.map((claim) => claim.event.id)).toEqual(['evt-b']);
			expect(await ledger.claimDueEvents(2, lease)).toEqual([]);
		});

		test('many who ask at once never get the same event', async () => {
			const { ledger } = await opened(open);
			for (let n = 0; n < 12; n += 1) await ledger.accept(event({ id: `evt-${n}` }));
			const claims = await Promise.all(Array.from({ length: 8 }, () => ledger.claimDueEvents(3, lease)));
			const ids = claims.flat().map((claim) => claim.event.id);
			expect(ids).toHaveLength(12);
			expect(new Set(ids).size).toBe(12);
		});

		test('a claim ends by the clock of the store, and the event is due again under a higher fence', async () => {
			const { ledger, clock } = await opened(open);
			await ledger.accept(event());
			await ledger.claimDueEvents(1, lease);
			clock.pass(lease - 1);
			expect(await ledger.claimDueEvents(1, lease)).toEqual([]);
			clock.pass(1);
			expect(await ledger.claimDueEvents(1, lease)).toMatchObject([{ fence: 2 }]);
		});

		test('one event is claimed by name whether due or not, but not while it is held, finished or unknown', async () => {
			const { ledger } = await opened(open);
			await ledger.accept(event());
			const claim = await claimEvent(ledger, 'evt-1');
			expect(await ledger.claimEvent('evt-1', lease)).toBeNull();
			await ledger.finishEvent(claim, { kind: 'again', inMs: minute, reason: 'later' });
			expect(await claimEvent(ledger, 'evt-1')).toMatchObject({ fence: 2 });
			expect(await ledger.claimEvent('evt-unknown', lease)).toBeNull();
			await ledger.accept(event({ id: 'evt-2', ignored: 'other-event' }));
			expect(await ledger.claimEvent('evt-2', lease)).toBeNull();
		});
	});

	describe('finishing events', () => {
		test('located: a case is opened for each task, due at once, with where it came from', async () => {
			const { ledger } = await opened(open);
			await locate(ledger, ['task-1', 'task-2'], { id: 'evt-1', uploadId: 'upl-1' });
			expect(await ledger.casesOfTask('proj-1', 'task-2')).toMatchObject([
				{
					teamId: 'team-1',
					projectId: 'proj-1',
					taskId: 'task-2',
					stepType: '',
					visit: 0,
					state: 'located',
					reason: null,
					dueAt: begin,
					uploadId: 'upl-1',
					eventId: 'evt-1',
					decisionId: null,
					sends: 0,
					progress: {},
					wakes: 0,
					fence: 0,
					leaseUntil: null,
					openedAt: begin,
					updatedAt: begin,
				},
			]);
			expect(await ledger.claimDueCases(10, lease)).toHaveLength(2);
			expect(await ledger.getEvent('evt-1')).toMatchObject({ status: 'located', dueAt: null });
		});

		test('located: what the event did not name itself is kept with it', async () => {
			const { ledger } = await opened(open);
			await ledger.accept(event());
			await ledger.finishEvent(await claimEvent(ledger, 'evt-1'), {
				kind: 'located',
				tasks: [{ projectId: 'proj-1', taskId: 'task-7' }],
				uploadId: 'upl-7',
			});
			expect(await ledger.getEvent('evt-1')).toMatchObject({ taskIds: ['task-7'], uploadId: 'upl-7' });
		});

		test('located: an open case is woken, not opened again, and learns its upload', async () => {
			const { ledger } = await opened(open);
			const claim = await openCase(ledger);
			await ledger.transition(claim, move('review'));
			await locate(ledger, ['task-1'], { id: 'evt-2', uploadId: 'upl-1' });
			expect(await ledger.casesOfTask('proj-1', 'task-1')).toMatchObject([
				{ wakes: 1, dueAt: begin, uploadId: 'upl-1', state: 'review' },
			]);
		});

		test('located: a task whose case has ended gets a new one', async () => {
			const { ledger } = await opened(open);
			await openIn(ledger, 'superseded', 'task-1');
			await locate(ledger, ['task-1'], { id: 'evt-2' });
			expect(await ledger.casesOfTask('proj-1', 'task-1')).toMatchObject([
				{ state: 'superseded' },
				{ state: 'located', eventId: 'evt-2' },
			]);
		});

		test('located: with onlyUnknown a task that has any case is left alone', async () => {
			const { ledger } = await opened(open);
			await openIn(ledger, 'superseded', 'task-1');
			await openIn(ledger, 'review', 'task-2');
			await locate(ledger, ['task-1', 'task-2', 'task-3'], { id: 'evt-2', onlyUnknown: true });
			const [first, second, third] = await Promise.all(
				['task-1', 'task-2', 'task-3'].map((task) => ledger.casesOfTask('proj-1', task)),
			);
			expect(first).toMatchObject([{ state: 'superseded' }]);
			expect(second).toMatchObject([{ state: 'review', wakes: 0 }]);
			expect(third).toMatchObject([{ state: 'located' }]);
		});

		test('located: the same task id in another project or team is another task', async () => {
			const { ledger } = await opened(open);
			await locate(ledger, ['task-1'], { id: 'evt-1' });
			await locate(ledger, ['task-1'], { id: 'evt-2', projectId: 'proj-2' });
			await locate(ledger, ['task-1'], { id: 'evt-3', teamId: 'team-2' });
			expect(await ledger.casesOfTask('proj-1', 'task-1')).toMatchObject([
				{ teamId: 'team-1', wakes: 0 },
				{ teamId: 'team-2', wakes: 0 },
			]);
			expect(await ledger.casesOfTask('proj-2', 'task-1')).toHaveLength(1);
		});

		test('located: ids of any characters are kept apart and come back as they were', async () => {
			const { ledger } = await opened(open);
			const odd = [`it's "so"`, 'a:b', '%_?1', '42', '042', 'é', 'é', '中文🙂', "');--", 'null', '[]'];
			await locate(ledger, odd, { id: 'evt:odd' });
			for (const taskId of odd) expect(await ledger.casesOfTask('proj-1', taskId)).toMatchObject([{ taskId }]);
			expect((await ledger.getEvent('evt:odd'))?.taskIds).toEqual(odd);
		});

		test('observed: wakes the open cases of the upload and opens none', async () => {
			const { ledger } = await opened(open);
			const mine = await openCase(ledger, 'task-1', { uploadId: 'upl-1' });
			const other = await openCase(ledger, 'task-2', { uploadId: 'upl-2' });
			await ledger.transition(mine, move('review'));
			await ledger.transition(other, move('review'));
			await ledger.accept(event({ id: 'evt-2', kind: 'processed', uploadId: 'upl-1' }));
			await ledger.finishEvent(await claimEvent(ledger, 'evt-2'), { kind: 'observed', uploadId: 'upl-1' });
			const woken = await ledger.claimDueCases(10, lease);
			expect(woken.map((claim) => claim.case.taskId)).toEqual(['task-1']);
			expect((await ledger.counts()).cases).toMatchObject({ located: 0, review: 2 });
			expect(await ledger.getEvent('evt-2')).toMatchObject({ status: 'located' });
		});

		test('again: comes back after the time given, with its tries counted', async () => {
			const { ledger, clock } = await opened(open);
			await ledger.accept(event());
			for (const tries of [1, 2]) {
				const claim = await claimEvent(ledger, 'evt-1');
				expect(await ledger.finishEvent(claim, { kind: 'again', inMs: minute, reason: 'none-in-review' })).toBe(true);
				expect(await ledger.getEvent('evt-1')).toMatchObject({ status: 'accepted', tries, reason: 'none-in-review' });
			}
			clock.pass(minute - 1);
			expect(await ledger.claimDueEvents(10, lease)).toEqual([]);
			clock.pass(1);
			expect(await ledger.claimDueEvents(10, lease)).toHaveLength(1);
		});

		test.each(['unresolvable', 'dead', 'ignored'] as const)(
			'%s: kept with its reason, not due, and put back to work by an operator',
			async (kind) => {
				const { ledger, clock } = await opened(open);
				await ledger.accept(event());
				const claim = await claimEvent(ledger, 'evt-1');
				await ledger.finishEvent(claim, { kind: 'again', inMs: 0, reason: 'later' });
				await ledger.finishEvent(await claimEvent(ledger, 'evt-1'), { kind, reason: 'because' });
				expect(await ledger.getEvent('evt-1')).toMatchObject({ status: kind, reason: 'because', dueAt: null });
				clock.pass(24 * 60 * minute);
				expect(await ledger.claimDueEvents(10, lease)).toEqual([]);

				expect(await ledger.redeliver('evt-1')).toBe(true);
				const [again] = await ledger.claimDueEvents(10, lease);
				expect(again?.event).toMatchObject({ status: 'accepted', ignored: null, tries: 0 });
			},
		);

		test('an event that is at work, done or unknown is not put back to work', async () => {
			const { ledger } = await opened(open);
			await ledger.accept(event());
			expect(await ledger.redeliver('evt-1')).toBe(false);
			await locate(ledger, ['task-1'], { id: 'evt-2' });
			expect(await ledger.redeliver('evt-2')).toBe(false);
			expect(await ledger.redeliver('evt-unknown')).toBe(false);
		});

		test('a claim that was lost writes nothing, neither to the event nor to cases', async () => {
			const { ledger, clock } = await opened(open);
			await locate(ledger, ['task-1'], { id: 'evt-0', uploadId: 'upl-1' });
			await ledger.transition(await claimCase(ledger, await caseIdOf(ledger, 'task-1')), move('review'));
			await ledger.accept(event());
			const lost = await claimEvent(ledger, 'evt-1');
			clock.pass(lease);
			await claimEvent(ledger, 'evt-1');
			const tasks = ['task-1', 'task-2'].map((taskId) => ({ projectId: 'proj-1', taskId }));
			expect(await ledger.finishEvent(lost, { kind: 'located', tasks, uploadId: null })).toBe(false);
			expect(await ledger.finishEvent(lost, { kind: 'located', tasks, uploadId: null, onlyUnknown: true })).toBe(false);
			expect(await ledger.finishEvent(lost, { kind: 'observed', uploadId: 'upl-1' })).toBe(false);
			expect(await ledger.finishEvent(lost, { kind: 'dead', reason: 'gave-up' })).toBe(false);
			expect(await ledger.casesOfTask('proj-1', 'task-1')).toMatchObject([{ wakes: 0, dueAt: null }]);
			expect(await ledger.casesOfTask('proj-1', 'task-2')).toEqual([]);
			expect(await ledger.getEvent('evt-1')).toMatchObject({ status: 'accepted' });
		});

		test('a claim that is over and that nobody took still finishes its event', async () => {
			const { ledger, clock } = await opened(open);
			await ledger.accept(event());
			const claim = await claimEvent(ledger, 'evt-1');
			clock.pass(lease + minute);
			expect(await ledger.finishEvent(claim, { kind: 'unresolvable', reason: 'no-task-ids' })).toBe(true);
			expect(await ledger.finishEvent(claim, { kind: 'unresolvable', reason: 'no-task-ids' })).toBe(false);
		});
	});

	describe('tasks found by the list call', () => {
		const seen = (taskId: string, stepType = '') => ({ projectId: 'proj-1', taskId, stepType });

		test('a task without any case gets one, due at once, and is counted', async () => {
			const { ledger } = await opened(open);
			expect(await ledger.openUnknown('team-1', [seen('task-1'), seen('task-2', 'EXTRACT')], 'upl-1')).toBe(2);
			expect(await ledger.casesOfTask('proj-1', 'task-1')).toMatchObject([
				{ state: 'located', eventId: null, uploadId: 'upl-1', dueAt: begin },
			]);
			expect(await ledger.openUnknown('team-1', [seen('task-1'), seen('task-2', 'EXTRACT')], 'upl-1')).toBe(0);
		});

		test('a task that has a case, open or ended at this step, is left alone', async () => {
			const { ledger } = await opened(open);
			await openIn(ledger, 'review', 'task-1');
			await openIn(ledger, 'superseded', 'task-2');
			await openIn(ledger, 'completed', 'task-3');
			const tasks = [seen('task-1'), seen('task-2'), seen('task-3'), seen('task-3', 'EXTRACT')];
			expect(await ledger.openUnknown('team-1', tasks, null)).toBe(0);
			expect(await ledger.claimDueCases(10, lease)).toEqual([]);
		});

		test('a task that has ended at an earlier step and is seen at another one is news', async () => {
			const { ledger } = await opened(open);
			await openIn(ledger, 'completed', 'task-1');
			expect(await ledger.openUnknown('team-1', [seen('task-1', 'VALIDATE')], null)).toBe(1);
		});

		test('a task that was left to a person and is seen at another step is looked at again', async () => {
			const { ledger } = await opened(open);
			for (const task of ['task-1', 'task-2']) {
				await ledger.transition(afterFirstRead(await openCase(ledger, task)), move('review'));
			}
			expect(await ledger.openUnknown('team-1', [seen('task-1', 'VALIDATE'), seen('task-2', 'EXTRACT')], null)).toBe(0);
			const woken = await ledger.claimDueCases(10, lease);
			expect(woken.map((claim) => claim.case.taskId)).toEqual(['task-1']);
		});

		test('two polls at the same moment open one case', async () => {
			const { ledger } = await opened(open);
			const opening = Array.from({ length: 5 }, () => ledger.openUnknown('team-1', [seen('task-1')], null));
			expect((await Promise.all(opening)).reduce((sum, one) => sum + one, 0)).toBe(1);
		});
	});
}
