import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import { createIds, judged, locate, openIntended } from '../ledger/ledger-under-test.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { createIo } from './io-under-test.ts';

const start = Date.UTC(2026, 9, 15, 23, 30);
let folder = '';
let ledger: Ledger;
let clock = createVirtualClock(start);
const at = (name: string) => join(folder, name);

async function complete(taskId: string) {
	const attemptId = `att-${taskId}`;
	await ledger.transition(
		await openIntended(ledger, taskId, { attemptId, decisionId: `dec-${taskId}` }),
		judged('completed', 'taken', { attempt: { id: attemptId, verdict: 'taken' } }),
	);
}

/** A ledger that stays open, as a server's: a task completed on October 15, one that came on the 16th. */
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'greenlane-keeping-'));
	clock = createVirtualClock(start);
	const opened = await openSqliteLedger({ path: at('ledger.db'), clock, newId: createIds(), mode: 'here' });
	if (!opened.ok) throw new Error(opened.message);
	({ ledger } = opened);
	await complete('tsk_done');
	await clock.advance(3_600_000);
	await locate(ledger, ['tsk_new']);
});
afterEach(async () => {
	await ledger.close();
	rmSync(folder, { recursive: true, force: true });
});

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
	const { io, out, err } = createIo({ environment: () => ({ SENDAI_PROJECT_IDS: 'proj-1', ...environment }) });
	const code = await runCli([...args, '--db', at('ledger.db')], io);
	return { code, out: out(), err: err() };
}
const tasksIn = (text: string) =>
	text
		.trim()
		.split('\n')
		.slice(1, -1)
		.map((line) => (JSON.parse(line) as { case: { task_id: string } }).case.task_id);

describe('export', () => {
	it('writes every case with what belongs to it between a first and a last line that say what there is', async () => {
		const { code, out } = await run(['export']);
		expect(code).toBe(0);
		const lines = out.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
		expect(lines).toMatchObject([
			{ format: 'greenlane-export', version: 1, since: null, until: null, project_id: null },
			{
				case: { task_id: 'tsk_done', state: 'completed', step_type: 'EXTRACT', visit: 1 },
				decisions: [{ id: 'dec-tsk_done', outcome: 'complete' }],
				attempts: [{ id: 'att-tsk_done', verdict: 'taken' }],
				label: null,
			},
			{ case: { task_id: 'tsk_new' }, decisions: [], attempts: [], label: null },
			{ end: true, cases: 2 },
		]);
	});

	it('ends with the digest of all lines before the last, so that a part is never taken for the whole', async () => {
		const { code, out } = await run(['export', '--out', at('all.jsonl'), '--json']);
		expect(code).toBe(0);
		const text = readFileSync(at('all.jsonl'), 'utf8');
		const before = text.slice(0, text.lastIndexOf('{"end"'));
		const sha256 = createHash('sha256').update(before).digest('hex');
		expect(JSON.parse(text.slice(before.length))).toEqual({ end: true, cases: 2, sha256 });
		expect(JSON.parse(out)).toEqual({ out: at('all.jsonl'), cases: 2, sha256 });
	});

	it('takes days of the time zone of the bot, both included', async () => {
		expect(tasksIn((await run(['export', '--from', '2026-10-15', '--to', '2026-10-15'])).out)).toEqual(['tsk_done']);
		expect(tasksIn((await run(['export', '--from', '2026-10-16'])).out)).toEqual(['tsk_new']);
		const there = { TIMEZONE: 'Europe/Amsterdam' };
		expect(tasksIn((await run(['export', '--to', '2026-10-15'], there)).out)).toEqual([]);
		expect(tasksIn((await run(['export', '--from', '2026-10-16', '--to', '2026-10-16'], there)).out)).toHaveLength(2);
		expect((await run(['export', '--from', '2026-10-16', '--to', '2026-10-15'])).code).toBe(2);
		expect(tasksIn((await run(['export', '--project', 'proj-2'])).out)).toEqual([]);
	});

	it('walks many pages', async () => {
		const ids = Array.from({ length: 450 }, (_, n) => `tsk_${n}`);
		for (const id of ids) await locate(ledger, [id], { id: `evt-${id}` });
		expect(tasksIn((await run(['export'])).out)).toEqual(['tsk_done', 'tsk_new', ...ids]);
	});

	it('never writes over a file, and leaves nothing beside it', async () => {
		writeFileSync(at('taken.jsonl'), 'mine');
		const { code, err } = await run(['export', '--out', at('taken.jsonl')]);
		expect([code, err]).toEqual([
			3,
			`${at('taken.jsonl')} is there already, and is not written over: give another name.`,
		]);
		expect(readFileSync(at('taken.jsonl'), 'utf8')).toBe('mine');
		expect((await run(['export', '--out', at('no/such/folder.jsonl')])).code).toBe(3);
		await run(['export', '--out', at('all.jsonl')]);
		expect(
			readdirSync(folder)
				.filter((name) => !name.startsWith('ledger.db'))
				.sort(),
		).toEqual(['all.jsonl', 'taken.jsonl']);
		expect(statSync(at('all.jsonl')).mode & 0o777).toBe(0o600);
	});
});

describe('forget', () => {
	it('takes a task out, keeps who asked, and says the same the second time', async () => {
		expect(await run(['forget', 'tsk_done', '--by', 'ann'])).toMatchObject({
			code: 0,
			out: expect.stringMatching(/^Forgotten: 1 cases, 1 decisions, 1 events\./),
		});
		const { out } = await run(['export']);
		// The ids that this test gave to the decision and the attempt hold the task's.
		expect(out.replaceAll(/(?:dec|att|evt-of)-tsk_done/g, '')).not.toContain('tsk_done');
		expect(out).toContain('"state":"completed"');
		expect(await run(['forget', 'tsk_done'])).toMatchObject({ code: 0, out: 'It was forgotten before.' });
	});

	it('refuses one that is open, one that nobody knows, and one whose project is not said', async () => {
		expect(await run(['forget', 'tsk_new'])).toMatchObject({ code: 1, err: expect.stringContaining('is open still') });
		expect(await run(['forget', 'tsk_9'])).toMatchObject({ code: 1, err: expect.stringContaining('no such task') });
		expect(await run(['forget', 'tsk_done', '--project', 'proj-2'])).toMatchObject({ code: 1 });
		const several = { SENDAI_PROJECT_IDS: 'proj-1,proj-2' };
		expect(await run(['forget', 'tsk_done'], several)).toMatchObject({
			code: 2,
			err: expect.stringContaining('--project'),
		});
		expect(await run(['forget', 'x'.repeat(300)])).toMatchObject({ code: 2 });
		expect((await run(['export'])).out).toContain('"task_id":"tsk_done"');
	});
});

describe('backup', () => {
	it('copies a ledger that is written meanwhile, and the copy serves', async () => {
		const writing = (async () => {
			for (let n = 0; n < 200; n += 1) await locate(ledger, [`tsk_${n}`], { id: `evt-${n}` });
		})();
		const { code, out } = await run(['backup', '--out', at('copy.db'), '--json']);
		await writing;
		expect(code).toBe(0);
		const { rows } = JSON.parse(out) as { rows: { cases: number } };
		expect(rows).toMatchObject({ attempts: 1, decisions: 1 });
		expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual(['copy.db']);
		expect(statSync(at('copy.db')).mode & 0o777).toBe(0o600);

		const opened = await openSqliteLedger({ path: at('copy.db'), clock, newId: createIds(), mode: 'here' });
		if (!opened.ok) throw new Error(opened.message);
		const all = await opened.ledger.exportCases(0, 1_000, { since: null, until: null, projectId: null });
		await opened.ledger.close();
		expect(all).toHaveLength(rows.cases);
		expect(all[0]).toMatchObject({ case: { task_id: 'tsk_done' }, attempts: [{ verdict: 'taken' }] });
	});

	it('never writes over a file, and says what is wrong with a ledger that is none', async () => {
		writeFileSync(at('copy.db'), 'mine');
		expect(await run(['backup', '--out', at('copy.db')])).toMatchObject({ code: 3 });
		expect(readFileSync(at('copy.db'), 'utf8')).toBe('mine');
		expect(await run(['backup', '--out', at('no/such.db')])).toMatchObject({ code: 3 });
		const { io, err } = createIo();
		expect(await runCli(['backup', '--out', at('other.db'), '--db', at('nowhere.db')], io)).toBe(3);
		expect(err()).toContain('There is no ledger');
	});

	it('keeps no copy that is not sound', async () => {
		for (let n = 0; n < 300; n += 1) await locate(ledger, [`tsk_${n}`], { id: `evt-${n}` });
		await ledger.close();
		const file = readFileSync(at('ledger.db'));
		// Pages of the end, where rows are: the schema at the start stays readable.
		file.fill(0xa5, file.length - 40_000, file.length - 4_096);
		writeFileSync(at('ledger.db'), file);
		truncateSync(at('ledger.db'), file.length);
		const { code, err } = await run(['backup', '--out', at('copy.db')]);
		expect([code, err]).toEqual([1, expect.stringContaining('The copy is not sound')]);
		expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual([]);
	});
});
