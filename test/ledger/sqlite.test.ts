import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import type { Ledger } from '../../src/ledger/types.ts';
import { ledgerContract } from './contract.ts';
import { begin, createHandClock, createIds, type HandClock, lease, locate, openCase } from './ledger-under-test.ts';

async function open(path: string, mode: 'here' | 'thread', clock: Pick<HandClock, 'now'>): Promise<Ledger> {
	const sleep = () => Promise.reject(new Error('the ledger never sleeps'));
	const result = await openSqliteLedger({ path, clock: { ...clock, sleep }, newId: createIds(), mode });
	if (!result.ok) throw new Error(result.message);
	return result.ledger;
}

ledgerContract('SQLite in memory, in the thread of the caller', async () => {
	const clock = createHandClock();
	return { ledger: await open(':memory:', 'here', clock), clock };
});

const folder = mkdtempSync(join(tmpdir(), 'greenlane-ledger-'));
const path = join(folder, 'greenlane.db');
let clock = createHandClock();
/** One for all tests, emptied between them: a thread takes longer to start than a test to run. */
let shared: Promise<Ledger> | null = null;

ledgerContract('SQLite in a file, in a thread of its own', async () => {
	shared ??= open(path, 'thread', { now: () => clock.now() });
	const ledger = await shared;
	clock = createHandClock();
	return { ledger: { ...ledger, close: async () => emptyTables() }, clock };
});

afterAll(async () => {
	await (await shared)?.close();
	rmSync(folder, { recursive: true, force: true });
});

function emptyTables(): void {
	const database = new DatabaseSync(path);
	const tables = database
		.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('heartbeat', 'sqlite_sequence')")
		.all();
	database.exec('PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE;');
	for (const { name } of tables) database.exec(`DELETE FROM ${String(name)}`);
	database.exec('COMMIT');
	database.close();
}

test('a clock that counts fractions of a millisecond stops nothing: instants are whole in the store', async () => {
	const ledger = await open(':memory:', 'here', { now: () => begin + 0.75 });
	onTestFinished(() => ledger.close());
	await locate(ledger, ['task-1']);
	const [claim] = await ledger.claimDueCases(1, lease);
	expect(claim).toMatchObject({ now: begin, case: { leaseUntil: begin + lease } });
	expect((await openCase(ledger, 'task-2')).case.openedAt).toBe(begin);
});
