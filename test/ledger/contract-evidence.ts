import { describe, expect, test } from 'vitest';
import type { Ledger, NewLabel } from '../../src/ledger/index.ts';
import {
	afterFirstRead,
	begin,
	claimCase,
	decision,
	intent,
	judged,
	locate,
	minute,
	move,
	type OpenLedger,
	openCase,
	opened,
	openIntended,
	openJudged,
	told,
} from './ledger-under-test.ts';

const right: NewLabel = { label: 'right', reason: null, detail: {} };
const wrong: NewLabel = { label: 'wrong', reason: null, detail: { annotation: { changed: 1 } } };
const unresolved: NewLabel = { label: 'unresolved', reason: 'never-opened', detail: {} };

/** What the ledger promises of labels. */
export function evidenceContract(open: OpenLedger): void {
	/** A task that passed and was held out for audit. */
	async function holdOut(
		ledger: Ledger,
		taskId: string,
		over: { rules?: readonly string[]; project?: string; u?: number; share?: number } = {},
	) {
		const claim = afterFirstRead(
			await openCase(ledger, taskId, over.project === undefined ? {} : { projectId: over.project }),
		);
		const { u = 0.125, share = 0.25 } = over;
		const body = { outcome: 'complete', auditShare: share, draw: { u, keyId: 'abcd1234' } };
		const stored = decision({ id: `dec-${taskId}`, withheld: 'audit', body, rules: over.rules ?? ['invoices'] });
		await ledger.recordDecision(claim, stored, move('audit', { reason: 'audit' }));
		return claim.case.id;
	}
	async function leave(ledger: Ledger, taskId: string) {
		const claim = afterFirstRead(await openCase(ledger, taskId));
		const stored = decision({ id: `dec-${taskId}`, outcome: 'review', firstReason: 'rule:a:certain', rules: ['a'] });
		await ledger.recordDecision(claim, stored, move('review', { reason: 'rule:a:certain' }));
		return claim.case.id;
	}
	const label = async (ledger: Ledger, caseId: string, given: NewLabel) =>
		await ledger.transition(await claimCase(ledger, caseId), move('audit', { reason: 'audit', label: given }));

	describe('labels', () => {
		test('a label is written with the move, and holds what was decided', async () => {
			const { ledger, clock } = await opened(open);
			const caseId = await holdOut(ledger, 'task-1', { rules: ['invoices', 'other'] });
			clock.pass(minute);
			await ledger.transition(
				await claimCase(ledger, caseId),
				move('superseded', { reason: 'completed', label: wrong }),
			);
			expect(await ledger.labelsAfter(0, 10)).toEqual([
				{
					...wrong,
					...{
						seq: expect.any(Number) as number,
						caseId,
						decisionId: 'dec-task-1',
						projectId: 'proj-1',
						taskId: 'task-1',
					},
					...{ stepType: 'EXTRACT', visit: 1, outcome: 'complete', withheld: 'audit', rules: ['invoices', 'other'] },
					...{ draw: { u: 0.125, keyId: 'abcd1234' }, auditShare: 0.25, decidedAt: begin },
					...{ source: 'observed', labelledAt: begin + minute },
				},
			]);
		});

		test('nothing is written by a move that is not allowed, or under a claim that was lost', async () => {
			const { ledger, clock } = await opened(open);
			const caseId = await holdOut(ledger, 'task-1');
			const lost = await claimCase(ledger, caseId);
			expect(await ledger.transition(lost, move('completed', { label: right }))).toBe(false);
			clock.pass(10 * minute);
			await claimCase(ledger, caseId);
			expect(await ledger.transition(lost, move('audit', { label: right }))).toBe(false);
			expect(await ledger.labelsAfter(0, 10)).toEqual([]);
		});

		test('the first truth stands, and takes the place of what was unresolved, as news', async () => {
			const { ledger } = await opened(open);
			const [first, second] = [await holdOut(ledger, 'task-1'), await holdOut(ledger, 'task-2')];
			await label(ledger, first, unresolved);
			await label(ledger, second, right);
			await label(ledger, second, unresolved);
			await label(ledger, first, { ...unresolved, reason: 'discarded' });
			const before = await ledger.labelsAfter(0, 10);
			expect(before.map(({ taskId, label: one, reason }) => [taskId, one, reason])).toEqual([
				['task-1', 'unresolved', 'never-opened'],
				['task-2', 'right', null],
			]);
			await label(ledger, first, wrong);
			await label(ledger, first, right);
			const news = await ledger.labelsAfter(before.at(-1)?.seq ?? 0, 10);
			expect(news.map(({ taskId, label: one }) => [taskId, one])).toEqual([['task-1', 'wrong']]);
			expect(await ledger.labelsAfter(0, 10)).toHaveLength(2);
		});

		test('a task for which anything was sent has no label', async () => {
			const { ledger } = await opened(open);
			const done = await openIntended(ledger);
			await ledger.transition(done, judged('completed', 'taken'));
			await ledger.transition(await claimCase(ledger, done.case.id), move('completed', { label: right }));
			const unsure = await openIntended(ledger, 'task-2', { attemptId: 'att-2', decisionId: 'dec-2' });
			await ledger.transition(unsure, move('verifying', { attempt: { id: 'att-2', verdict: 'unknown' } }));
			await ledger.transition(await claimCase(ledger, unsure.case.id), move('superseded', { label: right }));
			expect(await ledger.labelsAfter(0, 10)).toEqual([]);
		});

		test('a case without a decision has none either', async () => {
			const { ledger } = await opened(open);
			const claim = await openCase(ledger);
			expect(await ledger.transition(claim, move('superseded', { label: right }))).toBe(true);
			expect(await ledger.labelsAfter(0, 10)).toEqual([]);
		});

		test('they are found by case, the newest of each', async () => {
			const { ledger } = await opened(open);
			const ids: string[] = [];
			for (const n of [1, 2, 3]) ids.push(await holdOut(ledger, `task-${n}`));
			const [first = '', second = ''] = ids;
			await label(ledger, first, unresolved);
			await label(ledger, first, wrong);
			await label(ledger, second, right);
			expect(await ledger.labelsOf([...ids, 'case-of-nobody'])).toEqual(
				new Map([
					[first, 'wrong'],
					[second, 'right'],
				]),
			);
			expect(await ledger.labelsOf([second])).toEqual(new Map([[second, 'right']]));
			expect(await ledger.labelsOf([])).toEqual(new Map());
		});

		test('they are listed in pages, by rule, and only audits', async () => {
			const { ledger } = await opened(open);
			for (const [n, rules] of [['a'], ['b'], ['a', 'b'], ['a']].entries()) {
				await label(ledger, await holdOut(ledger, `task-${n}`, { rules }), n === 3 ? unresolved : right);
			}
			const reviewed = afterFirstRead(await openCase(ledger, 'task-r'));
			await ledger.recordDecision(
				reviewed,
				decision({ id: 'dec-r', outcome: 'review', rules: ['a'] }),
				move('superseded', { label: wrong }),
			);
			await ledger.transition(await claimCase(ledger, reviewed.case.id), move('superseded', { label: wrong }));
			const tasks = async (...args: Parameters<Ledger['labelsAfter']>) =>
				(await ledger.labelsAfter(...args)).map(({ taskId }) => taskId);
			expect(await tasks(0, 2)).toEqual(['task-0', 'task-1']);
			const second = (await ledger.labelsAfter(0, 2)).at(-1)?.seq ?? 0;
			expect(await tasks(second, 10)).toEqual(['task-2', 'task-3', 'task-r']);
			expect(await tasks(0, 10, { rule: 'b' })).toEqual(['task-1', 'task-2']);
			expect(await tasks(0, 10, { rule: 'a', audited: true })).toEqual(['task-0', 'task-2', 'task-3']);
			expect(await tasks(0, 10, { audited: true })).toEqual(['task-0', 'task-1', 'task-2', 'task-3']);
		});
	});

	describe('labels from elsewhere', () => {
		const at = (taskId: string, stepType = 'EXTRACT') => ({ projectId: 'proj-1', taskId, stepType });

		test('one is stored for the decided task, once, and over what was unresolved', async () => {
			const { ledger } = await opened(open);
			await label(ledger, await holdOut(ledger, 'task-1'), unresolved);
			expect(await ledger.importLabel(at('task-1'), 'wrong')).toBe('stored');
			expect(await ledger.importLabel(at('task-1'), 'wrong')).toBe('known');
			expect(await ledger.importLabel(at('task-1'), 'right')).toBe('contradicted');
			expect(await ledger.labelsAfter(0, 10)).toMatchObject([
				{ taskId: 'task-1', label: 'wrong', source: 'imported', withheld: 'audit' },
			]);
		});

		test('a wrong one takes the place of a right one, and those who read on see it', async () => {
			const { ledger } = await opened(open);
			await label(ledger, await holdOut(ledger, 'task-1'), right);
			await label(ledger, await holdOut(ledger, 'task-2'), right);
			const seen = (await ledger.labelsAfter(0, 10)).at(-1)?.seq ?? 0;
			expect(await ledger.importLabel(at('task-1'), 'wrong')).toBe('overturned');
			expect(await ledger.importLabel(at('task-1'), 'wrong')).toBe('known');
			expect(await ledger.importLabel(at('task-2'), 'right')).toBe('known');
			expect(await ledger.labelsAfter(seen, 10)).toMatchObject([
				{ taskId: 'task-1', label: 'wrong', source: 'imported', withheld: 'audit' },
			]);
			expect(await ledger.labelsAfter(0, 10)).toHaveLength(2);
		});

		test('none for a task that is unknown, undecided, or was sent', async () => {
			const { ledger } = await opened(open);
			await locate(ledger, ['task-1']);
			await ledger.transition(await openIntended(ledger, 'task-2'), judged('completed', 'taken'));
			expect(await ledger.importLabel(at('task-9'), 'right')).toBe('unknown-task');
			expect(await ledger.importLabel(at('task-1'), 'right')).toBe('undecided');
			expect(await ledger.importLabel(at('task-2', 'VALIDATE'), 'right')).toBe('undecided');
			expect(await ledger.importLabel(at('task-2'), 'right')).toBe('completed-by-us');
			expect(await ledger.labelsAfter(0, 10)).toEqual([]);
		});
	});

	describe('what passed', () => {
		const quarter = Math.floor(begin / (15 * minute)) * 15 * minute;

		test('is counted by project and rule: held out, found right or wrong, and done by us', async () => {
			const { ledger } = await opened(open);
			const given = [right, right, wrong, unresolved, null];
			for (const [n, one] of given.entries()) {
				const caseId = await holdOut(ledger, `task-${n}`, { rules: n === 0 ? ['a', 'b'] : ['a'] });
				if (one !== null) await label(ledger, caseId, one);
			}
			await ledger.transition(await openIntended(ledger, 'done'), judged('completed', 'taken'));
			await holdOut(ledger, 'elsewhere', { project: 'proj-2' });
			const none = { audited: 0, right: 0, wrong: 0, unresolved: 0, sampled: 0, sampledErrors: 0, completed: 0 };
			const audits = { audited: 5, right: 2, wrong: 1, unresolved: 2, sampled: 5, sampledErrors: 3 };
			const one = { audited: 1, sampled: 1 };
			const counts = await ledger.passedBetween(quarter, quarter + 15 * minute);
			const expected = [
				{
					projectId: null,
					rule: null,
					...audits,
					audited: 6,
					unresolved: 3,
					sampled: 6,
					sampledErrors: 4,
					completed: 1,
				},
				{ projectId: 'proj-1', rule: null, ...audits, completed: 1 },
				{ projectId: 'proj-1', rule: 'a', ...audits, completed: 0 },
				{ projectId: 'proj-1', rule: 'b', ...none, ...one, right: 1 },
				{ projectId: 'proj-1', rule: 'invoices', ...none, completed: 1 },
				{ projectId: 'proj-2', rule: null, ...none, ...one, unresolved: 1, sampledErrors: 1 },
				{ projectId: 'proj-2', rule: 'invoices', ...none, ...one, unresolved: 1, sampledErrors: 1 },
			];
			expect(counts).toHaveLength(expected.length);
			expect(counts).toEqual(expect.arrayContaining(expected));
			expect(await ledger.passedBetween(quarter + 15 * minute, quarter + 60 * minute)).toEqual([]);
			expect(await ledger.passedBetween(quarter - 15 * minute, quarter)).toEqual([]);
		});

		test('only what was drawn below the smallest share in force counts as sampled, by each line of its own', async () => {
			const { ledger } = await opened(open);
			// While rule a was new all were held out; rule b has its share of a quarter from the start.
			for (const [n, u] of [0.9, 0.2, 0.06].entries()) {
				await label(ledger, await holdOut(ledger, `ramp-${n}`, { rules: ['a'], u, share: 1 }), n === 0 ? wrong : right);
			}
			await label(ledger, await holdOut(ledger, 'later', { rules: ['a'], u: 0.03, share: 0.05 }), wrong);
			await label(ledger, await holdOut(ledger, 'other', { rules: ['b'], u: 0.2, share: 0.25 }), right);
			const counts = await ledger.passedBetween(quarter, quarter + 15 * minute);
			const sampled = counts.map(({ rule, projectId, audited, wrong: found, sampled: drawn, sampledErrors }) => [
				projectId === null ? 'all' : (rule ?? 'project'),
				...[audited, found, drawn, sampledErrors],
			]);
			expect(sampled.toSorted()).toEqual([
				['a', 4, 2, 1, 1],
				['all', 5, 2, 1, 1],
				['b', 1, 0, 1, 0],
				['project', 5, 2, 1, 1],
			]);
		});
	});

	test.each([{ shares: [0.05, 0.5] }, { shares: [0.5, 0.05] }])(
		'the smallest share in force is that of what was completed as well: $shares',
		async ({ shares }) => {
			const { ledger } = await opened(open);
			for (const u of [0.3, 0.02]) await holdOut(ledger, `held-${u}`, { rules: ['a'], u, share: 1 });
			for (const [n, auditShare] of shares.entries()) {
				const [attemptId, id] = [`att-${n}`, `dec-done-${n}`];
				const body = { outcome: 'complete', auditShare, draw: { u: 0.9, keyId: 'abcd1234' } };
				const claim = await openJudged(ledger, `done-${n}`, { decision: { id, body, rules: ['a'] } });
				expect(told(await ledger.recordIntent(claim, intent({ attemptId, decisionId: id })))).toBe('granted');
				await ledger.transition(claim, move('completed', { attempt: { id: attemptId, verdict: 'taken' } }));
			}
			const counts = await ledger.passedBetween(0, 2 * begin);
			expect(counts.map(({ completed, audited, sampled }) => [completed, audited, sampled])).toEqual([
				[2, 2, 1],
				[2, 2, 1],
				[2, 2, 1],
			]);
		},
	);

	test('a case that is judged again counts by its last decision alone', async () => {
		const { ledger } = await opened(open);
		const counted = async () =>
			(await ledger.passedBetween(0, 2 * begin)).filter(({ projectId }) => projectId === null);
		const caseId = await holdOut(ledger, 'task-1');
		expect(await counted()).toMatchObject([{ audited: 1 }]);
		const claim = await claimCase(ledger, caseId);
		await ledger.recordDecision(claim, decision({ id: 'dec-later', outcome: 'review', firstReason: 'edited' }), null);
		expect((await ledger.getCase(caseId))?.decisionId).toBe('dec-later');
		expect(await counted()).toEqual([]);
	});

	describe('audits by week', () => {
		const week = 7 * 24 * 60 * minute;
		const first = Math.floor(begin / week) * week;
		const quarter = Math.floor(begin / (15 * minute)) * 15 * minute;
		const none = { right: 0, wrong: 0, unresolved: 0, sampled: 0, sampledErrors: 0 };

		test('are counted under each rule by when they were decided, with the fair sample among them', async () => {
			const { ledger, clock } = await opened(open);
			await label(ledger, await holdOut(ledger, 'ramp', { rules: ['a', 'b'], u: 0.9, share: 1 }), wrong);
			await label(ledger, await holdOut(ledger, 'low', { rules: ['a'], u: 0.1, share: 1 }), right);
			await label(ledger, await leave(ledger, 'left'), wrong);
			clock.pass(2 * week);
			await label(ledger, await holdOut(ledger, 'later', { rules: ['a'], u: 0.1, share: 0.2 }), unresolved);
			const ofLater = { rule: 'a', since: first + 2 * week, ...none, unresolved: 1, sampled: 1, sampledErrors: 1 };
			const settled = begin + 3 * week;
			expect(await ledger.auditsByWeek(quarter, settled)).toEqual([
				{ rule: 'a', since: first, ...none, right: 1, wrong: 1, sampled: 1 },
				ofLater,
				{ rule: 'b', since: first, ...none, wrong: 1, sampled: 1, sampledErrors: 1 },
			]);
			expect(await ledger.auditsByWeek(quarter + week, settled)).toEqual([ofLater]);
		});

		test('are in the sample once they are settled, labelled or not, and not before', async () => {
			const { ledger } = await opened(open);
			await label(ledger, await holdOut(ledger, 'right', { rules: ['a'] }), right);
			await holdOut(ledger, 'open-1', { rules: ['a'] });
			await holdOut(ledger, 'open-2', { rules: ['b'] });
			await holdOut(ledger, 'open-above', { rules: ['a'], u: 0.9, share: 1 });
			const a = { rule: 'a', since: first, ...none, right: 1 };
			for (const young of [quarter, quarter + 15 * minute - 1]) {
				expect(await ledger.auditsByWeek(quarter, young)).toEqual([a]);
			}
			expect(await ledger.auditsByWeek(quarter, quarter + 15 * minute)).toEqual([
				{ ...a, unresolved: 2, sampled: 2, sampledErrors: 1 },
				{ rule: 'b', since: first, ...none, unresolved: 1, sampled: 1, sampledErrors: 1 },
			]);
		});
	});
}
