import { closeSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';

export type Backup =
	| { readonly kind: 'kept'; readonly rows: Readonly<Record<string, number>> }
	/** The copy did not pass `PRAGMA integrity_check` or `foreign_key_check`; it was thrown away. */
	| { readonly kind: 'unsound'; readonly faults: readonly string[] };

/** Pages between two looks at the clock: 4 MiB. */
const pagesAtOnce = 1_000;

/**
 * Copies a SQLite ledger that others may write meanwhile, by SQLite's own online backup, and looks over the copy before
 * it is put in its place. Rejects when a file cannot be read or written; then nothing stands at `to`.
 *
 * @param onProgress told how many pages are copied, of how many
 */
export async function backUpSqlite(
	from: string,
	to: string,
	onProgress: (done: number, of: number) => void = () => {},
): Promise<Backup> {
	const partial = `${to}.partial-${process.pid}`;
	const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
	try {
		// Made beforehand so that it is nobody else's to read.
		closeSync(openSync(partial, 'wx', 0o600));
		await backup(source, partial, {
			rate: pagesAtOnce,
			progress: ({ totalPages, remainingPages }) => onProgress(totalPages - remainingPages, totalPages),
		});
		const checked = lookOver(partial);
		if (checked.kind === 'unsound') return checked;
		const file = openSync(partial, 'r+');
		fsyncSync(file);
		closeSync(file);
		// Unlike a rename, a link never takes the place of a file that is there.
		linkSync(partial, to);
		return checked;
	} finally {
		source.close();
		for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${partial}${suffix}`, { force: true });
	}
}

function lookOver(path: string): Backup {
	const copy = new DatabaseSync(path);
	try {
		// One file, complete without a log beside it.
		copy.exec('PRAGMA journal_mode = DELETE');
		const sound = copy.prepare('PRAGMA integrity_check').all();
		const faults = sound.map(({ integrity_check: line }) => String(line)).filter((line) => line !== 'ok');
		const strays = copy.prepare('PRAGMA foreign_key_check').all();
		if (strays.length > 0) faults.push(`${strays.length} rows refer to rows that are not there`);
		if (faults.length > 0) return { kind: 'unsound', faults: faults.slice(0, 5) };
		const tables = copy
			.prepare(
				`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
			)
			.all()
			.map(({ name }) => String(name));
		const rows = tables.map((name): [string, number] => {
			const [{ count } = { count: 0 }] = copy.prepare(`SELECT count(*) AS count FROM "${name}"`).all();
			return [name, Number(count)];
		});
		return { kind: 'kept', rows: Object.fromEntries(rows) };
	} finally {
		copy.close();
	}
}
