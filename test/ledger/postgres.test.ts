import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toPostgresSql } from '../../src/ledger/postgres/postgres-statements.ts';
import { openPostgresLedger } from '../../src/ledger/postgres.ts';
import { type StatementName, statements } from '../../src/ledger/sql/statements.ts';
import type { Ledger } from '../../src/ledger/types.ts';
import { nodeClock } from '../../src/platform/node.ts';
import { ledgerContract } from './contract.ts';
import { createHandClock, createIds } from './ledger-under-test.ts';
import { type PostgresUnderTest, startPostgres } from './postgres-under-test.ts';

let server: PostgresUnderTest | null = null;
let url = '';
let admin = new pg.Client();
let shared: Ledger | null = null;
let clock = createHandClock();

beforeAll(async () => {
	server = await startPostgres();
	url = await server.newDatabase('ledger');
	const opened = await openPostgresLedger({ url, clock: nodeClock, newId: createIds(), now: () => clock.now() });
	if (!opened.ok) throw new Error(opened.message);
	shared = opened.ledger;
	admin = new pg.Client({ connectionString: url });
	await admin.connect();
	await admin.query('SET search_path = greenlane');
}, 120_000);

afterAll(async () => {
	await shared?.close();
	await admin.end();
	await server?.stop();
	// It writes out what it holds first: on a busy machine longer than the ten seconds that are usual.
}, 60_000);

async function emptyTables(): Promise<void> {
	const { rows } = await admin.query<{ name: string }>(
		"SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'greenlane'::regnamespace AND relname NOT IN ('heartbeat', 'ledger_version')",
	);
	await admin.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')}`);
}

ledgerContract(
	'Postgres',
	async () => {
		if (shared === null) throw new Error('Postgres was not started');
		const ledger = shared;
		clock = createHandClock();
		return { ledger: { ...ledger, close: emptyTables }, clock };
	},
	{ numRuns: 20 },
);

describe('its dialect', () => {
	test('orders every text by its bytes, as SQLite does', async () => {
		const { rows } = await admin.query(
			`SELECT table_name || '.' || column_name AS text FROM information_schema.columns
			JOIN information_schema.tables USING (table_schema, table_name)
			WHERE table_schema = 'greenlane' AND table_type = 'BASE TABLE' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'`,
		);
		expect(rows).toEqual([]);
	});

	test('Postgres prepares every statement', async () => {
		const refused: string[] = [];
		for (const [name, one] of Object.entries(statements) as [StatementName, (typeof statements)[StatementName]][]) {
			const sql = toPostgresSql(one);
			try {
				await admin.query(`PREPARE "${name}" AS ${sql}`);
			} catch (error) {
				refused.push(`${name}: ${error instanceof Error ? error.message : ''}\n${sql}`);
			}
		}
		expect(refused).toEqual([]);
	});
});
