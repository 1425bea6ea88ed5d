import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownReadsSetting } from '../../src/ledger/index.ts';
import { settleAccounts } from './account.ts';
import { createOneTask, type OneTask, plainRules } from './one-task.ts';

/** Runs `act` inside the n-th call of a kind for the task, before the simulator looks at it. */
function during(one: OneTask, kind: 'get-task' | 'complete', n: number, act: () => void): void {
	one.world.simulator.onRequest((event) => {
		if (event.kind === kind && event.phase === 'before' && event.nOfTask === n) act();
	});
}

test('a task that changes between the first and the second read is left to the person at work', async () => {
	const one = await createOneTask();
	during(one, 'get-task', 2, () => {
		one.world.simulator.edit(one.taskId, { entityId: 'supplier_name', content: 'Somebody else' });
		one.world.simulator.finishEditing(one.taskId);
	});
	await one.world.run(2);
	expect(one.posts()).toBe(0);
	expect(await one.end()).toBe('review edited');
	await one.world.close();
});

test('a task that a person opened is left alone for the quiet period, then completed', async () => {
	// The bot hears of it ten seconds later: an opening close to one of its own reads would pass for its own.
	const delays = { processing: [500, 500], completion: [800, 800], exporting: [3_000, 3_000] } as const;
	const one = await createOneTask({ simulator: { delays: { ...delays, notification: [10_000, 10_000] } } });
	await one.world.clock.advance(520);
	expect(one.world.simulator.open(one.taskId)).toBe(true);
	const openedAt = one.world.clock.now();
	let postedAt = 0;
	during(one, 'complete', 1, () => {
		postedAt = one.world.clock.now();
	});
	await one.world.run(2);
	expect(await one.end()).toBe('completed by-us');
	expect(postedAt - openedAt).toBeGreaterThanOrEqual(15 * 60_000);
	await one.world.close();
});

test('a person who opens the task between our reads is seen by the second one', async () => {
	const one = await createOneTask();
	// The opening must lie more than five seconds after the first read to be a person's: the second read is slow.
	one.world.simulator.injectFault({ fault: { name: 'slow', ms: 9_000 }, on: 'get-task', after: 1 });
	one.world.simulator.onRequest((event) => {
		if (event.kind === 'get-task' && event.nOfTask === 1 && event.phase === 'afterCommit')
			void one.world.clock.sleep(6_500).then(() => one.world.simulator.open(one.taskId));
	});
	await one.world.run(0.1);
	expect(one.posts()).toBe(0);
	expect(await one.end()).toBe('waiting quiet');
	await one.world.close();
});

test.each([false, true])(
	'a person who opens the task within seconds after our first read is waited for too (its reads open it: %s)',
	async (getOpens) => {
		const one = await createOneTask({ simulator: { getOpens } });
		one.world.simulator.injectFault({ fault: { name: 'slow', ms: 4_000 }, on: 'get-task', after: 1 });
		one.world.simulator.onRequest((event) => {
			if (event.kind === 'get-task' && event.nOfTask === 1 && event.phase === 'afterCommit')
				void one.world.clock.sleep(2_000).then(() => one.world.simulator.open(one.taskId));
		});
		await one.world.run(0.2);
		expect(one.posts()).toBe(0);
		expect(await one.end()).toBe('waiting quiet');
		await one.world.run(1);
		expect(await one.end()).toBe('completed by-us');
		await one.world.close();
	},
);

test('where reads are known to leave last_opened_at alone, every opening is waited for, however often one comes', async () => {
	const one = await createOneTask();
	await one.world.ledger.setSetting(ownReadsSetting, 'no');
	// A second after each read that is the first of its claim.
	one.world.simulator.onRequest((event) => {
		if (event.kind === 'get-task' && event.nOfTask % 2 === 1 && event.phase === 'afterCommit')
			void one.world.clock.sleep(10).then(() => one.world.simulator.open(one.taskId));
	});
	await one.world.run(4);
	expect(one.posts()).toBe(0);
	expect(await one.end()).toBe('waiting quiet');
	await one.world.close();
});

test('a person whose opening our own first read put out of sight is waited for all the same', async () => {
	const one = await createOneTask({
		simulator: {
			getOpens: true,
			delays: {
				processing: [500, 500],
				completion: [800, 800],
				exporting: [3_000, 3_000],
				notification: [30_000, 30_000],
			},
		},
	});
	await one.world.clock.advance(5_000);
	expect(one.world.simulator.open(one.taskId)).toBe(true);
	await one.world.run(0.2);
	expect(one.posts()).toBe(0);
	// Still at it, as people are.
	one.world.simulator.edit(one.taskId, { entityId: 'supplier_name', content: 'Somebody else' });
	await one.world.run(2);
	expect(one.posts()).toBe(0);
	expect(await one.end()).toBe('review edited');
	await one.world.close();
});

test('an account whose reads move last_opened_at does not block itself', async () => {
	const one = await createOneTask({ simulator: { getOpens: true } });
	await one.world.run(1);
	expect(await one.end()).toBe('completed by-us');
	await one.world.close();
});

test('a person who completes first wins, and nothing is sent', async () => {
	const one = await createOneTask();
	during(one, 'get-task', 2, () => one.world.simulator.completeByPerson(one.taskId));
	await one.world.run(2);
	expect(one.posts()).toBe(0);
	expect((await one.cases()).at(-1)?.state).toBe('superseded');
	await one.world.close();
});

test('a person who discards first wins, and nothing is sent', async () => {
	const one = await createOneTask();
	during(one, 'get-task', 1, () => one.world.simulator.discardByPerson(one.taskId));
	await one.world.run(2);
	expect(one.posts()).toBe(0);
	expect(await one.end()).toBe('superseded discarded');
	await one.world.close();
});

test('a task that we completed and that is reopened is a new visit, left to a person', async () => {
	const one = await createOneTask({ simulator: { unlockProcessedUploads: true } });
	await one.world.run(0.1);
	expect(one.completions()).toBe(1);
	expect(one.world.simulator.reopen(one.taskId, { force: true })).toBe(true);
	await one.world.run(3);
	expect(one.posts()).toBe(1);
	expect(await one.end()).toBe('review reopened');
	expect((await one.cases()).map((record) => record.visit)).toEqual([1, 2]);
	expect(one.world.alerts.map((alert) => alert.code)).toContain('reopened');
	await one.world.close();
});

test('a visit that a person had reopened is no audit, though it was drawn for one: nobody would have completed it', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'greenlane-reopened-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	for (const name of readdirSync(plainRules).filter((file) => file.endsWith('.json'))) {
		const rule = JSON.parse(readFileSync(join(plainRules, name), 'utf8')) as object;
		writeFileSync(join(folder, name), JSON.stringify({ ...rule, auditShare: 1 }));
	}
	const hours: [number, number] = [36_000_000, 36_000_000];
	const delays = { processing: [500, 500], completion: [800, 800], exporting: hours, notification: [50, 50] } as const;
	const one = await createOneTask({ rules: folder, simulator: { unlockProcessedUploads: true, delays } });
	await one.world.run(0.1);
	expect(await one.end()).toBe('audit audit');
	one.world.simulator.completeByPerson(one.taskId);
	await one.world.run(1);
	expect(one.world.simulator.reopen(one.taskId, { force: true })).toBe(true);
	await one.world.run(3);
	expect(await one.end()).toBe('review reopened');
	const decisions = await Promise.all(
		(await one.cases()).map(({ decisionId }) => one.world.ledger.getDecision(decisionId ?? '')),
	);
	expect(decisions.map((decision) => [decision?.outcome, decision?.withheld, decision?.firstReason])).toEqual([
		['complete', 'audit', 'audit'],
		['complete', null, 'reopened'],
	]);
	const [passed] = await one.world.ledger.passedBetween(0, one.world.clock.now() + 86_400_000);
	expect(passed).toMatchObject({ audited: 1, completed: 0 });
	await one.world.close();
});

test('the next step of another type is judged as a visit of its own', async () => {
	const one = await createOneTask({}, { steps: ['EXTRACT', 'CLASSIFY'] });
	await one.world.run(2);
	const cases = await one.cases();
	expect(cases.map((record) => [record.stepType, record.state])).toEqual([
		['EXTRACT', 'completed'],
		['CLASSIFY', 'review'],
	]);
	expect(one.posts()).toBe(1);
	await one.world.close();
});

test.each(['new-reading', 'same-content', 'identical'] as const)(
	'a second step of the same type (%s) is never completed by the bot',
	async (nextStepElements) => {
		const one = await createOneTask({}, { steps: ['EXTRACT', 'EXTRACT'], nextStepElements });
		await one.world.run(3);
		expect(one.posts()).toBe(1);
		expect(one.completions()).toBe(1);
		expect((await settleAccounts(one.world)).breaches).toEqual([]);
		await one.world.close();
	},
);

test.each(['new-reading', 'same-content', 'identical'] as const)(
	'a second step of the same type (%s) is not completed by a resend either',
	async (nextStepElements) => {
		const one = await createOneTask({}, { steps: ['EXTRACT', 'EXTRACT'], nextStepElements });
		one.world.simulator.injectFault({ fault: 'reset-after-commit', on: 'complete' });
		await one.world.run(3);
		expect(one.posts()).toBe(1);
		expect(one.completions()).toBe(1);
		await one.world.close();
	},
);

test('content that changes in the last moment closes the complete gate and raises an alert', async () => {
	const one = await createOneTask();
	during(one, 'complete', 1, () => {
		one.world.simulator.edit(one.taskId, { entityId: 'supplier_name', content: 'Somebody else' });
		one.world.simulator.finishEditing(one.taskId);
	});
	await one.world.run(0.5);
	expect(one.completions()).toBe(1);
	expect(one.world.alerts.map((alert) => alert.code)).toContain('completed-other-data');
	expect((await one.world.ledger.gates()).map((gate) => gate.kind)).toEqual(['complete']);
	await one.world.close();
});

test('a read that lags behind never makes two completions', async () => {
	const one = await createOneTask();
	one.world.simulator.injectFault({ fault: { name: 'stale-read', ms: 2_000 }, on: 'get-task', after: 2, times: 20 });
	await one.world.run(2);
	expect(one.posts()).toBe(1);
	expect(await one.end()).toBe('completed by-us');
	await one.world.close();
});
