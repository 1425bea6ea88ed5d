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
}, 60_000);

test('a process killed anywhere after a person changed the task never completes it', async () => {
	for (let atCall = 1; atCall <= most; atCall += 1) {
		const one = await createOneTask({ deaths: [{ atCall, when: 'after' }] });
		one.world.simulator.onRequest(({ kind, phase, nOfTask }) => {
			if (kind === 'get-task' && phase === 'before' && nOfTask === 2) {
				one.world.simulator.edit(one.taskId, { entityId: 'supplier_name', content: 'Somebody else' });
			}
		});
		await one.world.run(4);
		expect(one.posts(), `killed after call ${atCall}`).toBe(0);
		await one.world.close();
	}
});
