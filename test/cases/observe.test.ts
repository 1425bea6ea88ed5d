import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { foldAll } from '../../src/cases/fold-audits.ts';
import { brakeStateKey, heldOutKey } from '../../src/ledger/index.ts';
import { fixedRules } from '../../src/rulesource/index.ts';
import type { SendAi } from '../../src/sendai/index.ts';
import { settleAccounts } from './account.ts';
import { certainInvoice, createOneTask, type OneTask, plainRules } from './one-task.ts';
import { digest, projectId } from './world.ts';

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

	test('is wrong when a person put the right text under another name', async () => {
		const { one, labels } = await observed(async (task) => {
			await open(task);
			task.world.simulator.edit(task.taskId, { entityId: 'supplier_name', refileAs: 'buyer_name' });
			complete(task);
		});
		expect(labels).toEqual([
			{ label: 'wrong', reason: null, detail: { annotation: { changed: 1, removed: 0, added: 0 } } },
		]);
		await one.world.close();
	});

	test('is right when what was changed is irrelevant to every rule that applied, and wrong when it is not to one', async () => {
		for (const [also, label] of [
			[['supplier_name'], 'right'],
			[[], 'wrong'],
		] as const) {
			const folder = rulesWith({ auditShare: 1, irrelevantEntities: ['supplier_name'] });
			const other = JSON.parse(readFileSync(join(folder, 'invoice.json'), 'utf8')) as object;
			writeFileSync(join(folder, 'other.json'), JSON.stringify({ ...other, irrelevantEntities: also }));
			const { one, labels } = await observed(
				async (task) => {
					await open(task);
					task.world.simulator.edit(task.taskId, { entityId: 'supplier_name', content: 'Somebody else' });
					complete(task);
				},
				{ rules: folder },
			);
			expect(labels).toMatchObject([{ label }]);
			await one.world.close();
		}
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

	test('is unresolved once the secret is another, since nothing can be compared any more', async () => {
		for (const edit of [false, true]) {
			const { one, labels } = await observed(
				async (task) => {
					await task.world.restart();
					await open(task);
					if (edit) task.world.simulator.edit(task.taskId, { entityId: 'supplier_name', content: 'Somebody else' });
					complete(task);
				},
				{ secrets: ['the secret that judged', 'the one that came after it'] },
			);
			expect(labels).toEqual([{ label: 'unresolved', reason: 'other-key', detail: {} }]);
			await one.world.close();
		}
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

	test('is looked at after 5 minutes, 15, an hour, 4, a day, 3, 7, 14 and 30, and then no more', async () => {
		const reads: number[] = [];
		let now = () => 0;
		const breakSendAi = (sendai: SendAi): SendAi => ({
			...sendai,
			readTask(...args) {
				reads.push(now());
				return sendai.readTask(...args);
			},
		});
		const one = await createOneTask({ rules: auditing, breakSendAi });
		now = one.world.clock.now;
		await one.world.run(0.05);
		const [
			{
				progress: { leftAt = 0 },
			} = { progress: {} },
		] = await one.cases();
		await one.world.run(24 * 40);
		const minutes = reads.map((at) => (at - leftAt) / 60_000).filter((after) => after > 0);
		expect(minutes.map(Math.floor)).toEqual([5, 15, 60, 4 * 60, ...[1, 3, 7, 14, 30].map((days) => days * 24 * 60)]);
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
	/** Brings in tasks one by one; of each the person changes a field, or does not, or has not even opened it. */
	async function audit({ world }: OneTask, wrong: readonly (boolean | 'unopened')[]) {
		for (const isWrong of wrong) {
			const { taskIds } = world.simulator.createUpload({ tasks: [certainInvoice] });
			const taskId = taskIds[0] ?? '';
			await world.run(0.1);
			if (isWrong !== 'unopened') world.simulator.open(taskId);
			await world.run(1 / 30);
			if (isWrong === true) world.simulator.edit(taskId, { entityId: 'supplier_name', content: 'Somebody else' });
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
		// And that it was is told, so that its next trip is news.
		const told = one.world.alerts.filter(({ code }) => code === 'rule-braked');
		expect(told.map(({ resolved }) => resolved === true)).toEqual([false, true]);
		await one.world.close();
	});

	test('takes a label that says nothing neither for a right one nor for a wrong one', async () => {
		const kept = async ({ ledger }: OneTask['world']) => {
			const { brake } = JSON.parse((await ledger.setting(brakeStateKey('invoice'))) ?? '') as {
				readonly brake: object;
			};
			return brake;
		};
		const [plain, mixed] = [await createOneTask({ rules: auditing }), await createOneTask({ rules: auditing })];
		await audit(plain, [false, true, true]);
		await audit(mixed, ['unopened', false, 'unopened', 'unopened', true, 'unopened', true, 'unopened']);
		// Seen by the sweep as well, and not only with the next label that says something.
		await foldAll({ ledger: mixed.world.ledger, rules: fixedRules(mixed.world.ruleSet), alert: () => undefined });
		const labels = await mixed.world.ledger.labelsAfter(0, 100, { audited: true });
		expect(labels.filter(({ label }) => label === 'unresolved')).toHaveLength(5);
		expect(await kept(mixed.world)).toMatchObject({ labels: 3, errors: 2 });
		expect(await kept(mixed.world)).toEqual(await kept(plain.world));
		await Promise.all([plain.world.close(), mixed.world.close()]);
	});

	test('that cannot be read stops its rule before the next completion, and for good', async () => {
		const one = await createOneTask();
		await one.world.ledger.setSetting(brakeStateKey('invoice'), '{"seq":1}');
		await one.world.run(1);
		expect(await one.end()).toBe('review braked');
		expect(one.posts()).toBe(0);
		// Nothing was to be folded; the sweep sees it all the same, and says so.
		expect(await one.world.ledger.brakes()).toEqual(new Set(['invoice']));
		expect(one.world.alerts.filter(({ code }) => code === 'rule-braked')).toHaveLength(1);
		await one.world.close();
	});

	test('counts labels that came from elsewhere, or before a crash, at the next sweep', async () => {
		const one = await createOneTask({ rules: auditing });
		const { ledger } = one.world;
		const taskIds = [one.taskId];
		for (let more = 0; more < 8; more += 1) {
			taskIds.push(one.world.simulator.createUpload({ tasks: [certainInvoice] }).taskIds[0] ?? '');
		}
		await one.world.run(0.5);
		for (const taskId of taskIds) {
			const [{ stepType = '' } = {}] = await ledger.casesOfTask(projectId, taskId);
			expect(await ledger.importLabel({ projectId, taskId, stepType }, 'wrong')).toBe('stored');
		}
		expect(await ledger.brakes()).toEqual(new Set());
		await one.world.run(1);
		expect(await ledger.brakes()).toEqual(new Set(['invoice']));
		expect(JSON.parse((await ledger.setting(brakeStateKey('invoice'))) ?? '')).toMatchObject({
			brake: { labels: 9, errors: 9 },
		});
		await one.world.close();
	});

	test('watches for what the rule promises', async () => {
		const lax = rulesWith({ auditShare: 1, promise: { maxError: 0.4, certainty: 0.9 } });
		const one = await createOneTask({ rules: lax });
		await audit(
			one,
			Array.from({ length: 10 }, (_none, index) => index % 3 === 0),
		);
		// More than three in a hundred, and no more than was promised.
		expect(await one.world.ledger.brakes()).toEqual(new Set());
		expect(JSON.parse((await one.world.ledger.setting(brakeStateKey('invoice'))) ?? '')).toMatchObject({
			brake: { maxError: 0.4, errors: 4 },
		});

		// A process that holds other rules than those in force does not set it anew; once they are in force it is.
		const { ledger, ruleSet } = one.world;
		const promise = { maxError: 0.3, certainty: 0.9 };
		const others = { ...ruleSet, revision: 'other', rules: ruleSet.rules.map((rule) => ({ ...rule, promise })) };
		const deps = { ledger, rules: fixedRules(others), alert: () => undefined };
		for (const [serving, maxError] of [
			[ruleSet.revision, 0.4],
			['other', 0.3],
		] as const) {
			const { taskIds } = one.world.simulator.createUpload({ tasks: [certainInvoice] });
			await one.world.run(0.2);
			await ledger.serve(serving, 'l', '{}');
			const task = { projectId, taskId: taskIds[0] ?? '', stepType: 'EXTRACT' };
			expect(await ledger.importLabel(task, 'right')).toBe('stored');
			await foldAll(deps);
			expect(JSON.parse((await ledger.setting(brakeStateKey('invoice'))) ?? '')).toMatchObject({ brake: { maxError } });
		}
		await one.world.close();
	});
});

describe('the ramp of a new rule', () => {
	test('holds out all while its count cannot be read', async () => {
		const one = await createOneTask({ rules: rulesWith({ auditShare: 0, auditRamp: 1 }) });
		const { ledger, ruleSet } = one.world;
		const [rule] = ruleSet.rules;
		await ledger.setSetting(heldOutKey('invoice', digest.sha256(rule?.logicCanonical ?? '')), 'many');
		await one.world.run(1);
		expect(await one.end()).toBe('audit audit');
		expect(one.posts()).toBe(0);
		await one.world.close();
	});

	test('holds out all of the first that pass, then one in five, then its share; and anew when its logic changes', async () => {
		const one = await createOneTask({ rules: rulesWith({ auditShare: 0, auditRamp: 5 }) });
		const { world } = one;
		const bring = async (count: number) => {
			for (let made = 0; made < count; made += 1) world.simulator.createUpload({ tasks: [certainInvoice] });
			await world.run(1);
			const cases = (await world.ledger.listDecisions({ limit: 500 })).items;
			return { audited: cases.filter(({ withheld }) => withheld === 'audit').length, decided: cases.length };
		};
		// Several that come at once may all be held out: more than asked for, never fewer.
		await world.run(1);
		for (let made = 0; made < 4; made += 1) await bring(1);
		expect(world.simulator.report().completedByBot).toBe(0);
		const { audited } = await bring(1);
		expect(audited).toBe(world.simulator.report().completedByBot === 0 ? 6 : 5);
		for (let made = 0; made < 60; made += 1) await bring(1);
		const done = world.simulator.report().completedByBot;
		expect(done).toBeGreaterThan(30);
		const states = await world.ledger.listDecisions({ limit: 500 });
		const heldOut = new Set(states.items.filter(({ withheld }) => withheld === 'audit').map(({ taskId }) => taskId))
			.size;
		// Twice the ramp, and then none: its own share is nothing.
		expect(heldOut).toBeLessThanOrEqual(10);
		expect(heldOut + done).toBe(66);
		await world.close();
	}, 60_000);
});

/** The rules of the others with other settings. */
function rulesWith(settings: object): string {
	const folder = mkdtempSync(join(tmpdir(), 'greenlane-rules-'));
	const rule = JSON.parse(readFileSync(join(plainRules, 'invoice.json'), 'utf8')) as object;
	writeFileSync(join(folder, 'invoice.json'), JSON.stringify({ ...rule, ...settings }));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}
