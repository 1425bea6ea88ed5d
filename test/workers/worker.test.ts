import { SELF } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { parseQueueMessage } from '../../src/wakeups/queue-message.ts';
import { emptyTables, migratedDatabase } from './d1-under-test.ts';
import { faulty, lost } from './faulty-database.ts';
import { openBench, operatorToken, pack } from './worker-under-test.ts';

afterEach(emptyTables);

const operate = (path: string, body?: unknown) =>
	new Request(`https://greenlane.example${path}`, {
		method: body === undefined ? 'GET' : 'POST',
		headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});

const stateOf = async (bench: Awaited<ReturnType<typeof openBench>>, taskId: string) => {
	const last = (await bench.ledger.casesOfTask('proj-1', taskId)).at(-1);
	return last === undefined ? 'no case' : `${last.state} ${last.reason ?? ''}`.trim();
};

describe('the way of a notification through a Worker', () => {
	it('ends in one completion where every condition holds, and with a person where not', async () => {
		const bench = await openBench();
		const worker = bench.deploy();
		bench.account.add('task_sure');
		bench.account.add('task_unsure', 0.5);
		for (const taskId of ['task_sure', 'task_unsure']) {
			const response = await bench.notify(worker, taskId);
			expect([response.status, await response.json()]).toEqual([
				202,
				{ event_id: `evt-${taskId}`, status: 'accepted' },
			]);
		}
		// Nothing is known to the ledger yet: the queue alone holds the events.
		expect(await bench.ledger.getEvent('evt-task_sure')).toBeNull();
		await bench.run(worker, 5);
		expect(await stateOf(bench, 'task_sure')).toBe('completed by-us');
		expect(await stateOf(bench, 'task_unsure')).toMatch(/^review/);
		expect([bench.account.posts('task_sure'), bench.account.posts('task_unsure')]).toEqual([1, 0]);
		const decisions = await worker.fetch(operate('/v1/decisions?task_id=task_sure'));
		expect(await decisions.json()).toMatchObject({ decisions: [{ outcome: 'complete', revision: pack().revision }] });
	});

	it('is the same with messages twice, in another order, and delivered again later', async () => {
		const bench = await openBench();
		const worker = bench.deploy();
		const ids = ['task_a', 'task_b', 'task_c'];
		for (const id of ids) {
			bench.account.add(id);
			await bench.notify(worker, id);
		}
		const bodies = bench.queue.take();
		expect(await bench.deliver(worker, [...bodies, ...bodies].toReversed())).toEqual(Array(6).fill('acked'));
		await bench.run(worker, 3);
		expect(await bench.deliver(worker, bodies)).toEqual(Array(3).fill('acked'));
		await bench.run(worker, 3);
		for (const id of ids) expect([id, bench.account.posts(id)]).toEqual([id, 1]);
	});

	it('has one completion when two consumers work on one task at once', async () => {
		const bench = await openBench();
		const [one, other] = [bench.deploy(), bench.deploy()];
		bench.account.add('task_1');
		await bench.notify(one, 'task_1');
		const bodies = bench.queue.take();
		await Promise.all([bench.deliver(one, bodies), bench.deliver(other, bodies), one.tick(0), other.tick(0)]);
		await Promise.all([bench.run(one, 3), bench.run(other, 3)]);
		expect(bench.account.posts('task_1')).toBe(1);
		expect(await stateOf(bench, 'task_1')).toBe('completed by-us');
	});

	it('sends again only after both reads when an answer is lost, and never when it took effect', async () => {
		const bench = await openBench();
		const worker = bench.deploy();
		bench.account.add('task_1');
		bench.account.ending = 'lost';
		await bench.notify(worker, 'task_1');
		await bench.run(worker, 10);
		expect(bench.account.posts('task_1')).toBe(1);
		expect(await stateOf(bench, 'task_1')).toBe('completed by-unknown');
	});

	it('is gone on with by another invocation, whichever call to the database a consumer dies at', async () => {
		const bench = await openBench();
		// A completion makes some twenty calls; beyond them nothing dies, which the last rounds show.
		for (let death = 1; death <= 26; death += 1) {
			const taskId = `task_${death}`;
			bench.account.add(taskId);
			let calls = 0;
			let died: () => void = () => undefined;
			const dying = new Promise<void>((resolve) => {
				died = resolve;
			});
			const mortal = bench.deploy(pack(), (database) =>
				faulty(database, async ({ run }) => {
					calls += 1;
					// At every other call after its effect: the answer never comes back.
					if (calls === death && death % 2 === 0) await run();
					if (calls < death) return await run();
					died();
					return await new Promise(() => undefined);
				}),
			);
			const survivor = bench.deploy();
			await bench.notify(mortal, taskId);
			const bodies = bench.queue.take();
			await Promise.race([dying, bench.deliver(mortal, bodies)]);
			// The platform delivers again what was not acknowledged; leases of the dead end by themselves.
			bench.pass(130_000);
			bench.queue.take();
			await bench.deliver(survivor, bodies);
			await bench.run(survivor, 20);
			expect([taskId, bench.account.posts(taskId)]).toEqual([taskId, 1]);
			expect([taskId, await stateOf(bench, taskId)]).toEqual([taskId, expect.stringMatching(/^completed/)]);
		}
	}, 120_000);
});

describe('when something is down', () => {
	it('the database: webhooks are accepted all the same, and the message is sent anew, later and later', async () => {
		const bench = await openBench();
		let down = true;
		const worker = bench.deploy(pack(), (database) =>
			faulty(database, ({ run }) => (down ? Promise.reject(new Error(lost)) : run())),
		);
		bench.account.add('task_1');
		expect((await bench.notify(worker, 'task_1')).status).toBe(202);
		const delays: number[] = [];
		for (let round = 0; round < 3; round += 1) {
			expect(await bench.deliver(worker, bench.queue.take())).toEqual(['acked']);
			delays.push(...bench.queue.sent.map(({ delaySeconds }) => delaySeconds));
		}
		expect(delays).toEqual([5, 10, 20]);
		down = false;
		await bench.run(worker, 5);
		expect(bench.account.posts('task_1')).toBe(1);
	});

	it('the queue: 503 with Retry-After, and the sender tries again', async () => {
		const bench = await openBench();
		const worker = bench.deploy();
		bench.queue.broken = true;
		const response = await bench.notify(worker, 'task_1');
		expect([response.status, response.headers.has('retry-after')]).toEqual([503, true]);
		expect(bench.queue.sent).toEqual([]);
	});

	it('both: the message is one of the tries that the platform counts, and not acknowledged', async () => {
		const bench = await openBench();
		const worker = bench.deploy(pack(), (database) => faulty(database, () => Promise.reject(new Error(lost))));
		await bench.notify(worker, 'task_1');
		const bodies = bench.queue.take();
		bench.queue.broken = true;
		expect(await bench.deliver(worker, bodies)).toEqual(['retried']);
	});

	it('dead letters wait for the database, are kept whole as dead, and can be redelivered', async () => {
		const bench = await openBench();
		let down = true;
		const worker = bench.deploy(pack(), (database) =>
			faulty(database, ({ run }) => (down ? Promise.reject(new Error(lost)) : run())),
		);
		bench.account.add('task_1');
		await bench.notify(worker, 'task_1');
		const bodies = [...bench.queue.take(), { from: 'somebody else' }];
		expect(await bench.deliver(worker, bodies, 'greenlane-dead')).toEqual(['retried', 'retried']);
		down = false;
		expect(await bench.deliver(worker, bodies, 'greenlane-dead')).toEqual(['acked', 'acked']);
		expect(await bench.ledger.getEvent('evt-task_1')).toMatchObject({
			status: 'dead',
			reason: 'dead-letter',
			taskIds: ['task_1'],
			projectId: 'proj-1',
			uploadId: 'upl_1',
		});
		expect(await bench.ledger.getEvent('dead-letter-message-1')).toMatchObject({ status: 'dead' });
		await bench.run(worker, 2);
		expect(bench.account.posts('task_1')).toBe(0);
		expect((await worker.fetch(operate('/v1/events/evt-task_1/redeliver', {}))).status).toBe(202);
		await bench.run(worker, 5);
		expect(bench.account.posts('task_1')).toBe(1);
	});

	it('a message that nobody understands comes back until it is a dead letter', async () => {
		const bench = await openBench();
		const worker = bench.deploy();
		expect(await bench.deliver(worker, [{ version: 2 }, 'text', null])).toEqual(['retried', 'retried', 'retried']);
	});
});

describe('two deployments with different rules', () => {
	it('never both complete: the older one leaves the work once the newer has been put in force', async () => {
		const bench = await openBench();
		const strict = pack({ description: 'Stricter.', requiredEntities: ['iban'] });
		const [older, newer] = [bench.deploy(pack()), bench.deploy(strict)];
		// The first deployment of all serves by itself.
		bench.account.add('task_1');
		await bench.notify(older, 'task_1');
		await bench.run(older, 3);
		expect(bench.account.posts('task_1')).toBe(1);

		// Deployed but not in force: it accepts, and leaves the work alone.
		bench.account.add('task_2');
		await bench.notify(newer, 'task_2');
		await bench.run(newer, 3);
		expect(await stateOf(bench, 'task_2')).toBe('no case');

		const served = await newer.fetch(operate('/v1/rules/reload', {}));
		expect(await served.json()).toMatchObject({ outcome: 'served', revision: strict.revision });
		await bench.run(older, 3);
		expect([await stateOf(bench, 'task_2'), bench.account.posts('task_2')]).toEqual(['no case', 0]);
		await bench.run(newer, 3);
		expect([await stateOf(bench, 'task_2'), bench.account.posts('task_2')]).toEqual([
			expect.stringMatching(/^review/),
			0,
		]);
	});
});

describe('what is wrong with a deployment', () => {
	it('is said at every door, and nothing is lost by it', async () => {
		const bench = await openBench();
		const worker = bench.deploy({ ...pack(), revision: 'f'.repeat(64) });
		const response = await bench.notify(worker, 'task_1');
		expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60']);
		expect(await response.json()).toMatchObject({ code: 'misconfigured' });
		expect(await bench.deliver(worker, [{ version: 1, kind: 'wake' }])).toEqual(['retried']);
		expect(bench.lines.join('\n')).toContain('The rules of this deployment were refused');
		expect((await worker.fetch(new Request('https://greenlane.example/healthz'))).status).toBe(200);
	});

	it('operators need a token, whatever the address', async () => {
		const worker = (await openBench()).deploy();
		for (const path of ['/v1/rules', '/v1/decisions']) {
			expect((await worker.fetch(new Request(`https://localhost${path}`))).status).toBe(401);
		}
	});
});

describe('the door itself, with its real queue', () => {
	it('is bound to a queue that takes what the consumer understands', async () => {
		await migratedDatabase();
		const message = { version: 1, kind: 'wake' };
		await env.EVENTS.send(message);
		expect(parseQueueMessage(message)).toEqual(message);
		// The variables of `wrangler.toml` are empty until somebody fills them in.
		const response = await SELF.fetch('https://greenlane.example/webhooks/send-ai', { method: 'POST', body: '{}' });
		expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([503, 'misconfigured']);
	});
});

describe('what people must hear of', () => {
	it('is told by the step that met it, and not again by the ticks and deployments after', async () => {
		const bench = await openBench({ listens: true });
		const worker = bench.deploy();
		bench.account.add('task_1');
		bench.account.ending = 'denied';
		await bench.notify(worker, 'task_1');
		// No cron ticks yet: the step tells by itself, and the invocation lives until it has.
		for (let message = 0; message < 4 && bench.account.posts('task_1') === 0; message += 1) {
			await bench.deliver(worker, bench.queue.take());
		}
		const told = { code: 'complete-gate-closed', fields: { project_id: 'proj-1' } };
		expect(bench.alerts).toMatchObject([told]);
		await bench.run(worker, 3);
		await bench.run(bench.deploy(), 3);
		expect(bench.alerts).toHaveLength(1);
	});

	it('is told by the cron tick where no step tells it, once, and then that it is over', async () => {
		const bench = await openBench({ listens: true });
		const worker = bench.deploy();
		bench.account.add('task_1');
		bench.account.fail('task_1');
		await bench.notify(worker, 'task_1');
		await bench.run(worker, 3);
		expect(await stateOf(bench, 'task_1')).toBe('needs_human failed');
		const [found] = await bench.ledger.casesOfTask('proj-1', 'task_1');
		const told = { code: 'needs-human', fields: { case_id: found?.id, task_id: 'task_1', project_id: 'proj-1' } };
		expect(bench.alerts).toMatchObject([told]);
		expect(bench.alerts[0]?.resolved).toBeUndefined();
		await bench.run(worker, 3);
		expect(bench.alerts).toHaveLength(1);
		expect((await worker.fetch(operate(`/v1/cases/${found?.id}/handled`, {}))).status).toBe(200);
		await bench.run(worker, 3);
		expect(bench.alerts.slice(1)).toMatchObject([{ ...told, resolved: true }]);
	});
});

describe('the cron tick', () => {
	it('prunes what is old every ten minutes, a bite at a time', async () => {
		const bench = await openBench();
		const worker = bench.deploy();
		for (let n = 0; n < 3; n += 1) {
			bench.account.add(`task_${n}`);
			await bench.notify(worker, `task_${n}`, `evt_${n}`);
		}
		await bench.run(worker, 10);
		expect(await stateOf(bench, 'task_0')).toMatch(/^completed/);
		bench.pass(401 * 86_400_000);
		// It is looked after for some days before it is done with.
		for (let day = 0; day < 8; day += 1) {
			bench.pass(86_400_000);
			await bench.run(worker, 10);
		}
		// The newest stays: arrivals are counted by its number.
		expect(await Promise.all(['evt_0', 'evt_1', 'evt_2'].map(async (id) => await bench.ledger.getEvent(id)))).toEqual([
			null,
			null,
			expect.objectContaining({ id: 'evt_2' }),
		]);
		const cases = await bench.ledger.casesOfTask('proj-1', 'task_0');
		expect(cases).toMatchObject([{ state: 'completed', decisionId: null }]);
	});
});
