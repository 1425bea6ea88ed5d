import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

const folder = new URL('./migrations/', import.meta.url);

/**
 * Brings a ledger to this build's shape, each numbered file in a transaction of its own. Safe when several processes
 * start at once: whoever comes second finds it done.
 *
 * @returns null, or what the user must hear when the ledger is newer than this build; nothing was changed then
 */
export function migrate(database: DatabaseSync): string | null {
	const files = readdirSync(folder)
		.filter((name) => /^\d{4}-.*\.sql$/.test(name))
		.sort();
	const version = () => Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
	if (version() > files.length) {
		return `The ledger is of version ${version()}, and this Greenlane knows versions up to ${files.length}. Start the Greenlane that wrote it, or a newer one; nothing was changed.`;
	}
	for (const [index, name] of files.entries()) {
		if (version() > index) continue;
		database.exec('BEGIN IMMEDIATE');
		try {
			if (version() === index) {
				database.exec(readFileSync(new URL(name, folder), 'utf8'));
				database.exec(`PRAGMA user_version = ${index + 1}`);
			}
			database.exec('COMMIT');
		} catch (error) {
			database.exec('ROLLBACK');
			throw error;
		}
	}
	return null;
}
