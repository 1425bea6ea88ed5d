import { expect, test } from 'vitest';
import type { Ledger, Pruned, RetentionTimes } from '../../src/ledger/index.ts';
import {
	afterFirstRead,
	caseIdOf,
	claimCase,
	decision,
	intent,
	locate,
	move,
	type OpenLedger,
	openCase,
	opened,
	openIn,
	openIntended,
	openJudged,
	told,
} from './ledger-under-test.ts';

const day = 86_400_000;
const times: RetentionTimes = { eventsMs: 35 * day, decisionsMs: 400 * day, hashesMs: 30 * day, contentMs: 7 * day };

async function pruneAll(ledger: Ledger): Promise<Pruned> {
	const sum = { events: 0, cases: 0, hashes: 0, contents: 0 };
	for (;;) {
		const { events, cases, hashes, contents } = await ledger.prune(times, 2);
		if (events + cases + hashes + contents === 0) return sum;
		sum.events += events;
		sum.cases += cases;
		sum.hashes += hashes;
		sum.contents += contents;
	}
}

/** What a new event for a task that was completed long ago leads to: prior visits, and no intent whatever is asked. */
async function expectNoSecondCompletion(ledger: Ledger, taskId: string): Promise<void> {
	const claim = afterFirstRead(await openCase(ledger, taskId, { id: `evt-again-${taskId}` }));
	expect(claim.around.endedVisits.map(({ stepType, visit, state }) => [stepType, visit, state])).toEqual([
		['EXTRACT', 1, 'completed'],
	]);
	await ledger.recordDecision(claim, decision({ id: `dec-again-${taskId}` }), null);
	const asked = intent({ attemptId: `att-again-${taskId}`, decisionId: `dec-again-${taskId}` });
	expect(told(await ledger.recordIntent(claim, asked))).toBe('not-completable');
	expect((await ledger.getCase(claim.case.id))?.visit).toBe(2);
}

export function retentionContract(open: OpenLedger): void {
	test('a visit that was completed is known for good: after pruning its task is a reopened one', async () => {
		const { ledger, clock } = await opened(open);
		const caseId = await openIn(ledger, 'completed', 'task-1');
		const counted = async () => [
			(await ledger.measures()).totals,
			await ledger.marks(0, null),
			await ledger.passedBetween(0, 100_000 * day),
		];
		const before = await counted();
		expect(before.at(-1)).toContainEqual(expect.objectContaining({ projectId: null, completed: 1 }));

		clock.pass(399 * day);
		expect(await pruneAll(ledger)).toMatchObject({ cases: 0, hashes: 1 });
		expect(await ledger.caseOverview(caseId)).toMatchObject({ decision: { outcome: 'complete' }, prunedAt: null });
		expect((await ledger.getDecision('dec-task-1'))?.elements).toEqual([]);

		clock.pass(2 * day);
		expect(await pruneAll(ledger)).toMatchObject({ cases: 1 });
		expect(await ledger.getDecision('dec-task-1')).toBeNull();
		expect(await ledger.attemptsOf(caseId)).toEqual([]);
		expect(await ledger.getCase(caseId)).toMatchObject({ state: 'completed', visit: 1, decisionId: null });
		expect(await ledger.caseOverview(caseId)).toMatchObject({ decision: null, prunedAt: clock.now() });
		expect(await counted()).toEqual(before);
		await expectNoSecondCompletion(ledger, 'task-1');
	});

	test('what is open, or needs a person still, is never pruned, however old', async () => {
		const { ledger, clock } = await opened(open);
		const ids: string[] = [];
		for (const state of ['waiting', 'audit', 'completing', 'verifying', 'needs_human'] as const) {
			const claim = state === 'waiting' || state === 'audit' || state === 'needs_human';
			if (claim) {
				const judged = await openJudged(ledger, state, { decision: { id: `dec-${state}` } });
				expect(await ledger.transition(judged, move(state))).toBe(true);
				ids.push(judged.case.id);
			} else ids.push(await openIn(ledger, state, state));
		}
		clock.pass(2_000 * day);
		// A case that needs a person has ended: its hashes go, its decision stays.
		expect(await pruneAll(ledger)).toMatchObject({ cases: 0, hashes: 1 });
		for (const id of ids) expect((await ledger.getCase(id))?.decisionId, id).not.toBeNull();
		expect((await ledger.getDecision('dec-audit'))?.elements).not.toEqual([]);

		await ledger.handleCase(ids.at(-1) ?? '', 'ann');
		expect(await pruneAll(ledger)).toMatchObject({ cases: 1 });
		// Nothing is known any more of what was sent for it: nobody judges it anew.
		expect(await ledger.retryCase(ids.at(-1) ?? '')).toBe('not-open');
	});

	test('old events go, but not those that are not worked off, that tell what was done, or that arrivals are counted by', async () => {
		const { ledger, clock } = await opened(open);
		await locate(ledger, ['old'], { id: 'located' });
		await ledger.accept({ ...plain('done'), kind: 'processed', uploadId: 'upl-1', ignored: 'no-work' });
		await ledger.accept(plain('pending'));
		clock.pass(36 * day);
		await ledger.accept({ ...plain('young'), ignored: 'other-event' });
		const { eventsAccepted } = await ledger.measures();
		expect(await pruneAll(ledger)).toMatchObject({ events: 1 });
		expect(await ledger.getEvent('located')).toBeNull();
		for (const id of ['done', 'pending', 'young']) expect(await ledger.getEvent(id), id).not.toBeNull();

		clock.pass(400 * day);
		expect(await pruneAll(ledger)).toMatchObject({ events: 1 });
		expect(await ledger.getEvent('young')).not.toBeNull();
		expect((await ledger.measures()).eventsAccepted).toBe(eventsAccepted);
	});

	test('who handed tasks in is kept as long as events are', async () => {
		const { ledger, clock } = await opened(open);
		await ledger.noteEnqueue('evt-1', 'ann');
		clock.pass(35 * day);
		expect(await pruneAll(ledger)).toMatchObject({ events: 0 });
		expect(await ledger.actsOn('evt-1')).toHaveLength(1);
		clock.pass(1);
		expect(await pruneAll(ledger)).toMatchObject({ events: 1 });
		expect(await ledger.actsOn('evt-1')).toEqual([]);
	});

	test('a forgotten task leaves nothing by which it is found, and is never taken up again', async () => {
		const { ledger, clock } = await opened(open);
		const caseId = await openIn(ledger, 'completed', 'task-1');
		await openIn(ledger, 'completed', 'task-2');
		expect(await ledger.forget('proj-1', 'task-1', 'ann')).toEqual({
			kind: 'forgotten',
			cases: 1,
			decisions: 1,
			events: 1,
		});
		const all = JSON.stringify([
			await ledger.exportCases(0, 100, { since: null, until: null, projectId: null }),
			await ledger.listEvents({ limit: 100 }),
			await ledger.casesOfTask('proj-1', 'task-1'),
		]);
		// Our own test ids name tasks as well.
		expect(all.replaceAll(/(?:dec|att|evt-of)-task-1/g, '')).not.toContain('task-1');
		expect(all).toContain('task-2');
		expect(await ledger.getCase(caseId)).toMatchObject({ state: 'completed', uploadId: null });
		expect(await ledger.forget('proj-1', 'task-1', 'ann')).toEqual({ kind: 'already-forgotten' });

		await locate(ledger, ['task-1', 'task-3'], { id: 'evt-new' });
		expect(await ledger.casesOfTask('proj-1', 'task-1')).toEqual([]);
		expect(await ledger.casesOfTask('proj-1', 'task-3')).toHaveLength(1);
		const listed = [{ projectId: 'proj-1', taskId: 'task-1', stepType: 'EXTRACT' }];
		expect(await ledger.openUnknown('team-1', listed, null)).toBe(0);

		clock.pass(500 * day);
		expect(await pruneAll(ledger)).toMatchObject({ cases: 2 });
	});

	test('what was held out stays counted after pruning, and after forgetting without the number that was drawn', async () => {
		const { ledger, clock } = await opened(open);
		const counted = async () =>
			(await ledger.passedBetween(0, 100_000 * day))
				.filter(({ projectId }) => projectId === null)
				.map(({ audited, sampled, right }) => [audited, sampled, right]);
		for (const task of ['task-1', 'task-2']) {
			const claim = afterFirstRead(await openCase(ledger, task));
			const body = { outcome: 'complete', auditShare: 0.25, draw: { u: 0.125, keyId: 'abcd1234' } };
			await ledger.recordDecision(claim, decision({ id: `dec-${task}`, withheld: 'audit', body }), move('audit'));
			const label = { label: 'right', reason: null, detail: {} } as const;
			await ledger.transition(await claimCase(ledger, claim.case.id), move('superseded', { label }));
		}
		expect(await counted()).toEqual([[2, 2, 2]]);

		clock.pass(500 * day);
		expect(await pruneAll(ledger)).toMatchObject({ cases: 2 });
		expect(await counted()).toEqual([[2, 2, 2]]);
		expect(await ledger.forget('proj-1', 'task-1', 'ann')).toMatchObject({ kind: 'forgotten' });
		expect(await counted()).toEqual([[2, 1, 2]]);
	});

	test('what a document said is kept sealed with its decision, for as long as is asked and no longer', async () => {
		const { ledger, clock } = await opened(open);
		const claim = afterFirstRead(await openCase(ledger, 'task-1'));
		const caseId = claim.case.id;
		const kept = decision({ id: 'dec-1', sealedContent: 'v1.sealed' });
		expect(await ledger.recordDecision(claim, kept, move('review'))).toBe(true);
		await openJudged(ledger, 'task-2', { decision: { id: 'dec-2' } });
		const storedAt = clock.now();

		expect(await ledger.contentOf('dec-1', 7 * day)).toEqual({ sealed: 'v1.sealed', storedAt });
		expect(await ledger.contentOf('dec-2', 7 * day)).toBeNull();
		expect(await ledger.contentOf('dec-9', 7 * day)).toBeNull();
		// It stands in nothing that tells of the decision.
		const told = [await ledger.getDecision('dec-1'), await ledger.decisionsOf(caseId)];
		const exported = await ledger.exportCases(0, 9, { since: null, until: null, projectId: null });
		expect(JSON.stringify([told, exported])).not.toContain('sealed');

		clock.pass(7 * day - 1);
		expect(await pruneAll(ledger)).toMatchObject({ contents: 0 });
		expect(await ledger.contentOf('dec-1', 7 * day)).not.toBeNull();
		expect(await ledger.contentOf('dec-1', 6 * day)).toBeNull();
		clock.pass(1);
		expect(await ledger.contentOf('dec-1', 7 * day)).toBeNull();
		expect(await ledger.contentOf('dec-1', 70 * day)).not.toBeNull();
		expect(await pruneAll(ledger)).toMatchObject({ cases: 0, contents: 1 });
		expect(await ledger.contentOf('dec-1', 70 * day)).toBeNull();
		expect(await ledger.getDecision('dec-1')).not.toBeNull();
	});

	test('who looked at what a document said is kept, also when it is gone', async () => {
		const { ledger, clock } = await opened(open);
		const claim = afterFirstRead(await openCase(ledger, 'task-1'));
		await ledger.recordDecision(claim, decision({ sealedContent: 'v1.sealed' }), move('needs_human'));
		await ledger.contentOf('dec-1', day);
		expect(await ledger.actsOn(claim.case.id)).toEqual([]);
		clock.pass(1_000);
		await ledger.contentOf('dec-1', day, 'ann');
		const seenAt = clock.now();
		clock.pass(1_000);
		await ledger.handleCase(claim.case.id, 'bob');
		clock.pass(2 * day);
		// Nothing is left to look at.
		expect(await ledger.contentOf('dec-1', day, 'eve')).toBeNull();
		expect(await ledger.actsOn(claim.case.id)).toEqual([
			{ at: seenAt, act: 'view', by: 'ann' },
			{ at: seenAt + 1_000, act: 'handled', by: 'bob' },
		]);
	});

	test('what a document said goes with its decision, and when its task is forgotten', async () => {
		const { ledger, clock } = await opened(open);
		for (const task of ['task-1', 'task-2']) {
			const claim = afterFirstRead(await openCase(ledger, task));
			const sealed = decision({ id: `dec-${task}`, sealedContent: `v1.${task}` });
			await ledger.recordDecision(claim, sealed, move('superseded'));
		}
		await ledger.forget('proj-1', 'task-1', 'ann');
		expect(await ledger.contentOf('dec-task-1', 900 * day)).toBeNull();
		expect(await ledger.contentOf('dec-task-2', 900 * day)).not.toBeNull();

		clock.pass(500 * day);
		expect(await ledger.prune({ ...times, contentMs: 900 * day }, 9)).toMatchObject({ cases: 2, contents: 0 });
		expect(await ledger.contentOf('dec-task-2', 900 * day)).toBeNull();
	});

	test('nothing is kept of what a document said where its decision is not', async () => {
		const { ledger } = await opened(open);
		const stale = afterFirstRead(await openCase(ledger, 'task-1'));
		const sealed = decision({ sealedContent: 'v1.sealed' });
		expect(await ledger.recordDecision({ ...stale, fence: stale.fence - 1 }, sealed, move('review'))).toBe(false);
		expect(await ledger.contentOf('dec-1', day)).toBeNull();
		// Of a decision that is there already nothing changes.
		await ledger.recordDecision(stale, sealed, null);
		await ledger.recordDecision(stale, { ...sealed, sealedContent: 'v1.other' }, null);
		expect(await ledger.contentOf('dec-1', day)).toMatchObject({ sealed: 'v1.sealed' });
	});

	test('forgetting an audit of which nothing became known leaves it in the sample, as wrong', async () => {
		const { ledger } = await opened(open);
		for (const task of ['task-1', 'task-2']) {
			const claim = afterFirstRead(await openCase(ledger, task));
			const body = { outcome: 'complete', auditShare: 0.25, draw: { u: 0.125, keyId: 'abcd1234' } };
			await ledger.recordDecision(claim, decision({ id: `dec-${task}`, withheld: 'audit', body }), move('audit'));
			const label = { label: 'unresolved', reason: 'discarded', detail: {} } as const;
			await ledger.transition(await claimCase(ledger, claim.case.id), move('superseded', { label }));
		}
		const [before] = await ledger.passedBetween(0, 100_000 * day);
		expect(before).toMatchObject({ sampled: 2, sampledErrors: 2 });
		expect(await ledger.forget('proj-1', 'task-1', 'ann')).toMatchObject({ kind: 'forgotten' });
		expect((await ledger.passedBetween(0, 100_000 * day))[0]).toEqual(before);
		expect(await ledger.auditsByWeek(0, 100_000 * day)).toMatchObject([{ sampled: 2, sampledErrors: 2 }]);
	});

	test('a task is not forgotten as long as a visit of it is open or an event that names it waits', async () => {
		const { ledger } = await opened(open);
		const caseId = await openIn(ledger, 'review', 'task-1');
		expect(await ledger.forget('proj-1', 'task-1', 'ann')).toEqual({ kind: 'open', caseId });
		expect((await ledger.getCase(caseId))?.taskId).toBe('task-1');

		await openIn(ledger, 'completed', 'task-2');
		await ledger.accept({ ...plain('evt-waits'), taskIds: ['task-2'] });
		expect(await ledger.forget('proj-1', 'task-2', 'ann')).toEqual({ kind: 'open', caseId: null });
		expect(await ledger.forget('proj-1', 'task-9', 'ann')).toEqual({ kind: 'unknown-task' });
	});

	test('an export holds each case with what was decided and sent, in the order of opening', async () => {
		const { ledger, clock } = await opened(open);
		const claim = await openIntended(ledger, 'task-1');
		clock.pass(1_000);
		await locate(ledger, ['task-2']);
		const all = await ledger.exportCases(0, 10, { since: null, until: null, projectId: null });
		expect(all.map((one) => one.case)).toMatchObject([{ task_id: 'task-1' }, { task_id: 'task-2' }]);
		expect(all.map((one) => [one.decisions.length, one.attempts.length, one.label])).toEqual([
			[1, 1, null],
			[0, 0, null],
		]);
		expect(all[0]?.decisions[0]).toMatchObject({ outcome: 'complete', rules: ['invoices'] });
		const late = { since: clock.now(), until: null, projectId: null };
		expect((await ledger.exportCases(0, 10, late)).map((one) => one.case)).toMatchObject([{ task_id: 'task-2' }]);
		expect(await ledger.exportCases(all[0]?.seq ?? 0, 10, late)).toHaveLength(1);
		expect(await ledger.exportCases(0, 10, { ...late, projectId: 'proj-2' })).toEqual([]);
		expect((await claimCase(ledger, await caseIdOf(ledger, 'task-2'))).case.id).not.toBe(claim.case.id);
	});
}

function plain(id: string) {
	return {
		id,
		source: 'webhook',
		kind: 'in_review',
		name: 'upload.in_review',
		teamId: 'team-1',
		projectId: 'proj-1',
		uploadId: null,
		taskIds: [],
		ignored: null,
		digest: 'd'.repeat(64),
	} as const;
}
