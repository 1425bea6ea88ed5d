import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brakeStateKey } from '../../src/cases/fold-audits.ts';
import { settleAccounts } from './account.ts';
import { certainInvoice, createOneTask, type OneTask, plainRules } from './one-task.ts';

/** The rules of the others, holding out every task that passes. */
let auditing = '';
beforeAll(() => {
	auditing = mkdtempSync(join(tmpdir(), 'greenlane-auditing-'));
	const rule = JSON.parse(readFileSync(join(plainRules, 'invoice.json'), 'utf8')) as object;
	writeFileSync(join(auditing, 'invoice.json'), JSON.stringify({ ...rule, auditShare: 1 }));
});
afterAll(() => rmSync(auditing, { recursive: true, force: true }));

/** A task that was held out, and what the person then does with it after so many minutes. */
async function observed(
	act: (one: OneTask) => Promise<unknown> | boolean,
	options: Parameters<typeof createOneTask>[0] = {},
	spec: Parameters<typeof createOneTask>[1] = {},
) {
	const one = await createOneTask({ rules: auditing, ...options }, spec);
	await one.world.run(0.2);
	expect(await one.end()).toBe('audit audit');
	await act(one);
	await one.world.run(2);
	const labels = await one.world.ledger.labelsAfter(0, 10);
	return { one, labels: labels.map(({ label, reason, detail }) => ({ label, reason, detail })), full: labels };
}

/** Opens it, and reads for two minutes: what happens within seconds of a read of ours cannot be told from it. */
async function open({ world, taskId }: OneTask) {
	world.simulator.open(taskId);
	await world.run(1 / 30);
}
const complete = ({ world, taskId }: OneTask) => world.simulator.completeByPerson(taskId);

describe('a task that was held out for audit', () => {
	test('is right when a person opened it and changed nothing', async () => {
		const { one, labels, full } = await observed(async (task) => {
			await open(task);
			complete(task);
		});
		expect(labels).toEqual([{ label: 'right', reason: null, detail: {} }]);
		expect(full).toMatchObject([{ withheld: 'audit', outcome: 'complete', auditShare: 1, rules: ['invoice'] }]);
		expect(one.posts()).toBe(0);
		expect(await one.end()).toBe('superseded completed');
		await one.world.close();
	});

	test('is wrong when a person changed a field, and no text is kept of it', async () => {
		const { one, labels } = await observed(async (task) => {
			await open(task);
			task.world.simulator.edit(task.taskId, { entityId: 'supplier_name', content: 'Somebody else' });
			complete(task);
		});
		expect(labels).toEqual([
			{ label: 'wrong', reason: null, detail: { annotation: { changed: 1, removed: 0, added: 0 } } },
		]);
		await one.world.close();
	});

	test.each<readonly [what: string, act: (one: OneTask) => Promise<unknown> | boolean, reason: string]>([
		['nobody opened it', (task) => complete(task), 'never-opened'],
		[
			'it was discarded',
			async (task) => {
				await open(task);
				task.world.simulator.discardByPerson(task.taskId);
			},
			'discarded',
		],
	])('is unresolved when %s', async (_what, act, reason) => {
		const { one, labels } = await observed(act);
		expect(labels).toEqual([{ label: 'unresolved', reason, detail: {} }]);
		await one.world.close();
	});

	test('is unresolved when our own reads look like openings and nobody else came', async () => {
		const one = await createOneTask({ rules: auditing, simulator: { faults: { any: { opens: 1 } } } });
		await one.world.run(0.5);
		complete(one);
		await one.world.run(2);
		const labels = await one.world.ledger.labelsAfter(0, 10);
		expect(labels.map(({ label }) => label)).toEqual(['unresolved']);
		await one.world.close();
	});

	test('is unresolved after a month in which nobody did anything, and may still be resolved', async () => {
		const one = await createOneTask({ rules: auditing });
		await one.world.run(24 * 31);
		const labels = await one.world.ledger.labelsAfter(0, 10);
		expect(labels.map(({ label, reason }) => [label, reason])).toEqual([['unresolved', 'time-over']]);
		const { requests } = one.world.simulator.report();
		// Ten or so, thinning out.
		expect(requests['get-task'] ?? 0).toBeLessThan(16);
		await open(one);
		complete(one);
		await one.world.enqueue([one.taskId]);
		await one.world.run(1);
		expect((await one.world.ledger.labelsAfter(0, 10)).map(({ label }) => label)).toEqual(['right']);
		await one.world.close();
	});
});

test('a task that the bot completed is never labelled, whatever a person does afterwards', async () => {
	const one = await createOneTask();
	await one.world.run(1);
	expect(await one.end()).toBe('completed by-us');
	one.world.simulator.reopen(one.taskId, { force: true });
	await open(one);
	one.world.simulator.edit(one.taskId, { entityId: 'supplier_name', content: 'Somebody else' });
	complete(one);
	await one.world.enqueue([one.taskId]);
	await one.world.run(48);
	expect((await one.world.ledger.labelsAfter(0, 10)).filter(({ visit }) => visit === 1)).toEqual([]);
	expect((await settleAccounts(one.world)).breaches).toEqual([]);
	await one.world.close();
});

describe('the brake', () => {
	/** Brings in tasks one by one; of each the person changes a field, or does not. */
	async function audit({ world }: OneTask, wrong: readonly boolean[]) {
		for (const isWrong of wrong) {
			const { taskIds } = world.simulator.createUpload({ tasks: [certainInvoice] });
			const taskId = taskIds[0] ?? '';
			await world.run(0.1);
			world.simulator.open(taskId);
			await world.run(1 / 30);
			if (isWrong) world.simulator.edit(taskId, { entityId: 'supplier_name', content: 'Somebody else' });
			world.simulator.completeByPerson(taskId);
			await world.run(0.5);
		}
	}

	test('trips when audits keep turning out wrong, stops the rule, and says so once', async () => {
		const one = await createOneTask({ rules: auditing });
		await audit(one, [false, false]);
		expect(await one.world.ledger.brakes()).toEqual(new Set());
		await audit(
			one,
			Array.from({ length: 9 }, () => true),
		);
		expect(await one.world.ledger.brakes()).toEqual(new Set(['invoice']));
		expect(one.world.alerts.filter(({ code }) => code === 'rule-braked')).toHaveLength(1);
		const text = (await one.world.ledger.setting(brakeStateKey('invoice'))) ?? '{}';
		const { brake } = JSON.parse(text) as { readonly brake: { readonly labels: number; readonly errors: number } };
		// Each label once, though the last ones came when it had tripped.
		const labels = await one.world.ledger.labelsAfter(0, 100, { audited: true });
		expect(brake.labels).toBe(labels.filter(({ label }) => label !== 'unresolved').length);
		expect(brake.errors).toBe(labels.filter(({ label }) => label === 'wrong').length);

		// Let go again, it begins anew.
		await one.world.ledger.setBrake('invoice', false, 'alice');
		await audit(one, [true]);
		expect(await one.world.ledger.brakes()).toEqual(new Set());
		await one.world.close();
	});

	test('that cannot be read stops its rule', async () => {
		const one = await createOneTask({ rules: auditing });
		await one.world.ledger.setSetting(brakeStateKey('invoice'), '{"seq":1}');
		await one.world.run(0.2);
		await open(one);
		complete(one);
		await one.world.run(2);
		expect(await one.world.ledger.brakes()).toEqual(new Set(['invoice']));
		await one.world.close();
	});
});
