import { describe, expect, test } from 'vitest';
import type { CaseClaim, Intent, IntentRefusal, Ledger, NewDecision, NewEvent } from '../../src/ledger/index.ts';
import {
	afterFirstRead,
	begin,
	claimCase,
	decision,
	event,
	type HandClock,
	intent,
	judged,
	lease,
	locate,
	minute,
	move,
	must,
	type OpenLedger,
	opened,
	openIntended,
	openJudged,
	revision,
	today,
	told,
} from './ledger-under-test.ts';

/** What the ledger promises of the intent, of what came back, and of the verdict: promise 2 of the design. */
export function completionContract(open: OpenLedger): void {
	describe('the intent', () => {
		test('granted, it is one write: attempt, state, lease, sends and the count of the day', async () => {
			const { ledger, clock } = await opened(open);
			const claim = await openJudged(ledger);
			clock.pass(minute);
			expect(await ledger.recordIntent(claim, intent())).toEqual({
				granted: true,
				attemptId: 'att-1',
				sends: 1,
				at: begin + minute,
			});
			expect(await ledger.attemptsOf(claim.case.id)).toEqual([
				{
					id: 'att-1',
					caseId: claim.case.id,
					decisionId: 'dec-1',
					fingerprint: 'fp-1',
					intendedAt: begin + minute,
					raw: null,
					answeredAt: null,
					verdict: null,
				},
			]);
			expect(await ledger.getCase(claim.case.id)).toMatchObject({
				state: 'completing',
				sends: 1,
				fence: claim.fence,
				leaseUntil: begin + minute + 35_000,
			});
			expect(await ledger.completionsOn('proj-1', today)).toBe(1);
			expect(await ledger.completionsOn('proj-2', today)).toBe(0);
			expect(await ledger.completionsOn('proj-1', '2026-06-02')).toBe(0);
		});

		interface Refusal {
			readonly because: string;
			readonly reason: IntentRefusal;
			/** Put together with the judged case before the intent. */
			readonly given?: (ledger: Ledger, claim: CaseClaim, clock: HandClock) => Promise<unknown>;
			readonly decision?: Partial<NewDecision>;
			readonly intent?: Partial<Intent>;
			/** The event that opens the case. */
			readonly event?: Partial<NewEvent>;
		}

		const refusals: readonly Refusal[] = [
			{
				because: 'an event said meanwhile that the task was done',
				reason: 'not-completable',
				given: (ledger, claim) =>
					ledger.accept(event({ id: 'evt-done', kind: 'processed', uploadId: 'upl-1', taskIds: [claim.case.taskId] })),
				event: { uploadId: 'upl-1' },
			},
			{
				because: 'the lease is over, though nobody took the case',
				reason: 'claim-lost',
				given: async (_ledger, _claim, clock) => clock.pass(lease),
			},
			{
				because: 'somebody else holds the case',
				reason: 'claim-lost',
				given: async (ledger, claim, clock) => {
					clock.pass(lease);
					await claimCase(ledger, claim.case.id);
				},
			},
			{
				because: 'the claim was given back',
				reason: 'claim-lost',
				given: (ledger, claim) => ledger.releaseCase(claim, null),
			},
			{
				because: 'an operator left the task to a person',
				reason: 'claim-lost',
				given: (ledger, claim) => ledger.leaveCase(claim.case.id),
			},
			{ because: 'the decision is review', reason: 'not-completable', decision: { outcome: 'review' } },
			{ because: 'the decision is withheld for the audit', reason: 'not-completable', decision: { withheld: 'audit' } },
			{ because: 'the decision is withheld by a brake', reason: 'not-completable', decision: { withheld: 'braked' } },
			{ because: 'there is no such decision', reason: 'not-completable', intent: { decisionId: 'dec-unknown' } },
			{
				because: 'the decision is not the last one',
				reason: 'not-completable',
				given: (ledger, claim) => ledger.recordDecision(claim, decision({ id: 'dec-2', outcome: 'review' }), null),
			},
			{ because: 'the content is not what was judged', reason: 'not-completable', intent: { fingerprint: 'fp-2' } },
			{
				because: 'other rules serve',
				reason: 'rules-changed',
				given: (ledger) => ledger.serve('s'.repeat(64), 'l'.repeat(64), '{}'),
			},
			{ because: 'everything is paused', reason: 'paused', given: (ledger) => ledger.pause('*', 'alice') },
			{ because: 'the project is paused', reason: 'paused', given: (ledger) => ledger.pause('proj-1', 'alice') },
			{
				because: 'the complete gate is closed',
				reason: 'gate-closed',
				given: (ledger) => ledger.closeGate('proj-1', 'complete', 'status-403'),
			},
			{
				because: 'the read gate is closed',
				reason: 'gate-closed',
				given: (ledger) => ledger.closeGate('proj-1', 'read', 'status-401'),
			},
			{
				because: 'a brake is on a rule of the decision',
				reason: 'braked',
				decision: { rules: ['receipts', 'invoices'] },
				given: (ledger) => ledger.setBrake('invoices', true, 'brake'),
			},
			{
				because: 'the count of the day has reached its limit',
				reason: 'limit',
				intent: { dailyLimit: 1 },
				given: (ledger) => openIntended(ledger, 'task-2', { attemptId: 'att-2', decisionId: 'dec-2' }),
			},
			{ because: 'nothing may be completed at all', reason: 'limit', intent: { dailyLimit: 0 } },
			{ because: 'no send is left', reason: 'sends-exhausted', intent: { maxSends: 0 } },
		];

		test.each(refusals)('$reason: $because; nothing is written then', async (refusal) => {
			const { ledger, clock } = await opened(open);
			const claim = await openJudged(ledger, 'task-1', {
				...(refusal.decision === undefined ? {} : { decision: refusal.decision }),
				...(refusal.event === undefined ? {} : { event: refusal.event }),
			});
			await refusal.given?.(ledger, claim, clock);
			const before = await ledger.getCase(claim.case.id);
			const counted = await ledger.completionsOn('proj-1', today);
			expect(await ledger.recordIntent(claim, intent(refusal.intent))).toEqual({
				granted: false,
				reason: refusal.reason,
			});
			expect(await ledger.attemptsOf(claim.case.id)).toEqual([]);
			expect(await ledger.getCase(claim.case.id)).toEqual(before);
			expect(await ledger.completionsOn('proj-1', today)).toBe(counted);
		});

		test('what concerns other projects, rules and events stops nothing', async () => {
			const { ledger } = await opened(open);
			const claim = await openJudged(ledger, 'task-1', { event: { uploadId: 'upl-1' } });
			await ledger.pause('proj-2', 'alice');
			await ledger.closeGate('proj-2', 'complete', 'status-403');
			await ledger.setBrake('receipts', true, 'brake');
			await locate(ledger, ['task-2'], { id: 'evt-2', uploadId: 'upl-2' });
			expect(told(await ledger.recordIntent(claim, intent({ dailyLimit: 1, maxSends: 1 })))).toBe('granted');
		});

		test('what stopped it and is over stops nothing', async () => {
			const { ledger } = await opened(open);
			const claim = await openJudged(ledger);
			await ledger.pause('*', 'alice');
			await ledger.closeGate('proj-1', 'complete', 'status-403');
			await ledger.closeGate('proj-1', 'read', 'status-401');
			await ledger.setBrake('invoices', true, 'brake');
			await ledger.serve('s'.repeat(64), 'l'.repeat(64), '{}');
			await ledger.resume('*', 'alice');
			await ledger.openGate('proj-1', 'read');
			await ledger.setBrake('invoices', false, 'alice');
			await ledger.serve(revision, 'l'.repeat(64), '{}');
			expect(told(await ledger.recordIntent(claim, intent()))).toBe('granted');
		});

		test('a case that was not bound to its step yet is not completable', async () => {
			const { ledger } = await opened(open);
			await ledger.serve(revision, 'l'.repeat(64), '{}');
			await locate(ledger, ['task-1']);
			const [claim] = await ledger.claimDueCases(1, lease);
			const held = must(claim, 'claim');
			await ledger.recordDecision(held, decision(), null);
			expect(told(await ledger.recordIntent(held, intent()))).toBe('not-completable');
		});

		test('no rules serve: nothing is granted', async () => {
			const { ledger } = await opened(open);
			await locate(ledger, ['task-1']);
			const [claim] = await ledger.claimDueCases(1, lease);
			const held = afterFirstRead(must(claim, 'claim'));
			await ledger.recordDecision(held, decision(), null);
			expect(told(await ledger.recordIntent(held, intent()))).toBe('rules-changed');
		});

		test('a task that was finished at this step before is never completed there again', async () => {
			const { ledger } = await opened(open);
			const first = await openIntended(ledger);
			await ledger.transition(first, judged('completed', 'taken'));
			const second = await openJudged(ledger, 'task-1', { event: { id: 'evt-2' }, decision: { id: 'dec-2' } });
			expect(told(await ledger.recordIntent(second, intent({ attemptId: 'att-2', decisionId: 'dec-2' })))).toBe(
				'not-completable',
			);
		});

		test('of many at the same moment for one case exactly one is granted', async () => {
			const { ledger } = await opened(open);
			const claim = await openJudged(ledger);
			const asked = Array.from({ length: 10 }, (_, n) => ledger.recordIntent(claim, intent({ attemptId: `att-${n}` })));
			const answers = (await Promise.all(asked)).map(told);
			expect(answers.filter((one) => one === 'granted')).toHaveLength(1);
			expect(await ledger.attemptsOf(claim.case.id)).toHaveLength(1);
			expect(await ledger.completionsOn('proj-1', today)).toBe(1);
		});

		test('of many at the same moment under a limit exactly so many are granted', async () => {
			const { ledger } = await opened(open);
			const claims: CaseClaim[] = [];
			for (let n = 0; n < 6; n += 1)
				claims.push(await openJudged(ledger, `task-${n}`, { decision: { id: `dec-${n}` } }));
			const asked = claims.map((claim, n) =>
				ledger.recordIntent(claim, intent({ attemptId: `att-${n}`, decisionId: `dec-${n}`, dailyLimit: 2 })),
			);
			const answers = (await Promise.all(asked)).map(told);
			expect(answers.filter((one) => one === 'granted')).toHaveLength(2);
			expect(answers.filter((one) => one === 'limit')).toHaveLength(4);
			expect(await ledger.completionsOn('proj-1', today)).toBe(2);
		});
	});

	describe('what came back', () => {
		test.each([
			{ kind: 'status', status: 207 },
			{ kind: 'never-connected', code: 'ECONNREFUSED' },
			{ kind: 'no-answer', code: 'timeout' },
		] as const)('$kind is stored as it is, by whoever has it, once', async (raw) => {
			const { ledger, clock } = await opened(open);
			const claim = await openIntended(ledger);
			clock.pass(lease);
			await claimCase(ledger, claim.case.id);
			await ledger.recordOutcome('att-1', raw);
			const stored = { raw, answeredAt: begin + lease, verdict: null };
			expect(await ledger.attemptsOf(claim.case.id)).toMatchObject([stored]);
			clock.pass(1);
			await ledger.recordOutcome('att-1', { kind: 'status', status: 500 });
			expect(await ledger.attemptsOf(claim.case.id)).toMatchObject([stored]);
		});

		test('an attempt that nobody made is no failure', async () => {
			const { ledger } = await opened(open);
			await ledger.recordOutcome('att-unknown', { kind: 'status', status: 200 });
			expect(await ledger.attemptsOf('case-unknown')).toEqual([]);
		});
	});

	describe('the verdict', () => {
		test.each(['not-sent', 'refused-before-work'] as const)(
			'%s gives back the send and the count of the day, and the case may be sent anew',
			async (verdict) => {
				const { ledger } = await opened(open);
				const claim = await openIntended(ledger, 'task-1', { dailyLimit: 1, maxSends: 1 });
				expect(await ledger.transition(claim, judged('waiting', verdict, { dueInMs: 0 }))).toBe(true);
				expect(await ledger.attemptsOf(claim.case.id)).toMatchObject([{ verdict }]);
				expect(await ledger.getCase(claim.case.id)).toMatchObject({ state: 'waiting', sends: 0 });
				expect(await ledger.completionsOn('proj-1', today)).toBe(0);
				const again = await claimCase(ledger, claim.case.id);
				const second = await ledger.recordIntent(again, intent({ attemptId: 'att-2', dailyLimit: 1, maxSends: 1 }));
				expect(second).toMatchObject({ granted: true, sends: 1 });
			},
		);

		test.each(['taken', 'refused', 'unknown', 'done-by-unknown'] as const)(
			'%s keeps the send and the count of the day',
			async (verdict) => {
				const { ledger } = await opened(open);
				const claim = await openIntended(ledger);
				const state = verdict === 'unknown' ? 'verifying' : 'completing';
				expect(await ledger.transition(claim, judged(state, verdict))).toBe(true);
				expect(await ledger.getCase(claim.case.id)).toMatchObject({ sends: 1 });
				expect(await ledger.completionsOn('proj-1', today)).toBe(1);
			},
		);

		test.each(['taken', 'refused', 'done-by-unknown'] as const)('after %s nothing is sent again', async (verdict) => {
			const { ledger, clock } = await opened(open);
			const claim = await openIntended(ledger);
			await ledger.transition(claim, judged('verifying', verdict));
			clock.pass(60 * minute);
			const again = await claimCase(ledger, claim.case.id);
			expect(told(await ledger.recordIntent(again, intent({ attemptId: 'att-2' })))).toBe('not-completable');
		});

		test('a verdict is final, but of one that was unknown more may become known', async () => {
			const { ledger } = await opened(open);
			const claim = await openIntended(ledger);
			const verdict = async () => (await ledger.attemptsOf(claim.case.id)).map((attempt) => attempt.verdict);
			await ledger.transition(claim, judged('verifying', 'unknown'));
			await ledger.transition(await claimCase(ledger, claim.case.id), judged('verifying', 'not-sent'));
			expect(await verdict()).toEqual(['unknown']);
			await ledger.transition(await claimCase(ledger, claim.case.id), judged('verifying', 'done-by-unknown'));
			expect(await verdict()).toEqual(['done-by-unknown']);
			await ledger.transition(await claimCase(ledger, claim.case.id), judged('completed', 'taken'));
			expect(await verdict()).toEqual(['done-by-unknown']);
			expect(await ledger.getCase(claim.case.id)).toMatchObject({ sends: 1, state: 'completed' });
			expect(await ledger.completionsOn('proj-1', today)).toBe(1);
		});

		test('given twice it is given back once', async () => {
			const { ledger } = await opened(open);
			const claim = await openIntended(ledger);
			await ledger.transition(claim, judged('waiting', 'not-sent'));
			await ledger.transition(await claimCase(ledger, claim.case.id), judged('waiting', 'not-sent'));
			expect(await ledger.getCase(claim.case.id)).toMatchObject({ sends: 0 });
			expect(await ledger.completionsOn('proj-1', today)).toBe(0);
		});

		test('a claim that was lost, or a move that is not allowed, gives none', async () => {
			const { ledger, clock } = await opened(open);
			const lost = await openIntended(ledger);
			expect(await ledger.transition(lost, judged('located', 'not-sent'))).toBe(false);
			clock.pass(lease);
			await claimCase(ledger, lost.case.id);
			expect(await ledger.transition(lost, judged('waiting', 'not-sent'))).toBe(false);
			expect(await ledger.attemptsOf(lost.case.id)).toMatchObject([{ verdict: null }]);
			expect(await ledger.completionsOn('proj-1', today)).toBe(1);
		});

		test('one case cannot judge the attempt of another', async () => {
			const { ledger } = await opened(open);
			const first = await openIntended(ledger, 'task-1');
			const second = await openIntended(ledger, 'task-2', { attemptId: 'att-2', decisionId: 'dec-2' });
			await ledger.transition(second, judged('waiting', 'not-sent'));
			expect(await ledger.attemptsOf(first.case.id)).toMatchObject([{ verdict: null }]);
			expect(await ledger.attemptsOf(second.case.id)).toMatchObject([{ verdict: null }]);
		});
	});

	describe('sending again', () => {
		/** A case that verifies, its one attempt unknown, claimed once more. */
		const unknown = async (ledger: Ledger): Promise<CaseClaim> => {
			const claim = await openJudged(ledger, 'task-1', { event: { uploadId: 'upl-1' } });
			await ledger.recordIntent(claim, intent());
			await ledger.transition(claim, judged('verifying', 'unknown'));
			return await claimCase(ledger, claim.case.id);
		};
		const second = intent({ attemptId: 'att-2' });

		test('unresolved: the attempt before has no verdict yet', async () => {
			const { ledger, clock } = await opened(open);
			const claim = await openIntended(ledger);
			await ledger.transition(claim, move('verifying'));
			clock.pass(60 * minute);
			const again = await claimCase(ledger, claim.case.id);
			expect(told(await ledger.recordIntent(again, second))).toBe('unresolved');
		});

		test('unresolved: an unknown attempt is younger than its waiting time', async () => {
			const { ledger, clock } = await opened(open);
			const claim = await unknown(ledger);
			clock.pass(minute - 1);
			expect(told(await ledger.recordIntent(claim, second))).toBe('unresolved');
			clock.pass(1);
			expect(await ledger.recordIntent(claim, second)).toMatchObject({ granted: true, sends: 2 });
		});

		test('unresolved: a 2xx came back late after its attempt was given up as unknown', async () => {
			const { ledger, clock } = await opened(open);
			const claim = await unknown(ledger);
			await ledger.recordOutcome('att-1', { kind: 'status', status: 204 });
			clock.pass(minute);
			expect(told(await ledger.recordIntent(claim, second))).toBe('unresolved');
		});

		test.each([
			event({ id: 'evt-2', taskIds: ['task-0', 'task-1'] }),
			event({ id: 'evt-2', uploadId: 'upl-1' }),
			event({ id: 'evt-2', uploadId: 'upl-1', ignored: 'other-event' }),
		])('new-event: an event for $taskIds or $uploadId came after the attempt, located or not', async (news) => {
			const { ledger, clock } = await opened(open);
			const claim = await unknown(ledger);
			await ledger.accept(news);
			clock.pass(minute);
			expect(told(await ledger.recordIntent(claim, second))).toBe('new-event');
		});

		test('new-event: what the list of another upload showed names the task as well', async () => {
			const { ledger, clock } = await opened(open);
			const claim = await unknown(ledger);
			await ledger.accept(event({ id: 'evt-2', uploadId: 'upl-9' }));
			await ledger.finishEvent(must(await ledger.claimEvent('evt-2', lease), 'claim'), {
				kind: 'located',
				tasks: [{ projectId: 'proj-1', taskId: 'task-1' }],
				uploadId: 'upl-9',
			});
			clock.pass(minute);
			expect(told(await ledger.recordIntent(claim, second))).toBe('new-event');
		});

		test('an event for something else, or from before the attempt, forbids nothing', async () => {
			const { ledger, clock } = await opened(open);
			await ledger.accept(event({ id: 'evt-0', uploadId: 'upl-1' }));
			const claim = await unknown(ledger);
			await ledger.accept(event({ id: 'evt-2', uploadId: 'upl-2', taskIds: ['task-2'] }));
			await ledger.accept(event({ id: 'evt-3', uploadId: 'upl-1', taskIds: ['task-1'], projectId: 'proj-2' }));
			await ledger.accept(event({ id: 'evt-4', uploadId: 'upl-1', taskIds: ['task-1'], teamId: 'team-2' }));
			clock.pass(minute);
			expect(told(await ledger.recordIntent(claim, second))).toBe('granted');
		});

		test('the order of arrival decides, not the clock', async () => {
			const { ledger, clock } = await opened(open);
			const claim = await unknown(ledger);
			clock.pass(-10_000);
			await ledger.accept(event({ id: 'evt-2', uploadId: 'upl-1' }));
			clock.pass(10_000 + minute);
			expect(told(await ledger.recordIntent(claim, second))).toBe('new-event');
		});

		test('sends-exhausted: after three sends in all, and never more', async () => {
			const { ledger, clock } = await opened(open);
			let claim = await openJudged(ledger);
			for (const n of [1, 2, 3]) {
				const granted = await ledger.recordIntent(claim, intent({ attemptId: `att-${n}` }));
				expect(granted).toMatchObject({ granted: true, sends: n });
				const attempt = { id: `att-${n}`, verdict: 'unknown' } as const;
				await ledger.transition(claim, move('verifying', { attempt }));
				clock.pass(minute);
				claim = await claimCase(ledger, claim.case.id);
			}
			expect(told(await ledger.recordIntent(claim, intent({ attemptId: 'att-4' })))).toBe('sends-exhausted');
			expect(await ledger.attemptsOf(claim.case.id)).toMatchObject([
				{ id: 'att-1', verdict: 'unknown' },
				{ id: 'att-2', verdict: 'unknown' },
				{ id: 'att-3', verdict: 'unknown' },
			]);
		});
	});
}
