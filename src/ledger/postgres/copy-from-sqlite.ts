import { createHash, type Hash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type pg from 'pg';
import type { SqlValue } from '../sql/statement.ts';
import { connect, locks, schemaName } from './postgres-connection.ts';

export interface CopiedTable {
	readonly table: string;
	readonly rows: number;
	/** SHA-256 over the rows in the order of the primary key, lower-case hex. */
	readonly hash: string;
}

export type Copied =
	| { readonly kind: 'copied'; readonly tables: readonly CopiedTable[] }
	/** A server works on it, or did until a moment ago. */
	| { readonly kind: 'in-use'; readonly leases: number; readonly overInMs: number }
	| { readonly kind: 'not-empty'; readonly table: string }
	/** What was read back is not what was written; nothing was kept. */
	| { readonly kind: 'differs'; readonly table: string };

interface Table {
	readonly name: string;
	readonly columns: readonly string[];
	readonly key: readonly string[];
}

/** Parameters of one INSERT; Postgres takes 65,535. */
const mostValues = 20_000;
const rowsAtOnce = 500;

/**
 * Copies a SQLite ledger of this build into an empty one in Postgres, in one transaction, and reads it back before it
 * counts. Rejects when a store fails; then nothing was kept.
 *
 * @param now ms since the epoch
 * @param onProgress told how many rows are copied, of how many
 */
export async function copyFromSqlite(
	path: string,
	url: string,
	now: number,
	onProgress: (done: number, of: number) => void = () => {},
): Promise<Copied> {
	const source = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
	const target = await connect(url);
	try {
		source.exec('BEGIN');
		const busy = leasesOf(source, now);
		if (busy !== null) return busy;
		const tables = tablesOf(source);
		// As whoever writes does: a server that is started on it too early waits.
		await target.query(`BEGIN; SELECT pg_advisory_xact_lock(${locks.writing})`);
		const refused = await firstWithRows(target, tables);
		if (refused !== null) return { kind: 'not-empty', table: refused };
		await target.query('DELETE FROM heartbeat');
		const total = tables.reduce((sum, { name }) => sum + countOf(source, name), 0);
		const copied: CopiedTable[] = [];
		let done = 0;
		for (const table of tables) {
			// What triggers would write is copied as well.
			await target.query(`ALTER TABLE ${table.name} DISABLE TRIGGER USER`);
			const written = await copyTable(source, target, table, (rows) => onProgress(done + rows, total));
			await target.query(`ALTER TABLE ${table.name} ENABLE TRIGGER USER`);
			const back = await hashOf(target, table);
			if (back.rows !== written.rows || back.hash !== written.hash) return { kind: 'differs', table: table.name };
			done += written.rows;
			copied.push(written);
		}
		await goOnCounting(source, target);
		await target.query('COMMIT');
		return { kind: 'copied', tables: copied };
	} finally {
		source.close();
		// Without a COMMIT nothing stays.
		await target.end().catch(() => undefined);
	}
}

function leasesOf(source: DatabaseSync, now: number): Copied | null {
	const held = source
		.prepare(
			`SELECT count(*) AS leases, max(lease_until) AS until FROM (
				SELECT lease_until FROM events WHERE lease_until > ?1 UNION ALL SELECT lease_until FROM cases WHERE lease_until > ?1
			)`,
		)
		.get(now);
	const leases = Number(held?.leases ?? 0);
	return leases === 0 ? null : { kind: 'in-use', leases, overInMs: Number(held?.until ?? now) - now };
}

/** Those that others refer to come first, as they were made. */
function tablesOf(source: DatabaseSync): readonly Table[] {
	const names = source
		.prepare(
			String.raw`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid`,
		)
		.all()
		.map(({ name }) => String(name));
	return names.map((name) => {
		const columns = source.prepare(`SELECT name, pk FROM pragma_table_info('${name}') ORDER BY cid`).all();
		const key = columns.filter(({ pk }) => Number(pk) > 0).toSorted((a, b) => Number(a.pk) - Number(b.pk));
		return { name, columns: columns.map((one) => String(one.name)), key: key.map((one) => String(one.name)) };
	});
}

function countOf(source: DatabaseSync, table: string): number {
	return Number(source.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count ?? 0);
}

async function firstWithRows(target: pg.Client, tables: readonly Table[]): Promise<string | null> {
	for (const { name } of tables) {
		if (name === 'heartbeat') continue;
		const { rows } = await target.query(`SELECT 1 FROM ${name} LIMIT 1`);
		if (rows.length > 0) return name;
	}
	return null;
}

async function copyTable(
	source: DatabaseSync,
	target: pg.Client,
	table: Table,
	onRows: (rows: number) => void,
): Promise<CopiedTable> {
	const { name, columns } = table;
	const hash = createHash('sha256');
	const most = Math.min(rowsAtOnce, Math.floor(mostValues / columns.length));
	let rows = 0;
	let waiting: SqlValue[][] = [];
	const write = async () => {
		if (waiting.length === 0) return;
		const places = waiting.map(
			(_row, index) => `(${columns.map((_column, at) => `$${index * columns.length + at + 1}`).join(', ')})`,
		);
		await target.query(`INSERT INTO ${name} (${columns.join(', ')}) VALUES ${places.join(', ')}`, waiting.flat());
		rows += waiting.length;
		waiting = [];
		onRows(rows);
	};
	for (const row of source.prepare(selectSql(table)).iterate()) {
		const values = columns.map((column) => row[column] as SqlValue);
		add(hash, values);
		waiting.push(values);
		if (waiting.length === most) await write();
	}
	await write();
	return { table: name, rows, hash: hash.digest('hex') };
}

async function hashOf(target: pg.Client, table: Table): Promise<{ readonly rows: number; readonly hash: string }> {
	const hash = createHash('sha256');
	let rows = 0;
	await target.query(`DECLARE reading CURSOR FOR ${selectSql(table)}`);
	for (;;) {
		const found = await target.query<Record<string, SqlValue>>(`FETCH ${rowsAtOnce} FROM reading`);
		if (found.rows.length === 0) break;
		rows += found.rows.length;
		for (const row of found.rows) {
			add(
				hash,
				table.columns.map((column) => row[column] ?? null),
			);
		}
	}
	await target.query('CLOSE reading');
	return { rows, hash: hash.digest('hex') };
}

const selectSql = ({ name, columns, key }: Table) =>
	`SELECT ${columns.join(', ')} FROM ${name} ORDER BY ${key.join(', ')}`;

function add(hash: Hash, values: readonly SqlValue[]): void {
	hash.update(JSON.stringify(values)).update('\n');
}

/** No number is given twice, those of rows that were pruned neither. */
async function goOnCounting(source: DatabaseSync, target: pg.Client): Promise<void> {
	for (const { name, seq } of source.prepare('SELECT name, seq FROM sqlite_sequence').all()) {
		await target.query('SELECT setval(pg_get_serial_sequence($1, $2), $3::bigint)', [
			`${schemaName}.${String(name)}`,
			'seq',
			Number(seq),
		]);
	}
}
