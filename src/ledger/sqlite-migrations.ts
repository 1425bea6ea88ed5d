import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

const folder = new URL('./migrations/', import.meta.url);
/** `Grnl` in the file's header says whose it is: https://sqlite.org/pragma.html#pragma_application_id */
const applicationId = 0x47726e6c;

function numberedFiles(): readonly string[] {
	return readdirSync(folder)
		.filter((name) => /^\d{4}-.*\.sql$/.test(name))
		.sort();
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
	return Number(database.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}

/**
 * Whether the file is one that this build may write. Changes nothing.
 *
 * @returns null, or what the user must hear when the file is not a ledger, or one newer than this build
 */
export function refuseForeign(database: DatabaseSync, path: string): string | null {
	const owner = pragma(database, 'application_id');
	const tables = Number(database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.count ?? 0);
	if (owner !== applicationId && (owner !== 0 || tables > 0)) {
		return `${path} is a database of something else, not a ledger of Greenlane. Name another file in DATABASE_URL; nothing was changed.`;
	}
	const version = pragma(database, 'user_version');
	const newest = numberedFiles().length;
	if (version > newest) {
		return `The ledger ${path} is of version ${version}, and this Greenlane knows versions up to ${newest}. Start the Greenlane that wrote it, or a newer one; nothing was changed.`;
	}
	return null;
}

/**
 * Brings a ledger to this build's shape, each numbered file in a transaction of its own. Safe when several processes
 * start at once: whoever comes second finds it done.
 */
export function migrate(database: DatabaseSync): void {
	for (const [index, name] of numberedFiles().entries()) {
		if (pragma(database, 'user_version') > index) continue;
		database.exec('BEGIN IMMEDIATE');
		try {
			if (pragma(database, 'user_version') === index) {
				database.exec(readFileSync(new URL(name, folder), 'utf8'));
				database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${index + 1};`);
			}
			database.exec('COMMIT');
		} catch (error) {
			if (database.isTransaction) database.exec('ROLLBACK');
			throw error;
		}
	}
}
