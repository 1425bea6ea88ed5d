import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import type { Json } from '../../src/core/json.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import type { ContentSeal } from '../../src/platform/index.ts';
import { createSeal } from '../../src/platform/node.ts';
import { ruleSetOf } from '../core/decision/rule-set-of.ts';
import { annotationOf, taskOf } from '../core/decision/task-of.ts';
import { remember, ruleOf } from '../evidence/replayed-history.ts';
import { createHandClock, createIds } from '../ledger/ledger-under-test.ts';
import { greenlane } from './greenlane-process.ts';
import { createIo } from './io-under-test.ts';

const certain = (entity: string, least: number): Json => ({ '>=': [{ confidence: entity }, least] });
const small: Json = { '<': [0, { number: 'total' }, 500] };
const rules = ruleOf({ 'total-certain': certain('total', 0.9), 'total-small': small });

let folder = '';
const at = (name: string) => join(folder, name);
const db = () => at('ledger.db');

/**
 * A ledger of 100 tasks whose totals are read with 0.80, 0.81, ... 0.99 in turn, those of each hundredth draw; half of them
 * pass at 0.90. A task is wrong when its confidence is below 0.86.
 */
async function fillLedger(seal?: ContentSeal['seal']): Promise<void> {
	const clock = createHandClock();
	const opened = await openSqliteLedger({
		path: db(),
		clock: { ...clock, sleep: async () => {} },
		newId: createIds(),
		mode: 'here',
	});
	if (!opened.ok) throw new Error(opened.message);
	const ruleSet = ruleSetOf({ invoice: rules });
	const labels: string[] = [];
	for (let n = 0; n < 100; n += 1) {
		const confidence = (80 + (n % 20)) / 100;
		const id = `task_${n}`;
		const task = taskOf({ id, annotations: [annotationOf('total', '72,01', confidence)] });
		await remember(opened.ledger, task, ruleSet, '2026-06-01', ((n * 37) % 100) / 100, seal);
		labels.push(JSON.stringify({ task_id: id, label: confidence < 0.86 ? 'wrong' : 'right' }));
		clock.pass(36 * 60 * 60 * 1_000);
	}
	await opened.ledger.close();
	writeFileSync(at('labels.jsonl'), `${labels.join('\n')}\n`);
}

function writeRules(rule: Json): string {
	writeFileSync(at('rules/invoice.json'), JSON.stringify(rule));
	return at('rules');
}

async function replay(rule: Json, ...more: string[]) {
	const { io, out, err, written } = createIo();
	const code = await runCli(['replay', writeRules(rule), '--db', db(), ...more], io);
	return { code, out: out(), err: err(), written: written() };
}

async function report(rule: Json, ...more: string[]) {
	const { code, out } = await replay(rule, '--json', ...more);
	return { code, report: JSON.parse(out) };
}

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'greenlane-replay-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	mkdirSync(at('rules'));
	await fillLedger();
});

const looser = ruleOf({ 'total-certain': certain('total', 0.85), 'total-small': small });

describe('replay', () => {
	it('finds nothing to flip under the rules that decided', async () => {
		const { code, report: same } = await report(rules);
		expect(code).toBe(0);
		expect(same).toMatchObject({
			...{ decisions: 100, undecided: 0, completed: { before: 50, after: 50 } },
			...{ newly_completes: 0, newly_left: 0, not_replayable: { count: 0, because: [] }, groups: [] },
			exploratory: { outcome: 'no-labels' },
		});
	});

	it('counts what flips, by which condition, and what reviewers know of it', async () => {
		const labels = ['--labels', at('labels.jsonl')];
		const { code, report: found } = await report(looser, ...labels);
		expect(code).toBe(0);
		// 0.85 to 0.89 pass now as well: 25 tasks, and those of 0.85 were wrong.
		expect(found).toMatchObject({
			completed: { before: 50, after: 75 },
			...{ newly_completes: 25, newly_left: 0 },
			groups: [{ direction: 'newly-completes', because: 'rule:invoice:total-certain', count: 25 }],
			reviewed: {
				before: { right: 50, wrong: 0, unresolved: 0 },
				after: { right: 70, wrong: 5, unresolved: 0 },
				newly_completes: { right: 20, wrong: 5, unresolved: 0 },
			},
		});
		// Draws of n * 37 % 100 below 0.20, the smallest share at which anything was held out; all labelled.
		const inSample = Array.from({ length: 100 }, (_, n) => n).filter((n) => n % 20 >= 5 && (n * 37) % 100 < 20);
		const wrong = inSample.filter((n) => n % 20 === 5).length;
		expect(found.exploratory).toMatchObject({ outcome: 'sample', share: 0.2, checked: inSample.length, wrong });

		const { out } = await replay(looser, ...labels);
		expect(out).toContain('right to complete, replayed    75   75.0 % straight through');
		expect(out).toContain('25 newly complete (reviewers know 25: 5 wrong), by the condition which stood in the way');
		expect(out).toMatch(/exploratory: at most [\d.]+ % wrong with 95 % certainty, by a fair sample \(20 % of all\)/);
	});

	it('says what it cannot replay, and counts it as left to a person', async () => {
		const other = ruleOf({
			'total-certain': certain('total', 0.9),
			'total-small': { '<': [0, { number: 'total' }, 600] },
		});
		const { code, out } = await replay(other);
		expect(code).toBe(0);
		expect(out).toContain('right to complete, replayed    0    0.0 % straight through');
		expect(out).toMatch(/50 not replayable, counted as left to a person[^\n]*\n {2}50 {2}rule:invoice:total-small/);
	});

	it('guards a pull request with --max-error: labels are wanted, and a bound that is low enough', async () => {
		const without = await replay(rules, '--max-error', '20%');
		expect([without.code, without.out]).toEqual([1, expect.stringContaining('--max-error wants labels')]);
		const labels = ['--labels', at('labels.jsonl')];
		// 10 tasks without an error: at most 25.9 % with 95 % certainty.
		const held = await replay(rules, '--max-error', '26%', ...labels);
		expect([held.code, held.out]).toEqual([0, expect.stringContaining('good: not more than 26 %')]);
		const above = await replay(rules, '--max-error', '25%', ...labels);
		expect([above.code, above.out]).toEqual([1, expect.stringContaining('more than 25 % may be wrong')]);
		const unresolved = [...Array(100).keys()].map((n) => JSON.stringify({ task_id: `task_${n}`, label: 'unresolved' }));
		writeFileSync(at('labels.jsonl'), unresolved.join('\n'));
		expect((await replay(rules, '--max-error', '26%', ...labels)).code).toBe(1);
	});

	it('takes the days and the project that are asked for', async () => {
		const { report: days } = await report(rules, '--from', '2026-06-04', '--to', '2026-06-06');
		expect(days.decisions).toBe(2);
		// Cases come every 36 hours: on the 1st at 8, the 2nd at 20, the 4th at 8.
		expect((await report(rules, '--to', '2026-06-02')).report.decisions).toBe(2);
		const { code, report: elsewhere } = await report(rules, '--project', 'proj_9');
		expect([code, elsewhere.decisions, elsewhere.verdict]).toEqual([1, 0, 'nothing-replayed']);
		expect((await replay(rules, '--from', '2026-06-06', '--to', '2026-06-04')).code).toBe(2);
	});

	it('lets --max-error pass over what could not be replayed only where that is accepted', async () => {
		const labels = ['--labels', at('labels.jsonl')];
		expect((await replay(rules, '--max-error', '26%', ...labels)).code).toBe(0);
		// One more, of rules that never asked for the amount.
		const opened = await openSqliteLedger({
			...{ path: db(), newId: () => 'id-of-one-more', mode: 'here' },
			clock: { ...createHandClock(), sleep: async () => {} },
		});
		if (!opened.ok) throw new Error(opened.message);
		const unasked = ruleSetOf({ invoice: ruleOf({ 'total-certain': certain('total', 0.9) }) });
		const task = taskOf({ id: 'task_more', annotations: [annotationOf('total', '72,01', 0.99)] });
		await remember(opened.ledger, task, unasked, '2026-06-01', 0.5);
		await opened.ledger.close();
		const failed = await replay(rules, '--max-error', '26%', ...labels);
		expect([failed.code, failed.out]).toEqual([1, expect.stringContaining('--allow-gaps')]);
		const accepted = await replay(rules, '--max-error', '26%', '--allow-gaps', ...labels);
		expect([accepted.code, accepted.out]).toEqual([0, expect.stringContaining('good: not more than 26 %')]);
		// A bound that is above stays above.
		expect((await replay(rules, '--max-error', '25%', '--allow-gaps', ...labels)).code).toBe(1);
	});

	it('asks what was never asked of what documents said, where that was kept', async () => {
		const key = 'a-secret-of-the-tests-0123456789abcd';
		// Two years ago, in the ledger's time, is as good as yesterday here.
		const keeps = { STORE_CONTENT_DAYS: '3650', RETAIN_DECISIONS_DAYS: '3650', SECRET_KEYS: key };
		const asksText = ruleOf({
			'total-certain': certain('total', 0.9),
			exact: { '<=': [0, { number: 'total' }, 72.01] },
		});
		const asksMore = ruleOf({
			'total-certain': certain('total', 0.9),
			exact: { '<': [0, { number: 'total' }, 72.01] },
		});
		const replayBy = async (rule: Json, environment: Readonly<Record<string, string>>) => {
			const { io, out, err } = createIo({ environment: () => environment });
			const code = await runCli(['replay', writeRules(rule), '--db', db(), '--json'], io);
			if (code !== 0) throw new Error(err());
			return JSON.parse(out());
		};
		expect(await replayBy(asksText, keeps)).toMatchObject({ completed: { after: 0 }, not_replayable: { count: 50 } });

		rmSync(db());
		await fillLedger(createSeal([key])?.seal);
		const answered = await replayBy(asksText, keeps);
		expect(answered).toMatchObject({ completed: { before: 50, after: 50 }, not_replayable: { count: 0 } });
		expect(JSON.stringify(answered)).not.toContain('72,01');
		expect(await replayBy(asksMore, keeps)).toMatchObject({
			...{ completed: { before: 50, after: 0 }, newly_left: 50, not_replayable: { count: 0 } },
			groups: [{ because: 'rule:invoice:exact', count: 50 }],
		});
		// Without the key, or once it is not kept any more, nobody can tell.
		const otherKey = { ...keeps, SECRET_KEYS: key.toUpperCase() };
		for (const environment of [{}, { SECRET_KEYS: key }, otherKey, { ...keeps, STORE_CONTENT_DAYS: '1' }]) {
			const blind = await replayBy(asksText, environment);
			expect(blind).toMatchObject({ completed: { after: 0 }, not_replayable: { count: 50 } });
		}
	});

	it('shows progress on a terminal alone, and never a word of a document', async () => {
		const { io, out, written } = createIo({ isTerminal: true });
		await runCli(['replay', writeRules(looser), '--db', db(), '--labels', at('labels.jsonl')], io);
		expect(written()).toContain('100 cases');
		const piped = await replay(looser, '--json', '--labels', at('labels.jsonl'));
		expect(piped.written).toBe('');
		expect(`${out()}${piped.out}`).not.toMatch(/72,01|invoice\.pdf/);
	});

	it('knows the labels that the ledger keeps', async () => {
		const opened = await openSqliteLedger({
			...{ path: db(), newId: createIds(), mode: 'here' },
			clock: { ...createHandClock(), sleep: async () => {} },
		});
		if (!opened.ok) throw new Error(opened.message);
		const place = { projectId: 'proj_1', taskId: 'task_19', stepType: 'EXTRACT' };
		expect(await opened.ledger.importLabel(place, 'wrong')).toBe('stored');
		await opened.ledger.close();
		const { report: found } = await report(rules);
		expect(found.reviewed.after).toEqual({ right: 0, wrong: 1, unresolved: 0 });
	});

	it('says what is missing, and makes no ledger', async () => {
		const ended = await greenlane(['replay', writeRules(rules), '--db', at('none.db')]);
		expect(ended).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('There is no ledger') });
		expect((await greenlane(['replay', at('nowhere'), '--db', db()])).code).toBe(3);
		const good = await greenlane(['replay', at('rules')], { env: { DATABASE_URL: `file:${db()}` } });
		expect([good.code, good.stderr]).toEqual([0, '']);
	});
});
