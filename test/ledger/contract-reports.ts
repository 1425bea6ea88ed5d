import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { CaseState } from '../../src/core/lifecycle/index.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import {
	afterFirstRead,
	begin,
	caseIdOf,
	claimCase,
	claimEvent,
	decision,
	event,
	lease,
	locate,
	minute,
	move,
	type OpenLedger,
	openCase,
	opened,
	openIn,
	openJudged,
} from './ledger-under-test.ts';

const quarter = 15 * minute;
const aDay = { since: begin - 8 * 60 * minute, until: begin + 16 * 60 * minute };

/** A decision that was left to people for these reasons, by a live rule and a shadow one. */
function left(id: string, codes: readonly string[], rule = 'invoices') {
	const body: Json = {
		outcome: 'review',
		reasons: codes.map((code) => ({ code, sentence: '' })),
		guards: [],
		rules: [
			{ id: rule, mode: 'live', applies: 'yes', outcome: 'review', conditions: [] },
			{
				id: 'tried',
				mode: 'shadow',
				applies: 'yes',
				outcome: 'review',
				conditions: [{ id: 'total', outcome: 'fail' }],
			},
			{ id: 'other', mode: 'live', applies: 'no', outcome: 'not-applicable', conditions: [] },
		],
	};
	return decision({ id, outcome: 'review', firstReason: codes[0] ?? null, body, rules: [rule] });
}

/** A case of the task that was left to people by these codes. */
async function leave(ledger: Ledger, taskId: string, codes: readonly string[]): Promise<string> {
	const claim = afterFirstRead(await openCase(ledger, taskId));
	await ledger.recordDecision(claim, left(`dec-${taskId}`, codes), move('review', { reason: codes[0] ?? null }));
	return claim.case.id;
}

async function markOf(ledger: Ledger, mark: string) {
	return (await ledger.marks(begin, null)).find((one) => one.mark === mark) ?? null;
}

/** What the ledger promises of what the pages ask. */
export function reportContract(open: OpenLedger): void {
	describe('tallies', () => {
		test('each case counts on the day when it was opened, as it stands now', async () => {
			const { ledger, clock } = await opened(open);
			for (const state of ['review', 'audit', 'completed', 'refused', 'waiting', 'needs_human'] as const) {
				await openIn(ledger, state, `task-${state}`);
			}
			clock.pass(quarter);
			await openIn(ledger, 'gone', 'task-gone');
			const [first, second] = await ledger.tallies(
				[
					{ since: begin, until: begin + quarter },
					{ since: begin + quarter, until: begin + 2 * quarter },
				],
				null,
			);
			expect(counted(first)).toEqual({ review: 1, audit: 1, completed: 1, refused: 1, waiting: 1, needs_human: 1 });
			expect(counted(second)).toEqual({ gone: 1 });
			expect(await ledger.tallies([aDay], 'proj-9')).toEqual([{}]);
			clock.pass(60 * minute);
			await ledger.leaveCase(await caseIdOf(ledger, 'task-waiting'), 'alice');
			expect(counted((await ledger.tallies([aDay], 'proj-1'))[0])).toMatchObject({ review: 2 });
		});

		test('whom a completion came from when our answer was lost is told apart', async () => {
			const { ledger } = await opened(open);
			const id = await openIn(ledger, 'verifying', 'task-1');
			await ledger.transition(await claimCase(ledger, id), move('completed', { reason: 'by-unknown' }));
			expect(counted((await ledger.tallies([aDay], null))[0])).toEqual({ 'completed-by-unknown': 1 });
		});

		test('whatever happens to cases, the tallies are those of the cases', async () => {
			const states = ['located', 'waiting', 'review', 'audit', 'completed', 'verifying', 'needs_human'] as const;
			await fc.assert(
				fc.asyncProperty(
					fc.array(fc.tuple(fc.constantFrom(...states), fc.constantFrom('retry', 'leave', 'none')), { maxLength: 6 }),
					async (steps) => {
						const { ledger, clock } = await open();
						for (const [index, [state, act]] of steps.entries()) {
							const id = await openIn(ledger, state, `task-${index}`);
							clock.pass(quarter);
							if (act === 'retry') await ledger.retryCase(id, 'alice');
							if (act === 'leave') await ledger.leaveCase(id, 'alice');
						}
						const { cases } = await ledger.counts();
						const [tally] = await ledger.tallies([{ since: begin, until: clock.now() + quarter }], null);
						expect(counted(tally)).toEqual(counted(cases));
						await ledger.close();
					},
				),
				{ seed: 7, numRuns: 10 },
			);
		});

		test('reasons are ranked, with how often each was the only one', async () => {
			const { ledger } = await opened(open);
			await leave(ledger, 'task-1', ['rule:invoices:total']);
			await leave(ledger, 'task-2', ['rule:invoices:total', 'guard:in-review']);
			await leave(ledger, 'task-3', ['guard:in-review', 'rule:invoices:total', 'rule:invoices:date']);
			expect(await ledger.marks(begin, null)).toEqual(
				[
					{ mark: 'applied:invoices', count: 3, alone: 0 },
					{ mark: 'applied:tried', count: 3, alone: 0 },
					{ mark: 'shadow:tried:total', count: 3, alone: 0 },
					{ mark: 'rule:invoices:total', count: 3, alone: 1 },
					{ mark: 'guard:in-review', count: 2, alone: 0 },
					{ mark: 'rule:invoices:date', count: 1, alone: 0 },
				].toSorted(
					(one, other) => other.count - one.count || other.alone - one.alone || (one.mark < other.mark ? -1 : 1),
				),
			);
			expect(await ledger.marks(begin + 60 * minute, null)).toEqual([]);
			expect(await ledger.marks(begin, 'proj-9')).toEqual([]);
		});

		test('a case that is judged again counts by its last decision alone', async () => {
			const { ledger } = await opened(open);
			const id = await leave(ledger, 'task-1', ['rule:invoices:total']);
			expect(await ledger.retryCase(id, 'alice')).toBe('retried');
			expect(await ledger.marks(begin, null)).toEqual([]);
			const claim = await claimCase(ledger, id);
			await ledger.recordDecision(claim, left('dec-again', ['rule:invoices:date']), move('review'));
			expect(await markOf(ledger, 'rule:invoices:total')).toBeNull();
			expect(await markOf(ledger, 'rule:invoices:date')).toEqual({ mark: 'rule:invoices:date', count: 1, alone: 1 });
			expect((await ledger.listCases({ marks: ['rule:invoices:total'], limit: 10 })).items).toEqual([]);
		});

		test('what is on its way is counted by what it waits for, with the oldest', async () => {
			const { ledger, clock } = await opened(open);
			for (const taskId of ['task-1', 'task-2']) {
				await ledger.transition(await openCase(ledger, taskId), move('waiting', { reason: 'hold' }));
				clock.pass(minute);
			}
			await openIn(ledger, 'review', 'task-3');
			expect(await ledger.inFlight()).toEqual([{ state: 'waiting', reason: 'hold', count: 2, oldest: begin }]);
		});
	});

	describe('lists of cases', () => {
		test('each filter alone and all together find what fits, newest first', async () => {
			const { ledger, clock } = await opened(open);
			await leave(ledger, 'task-1', ['rule:invoices:total']);
			clock.pass(24 * 60 * minute);
			await leave(ledger, 'task-2', ['rule:invoices:total', 'rule:invoices:date']);
			await openIn(ledger, 'completed', 'task-3');
			await openCase(ledger, 'task-4', { projectId: 'proj-2' });
			const found = async (filter: object) =>
				(await ledger.listCases({ limit: 10, ...filter })).items.map(({ taskId }) => taskId);
			expect(await found({})).toEqual(['task-4', 'task-3', 'task-2', 'task-1']);
			expect(await found({ states: ['review'] })).toEqual(['task-2', 'task-1']);
			expect(await found({ states: ['review', 'completed'] })).toEqual(['task-3', 'task-2', 'task-1']);
			expect(await found({ projectId: 'proj-2' })).toEqual(['task-4']);
			expect(await found({ marks: ['rule:invoices:total'] })).toEqual(['task-2', 'task-1']);
			expect(await found({ marks: ['rule:invoices:total', 'rule:invoices:date'] })).toEqual(['task-2']);
			expect(await found({ marks: ['applied:invoices'], opened: aDay })).toEqual(['task-1']);
			expect(await found({ opened: { since: 0, until: 1 } })).toEqual([]);
			const all = {
				states: ['review'],
				projectId: 'proj-1',
				marks: ['rule:invoices:date'],
				opened: { since: begin + 1, until: begin + 48 * 60 * minute },
			};
			expect(await found(all)).toEqual(['task-2']);
			expect(await found({ ...all, projectId: 'proj-2' })).toEqual([]);
		});

		test('a case is found by its own id, its task and its decisions', async () => {
			const { ledger } = await opened(open);
			const id = await leave(ledger, 'task-1', ['rule:invoices:total']);
			for (const wanted of [id, 'task-1', 'dec-task-1']) {
				expect((await ledger.listCases({ id: wanted, limit: 10 })).items.map((one) => one.id)).toEqual([id]);
			}
			expect((await ledger.listCases({ id: 'task-9', limit: 10 })).items).toEqual([]);
		});

		test('an id leaves the other filters as they are, each of them', async () => {
			const { ledger } = await opened(open);
			const id = await leave(ledger, 'task-1', ['rule:invoices:total']);
			const fits = {
				states: ['review'],
				projectId: 'proj-1',
				marks: ['rule:invoices:total', 'applied:invoices'],
				opened: aDay,
			} as const;
			const others = {
				states: ['completed', 'gone'],
				projectId: 'proj-2',
				marks: ['rule:invoices:total', 'rule:invoices:date'],
				opened: { since: begin + 1, until: begin + 60 * minute },
			} as const;
			for (const wanted of [id, 'task-1', 'dec-task-1']) {
				const found = async (filter: object) =>
					(await ledger.listCases({ ...filter, id: wanted, limit: 10 })).items.map((one) => one.id);
				expect(await found(fits)).toEqual([id]);
				for (const [name, value] of Object.entries(others)) {
					expect(await found({ ...fits, [name]: value }), name).toEqual([]);
					expect(await found({ [name]: value }), name).toEqual([]);
				}
				expect(await found({ ...fits, opened: { since: begin - 1, until: begin } })).toEqual([]);
			}
		});

		test('every filter pages through the same cases that it lists at once', async () => {
			const { ledger } = await opened(open);
			for (let index = 0; index < 7; index += 1) await leave(ledger, `task-${index}`, ['rule:invoices:total']);
			for (const filter of [
				{},
				{ states: ['review'] as const },
				{ projectId: 'proj-1' },
				{ marks: ['applied:tried'] },
				{ opened: aDay },
			]) {
				const seen: string[] = [];
				let before: string | undefined;
				do {
					const page = await ledger.listCases({ ...filter, limit: 3, ...(before === undefined ? {} : { before }) });
					seen.push(...page.items.map((one) => one.taskId));
					before = page.next ?? undefined;
				} while (before !== undefined);
				expect(seen, JSON.stringify(filter)).toEqual(['6', '5', '4', '3', '2', '1', '0'].map((one) => `task-${one}`));
			}
		});

		test('a case comes with what was decided, and one that was not with nothing', async () => {
			const { ledger } = await opened(open);
			const id = await leave(ledger, 'task-1', ['rule:invoices:total']);
			expect(await ledger.caseOverview(id)).toMatchObject({
				id,
				state: 'review',
				handledAt: null,
				decision: {
					outcome: 'review',
					withheld: null,
					firstReason: 'rule:invoices:total',
					rules: ['invoices'],
					decidedAt: begin,
				},
			});
			await locate(ledger, ['task-2']);
			expect(await ledger.caseOverview(await caseIdOf(ledger, 'task-2'))).toMatchObject({ decision: null });
			expect(await ledger.caseOverview('x')).toBeNull();
			expect((await ledger.decisionsOf(id)).map((one) => one.id)).toEqual(['dec-task-1']);
		});

		test('what will be completed is listed soonest first, and nothing else', async () => {
			const { ledger } = await opened(open);
			const wait = async (taskId: string, reason: string, dueInMs: number) =>
				await ledger.transition(
					await openJudged(ledger, taskId, { decision: { id: `dec-${taskId}` } }),
					move('waiting', { reason, dueInMs }),
				);
			await wait('task-1', 'hold', 2 * minute);
			await wait('task-2', 'paused', minute);
			await wait('task-3', 'processing', minute);
			await openIn(ledger, 'review', 'task-4');
			const whole = await ledger.upcoming(10);
			expect([whole.items.map((one) => one.taskId), whole.next]).toEqual([['task-2', 'task-1'], null]);
			const first = await ledger.upcoming(1);
			expect(first.items.map((one) => one.taskId)).toEqual(['task-2']);
			const second = await ledger.upcoming(1, first.next ?? '');
			expect([second.items.map((one) => one.taskId), second.next]).toEqual([['task-1'], null]);
		});

		test('what will be completed pages through all of it once, also where many are due at the same time', async () => {
			const { ledger } = await opened(open);
			const due = [3, 1, 3, 2, 3, null, 1];
			for (const [index, minutes] of due.entries()) {
				const claim = await openJudged(ledger, `task-${index}`, { decision: { id: `dec-${index}` } });
				const dueInMs = minutes === null ? null : minutes * minute;
				await ledger.transition(claim, move('waiting', { reason: 'hold', dueInMs }));
			}
			// One that nothing wakes by itself comes first: whatever it is, it is not left out.
			const order = [5, 1, 6, 3, 0, 2, 4].map((index) => `task-${index}`);
			for (const limit of [1, 2, 3, 7, 8]) {
				const seen: string[] = [];
				let after: string | undefined;
				do {
					const page = await ledger.upcoming(limit, after);
					expect(page.items.length).toBeLessThanOrEqual(limit);
					seen.push(...page.items.map((one) => one.taskId));
					after = page.next ?? undefined;
				} while (after !== undefined);
				expect(seen, String(limit)).toEqual(order);
			}
		});
	});

	describe('acts of operators', () => {
		test('who judged a case again, left it or handled it is kept, and nothing of what was refused', async () => {
			const { ledger, clock } = await opened(open);
			const id = await openIn(ledger, 'needs_human', 'task-1');
			expect(await ledger.leaveCase(id, 'bob')).toBe('ended');
			expect((await ledger.troubles()).needsHuman).toBe(1);
			expect(await ledger.handleCase(id, 'alice')).toBe('handled');
			expect(await ledger.handleCase(id, 'bob')).toBe('not-waiting-for-a-person');
			expect(await ledger.handleCase('x', 'bob')).toBe('unknown-case');
			expect((await ledger.troubles()).needsHuman).toBe(0);
			expect(await ledger.caseOverview(id)).toMatchObject({ handledAt: begin, handledBy: 'alice' });
			clock.pass(minute);
			expect(await ledger.retryCase(id, 'carol')).toBe('retried');
			clock.pass(minute);
			expect(await ledger.leaveCase(id, 'dave')).toBe('left');
			expect(await ledger.actsOn(id)).toEqual([
				{ at: begin, act: 'handled', by: 'alice' },
				{ at: begin + minute, act: 'retry', by: 'carol' },
				{ at: begin + 2 * minute, act: 'leave', by: 'dave' },
			]);
			// Judged anew, it may need a person once more.
			expect(await ledger.caseOverview(id)).toMatchObject({ handledAt: null, handledBy: null });
		});

		test('a time of events that led nowhere is put back to work, oldest first, each in the name of its operator', async () => {
			const { ledger, clock } = await opened(open);
			for (const id of ['evt-1', 'evt-2', 'evt-3']) {
				await ledger.accept(event({ id, ignored: 'other-project' }));
				clock.pass(minute);
			}
			await ledger.accept(event({ id: 'evt-dead' }));
			await ledger.finishEvent(await claimEvent(ledger, 'evt-dead'), { kind: 'dead', reason: 'tries' });
			const all = { since: begin, until: begin + 60 * minute };
			expect(await ledger.redeliverBetween('unresolvable', all, 10, 'alice')).toBe(0);
			expect(await ledger.redeliverBetween('ignored', { since: begin, until: begin + 2 * minute }, 1, 'alice')).toBe(1);
			expect(await ledger.redeliverBetween('ignored', { since: begin, until: begin + 2 * minute }, 10, 'bob')).toBe(1);
			const statuses = async () =>
				(await ledger.listEvents({ limit: 10 })).items.map(({ id, status }) => `${id} ${status}`);
			expect(await statuses()).toEqual(['evt-dead dead', 'evt-3 ignored', 'evt-2 accepted', 'evt-1 accepted']);
			expect(await ledger.actsOn('evt-2')).toEqual([{ at: clock.now(), act: 'redeliver', by: 'bob' }]);
			expect(await ledger.redeliver('evt-dead', 'carol')).toBe(true);
			expect(await ledger.redeliver('evt-dead', 'carol')).toBe(false);
			expect(await ledger.actsOn('evt-dead')).toEqual([{ at: clock.now(), act: 'redeliver', by: 'carol' }]);
			expect((await ledger.claimDueEvents(10, lease)).map((one) => one.event.id)).toEqual([
				'evt-1',
				'evt-2',
				'evt-dead',
			]);
		});

		test('who handed in the tasks of an event is kept with it, before whoever had it worked on again', async () => {
			const { ledger, clock } = await opened(open);
			await ledger.noteEnqueue('evt-1', 'alice');
			await ledger.noteEnqueue('evt-2', 'bob');
			await ledger.accept(event({ source: 'api' }));
			await ledger.finishEvent(await claimEvent(ledger, 'evt-1'), { kind: 'dead', reason: 'tries' });
			clock.pass(minute);
			expect(await ledger.redeliver('evt-1', 'carol')).toBe(true);
			expect(await ledger.actsOn('evt-1')).toEqual([
				{ at: begin, act: 'enqueue', by: 'alice' },
				{ at: begin + minute, act: 'redeliver', by: 'carol' },
			]);
			expect(await ledger.actsOn('evt-2')).toEqual([{ at: begin, act: 'enqueue', by: 'bob' }]);
		});

		test('who had the rules read again is kept with the revision that serves', async () => {
			const { ledger } = await opened(open);
			await ledger.noteReload('rev-1', 'alice');
			expect(await ledger.actsOn('rev-1')).toEqual([{ at: begin, act: 'reload', by: 'alice' }]);
		});

		test('a pause says why, and the changes who made them', async () => {
			const { ledger, clock } = await opened(open);
			await ledger.pause('*', 'alice', 'the supplier sends wrong totals');
			clock.pass(minute);
			await ledger.resume('*', 'bob');
			await ledger.pause('proj-1', 'bob');
			expect(await ledger.pauses()).toEqual([{ scope: 'proj-1', by: 'bob', at: begin + minute }]);
			expect(await ledger.controlChanges(10)).toEqual([
				{ at: begin + minute, change: 'pause', scope: 'proj-1', by: 'bob', why: null },
				{ at: begin + minute, change: 'resume', scope: '*', by: 'bob', why: null },
				{ at: begin, change: 'pause', scope: '*', by: 'alice', why: 'the supplier sends wrong totals' },
			]);
			expect(await ledger.controlChanges(1)).toHaveLength(1);
		});
	});

	test('events that came again are counted and listed, and the newest is told', async () => {
		const { ledger, clock } = await opened(open);
		expect((await ledger.troubles()).lastReceivedAt).toBeNull();
		for (const id of ['evt-1', 'evt-2', 'evt-1', 'evt-3', 'evt-1']) await ledger.accept(event({ id }));
		clock.pass(minute);
		await ledger.accept(event({ id: 'evt-4', ignored: 'other-event' }));
		expect((await ledger.listRepeatedEvents({ limit: 10 })).items.map((one) => [one.id, one.duplicates])).toEqual([
			['evt-1', 2],
		]);
		expect(await ledger.troubles()).toMatchObject({
			needsHuman: 0,
			events: { accepted: 3, ignored: 1, unresolvable: 0, dead: 0, duplicates: 1 },
			lastReceivedAt: begin + minute,
		});
	});

	test('since when the rules serve does not change when they are served again', async () => {
		const { ledger, clock } = await opened(open);
		expect(await ledger.servingSince()).toBeNull();
		await ledger.serve('rev-1', 'logic', '{}');
		clock.pass(minute);
		await ledger.serve('rev-1', 'logic', '{}');
		expect(await ledger.servingSince()).toEqual({ revision: 'rev-1', since: begin });
	});

	test('the completions of a day are told by project', async () => {
		const { ledger } = await opened(open);
		await openIn(ledger, 'completed', 'task-1');
		await openIn(ledger, 'completed', 'task-2');
		expect(await ledger.completionsByProject('2026-06-01')).toEqual(new Map([['proj-1', 2]]));
		expect(await ledger.completionsByProject('2026-06-02')).toEqual(new Map());
	});
}

/** Without what there is none of. */
function counted(tally: Readonly<Partial<Record<CaseState | 'completed-by-unknown', number>>> | undefined) {
	return Object.fromEntries(Object.entries(tally ?? {}).filter(([, count]) => count !== 0));
}
