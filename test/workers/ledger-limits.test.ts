import { env } from 'cloudflare:workers';
import { expect, onTestFinished, test } from 'vitest';
import { d1ClockSql } from '../../src/ledger/d1-statements.ts';
import type { D1StoreOptions, D1Usage } from '../../src/ledger/d1-store.ts';
import { claimEvent, decision, event, lease, locate, openCase, revision } from '../ledger/ledger-under-test.ts';
import { openD1 } from './d1-under-test.ts';

async function open(over: Partial<D1StoreOptions> = {}) {
	const one = await openD1((database) => database, over);
	onTestFinished(() => one.ledger.close());
	return one;
}

test('an event with a thousand tasks is located in one batch, and all its cases are there', async () => {
	const usage: D1Usage[] = [];
	const { ledger } = await open({ onUsage: (one) => usage.push(one) });
	// As long as the ids of the API may be.
	const taskIds = Array.from({ length: 1_000 }, (_, n) => `task-${String(n).padStart(4, '0')}`.padEnd(128, 'x'));
	await ledger.accept(event({ taskIds }));
	const claim = await claimEvent(ledger, 'evt-1');
	expect(claim.event.taskIds).toEqual(taskIds);
	usage.length = 0;
	const tasks = taskIds.map((taskId) => ({ projectId: 'proj-1', taskId }));
	expect(await ledger.finishEvent(claim, { kind: 'located', tasks, uploadId: null })).toBe(true);
	expect(usage.map(({ statements }) => statements)).toEqual([3]);
	expect((await ledger.counts()).cases.located).toBe(1_000);

	// Known by now: each is woken, none is opened.
	await locate(ledger, taskIds, { id: 'evt-2' });
	expect((await ledger.counts()).cases.located).toBe(1_000);
	const steps = tasks.map((task) => ({ ...task, stepType: 'EXTRACT' }));
	expect(await ledger.openUnknown('team-1', steps, null)).toBe(0);
});

test('a decision about thousands of elements is stored and read back', async () => {
	const { ledger } = await open();
	const claim = await openCase(ledger);
	const elements = Array.from({ length: 5_000 }, (_, n) => ({
		id: `annotation-${n}`,
		kind: 'annotation',
		entity: 'line_amount',
		page: 1,
		confidence: 0.99,
		hash: 'f'.repeat(64),
	}));
	expect(await ledger.recordDecision(claim, decision({ elements }), null)).toBe(true);
	expect((await ledger.getDecision('dec-1'))?.elements).toEqual(elements);
});

test('what is larger than D1 takes is refused in plain words, and nothing of it is written', async () => {
	const { ledger, slept } = await open();
	const euros = '€'.repeat(700_000);
	await expect(ledger.serve(revision, revision, euros)).rejects.toThrow(
		/^the ledger failed: keepRevision holds 2100128 bytes, and D1 takes 2000000$/,
	);
	expect(slept).toEqual([]);
	expect(await ledger.serving()).toBeNull();
	await ledger.serve(revision, revision, euros.slice(0, 660_000));
	expect(await ledger.serving()).toBe(revision);
});

test('instants are by the clock of the database, whole milliseconds, whatever the caller believes', async () => {
	const { ledger } = await open({ clockSql: () => d1ClockSql });
	const before = Date.now();
	const told = await ledger.now();
	await locate(ledger, ['task-1']);
	const [claim] = await ledger.claimDueCases(1, lease);
	expect(Number.isInteger(told)).toBe(true);
	expect(told).toBeGreaterThanOrEqual(before - 1_000);
	expect(told).toBeLessThan(before + 10_000);
	expect(claim?.now).toBeGreaterThanOrEqual(told);
	expect(claim?.case.leaseUntil).toBe((claim?.now ?? 0) + lease);
	const { results } = await env.LEDGER.prepare(`SELECT typeof(${d1ClockSql}) AS type`).all();
	expect(results).toEqual([{ type: 'integer' }]);
});

test('the events that wait are found while the lease of one ends by the clock of the database', async () => {
	const { ledger } = await open({ clockSql: () => d1ClockSql });
	await ledger.accept(event());
	expect(await ledger.nextDueInMs()).toBe(0);
	expect(await ledger.claimEvent('evt-1', 60_000)).not.toBeNull();
	expect(await ledger.claimEvent('evt-1', 60_000)).toBeNull();
	const dueIn = (await ledger.nextDueInMs()) ?? 0;
	expect(dueIn).toBeGreaterThan(50_000);
	expect(dueIn).toBeLessThanOrEqual(60_000);
});
