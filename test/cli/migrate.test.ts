import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import { openPostgresLedger } from '../../src/ledger/postgres.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import { nodeClock } from '../../src/platform/node.ts';
import {
	createHandClock,
	createIds,
	event,
	judged,
	locate,
	openCase,
	openIntended,
} from '../ledger/ledger-under-test.ts';
import { type PostgresUnderTest, startPostgres } from '../ledger/postgres-under-test.ts';
import { createIo } from './io-under-test.ts';

let server: PostgresUnderTest | null = null;
let folder = '';
let path = '';
let url = '';
let databases = 0;

beforeAll(async () => {
	server = await startPostgres();
}, 120_000);
afterAll(() => server?.stop());
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'greenlane-migrate-'));
	path = join(folder, 'ledger.db');
	databases += 1;
	url = (await server?.newDatabase(`moved_${databases}`)) ?? '';
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A few of everything, of an hour that is long past: no lease holds any more. */
async function fill(work: (ledger: Ledger) => Promise<void> = async () => {}): Promise<void> {
	const clock = { ...createHandClock(), sleep: () => Promise.reject(new Error('never')) };
	const opened = await openSqliteLedger({ path, clock, newId: createIds(), mode: 'here' });
	if (!opened.ok) throw new Error(opened.message);
	const { ledger } = opened;
	for (const taskId of ['ä"\\\n-€-𝄞', 'task-2']) {
		const ids = { attemptId: `att-${taskId}`, decisionId: `dec-${taskId}` };
		const claim = await openIntended(ledger, taskId, ids);
		await ledger.transition(claim, judged('completed', 'taken', { attempt: { id: ids.attemptId, verdict: 'taken' } }));
	}
	await locate(ledger, ['task-3', 'task-4']);
	await ledger.accept(event({ id: 'evt-waiting' }));
	await ledger.setBrake('invoices', true, 'alice', 'wrong totals');
	await work(ledger);
	await ledger.close();
}

async function migrate(args: readonly string[] = []) {
	const { io, out, err } = createIo({ environment: () => ({ DATABASE_URL: url }) });
	const code = await runCli(['migrate', '--from', `file:${path}`, ...args], io);
	return { code, out: out(), err: err() };
}

test('everything is there, and a server goes on with it where the file ended', async () => {
	await fill();
	const before = readFileSync(path);
	const { code, out, err } = await migrate();
	expect(err).toBe('');
	expect(code).toBe(0);
	expect(out).toMatch(/cases +4 rows +[0-9a-f]{12}/);
	expect(out).not.toContain('only-for-tests');
	expect(readFileSync(path).equals(before)).toBe(true);

	const opened = await openPostgresLedger({ url, clock: nodeClock, newId: () => crypto.randomUUID() });
	if (!opened.ok) throw new Error(opened.message);
	onTestFinished(() => opened.ledger.close());
	const { ledger } = opened;
	expect((await ledger.casesOfTask('proj-1', 'ä"\\\n-€-𝄞'))[0]).toMatchObject({ state: 'completed', visit: 1 });
	expect(await ledger.completionsOn('proj-1', '2026-06-01')).toBe(2);
	expect([...(await ledger.brakes())]).toEqual(['invoices']);
	expect((await ledger.claimDueEvents(10, 1_000)).map(({ event: { id } }) => id)).toEqual(['evt-waiting']);
	// The next numbers are new, and what triggers do goes on as well.
	await openCase(ledger, 'task-5');
	const { io, out: told } = createIo({ environment: () => ({ DATABASE_URL: url }) });
	expect(await runCli(['export'], io)).toBe(0);
	expect(told().split('\n').length).toBe(5 + 2);
});

test('its JSON names tables, rows and hashes, and the hashes are of the rows', async () => {
	await fill();
	const { out } = await migrate(['--json']);
	const { tables, ...rest } = JSON.parse(out) as { tables: { table: string; rows: number; hash: string }[] };
	expect(rest).toEqual({ kind: 'copied', from: path, to: expect.stringMatching(/^localhost:\d+\/moved_\d+$/) });
	const copied = new DatabaseSync(path, { readOnly: true });
	onTestFinished(() => copied.close());
	for (const { table, rows } of tables) {
		expect(rows, table).toBe(Number(copied.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count));
	}
	expect(tables.find(({ table }) => table === 'cases')?.hash).toMatch(/^[0-9a-f]{64}$/);
	expect(new Set(tables.filter(({ rows }) => rows > 1).map(({ hash }) => hash)).size).toBe(
		tables.filter(({ rows }) => rows > 1).length,
	);
});

test('a database that holds a ledger is left as it is', async () => {
	await fill();
	expect((await migrate()).code).toBe(0);
	const { code, err } = await migrate();
	expect(code).toBe(1);
	expect(err).toMatch(/holds a ledger already: there are rows in events\. .*nothing was copied/);
});

test('a file that a server works on is not moved under its feet', async () => {
	await fill();
	const database = new DatabaseSync(path);
	database.exec(`UPDATE cases SET lease_until = ${nodeClock.now() + 60_000} WHERE task_id = 'task-3'`);
	database.close();
	const { code, err } = await migrate();
	expect(code).toBe(1);
	expect(err).toMatch(
		/A server is at work on .* \(1 lease, the last of which ends in (?:60|59) s\)\. Stop all servers/,
	);
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	onTestFinished(() => client.end());
	expect((await client.query('SELECT count(*)::int AS count FROM greenlane.cases')).rows).toEqual([{ count: 0 }]);
});

test.each([
	['a value', "DO ALSO UPDATE greenlane.brakes SET by = 'mallory'"],
	['a row', 'DO INSTEAD NOTHING'],
])('where Postgres gives back %s that was not written, nothing is kept', async (_what, action) => {
	await fill();
	const opened = await openPostgresLedger({ url, clock: nodeClock, newId: () => crypto.randomUUID() });
	if (!opened.ok) throw new Error(opened.message);
	await opened.ledger.close();
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	onTestFinished(() => client.end());
	await client.query(`CREATE RULE meddles AS ON INSERT TO greenlane.brakes ${action}`);

	const { code, out, err } = await migrate();
	expect({ code, out }).toEqual({ code: 1, out: '' });
	expect(err).toMatch(/What Postgres at \S+ gives back of brakes is not what was written, so nothing was kept/);
	for (const table of ['events', 'cases', 'decisions', 'attempts', 'brakes']) {
		const { rows } = await client.query(`SELECT count(*)::int AS count FROM greenlane.${table}`);
		expect(rows, table).toEqual([{ count: 0 }]);
	}

	// Nor is anything left that would stand in the way of another try.
	await client.query('DROP RULE meddles ON greenlane.brakes');
	expect((await migrate()).code).toBe(0);
	const { rows } = await client.query("SELECT tgname FROM pg_trigger WHERE tgenabled = 'D'");
	expect(rows).toEqual([]);
});

test('what is no file, no Postgres or not there is said, and makes nothing', async () => {
	const { code, err } = await migrate();
	expect({ code, err }).toMatchObject({ code: 3, err: expect.stringMatching(/There is no ledger .*ledger\.db/) });
	expect((await migrate(['--to', 'file:other.db'])).err).toMatch(/A ledger moves from a file to Postgres/);
});
