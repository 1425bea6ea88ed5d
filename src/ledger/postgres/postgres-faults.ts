import pg from 'pg';

/**
 * What a failure means for the transaction in which it came.
 *
 * - `refused`: one statement was refused, for what it holds; without it the others would have been done.
 * - `broken`: the connection or the server failed; nothing says that it was the fault of a statement.
 * - `hopeless`: the same, and trying again at once would fail again, or wait as long.
 */
export type Fault = 'refused' | 'broken' | 'hopeless';

/** Classes of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const refusals = new Set(['0A', '21', '22', '23', '42', '44', '54', 'P0']);
/** A timeout of ours, a full disk, no memory, no rights, a wrong password, no such database. */
const hopeless = new Set(['57014', '53100', '53200', '28000', '28P01', '3D000']);

export function readFault(error: unknown): Fault {
	if (!(error instanceof pg.DatabaseError) || error.code === undefined) return 'broken';
	if (hopeless.has(error.code)) return 'hopeless';
	return refusals.has(error.code.slice(0, 2)) ? 'refused' : 'broken';
}

/** In one line and without what was bound: the server's message, or that of the network. */
export function describeFault(error: unknown): string {
	if (error instanceof AggregateError && error.errors.length > 0) return describeFault(error.errors[0]);
	const said = error instanceof Error ? error.message : 'unknown';
	const code = error instanceof Error && 'code' in error ? String(error.code) : '';
	return (said === '' ? code : said).split('\n', 1)[0] ?? 'unknown';
}

const remedies: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'Check that Postgres runs there and takes connections over TCP.',
	ENOTFOUND: 'Check the name of the host.',
	'28P01': 'Check user and password.',
	'28000': 'Check user and password, and pg_hba.conf.',
	'3D000': 'Make the database first: createdb, or CREATE DATABASE.',
	'42501': 'This user may not make a schema in the database: GRANT CREATE ON DATABASE, or have it made.',
	'53300': 'Postgres takes no more connections; each process of Greenlane needs five.',
};

/** `host:port/database`: an address without user and password. */
export function placeOf(url: string): string {
	const { host, pathname } = new URL(url);
	return `${host}${pathname}`;
}

/** One line for a person: that the ledger cannot be opened, why, and what to do about it. */
export function explainOpening(url: string, error: unknown): string {
	const inner = error instanceof AggregateError ? error.errors[0] : error;
	const code = inner instanceof Error && 'code' in inner ? String(inner.code) : '';
	const remedy = remedies[code] ?? 'Check DATABASE_URL, and that Postgres runs.';
	return `The ledger in Postgres at ${placeOf(url)} cannot be opened: ${describeFault(error)}. ${remedy}`;
}
