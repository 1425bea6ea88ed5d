import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { planSample } from '../../src/evidence/sample-size.ts';
import { countWorkingDays } from '../../src/evidence/sample-size-pace.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import { nodeClock } from '../../src/platform/node.ts';
import { ruleSetOf } from '../core/decision/rule-set-of.ts';
import { annotationOf, taskOf } from '../core/decision/task-of.ts';
import { remember, ruleOf } from '../evidence/replayed-history.ts';
import { createIds } from '../ledger/ledger-under-test.ts';
import { greenlane } from './greenlane-process.ts';
import { createIo } from './io-under-test.ts';

const dayMs = 24 * 60 * 60 * 1_000;
const noLedger = { DATABASE_URL: 'file:/nowhere/at/all.db' };

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = noLedger) {
	const { io, out, err } = createIo({ environment: () => environment });
	return { code: await runCli(['sample-size', ...args], io), out: out(), err: err() };
}

/** A ledger in which each of 100 tasks passed, one every four hours, the last so many days ago; each fifth was audited. */
async function fillLedger(label: (n: number) => string, lastDaysAgo = 8) {
	const folder = mkdtempSync(join(tmpdir(), 'greenlane-sample-size-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const [db, labels] = [join(folder, 'ledger.db'), join(folder, 'labels.jsonl')];
	let now = Date.now() - lastDaysAgo * dayMs - (99 * dayMs) / 6;
	const opened = await openSqliteLedger({
		...{ path: db, newId: createIds(), mode: 'here' },
		clock: { now: () => now, sleep: async () => {} },
	});
	if (!opened.ok) throw new Error(opened.message);
	const rules = ruleSetOf({ invoice: ruleOf({ sure: { '>=': [{ confidence: 'total' }, 0.9] } }) });
	const lines: string[] = [];
	for (let n = 0; n < 100; n += 1) {
		const task = taskOf({ id: `task_${n}`, annotations: [annotationOf('total', '50', 0.95)] });
		await remember(opened.ledger, task, rules, '2026-06-01', ((n * 37) % 100) / 100);
		lines.push(JSON.stringify({ task_id: task.id, label: label(n) }));
		now += dayMs / 6;
	}
	await opened.ledger.close();
	writeFileSync(labels, lines.join('\n'));
	return { db, labels };
}

describe('sample-size', () => {
	it('says how many audited tasks a promise needs, with none of them wrong and with some', async () => {
		const { code, out } = await run(['--max-error', '1%', '--certainty', '95%', '--true-share', '0.2%', '--json']);
		expect(code).toBe(0);
		// The published counts for 1 % at 95 %: 299, 473, 628, 773, 913, 1049.
		const plan = JSON.parse(out);
		expect(plan.rows.map(({ tasks }: { tasks: number }) => tasks)).toEqual([299, 473, 628, 773, 913, 1049]);
		expect(plan.rows[0].chance).toBeCloseTo(0.998 ** 299, 9);
		expect(plan.likely).toMatchObject({ true_share: 0.002, tasks: 628, errors: 2 });
		expect([plan.pace, plan.today]).toEqual([null, null]);
	});

	it('takes a share as per cent or as a fraction, and asks which one a bare 1 is', async () => {
		const [percent, fraction] = [await run(['--max-error', '2%']), await run(['--max-error', '0.02'])];
		expect(percent).toEqual(fraction);
		expect(percent.out).toContain('at most 2 % wrong, with 95 % certainty');
		expect(percent.out).toContain('There is no ledger here');
		const one = await run(['--max-error', '1']);
		expect([one.code, one.err]).toEqual([2, expect.stringContaining('1% or 100%')]);
		for (const wrong of ['0', '100%', '-1%', 'few', '1e-3']) expect((await run(['--max-error', wrong])).code).toBe(2);
	});

	it('says so when a promise is out of reach', async () => {
		const { code, out } = await run(['--max-error', '1%', '--true-share', '1.5%']);
		expect([code, out]).toEqual([0, expect.stringContaining('out of reach')]);
	});

	it('counts working days at the pace of the ledger, and what can be promised today', async () => {
		// Draws below 0.2: 20 tasks. One of them is wrong, and one nobody could resolve.
		const audited = [...Array(100).keys()].filter((n) => (n * 37) % 100 < 20);
		const label = (n: number) => (n === audited[3] ? 'wrong' : n === audited[7] ? 'unresolved' : 'right');
		const { db, labels } = await fillLedger(label);
		const { code, out } = await run(['--max-error', '10%', '--db', db, '--labels', labels, '--json']);
		const { pace, today, rows } = JSON.parse(out);
		expect(code).toBe(0);
		expect(pace).toMatchObject({ passed: 100, audited: 20 });
		expect(rows[0].working_days).toBe(Math.ceil((29 * pace.working_days) / 20));
		// 2 errors in 20: at most 28.27 % with 95 % certainty; 61 tasks bear 10 % with two errors.
		expect(today).toMatchObject({ checked: 20, errors: 2, unresolved: 1, holds: false, more: 41 });
		expect(today.promisable).toBeCloseTo(0.2826, 4);
		const words = await run(['--max-error', '10%', '--db', db, '--labels', labels]);
		expect(words.out).toContain('100 tasks passed in');
		expect(words.out).toContain('20 audited so far, 2 wrong (1 of them unresolved)');
		expect(words.out).toContain('at most 28.27 % wrong, with 95 % certainty; 41 more without an error are needed');
		expect((await run(['--max-error', '30%', '--db', db, '--labels', labels])).out).toContain('It can be promised');
		expect((await run(['--db', db])).out).toContain('No label is known');
	});

	it('knows the labels that the ledger keeps, and takes the worse of them and of those of a file', async () => {
		const { db, labels } = await fillLedger(() => 'right');
		const opened = await openSqliteLedger({ path: db, newId: createIds(), mode: 'here', clock: nodeClock });
		if (!opened.ok) throw new Error(opened.message);
		for (const n of [0, 1]) {
			const place = { projectId: 'proj_1', taskId: `task_${n}`, stepType: 'EXTRACT' };
			expect(await opened.ledger.importLabel(place, n === 0 ? 'wrong' : 'right')).toBe('stored');
		}
		await opened.ledger.close();
		const todayOf = async (...args: readonly string[]) =>
			JSON.parse((await run(['--max-error', '10%', '--db', db, ...args, '--json'])).out).today;
		// Of the two only the first was drawn for the audit (0 and 0.37 at a share of 0.2); of the rest nothing became known.
		expect(await todayOf()).toMatchObject({ checked: 20, errors: 20, unresolved: 19 });
		expect(await todayOf('--labels', labels)).toMatchObject({ checked: 20, errors: 1, unresolved: 0 });
	});

	it('leaves out what is younger than a week, whatever is known of it', async () => {
		const { db, labels } = await fillLedger(() => 'right', 0);
		const { today } = JSON.parse((await run(['--db', db, '--labels', labels, '--json'])).out);
		expect(today.checked + today.pending).toBe(20);
		expect(today.pending).toBeGreaterThan(3);
		const { out } = await run(['--db', db, '--labels', labels]);
		expect(out).toContain(`${today.pending} of the last 7 days are not counted yet`);
	});

	it('runs as a command of its own', async () => {
		const ended = await greenlane(['sample-size', '--max-error', '1%', '--certainty', '99%'], { env: noLedger });
		expect([ended.code, ended.stderr]).toEqual([0, '']);
		expect(ended.stdout).toMatch(/none +459\n/);
		expect((await greenlane(['sample-size', '--db', '/nowhere/at/all.db'])).code).toBe(3);
	});

	it('never rounds a promise down', async () => {
		// 1 error in 20: 21.6106 % and a little; 21.61 % would say too much.
		const { today } = planSample(
			{ maxError: 0.01, certainty: 0.95 },
			{ audits: { errors: 1, checked: 20, unresolved: 0, pending: 0 } },
		);
		expect(today?.promisable).toBeGreaterThan(0.2161);
		const { db, labels } = await fillLedger((n) => (n === 0 ? 'wrong' : 'right'));
		expect((await run(['--db', db, '--labels', labels])).out).toContain('at most 21.62 % wrong');
	});

	it('counts Mondays to Fridays', () => {
		const at = (day: string) => Date.parse(`${day}T12:00:00Z`);
		expect(countWorkingDays(at('2026-06-01'), at('2026-06-07'))).toBe(5);
		expect(countWorkingDays(at('2026-06-05'), at('2026-06-08'))).toBe(2);
		expect(countWorkingDays(at('2026-06-06'), at('2026-06-07'))).toBe(1);
	});
});
