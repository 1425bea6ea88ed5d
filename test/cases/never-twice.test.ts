import { expect, test } from 'vitest';
import type { Fault, FaultName } from '../../src/simulator/index.ts';
import { settleAccounts } from './account.ts';
import { createOneTask } from './one-task.ts';
import { projectId } from './world.ts';

interface Row {
	readonly fault: FaultName | Fault;
	/** Where the visit ends. */
	readonly end: string;
	/** Calls of `complete` that reached Send AI. */
	readonly posts: number;
	readonly completions: number;
	/** Completions that count as sent. */
	readonly sends: number;
}

// Promise 2, row by row: what one fault on the first `complete` leads to.
const rows: readonly Row[] = [
	{ fault: 'refused', end: 'completed by-us', posts: 1, completions: 1, sends: 1 },
	{ fault: 'reset-before', end: 'completed by-us', posts: 1, completions: 1, sends: 2 },
	{ fault: 'hang-after-commit', end: 'completed by-unknown', posts: 1, completions: 1, sends: 1 },
	{ fault: 'reset-after-commit', end: 'completed by-unknown', posts: 1, completions: 1, sends: 1 },
	{ fault: 'cut-body', end: 'completed by-us', posts: 1, completions: 1, sends: 1 },
	{ fault: 'stall-body', end: 'completed by-us', posts: 1, completions: 1, sends: 1 },
	{ fault: 'garbage-body', end: 'completed by-us', posts: 1, completions: 1, sends: 1 },
	{ fault: 'error-before', end: 'completed by-us', posts: 2, completions: 1, sends: 2 },
	{ fault: 'error-after-commit', end: 'completed by-unknown', posts: 1, completions: 1, sends: 1 },
	{ fault: 'too-many-requests', end: 'completed by-us', posts: 2, completions: 1, sends: 1 },
	{ fault: 'unavailable', end: 'completed by-us', posts: 2, completions: 1, sends: 1 },
	{ fault: { name: 'late-commit', ms: 30_000 }, end: 'completed by-unknown', posts: 1, completions: 1, sends: 1 },
	{ fault: { name: 'late-commit', ms: 50_000 }, end: 'completed by-unknown', posts: 1, completions: 1, sends: 1 },
	{ fault: { name: 'slow', ms: 5_000 }, end: 'completed by-us', posts: 1, completions: 1, sends: 1 },
	{ fault: 'redirect', end: 'completed by-us', posts: 2, completions: 1, sends: 2 },
	{ fault: 'redirect-after-commit', end: 'completed by-unknown', posts: 1, completions: 1, sends: 1 },
	{ fault: 'validation', end: 'refused refused-422', posts: 1, completions: 0, sends: 1 },
	{ fault: 'ignored', end: 'refused back-in-review', posts: 1, completions: 0, sends: 1 },
	{ fault: 'fall-back', end: 'refused back-in-review', posts: 1, completions: 1, sends: 1 },
	{ fault: 'fail', end: 'needs_human failed', posts: 1, completions: 1, sends: 1 },
	{ fault: 'multi-status', end: 'completed by-us', posts: 1, completions: 1, sends: 1 },
];

test.each(rows)('a completion that meets $fault is never done twice', async (row) => {
	const one = await createOneTask();
	one.world.simulator.injectFault({ fault: row.fault, on: 'complete' });
	await one.world.run(2);
	expect(await one.end()).toBe(row.end);
	expect(one.posts()).toBe(row.posts);
	expect(one.completions()).toBe(row.completions);
	expect((await one.cases())[0]?.sends).toBe(row.sends);
	expect((await settleAccounts(one.world)).breaches).toEqual([]);
	await one.world.close();
});

test('a task without faults is completed with two reads before one POST', async () => {
	const one = await createOneTask();
	await one.world.run(0.1);
	expect(await one.end()).toBe('completed by-us');
	const { requests } = one.world.simulator.report();
	expect(requests.complete).toBe(1);
	expect(one.completions()).toBe(1);
	await one.world.close();
});

test('an unknown outcome is not sent again before its waiting time is over', async () => {
	const one = await createOneTask();
	one.world.simulator.injectFault({ fault: 'error-before', on: 'complete' });
	const posts: number[] = [];
	one.world.simulator.onRequest(({ kind, phase }) => {
		if (kind === 'complete' && phase === 'before') posts.push(one.world.clock.now());
	});
	await one.world.run(1);
	expect(posts).toHaveLength(2);
	expect((posts[1] ?? 0) - (posts[0] ?? 0)).toBeGreaterThanOrEqual(60_000);
	await one.world.close();
});

test('after three sends nobody sends again', async () => {
	const one = await createOneTask();
	one.world.simulator.injectFault({ fault: 'error-before', on: 'complete', times: Number.POSITIVE_INFINITY });
	await one.world.run(6);
	expect(one.posts()).toBe(3);
	expect(await one.end()).toBe('needs_human sends-exhausted');
	await one.world.close();
});

test('refusals before any work do not count as sends', async () => {
	const one = await createOneTask();
	one.world.simulator.injectFault({ fault: 'too-many-requests', on: 'complete', times: 7 });
	await one.world.run(6);
	expect(one.posts()).toBe(8);
	expect(await one.end()).toBe('completed by-us');
	expect((await one.cases())[0]?.sends).toBe(1);
	expect(await one.world.ledger.completionsOn(projectId, '2026-06-01')).toBe(1);
	await one.world.close();
});

test('an event that comes while the outcome is unknown forbids a resend', async () => {
	const one = await createOneTask();
	one.world.simulator.injectFault({ fault: 'error-before', on: 'complete' });
	one.world.simulator.onRequest(async ({ kind, phase }) => {
		if (kind === 'complete' && phase === 'afterCommit') await one.world.enqueue([one.taskId]);
	});
	let told = false;
	one.world.simulator.onRequest(async ({ kind }) => {
		if (kind === 'get-task' && one.posts() === 1 && !told) {
			told = true;
			await one.world.enqueue([one.taskId]);
		}
	});
	await one.world.run(2);
	expect(told).toBe(true);
	expect(one.posts()).toBe(1);
	expect(await one.end()).toBe('needs_human new-event-while-unknown');
	await one.world.close();
});

test('a content that changes while the outcome is unknown forbids a resend', async () => {
	const one = await createOneTask();
	one.world.simulator.injectFault({ fault: 'error-before', on: 'complete' });
	one.world.simulator.onRequest(({ kind, phase }) => {
		if (kind === 'complete' && phase === 'before') {
			void one.world.clock.sleep(10_000).then(() => {
				one.world.simulator.edit(one.taskId, { entityId: 'supplier_name', content: 'Somebody else' });
				one.world.simulator.finishEditing(one.taskId);
			});
		}
	});
	await one.world.run(2);
	expect(one.posts()).toBe(1);
	expect(await one.end()).toBe('needs_human changed-while-unknown');
	await one.world.close();
});

test('the same task told ten times at once is completed once', async () => {
	const one = await createOneTask();
	await one.world.run(0.001);
	await Promise.all(Array.from({ length: 10 }, () => one.world.enqueue([one.taskId])));
	await one.world.run(2);
	expect(one.posts()).toBe(1);
	expect(one.completions()).toBe(1);
	await one.world.close();
});
