import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { monthIn } from '../../src/cases/calendar.ts';
import { readLabelFile } from '../../src/cli/label-lines.ts';
import { runCli } from '../../src/cli/program.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import {
	afterFirstRead,
	claimCase,
	createIds,
	decision,
	judged,
	locate,
	move,
	openCase,
	openIntended,
} from '../ledger/ledger-under-test.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { createIo } from './io-under-test.ts';

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'greenlane-statement-'));
	const clock = createVirtualClock(Date.UTC(2026, 9, 15));
	const opened = await openSqliteLedger({ path: at('ledger.db'), clock, newId: createIds(), mode: 'here' });
	if (!opened.ok) throw new Error(opened.message);
	const { ledger } = opened;
	// 190 done, 10 held out: 8 right, 1 wrong, 1 that nobody has looked at.
	for (let n = 0; n < 190; n += 1) {
		const names = { attemptId: `att-${n}`, decisionId: `dec-${n}` };
		await ledger.transition(
			await openIntended(ledger, `task-${n}`, names),
			judged('completed', 'taken', { attempt: { id: names.attemptId, verdict: 'taken' } }),
		);
	}
	for (let n = 0; n < 10; n += 1) {
		const claim = afterFirstRead(await openCase(ledger, `audit-${n}`));
		await ledger.recordDecision(
			claim,
			decision({
				id: `dec-audit-${n}`,
				withheld: 'audit',
				body: { outcome: 'complete', auditShare: 0.05, draw: { u: n / 250, keyId: 'abcd1234' } },
			}),
			move('audit', { reason: 'audit' }),
		);
		if (n === 9) continue;
		const label = n === 8 ? 'wrong' : 'right';
		await ledger.transition(
			await claimCase(ledger, claim.case.id),
			move('superseded', { label: { label, reason: null, detail: {} } }),
		);
	}
	await locate(ledger, ['undecided'], { id: 'evt-undecided' });
	await ledger.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]) {
	const { io, out, err } = createIo();
	return { code: await runCli([...args, '--db', at('ledger.db')], io), out: out(), err: err() };
}

it.each(['statement', 'export'])(
	'%s says so where TIMEZONE is none, and takes an empty one for none set',
	async (command) => {
		const inZone = async (TIMEZONE: string) => {
			const { io, err } = createIo({ environment: () => ({ TIMEZONE }) });
			const args = command === 'statement' ? ['--month', '2026-10'] : ['--from', '2026-10-01'];
			return { code: await runCli([command, ...args, '--db', at('ledger.db')], io), err: err() };
		};
		expect(await inZone('Amsterdam')).toEqual({
			code: 2,
			err: expect.stringContaining('TIMEZONE is not a time zone that this machine knows'),
		});
		expect(await inZone('')).toEqual({ code: 0, err: '' });
	},
);

it('says in words what was completed, held out, found wrong, and how much may be wrong at most', async () => {
	const { code, out } = await run('statement', '--month', '2026-10');
	expect(code).toBe(0);
	expect(out).toContain('Statement for 2026-10 (provisional)');
	// The hypergeometric bound for 2 of 10 among 200: at most 100 wrong in all (P(X <= 2) is 0.0503 there, and 0.0470 at 101), less the two.
	expect(out).toContain('190 tasks were completed without a person. With 95 % certainty at most 98 of them (51.58 %)');
	expect(out).toContain('8 were right, 1 wrong, 1 is not known (counted as wrong)');
	expect(out).toMatch(/proj-1 +invoices +200 +190 +10 +1 +1 +98 \(51\.58 %\)/);
	expect((await run('statement', '--month', '2026-11')).out).toContain('Nothing was completed without a person.');
});

it('exports labels as calibrate takes them in', async () => {
	expect((await run('export', '--out', at('all.jsonl'))).code).toBe(0);
	const read = await readLabelFile(at('all.jsonl'), createIo().io);
	expect(read).toMatchObject({ truth: 'reviewers' });
	const labels = [...(typeof read === 'number' ? [] : read.labels)];
	expect(labels.filter(([, label]) => label === 'right')).toHaveLength(8);
	expect(labels.filter(([, label]) => label !== 'right')).toEqual([['audit-8', 'wrong']]);
});

it('takes labels in, line by line, and a second run changes nothing', async () => {
	const line = (task: string, label: string) => JSON.stringify({ project_id: 'proj-1', task_id: task, label });
	writeFileSync(
		at('labels.jsonl'),
		[line('audit-9', 'right'), line('task-1', 'right'), line('undecided', 'right'), line('nobody', 'wrong'), '{}'].join(
			'\n',
		),
	);
	const first = await run('observe', '--import', at('labels.jsonl'));
	expect(first.code).toBe(1);
	expect(first.out).toContain('1  stored');
	expect(first.err).toContain('labels.jsonl:2 is of a task that Greenlane completed, or may have');
	expect(first.err).toContain('labels.jsonl:3 is of a task that was not decided at that step');
	expect(first.err).toContain('labels.jsonl:4 is of a task that is not in the ledger');
	expect(first.err).toContain('labels.jsonl:5 holds no label');
	expect((await run('observe', '--import', at('labels.jsonl'))).out).toContain('1  known already');
	const { out } = await run('statement', '--month', '2026-10', '--json');
	expect(JSON.parse(out)).toMatchObject({
		provisional: false,
		total: { passed: 200, audited: 10, right: 9, wrong: 1, unresolved: 0, completed: 190 },
	});
	expect((await run('observe', '--import', at('none.jsonl'))).code).toBe(3);
});

it('says where labels contradict the ledger or each other, and believes the worse', async () => {
	const line = (task: string, label: string) => JSON.stringify({ project_id: 'proj-1', task_id: task, label });
	const bring = (...lines: readonly string[]) => {
		writeFileSync(at('labels.jsonl'), lines.join('\n'));
		return run('observe', '--import', at('labels.jsonl'));
	};
	const wrong = async () =>
		JSON.parse((await run('statement', '--month', '2026-10', '--json')).out).total.wrong as number;
	const before = await wrong();
	const unsafe = await bring(line('audit-0', 'wrong'), line('audit-1', 'right'));
	expect(unsafe.code).toBe(1);
	expect(unsafe.out).toMatch(/^1 +known already$/m);
	expect(unsafe.out).toMatch(/^1 +wrong where the ledger said right/m);
	expect(unsafe.err).toContain('labels.jsonl:1 is wrong where the ledger said right');
	expect(await wrong()).toBe(before + 1);

	// In one file, in either order.
	const both = await bring(
		...[line('audit-2', 'right'), line('audit-2', 'wrong')],
		...[line('audit-3', 'wrong'), line('audit-3', 'right')],
	);
	expect(both.code).toBe(1);
	expect(both.err).toContain('labels.jsonl:2 is wrong where the ledger said right');
	expect(both.err).toContain('labels.jsonl:4 is right where the ledger says wrong');
	expect(await wrong()).toBe(before + 3);
});

test.each([
	['2026-10', 'UTC', '2026-10-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z'],
	['2026-10', 'Europe/Amsterdam', '2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z'],
	['2026-12', 'Pacific/Auckland', '2026-11-30T11:00:00.000Z', '2026-12-31T11:00:00.000Z'],
	['2026-02', 'America/Los_Angeles', '2026-02-01T08:00:00.000Z', '2026-03-01T08:00:00.000Z'],
])('%s in %s', (month, zone, since, until) => {
	expect(monthIn(month, zone).map((one) => new Date(one).toISOString())).toEqual([since, until]);
});
