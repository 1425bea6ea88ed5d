import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { locks, schemaName } from './postgres-connection.ts';
import { placeOf } from './postgres-faults.ts';

const folder = new URL('./', import.meta.url);
/** For `JSON` functions, subqueries without names, and `pg_xact_status` over `xid8`. */
const oldestServer = 160_000;

function numberedFiles(): readonly string[] {
	return readdirSync(folder)
		.filter((name) => /^\d{4}-.*\.sql$/.test(name))
		.sort();
}

/**
 * Brings the schema to this build's shape, in one transaction. Safe when several processes start at once: whoever comes
 * second waits, and finds it done.
 *
 * @returns null, or what the user must hear when the server or what stands in the schema is not for this build
 */
export async function migrate(client: pg.Client, url: string, mustExist = false): Promise<string | null> {
	const version = Number(
		(await client.query("SELECT current_setting('server_version_num') AS version")).rows[0]?.version,
	);
	if (version < oldestServer) {
		return `Postgres at ${placeOf(url)} is of version ${Math.floor(version / 10_000)}; Greenlane needs ${oldestServer / 10_000} or newer. Nothing was changed.`;
	}
	const encoding = String((await client.query('SHOW server_encoding')).rows[0]?.server_encoding);
	if (encoding !== 'UTF8') {
		return `The database at ${placeOf(url)} keeps texts as ${encoding}, which does not hold every text. Make one with ENCODING 'UTF8'; nothing was changed.`;
	}
	await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${locks.migrating})`);
	try {
		const refusal = await migrateLocked(client, url, mustExist);
		await client.query(refusal === null ? 'COMMIT' : 'ROLLBACK');
		return refusal;
	} catch (error) {
		await client.query('ROLLBACK').catch(() => undefined);
		throw error;
	}
}

async function migrateLocked(client: pg.Client, url: string, mustExist: boolean): Promise<string | null> {
	const { rows } = await client.query<{ present: number; ours: number }>(
		`SELECT to_regnamespace($1) IS NOT NULL AS present, to_regclass($1 || '.ledger_version') IS NOT NULL AS ours`,
		[schemaName],
	);
	const [found] = rows;
	if (found?.present === 1 && found.ours !== 1 && (await holdsSomething(client))) {
		return `The database at ${placeOf(url)} has a schema ${schemaName} that is no ledger of Greenlane. Name another database in DATABASE_URL; nothing was changed.`;
	}
	if (found?.ours !== 1 && mustExist) {
		return `There is no ledger in Postgres at ${placeOf(url)}; DATABASE_URL says where the server keeps it.`;
	}
	if (found?.ours !== 1) {
		await client.query(`CREATE SCHEMA IF NOT EXISTS ${schemaName}`);
		await client.query(
			'CREATE TABLE ledger_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL)',
		);
		await client.query('INSERT INTO ledger_version (one, version) VALUES (1, 0)');
	}
	const version = Number((await client.query('SELECT version FROM ledger_version')).rows[0]?.version);
	const files = numberedFiles();
	if (version > files.length) {
		return `The ledger in Postgres at ${placeOf(url)} is of version ${version}, and this Greenlane knows versions up to ${files.length}. Start the Greenlane that wrote it, or a newer one; nothing was changed.`;
	}
	for (const name of files.slice(version)) await client.query(readFileSync(new URL(name, folder), 'utf8'));
	if (version < files.length) await client.query('UPDATE ledger_version SET version = $1', [files.length]);
	return null;
}

async function holdsSomething(client: pg.Client): Promise<boolean> {
	const { rows } = await client.query<{ count: number }>(
		'SELECT count(*) AS count FROM pg_class WHERE relnamespace = to_regnamespace($1)',
		[schemaName],
	);
	return (rows[0]?.count ?? 0) > 0;
}
