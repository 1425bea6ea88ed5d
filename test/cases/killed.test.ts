import { expect, test } from 'vitest';
import { settleAccounts } from './account.ts';
import { createOneTask } from './one-task.ts';

/** Calls that a whole life of one task makes; the first test measures it, so that the others cannot fall short. */
async function countCalls(): Promise<number> {
	const one = await createOneTask();
	await one.world.run(2);
	const { calls } = one.world.life();
	expect(await one.end()).toBe('completed by-us');
	await one.world.close();
	return calls;
}

const most = await countCalls();

test('a task takes a few dozen calls, each of which is a place to die', () => {
	expect(most).toBeGreaterThan(15);
	expect(most).toBeLessThan(200);
});

for (const when of ['before', 'after'] as const) {
	test(`a process killed ${when} any of its calls, and restarted, completes the task exactly once`, async () => {
		for (let atCall = 1; atCall <= most; atCall += 1) {
			const one = await createOneTask({ deaths: [{ atCall, when }] });
			await one.world.run(4);
			const message = `killed ${when} call ${atCall}`;
			expect(one.completions(), message).toBe(1);
			expect((await one.end()).split(' ')[0], message).toBe('completed');
			expect((await settleAccounts(one.world)).breaches, message).toEqual([]);
			await one.world.close();
		}
	});
}

test('a process killed twice, wherever, completes the task exactly once', async () => {
	for (let first = 1; first <= most; first += 3) {
		for (let second = 1; second <= most; second += 7) {
			const one = await createOneTask({
				deaths: [
					{ atCall: first, when: 'after' },
					{ atCall: second, when: 'before' },
				],
				restartAfterMs: 40_000,
			});
			await one.world.run(4);
			const message = `killed after call ${first}, then before call ${second}`;
			expect(one.completions(), message).toBe(1);
			expect((await settleAccounts(one.world)).breaches, message).toEqual([]);
			await one.world.close();
		}
	}
}, 240_000);

test('a completion that came to nothing is sent again only where nobody could tell that it ever arrived', async () => {
	const sentAgain: string[] = [];
	for (let atCall = 1; atCall <= most; atCall += 1) {
		const one = await createOneTask({ deaths: [{ atCall, when: 'after' }], restartAfterMs: 90_000 });
		const life = one.world.life();
		one.world.simulator.injectFault({ fault: 'fall-back', on: 'complete' });
		await one.world.run(4);
		const account = await settleAccounts(one.world);
		expect(account.breaches, `killed after call ${atCall}`).toEqual([]);
		expect(one.posts() - 1).toBe(account.unseen);
		if (account.unseen > 0) sentAgain.push(life.diedAt ?? 'nowhere');
		await one.world.close();
	}
	// Taken, answered, and back in review before the next life began: the answer died with the process.
	expect(sentAgain).toEqual(['after fetch POST']);
});

test('a process killed anywhere after a person changed the task never completes it', async () => {
	const quietMs = 15 * 60_000;
	const unseen: string[] = [];
	for (let atCall = 1; atCall <= most; atCall += 1) {
		const one = await createOneTask({ deaths: [{ atCall, when: 'after' }] });
		const life = one.world.life();
		let changed: { readonly at: number; readonly seen: boolean } | null = null;
		let postedAt: number | null = null;
		one.world.simulator.onRequest(async ({ kind, phase, nOfTask }) => {
			if (kind === 'complete' && phase === 'before') postedAt ??= one.world.clock.now();
			if (kind !== 'get-task' || phase !== 'before' || nOfTask !== 2) return;
			one.world.simulator.edit(one.taskId, { entityId: 'supplier_name', content: 'Somebody else' });
			const [record] = await one.cases();
			changed = { at: one.world.clock.now(), seen: record?.progress.firstFingerprint !== undefined };
		});
		await one.world.run(4);
		const message = `killed after call ${atCall}`;
		const { at, seen } = changed ?? { at: 0, seen: true };
		if (seen) {
			expect(one.posts(), message).toBe(0);
		} else {
			// The first read died with the process before anything of it was written, so that no comparison can tell. Then the
			// bot waits as long as if a person had opened the task just now; whoever is at work goes on, and that is seen.
			unseen.push(life.diedAt ?? 'nowhere');
			expect((postedAt ?? Number.POSITIVE_INFINITY) - at, message).toBeGreaterThanOrEqual(quietMs);
		}
		await one.world.close();
	}
	// Only between the answer of the first read and the write that follows it: the step itself makes no other call there. The
	// loop beside it goes on with its own.
	const ofLoop = /ledger\.(?:claimDueCases|claimDueEvents|nextDueInMs)$/;
	expect(unseen.filter((call) => !ofLoop.test(call))).toEqual(['after fetch GET']);
});

test('a person who goes on with a change is seen even when the first read died with the process', async () => {
	for (const goOnAfterMs of [1_000, 60_000, 600_000]) {
		const one = await createOneTask({ deaths: [{ atCall: await callOfFirstRead(), when: 'after' }] });
		one.world.simulator.onRequest(({ kind, phase, nOfTask }) => {
			if (kind !== 'get-task' || phase !== 'before' || nOfTask !== 2) return;
			const change = (content: string) => one.world.simulator.edit(one.taskId, { entityId: 'supplier_name', content });
			change('Somebody');
			void one.world.clock.sleep(goOnAfterMs).then(() => change('Somebody else'));
		});
		await one.world.run(4);
		expect(one.posts(), `went on after ${goOnAfterMs} ms`).toBe(0);
		expect(await one.end()).toBe('review edited');
		await one.world.close();
	}
});

/** Which of a life's calls is the first read of the task. */
async function callOfFirstRead(): Promise<number> {
	const one = await createOneTask();
	let call = 0;
	one.world.simulator.onRequest(({ kind, nOfTask }) => {
		if (kind === 'get-task' && nOfTask === 1 && call === 0) call = one.world.life().calls;
	});
	await one.world.run(0.1);
	await one.world.close();
	return call;
}
