import pg from 'pg';
import type { Row } from '../sql/sql-store.ts';
import type { SqlStatement, SqlValue } from '../sql/statement.ts';
import { toPostgresSql } from './postgres-statements.ts';

/** All that Greenlane keeps stands in it, beside whatever else the database holds. */
export const schemaName = 'greenlane';

/** `Grnl`, as in the header of a SQLite file; the second number says what is locked. */
const lockClass = 0x47726e6c;
export const locks = { writing: `${lockClass}, 1`, migrating: `${lockClass}, 2` } as const;

const connectsWithinMs = 5_000;
/** Longer than anything takes, the wait for other processes included; whoever hangs past it is cut off and undone. */
const statementMs = 30_000;
const idleInTransactionMs = 10_000;

/**
 * The durability of a commit is not left to what the server is set to, and a process that stops in the middle of a
 * transaction gives up its lock.
 */
const sessionSql = `SET search_path = ${schemaName};
	SET synchronous_commit = on;
	SET statement_timeout = ${statementMs};
	SET idle_in_transaction_session_timeout = ${idleInTransactionMs};
	SET client_min_messages = warning`;

const { builtins } = pg.types;
/** As SQLite gives them: whole and other numbers as numbers, yes and no as 1 and 0, JSON as its text. */
const parsers: Readonly<Record<number, (text: string) => SqlValue>> = {
	[builtins.INT2]: Number,
	[builtins.INT4]: Number,
	[builtins.INT8]: Number,
	[builtins.NUMERIC]: Number,
	[builtins.FLOAT4]: Number,
	[builtins.FLOAT8]: Number,
	[builtins.BOOL]: (text) => (text === 't' ? 1 : 0),
};
const asText = (text: string) => text;

const settings = (url: string, pipeline: boolean): pg.ClientConfig => ({
	connectionString: url,
	application_name: 'greenlane',
	connectionTimeoutMillis: connectsWithinMs,
	query_timeout: statementMs + connectsWithinMs,
	keepAlive: true,
	pipeline,
	types: { getTypeParser: (oid: number) => parsers[oid] ?? asText },
});

/** @throws what the server or the network said */
export async function connect(url: string, { pipeline = false } = {}): Promise<pg.Client> {
	const client = new pg.Client(settings(url, pipeline));
	// A connection that breaks while nobody asks is noticed by the next who asks.
	client.on('error', () => undefined);
	try {
		await client.connect();
		await client.query(sessionSql);
		return client;
	} catch (error) {
		await client.end().catch(() => undefined);
		throw error;
	}
}

export function createPool(url: string, most: number): pg.Pool {
	const pool = new pg.Pool({ ...settings(url, false), max: most });
	pool.on('error', () => undefined);
	return pool;
}

/** What a connection of the pool needs before its first statement; once is enough. */
const ready = new WeakSet<pg.ClientBase>();
export async function makeReady(client: pg.ClientBase): Promise<void> {
	if (ready.has(client)) return;
	await client.query(sessionSql);
	ready.add(client);
}

const translated = new Map<SqlStatement, string>();

function textOf(statement: SqlStatement): string {
	let text = translated.get(statement);
	if (text === undefined) {
		text = toPostgresSql(statement);
		translated.set(statement, text);
	}
	return text;
}

/** Prepared under its name at its first use on a connection. */
export async function runPrepared(
	client: pg.ClientBase,
	name: string,
	statement: SqlStatement,
	values: readonly SqlValue[],
): Promise<readonly Row[]> {
	// The one character that Postgres takes in no text; ids hold none.
	const sound = values.map((value) => (typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value));
	const { rows } = await client.query<Row>({ name, text: textOf(statement), values: sound });
	return rows;
}
