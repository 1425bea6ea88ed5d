import { describe, expect, test } from 'vitest';
import { caseStates } from '../../src/core/lifecycle/index.ts';
import {
	begin,
	caseIdOf,
	decision,
	event,
	judged,
	minute,
	move,
	type OpenLedger,
	openCase,
	opened,
	openIn,
	openIntended,
	openJudged,
} from './ledger-under-test.ts';

const hour = 60 * minute;

/** What the ledger promises of what metrics and alerts ask. */
export function measureContract(open: OpenLedger): void {
	describe('measures', () => {
		test('an empty ledger has nothing to count', async () => {
			const { ledger } = await opened(open);
			expect(await ledger.measures()).toEqual({
				at: begin,
				totals: [],
				waiting: new Map(),
				oldest: new Map(),
				eventsAccepted: expect.any(Number),
				lastArrivalAt: null,
			});
			expect(await ledger.unhandled(10)).toEqual([]);
		});

		test('cases are counted in the state that they are in, and no longer in the one before', async () => {
			const { ledger } = await opened(open);
			const count = async () => {
				const cases = (await ledger.measures()).totals.filter(({ measure }) => measure === 'case');
				return Object.fromEntries(cases.filter((one) => one.count !== 0).map((one) => [one.name, one.count]));
			};
			await openIn(ledger, 'review', 'task-1');
			const claim = await openCase(ledger, 'task-2');
			expect(await count()).toEqual({ review: 1, located: 1 });
			await ledger.transition(claim, move('review'));
			expect(await count()).toEqual({ review: 2 });
			await openIn(ledger, 'completed', 'task-3');
			expect(await count()).toEqual({ review: 2, completed: 1 });
			for (const state of caseStates) await openIn(ledger, state, `task-of-${state}`);
			const counted = Object.entries((await ledger.counts()).cases).filter(([, cases]) => cases > 0);
			expect(await count()).toEqual(Object.fromEntries(counted));
		});

		test('every stored decision counts, with its rules and its reasons', async () => {
			const { ledger } = await opened(open);
			const claim = await openCase(ledger);
			const body = {
				reasons: [
					{ code: 'rule:invoices:adds-up', sentence: '' },
					{ code: 'guard:in-review', sentence: '' },
				],
				rules: [
					{ id: 'invoices', mode: 'live', outcome: 'review' },
					{ id: 'trial', mode: 'shadow', outcome: 'complete' },
					{ id: 'receipts', mode: 'live', outcome: 'not-applicable' },
				],
			};
			const judgedReview = decision({ outcome: 'review', firstReason: 'rule:invoices:adds-up', body });
			await ledger.recordDecision(claim, judgedReview, move('review'));
			await openJudged(ledger, 'task-2', { decision: { id: 'dec-2', withheld: 'audit', firstReason: 'audit' } });
			const { totals } = await ledger.measures();
			const told = totals.filter(({ measure }) => measure !== 'case');
			expect(
				told.map(({ measure, subject, name, count }) => `${measure} ${subject} ${name} ${count}`).toSorted(),
			).toEqual([
				'decision  audit 1',
				'decision  review 1',
				'reason  audit 1',
				'reason  guard:in-review 1',
				'reason  rule:invoices:adds-up 1',
				'rule invoices live:review 1',
				'rule trial shadow:complete 1',
			]);
		});

		test('an attempt counts under each verdict on it, once', async () => {
			const { ledger } = await opened(open);
			const claim = await openIntended(ledger);
			await ledger.transition(claim, judged('verifying', 'unknown'));
			const again = await ledger.claimCase(claim.case.id, minute);
			if (again === null) throw new Error('not claimed');
			await ledger.transition(again, judged('completed', 'done-by-unknown'));
			const attempts = (await ledger.measures()).totals.filter(({ measure }) => measure === 'attempt');
			expect(attempts.map(({ name, count }) => `${name} ${count}`).toSorted()).toEqual([
				'done-by-unknown 1',
				'unknown 1',
			]);
		});

		test('what waits is counted by what it waits for, and the oldest on its way is known', async () => {
			const { ledger, clock } = await opened(open);
			await ledger.transition(await openCase(ledger, 'task-1'), move('waiting', { reason: 'hold' }));
			clock.pass(minute);
			await ledger.transition(await openCase(ledger, 'task-2'), move('waiting', { reason: 'hold' }));
			await ledger.transition(await openCase(ledger, 'task-3'), move('waiting', { reason: 'gate' }));
			await openIn(ledger, 'verifying', 'task-4');
			const { waiting, oldest, lastArrivalAt, eventsAccepted } = await ledger.measures();
			expect([...waiting].toSorted()).toEqual([
				['gate', 1],
				['hold', 2],
			]);
			expect([...oldest].toSorted()).toEqual([
				['verifying', begin + minute],
				['waiting', begin],
			]);
			expect(lastArrivalAt).toBe(begin + minute);
			expect(eventsAccepted).toBeGreaterThanOrEqual(4);
			clock.pass(minute);
			await ledger.accept(event({ id: 'evt-late', ignored: 'other-event' }));
			await ledger.accept(event({ id: 'evt-late', ignored: 'other-event' }));
			const later = await ledger.measures();
			expect(later.lastArrivalAt).toBe(begin + 2 * minute);
			expect(later.eventsAccepted).toBe(eventsAccepted + 1);
		});

		test('what needs a person is listed newest first until somebody has handled it', async () => {
			const { ledger } = await opened(open);
			for (const task of ['task-1', 'task-2', 'task-3']) await openIn(ledger, 'needs_human', task);
			const first = await caseIdOf(ledger, 'task-1');
			expect((await ledger.unhandled(2)).map((one) => one.taskId)).toEqual(['task-3', 'task-2']);
			await ledger.handleCase(first, 'alice');
			expect((await ledger.unhandled(10)).map((one) => one.taskId)).toEqual(['task-3', 'task-2']);
		});

		test('quarters of an hour are busy when a case was opened in them, however many', async () => {
			const { ledger, clock } = await opened(open);
			for (const task of ['task-1', 'task-2']) await openCase(ledger, task);
			clock.pass(15 * minute);
			await openCase(ledger, 'task-3', { projectId: 'proj-2' });
			clock.pass(hour);
			await openCase(ledger, 'task-4');
			const stretches = [
				{ since: begin, until: begin + hour },
				{ since: begin - hour, until: begin },
				{ since: begin, until: begin + 2 * hour },
			];
			expect(await ledger.busyQuarters(stretches)).toEqual([2, 0, 3]);
		});

		test('reasons are counted over the cases opened in the stretch, rules that passed left out', async () => {
			const { ledger, clock } = await opened(open);
			const leave = async (task: string, codes: readonly string[]) => {
				const body = {
					reasons: codes.map((code) => ({ code, sentence: '' })),
					rules: [{ id: 'invoices', mode: 'live', applies: 'yes', outcome: 'review' }],
				};
				const made = decision({ id: `dec-${task}`, outcome: 'review', firstReason: codes[0] ?? null, body });
				await ledger.recordDecision(await openCase(ledger, task), made, move('review'));
			};
			await leave('task-0', ['guard:in-review']);
			clock.pass(2 * hour);
			await leave('task-1', ['rule:invoices:a', 'rule:invoices:b']);
			await leave('task-2', ['rule:invoices:b']);
			clock.pass(2 * hour);
			await leave('task-3', ['rule:invoices:c']);
			expect(await ledger.reasonsBetween(begin + hour, begin + 3 * hour, 10)).toEqual([
				{ code: 'rule:invoices:b', count: 2 },
				{ code: 'rule:invoices:a', count: 1 },
			]);
			expect(await ledger.reasonsBetween(begin + hour, begin + 3 * hour, 1)).toHaveLength(1);
		});
	});

	describe('settings that several write', () => {
		test('a swap happens only from the value that is there, and one of many wins', async () => {
			const { ledger } = await opened(open);
			expect(await ledger.swapSetting('a', 'x', 'y')).toBe(false);
			expect(await ledger.setting('a')).toBeNull();
			const tries = await Promise.all(['1', '2', '3'].map((value) => ledger.swapSetting('a', null, value)));
			expect(tries.filter(Boolean)).toHaveLength(1);
			const value = await ledger.setting('a');
			expect(await ledger.swapSetting('a', 'other', null)).toBe(false);
			expect(await ledger.swapSetting('a', value, 'next')).toBe(true);
			expect(await ledger.swapSetting('a', value, 'late')).toBe(false);
			expect(await ledger.setting('a')).toBe('next');
			expect(await ledger.swapSetting('a', 'next', null)).toBe(true);
			expect(await ledger.setting('a')).toBeNull();
		});

		test('settings are found by how their keys begin', async () => {
			const { ledger } = await opened(open);
			for (const key of ['alert:b:2', 'alert:a:1', 'alert:b:', 'alerts', 'other', 'alert:bb:1']) {
				await ledger.setSetting(key, key.toUpperCase());
			}
			expect([...(await ledger.settingsUnder('alert:b:'))]).toEqual([
				['alert:b:', 'ALERT:B:'],
				['alert:b:2', 'ALERT:B:2'],
			]);
			expect([...(await ledger.settingsUnder('alert:')).keys()]).toHaveLength(4);
		});
	});
}
