import { describe, expect, test } from 'vitest';
import { createOneTask } from './one-task.ts';
import { projectId, webhookToken } from './world.ts';

test('a denied read closes the read gate until a read succeeds, and nothing is lost', async () => {
	const one = await createOneTask();
	const denied = one.world.simulator.injectFault({
		fault: 'forbidden',
		on: 'get-task',
		times: Number.POSITIVE_INFINITY,
	});
	await one.world.run(0.5);
	expect((await one.world.ledger.gates()).map((gate) => gate.kind)).toEqual(['read']);
	expect(await one.end()).toBe('waiting gate');
	expect(one.world.alerts.map((alert) => alert.code)).toEqual(['read-gate-closed']);
	// While it is closed one read a minute tries it, not every case.
	expect(one.world.simulator.report().requests['get-task']).toBeLessThanOrEqual(32);
	denied.remove();
	await one.world.run(0.2);
	expect(await one.world.ledger.gates()).toEqual([]);
	expect(await one.end()).toBe('completed by-us');
	await one.world.close();
});

test('a denied completion closes the complete gate until an operator resumes', async () => {
	const one = await createOneTask();
	const denied = one.world.simulator.injectFault({
		fault: 'forbidden',
		on: 'complete',
		times: Number.POSITIVE_INFINITY,
	});
	await one.world.run(0.5);
	expect(one.posts()).toBe(1);
	expect(await one.end()).toBe('waiting gate');
	expect((await one.world.ledger.gates()).map((gate) => gate.kind)).toEqual(['complete']);
	denied.remove();
	await one.world.run(3);
	expect(one.posts()).toBe(1);
	await one.world.ledger.resume('*', 'test');
	await one.world.run(0.2);
	expect(await one.end()).toBe('completed by-us');
	expect((await one.cases())[0]?.sends).toBe(1);
	await one.world.close();
});

test('a pause holds every completion back, and a resume lets it go', async () => {
	const one = await createOneTask();
	await one.world.ledger.pause('*', 'test');
	await one.world.run(1);
	expect(one.posts()).toBe(0);
	expect(await one.end()).toBe('waiting paused');
	await one.world.ledger.resume('*', 'test');
	await one.world.run(0.2);
	expect(await one.end()).toBe('completed by-us');
	await one.world.close();
});

test('a pause set after the second read still stops the POST: the intent asks once more', async () => {
	const one = await createOneTask({
		breakLedger: (ledger) => {
			return new Proxy(ledger, {
				get(target, key) {
					const member: unknown = Reflect.get(target, key);
					if (typeof member !== 'function') return member;
					return async (...args: unknown[]) => {
						if (key === 'recordIntent') await target.pause(projectId, 'at the last moment');
						return await Reflect.apply(member, target, args);
					};
				},
			});
		},
	});
	await one.world.run(1);
	expect(one.posts()).toBe(0);
	expect(await one.end()).toBe('waiting paused');
	await one.world.close();
});

test('a new revision that serves meanwhile makes the old decision worthless', async () => {
	const one = await createOneTask();
	await one.world.run(0.0001);
	await one.world.ledger.serve('another-revision', 'another', '{}');
	await one.world.run(1);
	expect(one.posts()).toBe(0);
	expect(await one.end()).toBe('waiting rules_changed');
	await one.world.close();
});

test('the day has its limit, and the next day begins anew', async () => {
	const one = await createOneTask({ settings: { dailyLimit: 1 } });
	await one.world.run(0.2);
	expect(one.posts()).toBe(1);
	one.world.simulator.createUpload({
		tasks: [{ kind: 'invoice', language: 'nl', right: true, confidence: 0.99, malformation: 'none', unattended: true }],
	});
	await one.world.run(3);
	expect(one.posts()).toBe(1);
	await one.world.run(16);
	expect(one.posts()).toBe(2);
	expect(await one.world.ledger.completionsOn(projectId, '2026-06-01')).toBe(1);
	expect(await one.world.ledger.completionsOn(projectId, '2026-06-02')).toBe(1);
	await one.world.close();
});

test('a braked rule that applies leaves the task to a person', async () => {
	const one = await createOneTask();
	await one.world.ledger.setBrake('invoice', true, 'test');
	await one.world.run(1);
	expect(one.posts()).toBe(0);
	expect(await one.end()).toBe('review braked');
	await one.world.close();
});

test('a task that is not found is read again for hours before it is gone, and a new event takes it up again', async () => {
	const one = await createOneTask();
	const hidden = one.world.simulator.injectFault({
		fault: 'not-found',
		on: 'get-task',
		times: Number.POSITIVE_INFINITY,
	});
	await one.world.run(1);
	expect(await one.end()).toBe('waiting not_found');
	await one.world.run(8);
	expect(await one.end()).toBe('gone not-found');
	expect(one.world.simulator.report().requests['get-task']).toBe(5);
	hidden.remove();
	await one.world.enqueue([one.taskId]);
	await one.world.run(0.5);
	expect(await one.end()).toBe('completed by-us');
	await one.world.close();
});

test('a task that stays in processing for a day needs a human', async () => {
	const one = await createOneTask({}, { processingMs: 30 * 3_600_000 });
	await one.world.enqueue([one.taskId]);
	await one.world.run(23);
	expect(await one.end()).toBe('waiting processing');
	await one.world.run(2);
	expect(await one.end()).toBe('needs_human processing-24h');
	expect(one.posts()).toBe(0);
	await one.world.close();
});

describe('a task whose answers are not understood after its completion', () => {
	const hour = 3_600_000;

	/** From the first POST on reads give nonsense whenever `isSpoiled` says so, by the world's clock, ms. */
	async function createSpoiled(isSpoiled: (now: number) => boolean, options: Parameters<typeof createOneTask>[0] = {}) {
		const one = await createOneTask(options);
		const { simulator, clock } = one.world;
		const understood = simulator.fetch;
		Object.assign(simulator, {
			fetch: async (...call: Parameters<typeof understood>) => {
				const response = await understood(...call);
				const spoiled = one.posts() > 0 && (call[1]?.method ?? 'GET') === 'GET' && isSpoiled(clock.now());
				return spoiled ? Response.json({ payload: { id: one.taskId, status: 7 } }) : response;
			},
		});
		await one.world.enqueue([one.taskId]);
		return one;
	}

	test.each([
		{ outcome: 'known', fault: null, state: 'completing', code: 'completion-needs-human' },
		{ outcome: 'unknown', fault: 'error-before', state: 'verifying', code: 'completion-unknown' },
	] as const)(
		'needs a human after a day, who is told, when the outcome is $outcome',
		async ({ fault, state, code }) => {
			const one = await createSpoiled(() => true);
			if (fault !== null) one.world.simulator.injectFault({ fault, on: 'complete' });
			await one.world.run(23);
			expect((await one.end()).split(' ')[0]).toBe(state);
			expect(one.world.alerts).toEqual([]);
			await one.world.run(2);
			expect(await one.end()).toBe('needs_human malformed-24h');
			expect(one.world.alerts.map((alert) => [alert.code, alert.fields?.['reason']])).toEqual([
				[code, 'malformed-24h'],
			]);
			expect(one.posts()).toBe(1);
			await one.world.close();
		},
	);

	test('has a day anew once an answer was understood', async () => {
		let begin: number | null = null;
		const isSpoiled = (now: number) => {
			begin ??= now;
			return now - begin < 12 * hour || now - begin > 13 * hour;
		};
		// What is understood in between is that it is being processed.
		const delays = { processing: [500, 500], completion: [60 * hour, 60 * hour] } as const;
		const one = await createSpoiled(isSpoiled, { simulator: { delays } });
		await one.world.run(30);
		expect((await one.end()).split(' ')[0]).toBe('completing');
		expect(one.world.alerts).toEqual([]);
		await one.world.run(9);
		expect(await one.end()).toBe('needs_human malformed-24h');
		expect(one.posts()).toBe(1);
		await one.world.close();
	});
});

test('an export that fails after the completion is found and told', async () => {
	const one = await createOneTask({}, { exportFails: true });
	await one.world.run(2);
	expect(await one.end()).toBe('completed by-us');
	expect(one.world.alerts.map((alert) => alert.code)).toEqual(['export-failed']);
	await one.world.close();
});

test('an upload without task ids is unresolvable, visible and counted; with a list call its tasks are found', async () => {
	const without = await createOneTask({ simulator: { notifications: { level: 'upload', auth: auth() } } });
	await without.world.run(1);
	expect(await without.end()).toBe('no case');
	expect((await without.world.ledger.counts()).events.unresolvable).toBe(1);
	await without.world.close();

	const withList = await createOneTask({
		list: true,
		simulator: { notifications: { level: 'upload', auth: auth() } },
	});
	await withList.world.run(1);
	expect(await withList.end()).toBe('completed by-us');
	await withList.world.close();

	const withFiles = await createOneTask({
		simulator: { files: 'nested-task-id', notifications: { level: 'upload', auth: auth() } },
	});
	await withFiles.world.run(1);
	expect(await withFiles.end()).toBe('completed by-us');
	await withFiles.world.close();
});

test('a lost notification is repaired by the list call', async () => {
	const one = await createOneTask({
		list: true,
		simulator: { notifications: { level: 'task', auth: auth(), faults: { lose: 1 } } },
	});
	await one.world.run(1);
	expect(await one.end()).toBe('completed by-us');
	expect(one.world.accepted.size).toBe(0);
	await one.world.close();
});

function auth() {
	return { kind: 'bearer', token: webhookToken } as const;
}
