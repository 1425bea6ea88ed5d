import { describe, expect, it } from 'vitest';
import { createSimulator, ROUGH_FAULTS, ROUGH_NOTIFICATIONS, seededRandom } from '../../src/simulator/index.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { createBench, KEY, PROJECT, payloadOf, START, TEAM } from './bench.ts';

describe('what the simulator counts', () => {
	it('is whether the values were right when the completion took effect', async () => {
		const { simulator, post, taskInReview } = createBench();
		const [good, bad] = [await taskInReview({ right: true }), await taskInReview({ right: false })];
		await post(good, 'complete');
		await post(bad, 'complete');
		expect(simulator.completions()).toMatchObject([
			{
				taskId: good,
				by: 'bot',
				right: true,
				shouldPass: true,
				earlier: 0,
				snapshot: { id: good, status: 'REVIEWING' },
			},
			{ taskId: bad, by: 'bot', right: false, shouldPass: false },
		]);
		const { violations, completedByBot, posts } = simulator.report();
		expect(violations.wrong).toMatchObject([{ taskId: bad }]);
		expect({ completedByBot, posts }).toEqual({
			completedByBot: 2,
			posts: { received: 2, effective: 2, withoutEffect: 0 },
		});
	});

	it('keeps the task as it was, whatever becomes of it later', async () => {
		const { clock, simulator, post, taskInReview } = createBench();
		const taskId = await taskInReview({ steps: ['EXTRACT', 'VALIDATE'], right: true });
		const before = simulator.task(taskId)?.wire;
		await post(taskId, 'complete');
		await clock.advance(1_000);
		expect(simulator.completions()[0]?.snapshot).toEqual(before);
	});

	it('is whether a person was half way through an edit', async () => {
		const { simulator, get, post, taskInReview } = createBench();
		const taskId = await taskInReview({ kind: 'invoice', right: true });
		expect(simulator.open(taskId)).toBe(true);
		expect((await payloadOf(await get(taskId))).last_opened_at).toBe('2026-06-01T09:00:01.100Z');
		expect(simulator.edit(taskId, { entityId: 'total_amount', content: '€ 12' })).toBe(true);
		expect(simulator.task(taskId)).toMatchObject({ right: false, halfEdited: true });
		expect(simulator.edit(taskId, { entityId: 'total_amount' })).toBe(true);
		expect(simulator.task(taskId)).toMatchObject({ right: true, halfEdited: true, shouldPass: false });
		await post(taskId, 'complete');
		expect(simulator.report().violations).toMatchObject({ wrong: [], halfEdited: [{ taskId }] });
	});

	it('takes a task as right once the person has finished, by hand or by completing it', async () => {
		const { simulator, taskInReview } = createBench({ documents: { fieldErrorRate: 0.3 } });
		for (let i = 0; i < 30; i += 1) {
			const taskId = await taskInReview({ right: false });
			simulator.finishEditing(taskId);
			expect(simulator.task(taskId)).toMatchObject({ right: true, halfEdited: false, shouldPass: true });
			expect(simulator.completeByPerson(taskId)).toBe(true);
			expect(simulator.completeByPerson(taskId)).toBe(false);
			expect(simulator.edit(taskId, { entityId: 'iban' })).toBe(false);
		}
		expect(simulator.report()).toMatchObject({ completedByBot: 0, completedByPerson: 30, violations: { wrong: [] } });
	});

	it('is whether the visit came from reopening a finished task', async () => {
		const { clock, simulator, post, taskInReview } = createBench();
		const taskId = await taskInReview({ right: true });
		await post(taskId, 'complete');
		await clock.advance(500);
		expect(simulator.reopen(taskId)).toBe(false);
		expect(simulator.reopen(taskId, { force: true })).toBe(true);
		await post(taskId, 'complete');
		expect(simulator.completions()).toMatchObject([
			{ visit: 1, reopened: false, earlier: 0 },
			{ visit: 2, reopened: true, earlier: 0, shouldPass: false },
		]);
		expect(simulator.report().violations.reopened).toHaveLength(1);
	});

	it('knows no unknown task', () => {
		const { simulator } = createBench();
		expect(simulator.open('task_none')).toBe(false);
		expect(simulator.reopen('task_none')).toBe(false);
		expect(simulator.task('task_none')).toBeUndefined();
	});

	it('says how many right tasks were left in review', async () => {
		const { simulator, taskInReview } = createBench();
		await taskInReview({ right: true });
		await taskInReview({ right: false });
		expect(simulator.report()).toMatchObject({ leftThoughRight: 1, byStatus: { REVIEWING: 2 } });
	});
});

describe('the seeded reviewer', () => {
	it('opens, edits half, goes for coffee, and ends in every way', async () => {
		const { clock, simulator } = createBench({
			seed: 9,
			documents: { fieldErrorRate: 0.1 },
			unlockProcessedUploads: true,
			reviewer: { opens: 0.8, reopens: 0.5, reopensAfter: [0, 4_000], coffee: [60_000, 480_000] },
		});
		simulator.createTasks(120);
		let halfEdited = 0;
		for (let minute = 0; minute < 60; minute += 1) {
			await clock.advance(60_000);
			halfEdited = Math.max(halfEdited, simulator.tasks().filter((task) => task.halfEdited).length);
		}
		expect(halfEdited).toBeGreaterThan(10);
		const tasks = simulator.tasks();
		const report = simulator.report();
		expect(report.completedByBot).toBe(0);
		expect(report.completedByPerson).toBeGreaterThan(20);
		expect(report.byStatus.DISCARDED).toBeGreaterThan(0);
		expect(report.byStatus.REVIEWING).toBeGreaterThan(10);
		expect(tasks.some(({ visit }) => visit > 1)).toBe(true);
		// A person who completes has put everything right.
		expect(simulator.completions().every(({ right }) => right)).toBe(true);
		// And nobody stays half way for ever.
		expect(tasks.some((task) => task.halfEdited)).toBe(false);
	});

	it('leaves unattended tasks alone, and goes home', async () => {
		const { clock, simulator } = createBench({ reviewer: { opens: 1 } });
		const [taskId = ''] = simulator.createUpload({ tasks: [{ unattended: true }] }).taskIds;
		await clock.runUntilIdle();
		expect(simulator.task(taskId)).toMatchObject({ status: 'REVIEWING', completions: [] });
		simulator.calm();
		const [other = ''] = simulator.createUpload().taskIds;
		await clock.runUntilIdle();
		expect(simulator.task(other)?.status).toBe('REVIEWING');
	});
});

/** A bot without any sense: completes whatever is announced, at once, and resends until it gets an answer. */
async function runRecklessBot(seed: number) {
	const clock = createVirtualClock(START);
	const simulator = createSimulator({
		clock,
		random: seededRandom(seed),
		teamId: TEAM,
		apiKey: KEY,
		projects: [{ id: PROJECT, steps: ['EXTRACT', 'EXTRACT'] }],
		notifications: { level: 'task', faults: { ...ROUGH_NOTIFICATIONS, lose: 0.02 } },
		unlockProcessedUploads: true,
		documents: { malformed: 0.05 },
		faults: ROUGH_FAULTS,
		reviewer: { opens: 0.6, reopens: 0.2 },
		async deliver({ body }) {
			const event = JSON.parse(body) as { task: { id: string } | null };
			if (event.task !== null) void recklesslyComplete(event.task.id);
			return { status: 202 };
		},
	});

	async function recklesslyComplete(taskId: string): Promise<void> {
		for (let attempt = 0; attempt < 5; attempt += 1) {
			const giveUp = new AbortController();
			const done = new AbortController();
			clock.sleep(10_000, done.signal).then(
				() => giveUp.abort(),
				() => undefined,
			);
			const status = await simulator
				.fetch(`http://send.ai/v2/${TEAM}/project/${PROJECT}/task/${taskId}/complete`, {
					method: 'POST',
					headers: { authorization: `Bearer ${KEY}` },
					signal: giveUp.signal,
				})
				.then((answer) => answer.status)
				.catch(() => 0);
			done.abort();
			if (status === 200) return;
		}
	}

	simulator.createTasks(60);
	await clock.runUntilIdle(4 * 3_600_000);
	return simulator;
}

describe('determinism', () => {
	it('the same seed gives the same tasks, the same races and the same report', async () => {
		for (const seed of [1, 2, 3]) {
			const [first, second] = [await runRecklessBot(seed), await runRecklessBot(seed)];
			expect(second.report(), `seed ${seed}`).toEqual(first.report());
			expect(second.tasks()).toEqual(first.tasks());
			expect(second.notifications()).toEqual(first.notifications());
		}
		expect((await runRecklessBot(1)).report()).not.toEqual((await runRecklessBot(4)).report());
	});

	it('catches a bot without any sense', async () => {
		let [wrong, reopened, halfEdited, malformed, repeated] = [0, 0, 0, 0, 0];
		for (let seed = 100; seed < 110; seed += 1) {
			const { violations } = (await runRecklessBot(seed)).report();
			wrong += violations.wrong.length;
			reopened += violations.reopened.length;
			halfEdited += violations.halfEdited.length;
			malformed += violations.malformed.length;
			repeated += violations.repeated.length;
		}
		expect(wrong).toBeGreaterThan(0);
		expect(reopened).toBeGreaterThan(0);
		expect(halfEdited).toBeGreaterThan(0);
		expect(malformed).toBeGreaterThan(0);
		expect(repeated).toBeGreaterThan(0);
	});
});
