import { describe, expect, test } from 'vitest';
import {
	brakeStateKey,
	heldOutKey,
	type Ledger,
	type NewEvent,
	ownReadsSetting,
	type Surroundings,
} from '../../src/ledger/index.ts';
import {
	afterFirstRead,
	begin,
	caseIdOf,
	claimCase,
	decision,
	event,
	intent,
	judged,
	lease,
	locate,
	minute,
	move,
	type OpenLedger,
	openCase,
	opened,
	openIntended,
	openJudged,
	revision,
	today,
} from './ledger-under-test.ts';

/** What the ledger promises of what a claim tells about everything around its case. */
export function surroundingsContract(open: OpenLedger): void {
	/** What a fresh claim of the task's newest case tells; the claim is given back. */
	const around = async (ledger: Ledger, taskId = 'task-1', projectId = 'proj-1'): Promise<Surroundings> => {
		const claim = await claimCase(ledger, await caseIdOf(ledger, taskId, projectId));
		await ledger.releaseCase(claim, null);
		return claim.around;
	};

	describe('what a claim tells of its surroundings', () => {
		test('nothing, in a ledger in which nothing happened; however it was claimed', async () => {
			const { ledger, clock } = await opened(open);
			await locate(ledger, ['task-1']);
			const nothing: Surroundings = {
				serving: null,
				paused: false,
				closedGates: new Set(),
				brakes: new Set(),
				ruleStates: new Map(),
				decidedUnder: null,
				ownReads: 'unknown',
				newestDay: null,
				attempts: [],
				processedAt: null,
				endedVisits: [],
			};
			const [due] = await ledger.claimDueCases(1, lease);
			expect(due?.around).toEqual(nothing);
			clock.pass(lease);
			expect(await around(ledger)).toEqual(nothing);
		});

		test('the serving revision', async () => {
			const { ledger } = await opened(open);
			await locate(ledger, ['task-1']);
			await ledger.serve(revision, 'l'.repeat(64), '{}');
			expect((await around(ledger)).serving).toBe(revision);
		});

		test.each<readonly [scope: string, paused: boolean]>([
			['*', true],
			['proj-1', true],
			['proj-2', false],
		])('a pause of %s', async (scope, paused) => {
			const { ledger } = await opened(open);
			await locate(ledger, ['task-1']);
			await ledger.pause(scope, 'alice', 'a look');
			expect((await around(ledger)).paused).toBe(paused);
			await ledger.resume(scope, 'alice');
			expect((await around(ledger)).paused).toBe(false);
		});

		test('the closed gates of its project, and of no other', async () => {
			const { ledger } = await opened(open);
			await locate(ledger, ['task-1']);
			await ledger.closeGate('proj-2', 'complete', 'mismatch');
			expect((await around(ledger)).closedGates).toEqual(new Set());
			await ledger.closeGate('proj-1', 'read', 'status-403');
			expect((await around(ledger)).closedGates).toEqual(new Set(['read']));
			await ledger.closeGate('proj-1', 'complete', 'mismatch');
			expect((await around(ledger)).closedGates).toEqual(new Set(['read', 'complete']));
		});

		test('the revision under which its decision was made, as long as that is kept', async () => {
			const { ledger } = await opened(open);
			const claim = await openCase(ledger, 'task-1');
			await ledger.recordDecision(claim, decision({ revision: 'e'.repeat(64) }), null);
			await ledger.releaseCase(claim, null);
			expect((await around(ledger)).decidedUnder).toBe('e'.repeat(64));
		});

		test('all brakes', async () => {
			const { ledger } = await opened(open);
			await locate(ledger, ['task-1']);
			await ledger.setBrake('invoices', true, 'brake');
			await ledger.setBrake('with "quotes"', true, 'brake');
			expect((await around(ledger)).brakes).toEqual(new Set(['invoices', 'with "quotes"']));
		});

		test.each([
			['yes', 'move'],
			['no', 'stay'],
		] as const)('whether our own reads move the last opening: %s', async (value, ownReads) => {
			const { ledger } = await opened(open);
			await locate(ledger, ['task-1']);
			await ledger.setSetting(ownReadsSetting, value);
			expect((await around(ledger)).ownReads).toBe(ownReads);
		});

		test('what is kept of the rules, and how many each held out: counted with the move, and only with it', async () => {
			const { ledger } = await opened(open);
			await ledger.setSetting(brakeStateKey('invoices'), '{"seq":1}');
			await ledger.setSetting('other:key', 'x');
			const keys = [heldOutKey('invoices', 'a'.repeat(64)), heldOutKey('ids', 'b'.repeat(64))];
			for (const [index, task] of ['task-1', 'task-2'].entries()) {
				const claim = await openJudged(ledger, task, { decision: { id: `dec-${index}` } });
				expect(await ledger.transition({ ...claim, fence: 99 }, move('audit', { heldOut: keys }))).toBe(false);
				expect(await ledger.transition(claim, move('audit', { heldOut: keys.slice(index) }))).toBe(true);
			}
			await locate(ledger, ['task-3']);
			expect((await around(ledger, 'task-3')).ruleStates).toEqual(
				new Map([
					['rule:ids:held-out:bbbbbbbbbbbbbbbb', '2'],
					['rule:invoices:brake', '{"seq":1}'],
					['rule:invoices:held-out:aaaaaaaaaaaaaaaa', '1'],
				]),
			);
		});

		test('the newest day on which its project had a completion, and how many', async () => {
			const { ledger } = await opened(open);
			await openIntended(ledger);
			await openIntendedOn(ledger, 'task-2', '2026-06-03');
			await openIntendedOn(ledger, 'task-3', '2026-06-02');
			await openIntendedOn(ledger, 'task-4', '2026-06-03');
			await locate(ledger, ['task-5']);
			await locate(ledger, ['task-6'], { projectId: 'proj-2' });
			expect((await around(ledger, 'task-5')).newestDay).toEqual({ day: '2026-06-03', completions: 2 });
			expect((await around(ledger, 'task-6', 'proj-2')).newestDay).toBeNull();
		});

		test('the attempts of the case, oldest first, as they are told elsewhere', async () => {
			const { ledger, clock } = await opened(open);
			const claim = await openIntended(ledger);
			await ledger.recordOutcome('att-1', { kind: 'status', status: 503 });
			await ledger.transition(claim, judged('waiting', 'refused-before-work', { dueInMs: 0 }));
			clock.pass(minute);
			const again = await claimCase(ledger, claim.case.id);
			expect(again.around.attempts).toHaveLength(1);
			expect((await ledger.recordIntent(again, intent({ attemptId: 'att-2' }))).granted).toBe(true);
			await ledger.transition(again, move('verifying', { attempt: { id: 'att-2', verdict: 'unknown' } }));
			const { attempts } = await around(ledger);
			expect(attempts.map(({ id }) => id)).toEqual(['att-1', 'att-2']);
			expect(attempts).toEqual(await ledger.attemptsOf(claim.case.id));
			await locate(ledger, ['task-2']);
			expect((await around(ledger, 'task-2')).attempts).toEqual([]);
		});
	});

	describe('what a claim tells of tasks that were done', () => {
		const processed = (over: Partial<NewEvent>) =>
			event({ id: 'evt-done', kind: 'processed', uploadId: 'upl-1', ...over });

		test.each<readonly [of: string, over: Partial<NewEvent>, tells: boolean]>([
			['its whole upload', {}, true],
			['the task itself', { taskIds: ['task-1'] }, true],
			['another task of the upload', { taskIds: ['task-2'] }, false],
			['another upload', { uploadId: 'upl-2' }, false],
			['another project', { projectId: 'proj-2' }, false],
			['another team', { teamId: 'team-2' }, false],
			['a review, not an end', { kind: 'in_review' }, false],
		])('an event of %s: %j', async (_of, over, tells) => {
			const { ledger, clock } = await opened(open);
			await locate(ledger, ['task-1'], { uploadId: 'upl-1' });
			expect((await around(ledger)).processedAt).toBeNull();
			clock.pass(minute);
			await ledger.accept(processed(over));
			expect((await around(ledger)).processedAt).toBe(tells ? begin + minute : null);
		});

		test('it does not matter whether the event came before the case, and the last delivery counts', async () => {
			const { ledger, clock } = await opened(open);
			await ledger.accept(processed({}));
			await locate(ledger, ['task-1'], { uploadId: 'upl-1' });
			expect((await around(ledger)).processedAt).toBe(begin);
			clock.pass(minute);
			await ledger.accept(processed({}));
			expect((await around(ledger)).processedAt).toBe(begin + minute);
		});
	});

	describe('what a claim tells of other visits', () => {
		test('how each of the same task ended, oldest first, whatever its step', async () => {
			const { ledger, clock } = await opened(open);
			const end = async (id: string, step: string, state: 'superseded' | 'gone', reason: string) => {
				const claim = await openCase(ledger, 'task-1', { id });
				await ledger.transition(afterFirstRead(claim, step), move(state, { reason }));
				clock.pass(minute);
				return claim.case.id;
			};
			const first = await end('evt-1', 'EXTRACT', 'superseded', 'discarded');
			// What is looked at again later keeps the moment at which it ended.
			await ledger.transition(
				await claimCase(ledger, first),
				move('superseded', { reason: 'discarded', dueInMs: 60 * minute }),
			);
			const second = await end('evt-2', 'VALIDATE', 'gone', 'not-found');
			await locate(ledger, ['task-1'], { id: 'evt-3' });
			await locate(ledger, ['task-1'], { id: 'evt-4', projectId: 'proj-2' });
			const ended = [
				{
					...{ caseId: first, stepType: 'EXTRACT', visit: 1, state: 'superseded', reason: 'discarded' },
					endedAt: begin,
				},
				{
					...{ caseId: second, stepType: 'VALIDATE', visit: 1, state: 'gone', reason: 'not-found' },
					endedAt: begin + minute,
				},
			];
			expect((await around(ledger)).endedVisits).toEqual(ended);
			expect((await around(ledger, 'task-1', 'proj-2')).endedVisits).toEqual([]);
			// Its own end is none of another visit.
			expect((await claimCase(ledger, first)).around.endedVisits.map(({ caseId }) => caseId)).toEqual([second]);
		});

		test('one that nobody ever read was at no step, and is not told', async () => {
			const { ledger } = await opened(open);
			await ledger.transition(await openCase(ledger), move('gone'));
			await locate(ledger, ['task-1'], { id: 'evt-2' });
			expect((await around(ledger)).endedVisits).toEqual([]);
		});
	});

	async function openIntendedOn(ledger: Ledger, taskId: string, day: string): Promise<void> {
		const claim = await openJudged(ledger, taskId, { decision: { id: `dec-${taskId}` } });
		const granted = await ledger.recordIntent(
			claim,
			intent({ attemptId: `att-${taskId}`, decisionId: `dec-${taskId}`, day }),
		);
		expect([today < day, granted.granted]).toEqual([true, true]);
	}
}
