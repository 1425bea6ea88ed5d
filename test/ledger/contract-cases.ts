import { describe, expect, test } from 'vitest';
import { caseStates, isTerminal, mayMove } from '../../src/core/lifecycle/index.ts';
import type { CaseClaim, CaseProgress, Ledger } from '../../src/ledger/index.ts';
import {
	afterFirstRead,
	begin,
	caseIdOf,
	claimCase,
	decision,
	event,
	type LedgerUnderTest,
	lease,
	locate,
	minute,
	move,
	type OpenLedger,
	openCase,
	opened,
	openIn,
	openIntended,
} from './ledger-under-test.ts';

/** What the ledger promises of cases, their claims and their moves. */
export function caseContract(open: OpenLedger): void {
	describe('claims of cases', () => {
		test('due cases are claimed, no more than asked for, each by one alone', async () => {
			const { ledger } = await opened(open);
			await locate(ledger, ['task-1', 'task-2', 'task-3']);
			const first = await ledger.claimDueCases(2, lease);
			expect(first).toHaveLength(2);
			expect(first[0]).toMatchObject({ fence: 1, now: begin, case: { fence: 1, leaseUntil: begin + lease } });
			const ids = [...first, ...(await ledger.claimDueCases(2, lease))].map((claim) => claim.case.id);
			expect(new Set(ids).size).toBe(3);
			expect(await ledger.claimDueCases(2, lease)).toEqual([]);
		});

		test('the longest due are claimed first', async () => {
			const { ledger, clock } = await opened(open);
			const waits = { 'task-1': 30 * minute, 'task-2': 10 * minute, 'task-3': 20 * minute };
			for (const [task, dueInMs] of Object.entries(waits)) {
				await ledger.transition(await openCase(ledger, task), move('waiting', { dueInMs }));
			}
			clock.pass(60 * minute);
			const claims = await ledger.claimDueCases(2, lease);
			expect(claims.map((claim) => claim.case.taskId).toSorted()).toEqual(['task-2', 'task-3']);
		});

		test('many who ask at once never get the same case', async () => {
			const { ledger } = await opened(open);
			await locate(
				ledger,
				Array.from({ length: 12 }, (_, n) => `task-${n}`),
				{ id: 'evt-1' },
			);
			const claims = await Promise.all(Array.from({ length: 8 }, () => ledger.claimDueCases(3, lease)));
			const ids = claims.flat().map((claim) => claim.case.id);
			expect(ids).toHaveLength(12);
			expect(new Set(ids).size).toBe(12);
		});

		test('a claim ends by the clock of the store, and the case is due again under a higher fence', async () => {
			const { ledger, clock } = await opened(open);
			const claim = await openCase(ledger);
			clock.pass(lease - 1);
			expect(await ledger.claimDueCases(1, lease)).toEqual([]);
			expect(await ledger.claimCase(claim.case.id, lease)).toBeNull();
			clock.pass(1);
			expect(await ledger.claimDueCases(1, lease)).toMatchObject([{ fence: claim.fence + 1 }]);
		});

		test('a case is claimed by name whether due or not, ended or not, but not when it is unknown', async () => {
			const { ledger } = await opened(open);
			const review = await openIn(ledger, 'review', 'task-1');
			const ended = await openIn(ledger, 'completed', 'task-2');
			expect(await ledger.claimCase(review, lease)).toMatchObject({ case: { state: 'review' } });
			expect(await ledger.claimCase(ended, lease)).toMatchObject({ case: { state: 'completed' } });
			expect(await ledger.claimCase('case-unknown', lease)).toBeNull();
		});

		test('given back without a time it is due as it was', async () => {
			const { ledger } = await opened(open);
			const due = await openCase(ledger, 'task-1');
			await ledger.releaseCase(due, null);
			expect(await ledger.getCase(due.case.id)).toMatchObject({ dueAt: begin, leaseUntil: null, state: 'located' });
			const never = await claimCase(ledger, await openIn(ledger, 'review', 'task-2'));
			await ledger.releaseCase(never, null);
			expect(await ledger.getCase(never.case.id)).toMatchObject({ dueAt: null, leaseUntil: null, state: 'review' });
		});

		test('given back with a time it is due then', async () => {
			const { ledger } = await opened(open);
			const claim = await openCase(ledger);
			await ledger.releaseCase(claim, minute);
			expect(await ledger.getCase(claim.case.id)).toMatchObject({ dueAt: begin + minute, fence: claim.fence });
		});

		test('given back by whoever took it over from a holder that is gone, it is still due', async () => {
			const { ledger, clock } = await opened(open);
			const id = await openIn(ledger, 'review', 'task-1');
			await claimCase(ledger, id);
			clock.pass(lease);
			const [second] = await ledger.claimDueCases(1, lease);
			await ledger.releaseCase(second as CaseClaim, null);
			expect(await ledger.claimDueCases(1, lease)).toHaveLength(1);
		});

		test('given back with news from meanwhile it is due at once', async () => {
			const { ledger } = await opened(open);
			const claim = await openCase(ledger);
			await locate(ledger, ['task-1'], { id: 'evt-2' });
			await ledger.releaseCase(claim, 60 * minute);
			expect(await ledger.getCase(claim.case.id)).toMatchObject({ dueAt: begin });
		});

		test('given back by somebody who lost it, it stays with its holder', async () => {
			const { ledger, clock } = await opened(open);
			const lost = await openCase(ledger);
			clock.pass(lease);
			const held = await claimCase(ledger, lost.case.id);
			await ledger.releaseCase(lost, 0);
			expect(await ledger.getCase(lost.case.id)).toMatchObject({ fence: held.fence, leaseUntil: begin + 2 * lease });
		});
	});

	describe('what died with a holder', () => {
		test('a case says when it was last taken over from a holder whose lease had ended, and only then', async () => {
			const { ledger, clock } = await opened(open);
			const first = await openCase(ledger);
			expect(first.case.abandonedAt).toBeNull();
			await ledger.transition(first, move('waiting', { dueInMs: minute }));
			clock.pass(minute);
			const second = await claimCase(ledger, first.case.id);
			expect(second.case.abandonedAt).toBeNull();
			clock.pass(lease);
			const [third] = await ledger.claimDueCases(1, lease);
			expect(third?.case.abandonedAt).toBe(begin + minute + lease);
			clock.pass(lease + 1);
			expect((await claimCase(ledger, first.case.id)).case.abandonedAt).toBe(begin + minute + 2 * lease + 1);
		});
	});

	describe('steps and visits', () => {
		/** Binds, and gives the claim back. */
		const bind = async (ledger: Ledger, claim: CaseClaim, step = 'EXTRACT', progress: CaseProgress = {}) =>
			await ledger.transition(afterFirstRead(claim, step, progress), move('waiting', { dueInMs: 0 }));

		test('the first move after the first read binds a case to its step and keeps what it showed', async () => {
			const { ledger } = await opened(open);
			const claim = await openCase(ledger);
			expect(await bind(ledger, claim, 'EXTRACT', { firstFingerprint: 'fp-1' })).toBe(true);
			const bound = { stepType: 'EXTRACT', visit: 1, progress: { firstFingerprint: 'fp-1' } };
			expect(await ledger.getCase(claim.case.id)).toMatchObject(bound);
			// Who comes late and takes its own read for the first one changes nothing.
			const second = await claimCase(ledger, claim.case.id);
			expect(await bind(ledger, second, 'VALIDATE', { firstFingerprint: 'fp-2' })).toBe(true);
			expect(await ledger.getCase(claim.case.id)).toMatchObject(bound);
		});

		test('progress of the move counts, over what the first read showed', async () => {
			const { ledger } = await opened(open);
			const claim = afterFirstRead(await openCase(ledger), 'EXTRACT', { firstFingerprint: 'fp-1' });
			await ledger.transition(claim, move('waiting', { dueInMs: 0, progress: { confirmations: 1 } }));
			expect((await ledger.getCase(claim.case.id))?.progress).toEqual({ confirmations: 1 });
		});

		test('a decision without a move binds as well, and knows step and visit', async () => {
			const { ledger } = await opened(open);
			const claim = afterFirstRead(await openCase(ledger), 'EXTRACT', { firstFingerprint: 'fp-1' });
			expect(await ledger.recordDecision(claim, decision(), null)).toBe(true);
			expect(await ledger.getDecision('dec-1')).toMatchObject({ stepType: 'EXTRACT', visit: 1 });
			expect(await ledger.getCase(claim.case.id)).toMatchObject({ visit: 1, progress: { firstFingerprint: 'fp-1' } });
		});

		test('visits are counted by step', async () => {
			const { ledger } = await opened(open);
			const ending = async (id: string, step: string, state: 'superseded' | 'gone') => {
				const claim = await openCase(ledger, 'task-1', { id });
				await ledger.transition(afterFirstRead(claim, step), move(state));
				return (await ledger.getCase(claim.case.id))?.visit;
			};
			expect(await ending('evt-1', 'EXTRACT', 'gone')).toBe(1);
			expect(await ending('evt-2', 'VALIDATE', 'superseded')).toBe(1);
			expect(await ending('evt-3', 'EXTRACT', 'superseded')).toBe(2);
			expect(await ending('evt-4', 'EXTRACT', 'gone')).toBe(3);
		});

		test('nothing is bound by a claim that was lost, nor by a move that is not allowed', async () => {
			const { ledger, clock } = await opened(open);
			const lost = await openCase(ledger);
			clock.pass(lease);
			const held = await claimCase(ledger, lost.case.id);
			expect(await bind(ledger, lost, 'EXTRACT', { firstFingerprint: 'fp-1' })).toBe(false);
			expect(await ledger.recordDecision(afterFirstRead(lost), decision(), null)).toBe(false);
			expect(await ledger.transition(afterFirstRead(held), move('refused'))).toBe(false);
			expect(await ledger.getCase(lost.case.id)).toMatchObject({ stepType: '', visit: 0, progress: {} });
		});
	});

	describe('moves', () => {
		test('a move writes where the case stands and when to come back, and ends the claim', async () => {
			const { ledger, clock } = await opened(open);
			const claim = await openCase(ledger);
			clock.pass(1_000);
			const progress = { firstFingerprint: 'fp-1', ownReads: [1, 2] };
			const to = move('waiting', { reason: 'hold', dueInMs: minute, progress });
			expect(await ledger.transition(claim, to)).toBe(true);
			expect(await ledger.getCase(claim.case.id)).toMatchObject({
				state: 'waiting',
				reason: 'hold',
				dueAt: begin + 1_000 + minute,
				updatedAt: begin + 1_000,
				leaseUntil: null,
				progress,
			});
			expect(await ledger.transition(claim, to)).toBe(false);
			expect(await ledger.claimCase(claim.case.id, lease)).not.toBeNull();
		});

		test('a move without progress keeps what was known', async () => {
			const { ledger } = await opened(open);
			const claim = await openCase(ledger);
			await ledger.transition(claim, move('waiting', { progress: { misses: 1 } }));
			await ledger.transition(await claimCase(ledger, claim.case.id), move('review'));
			expect(await ledger.getCase(claim.case.id)).toMatchObject({ progress: { misses: 1 } });
		});

		test('a case moves as the core allows, never into completing, and a move that is refused writes nothing', async () => {
			const { ledger } = await opened(open);
			for (const from of caseStates) {
				for (const to of caseStates) {
					const id = await openIn(ledger, from, `task-${from}-${to}`);
					const claim = await claimCase(ledger, id);
					const before = await ledger.getCase(id);
					const allowed = mayMove(from, to) && (to !== 'completing' || from === 'completing');
					expect(await ledger.transition(claim, move(to, { reason: 'moved' })), `${from} -> ${to}`).toBe(allowed);
					if (allowed) expect(await ledger.getCase(id)).toMatchObject({ state: to, reason: 'moved' });
					else expect(await ledger.getCase(id)).toEqual(before);
				}
			}
		});

		test('a claim that was lost moves nothing and stores no decision', async () => {
			const { ledger, clock } = await opened(open);
			const lost = await openCase(ledger);
			clock.pass(lease);
			const held = await claimCase(ledger, lost.case.id);
			expect(await ledger.transition(lost, move('review'))).toBe(false);
			expect(await ledger.recordDecision(lost, decision({ id: 'dec-1' }), null)).toBe(false);
			expect(await ledger.recordDecision(lost, decision({ id: 'dec-2' }), move('review'))).toBe(false);
			expect(await ledger.getDecision('dec-1')).toBeNull();
			expect(await ledger.getDecision('dec-2')).toBeNull();
			expect(await ledger.getCase(lost.case.id)).toEqual(held.case);
		});

		test('a claim that is over and that nobody took still moves its case', async () => {
			const { ledger, clock } = await opened(open);
			const claim = await openCase(ledger);
			clock.pass(lease + minute);
			expect(await ledger.transition(claim, move('review'))).toBe(true);
		});

		test.each([
			['review', null, true],
			['audit', null, true],
			['waiting', 'processing', true],
			['waiting', 'hold', true],
			['waiting', null, true],
			['waiting', 'rate_limited', false],
			['waiting', 'limit', false],
			['waiting', 'paused', false],
			['waiting', 'gate', false],
			['superseded', null, false],
		] as const)('an event during the claim makes %s (%s) due at once: %s', async (state, reason, atOnce) => {
			const { ledger } = await opened(open);
			await ledger.pause('*', 'alice');
			await ledger.closeGate('proj-1', 'complete', 'status-403');
			const claim = await openCase(ledger);
			// Delivered again: news, but no new event.
			await ledger.accept(event({ id: 'evt-of-task-1', taskIds: ['task-1'] }));
			await ledger.transition(claim, move(state, { reason, dueInMs: 60 * minute }));
			expect(await ledger.getCase(claim.case.id)).toMatchObject({ dueAt: atOnce ? begin : begin + 60 * minute });
		});

		test('an event before the claim does not bring a case back', async () => {
			const { ledger } = await opened(open);
			await locate(ledger, ['task-1'], { id: 'evt-1' });
			await locate(ledger, ['task-1'], { id: 'evt-2' });
			const claim = await claimCase(ledger, await caseIdOf(ledger, 'task-1'));
			await ledger.transition(claim, move('review'));
			expect(await ledger.getCase(claim.case.id)).toMatchObject({ wakes: 1, dueAt: null });
		});

		test.each([
			['a pause', 'paused', (ledger: Ledger) => ledger.resume('*', 'alice')],
			['a gate', 'gate', (ledger: Ledger) => ledger.openGate('proj-1', 'complete')],
		] as const)('a case that would wait for %s that ended meanwhile is due at once', async (_what, reason, end) => {
			const { ledger } = await opened(open);
			await ledger.pause('*', 'alice');
			await ledger.closeGate('proj-1', 'complete', 'status-403');
			const claim = await openCase(ledger);
			await end(ledger);
			// A resume opens the gates of its scope too; here only what the case waits for may matter.
			await ledger.transition(claim, move('waiting', { reason, dueInMs: 60 * minute }));
			expect(await ledger.getCase(claim.case.id)).toMatchObject({ dueAt: begin });
		});

		test('an end opens the next case when asked to, due at once', async () => {
			const { ledger } = await opened(open);
			const claim = await openCase(ledger, 'task-1', { uploadId: 'upl-1' });
			await ledger.transition(claim, move('superseded', { openNext: true }));
			expect(await ledger.casesOfTask('proj-1', 'task-1')).toMatchObject([
				{ id: claim.case.id, state: 'superseded' },
				{ state: 'located', visit: 0, stepType: '', dueAt: begin, uploadId: 'upl-1', eventId: null },
			]);
		});

		test('a state that is no end opens nothing, whatever is asked', async () => {
			const { ledger } = await opened(open);
			await ledger.transition(await openCase(ledger), move('review', { openNext: true }));
			expect(await ledger.casesOfTask('proj-1', 'task-1')).toHaveLength(1);
		});

		test('an end opens no second case beside one that is open', async () => {
			const { ledger } = await opened(open);
			const id = await openIn(ledger, 'completed', 'task-1');
			await locate(ledger, ['task-1'], { id: 'evt-2' });
			await ledger.transition(await claimCase(ledger, id), move('completed', { openNext: true }));
			expect(await ledger.casesOfTask('proj-1', 'task-1')).toHaveLength(2);
		});

		test('a new event during the claim is not lost to a case that ends: it opens the next one', async () => {
			const { ledger } = await opened(open);
			const claim = await openCase(ledger);
			await locate(ledger, ['task-1'], { id: 'evt-2' });
			await ledger.transition(claim, move('superseded'));
			expect(await ledger.casesOfTask('proj-1', 'task-1')).toMatchObject([
				{ state: 'superseded' },
				{ state: 'located', eventId: 'evt-2' },
			]);
		});

		test('a redelivery during the claim is no new event: the end opens nothing', async () => {
			const { ledger } = await opened(open);
			const claim = await openCase(ledger);
			await ledger.accept(event({ id: 'evt-of-task-1', taskIds: ['task-1'] }));
			await ledger.transition(claim, move('superseded'));
			expect(await ledger.casesOfTask('proj-1', 'task-1')).toHaveLength(1);
		});
	});

	describe('decisions', () => {
		test('a decision is stored with its case, which points at it, and the claim goes on', async () => {
			const { ledger, clock } = await opened(open);
			const claim = afterFirstRead(await openCase(ledger));
			clock.pass(5);
			expect(await ledger.recordDecision(claim, decision(), null)).toBe(true);
			expect(await ledger.getDecision('dec-1')).toEqual({
				...decision(),
				caseId: claim.case.id,
				projectId: 'proj-1',
				taskId: 'task-1',
				stepType: 'EXTRACT',
				visit: 1,
				decidedAt: begin + 5,
			});
			expect(await ledger.getCase(claim.case.id)).toMatchObject({ decisionId: 'dec-1', state: 'located' });
			expect(await ledger.transition(claim, move('review'))).toBe(true);
		});

		test('with a move both are one write, and the claim ends', async () => {
			const { ledger } = await opened(open);
			const claim = await openCase(ledger);
			const kept = decision({ outcome: 'review', firstReason: 'guard:confidence' });
			expect(await ledger.recordDecision(claim, kept, move('review', { reason: 'guard:confidence' }))).toBe(true);
			expect(await ledger.getCase(claim.case.id)).toMatchObject({
				state: 'review',
				reason: 'guard:confidence',
				decisionId: 'dec-1',
				leaseUntil: null,
			});
		});

		test('with a move that is not allowed neither is written', async () => {
			const { ledger } = await opened(open);
			const claim = await claimCase(ledger, await openIn(ledger, 'audit', 'task-1'));
			expect(await ledger.recordDecision(claim, decision(), move('waiting'))).toBe(false);
			expect(await ledger.getDecision('dec-1')).toBeNull();
			expect(await ledger.getCase(claim.case.id)).toEqual(claim.case);
		});
	});

	describe('when something is due', () => {
		const due = async ({ ledger }: LedgerUnderTest) => await ledger.nextDueInMs();

		test('never, while there is nothing to do', async () => {
			const one = await opened(open);
			expect(await due(one)).toBeNull();
			await one.ledger.accept(event({ ignored: 'other-event' }));
			await openIn(one.ledger, 'review', 'task-1');
			expect(await due(one)).toBeNull();
		});

		test('the earliest of events, cases and ends of leases counts, as a duration from now', async () => {
			const one = await opened(open);
			const { ledger, clock } = one;
			await ledger.transition(await openCase(ledger, 'task-1'), move('waiting', { dueInMs: 50 * minute }));
			expect(await due(one)).toBe(50 * minute);
			await ledger.accept(event({ id: 'evt-2' }));
			expect(await due(one)).toBe(0);
			const [claim] = await ledger.claimDueEvents(1, 40 * minute);
			expect(await due(one)).toBe(40 * minute);
			if (claim !== undefined) await ledger.finishEvent(claim, { kind: 'again', inMs: 30 * minute, reason: 'later' });
			expect(await due(one)).toBe(30 * minute);
			clock.pass(10 * minute);
			expect(await due(one)).toBe(20 * minute);
			clock.pass(60 * minute);
			expect(await due(one)).toBe(0);
		});
	});

	describe('what an operator does to a case', () => {
		test.each(['review', 'waiting', 'needs_human'] as const)('a case in %s is judged from the start', async (state) => {
			const { ledger } = await opened(open);
			const claim = afterFirstRead(await openCase(ledger), 'EXTRACT', { firstFingerprint: 'fp-1' });
			await ledger.recordDecision(claim, decision(), move(state, { dueInMs: 60 * minute }));
			expect(await ledger.retryCase(claim.case.id)).toBe('retried');
			expect(await ledger.claimDueCases(1, lease)).toMatchObject([
				{ case: { id: claim.case.id, state: 'located', decisionId: null, progress: {}, visit: 1 } },
			]);
		});

		test('a retry ends the claim of whoever holds the case', async () => {
			const { ledger } = await opened(open);
			const held = await claimCase(ledger, await openIn(ledger, 'waiting', 'task-1'));
			expect(await ledger.retryCase(held.case.id)).toBe('retried');
			expect(await ledger.transition(held, move('review'))).toBe(false);
		});

		test.each([
			['audit', 'audit'],
			['located', 'not-open'],
			['completed', 'not-open'],
			['refused', 'not-open'],
			['superseded', 'not-open'],
			['gone', 'not-open'],
			['completing', 'unresolved'],
			['verifying', 'unresolved'],
		] as const)('a case in %s is not retried: %s', async (state, answer) => {
			const { ledger } = await opened(open);
			const id = await openIn(ledger, state, 'task-1');
			const before = await ledger.getCase(id);
			expect(await ledger.retryCase(id)).toBe(answer);
			expect(await ledger.getCase(id)).toEqual(before);
			expect(await ledger.retryCase('case-unknown')).toBe('unknown-case');
		});

		test('a case of which nobody knows whether it was completed is not retried, whatever its state', async () => {
			const { ledger } = await opened(open);
			const claim = await openIntended(ledger);
			await ledger.transition(claim, move('verifying', { attempt: { id: 'att-1', verdict: 'unknown' } }));
			await ledger.transition(await claimCase(ledger, claim.case.id), move('needs_human'));
			expect(await ledger.retryCase(claim.case.id)).toBe('unresolved');
		});

		test('a case whose only attempt was never sent is retried', async () => {
			const { ledger } = await opened(open);
			const claim = await openIntended(ledger);
			await ledger.transition(claim, move('waiting', { attempt: { id: 'att-1', verdict: 'not-sent' } }));
			expect(await ledger.retryCase(claim.case.id)).toBe('retried');
		});

		test('a case that needs a person is not retried beside another open case of its task', async () => {
			const { ledger } = await opened(open);
			const id = await openIn(ledger, 'needs_human', 'task-1');
			await locate(ledger, ['task-1'], { id: 'evt-2' });
			expect(await ledger.retryCase(id)).toBe('not-open');
		});

		test.each(['located', 'waiting', 'review', 'audit'] as const)('a case in %s is left for good', async (state) => {
			const { ledger } = await opened(open);
			const held = await claimCase(ledger, await openIn(ledger, state, 'task-1'));
			expect(await ledger.leaveCase(held.case.id)).toBe('left');
			expect(await ledger.getCase(held.case.id)).toMatchObject(
				// An audit case stays one, or the share that is measured would shrink.
				state === 'audit' ? { state: 'audit', dueAt: null } : { state: 'review', reason: 'left', dueAt: null },
			);
			expect(await ledger.transition(held, move('waiting'))).toBe(false);
		});

		test('a case in flight or ended cannot be left', async () => {
			const { ledger } = await opened(open);
			for (const state of caseStates) {
				if (!isTerminal(state) && state !== 'completing' && state !== 'verifying') continue;
				const id = await openIn(ledger, state, `task-${state}`);
				expect(await ledger.leaveCase(id), state).toBe(isTerminal(state) ? 'ended' : 'in-flight');
				expect(await ledger.getCase(id)).toMatchObject({ state });
			}
			expect(await ledger.leaveCase('case-unknown')).toBe('unknown-case');
		});
	});
}
