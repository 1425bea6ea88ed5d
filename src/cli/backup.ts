import { existsSync, statSync } from 'node:fs';
import { backUpSqlite } from '../ledger/sqlite-backup.ts';
import { nodeClock } from '../platform/node.ts';
import { alignColumns } from './align-columns.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { codeOf, taken } from './new-file.ts';
import { addressOf, openLedger } from './open-ledger.ts';
import { createProgress } from './progress.ts';

export interface BackupOptions {
	readonly out: string;
	readonly db?: string;
	readonly json: boolean;
}

/** `greenlane backup`: 0 when a sound copy stands there, 1 when the copy is not sound, 3 when a file cannot be read or written. */
export async function runBackup({ out, db, json }: BackupOptions, io: CliIo): Promise<ExitCode> {
	const address = addressOf(db, io);
	if (typeof address === 'number') return address;
	if (address.kind === 'postgres') {
		io.complain(
			'The ledger is in Postgres, which has tools of its own for this, also while a server works: pg_dump --schema=greenlane.',
		);
		return exitCodes.wrongUsage;
	}
	if (existsSync(out)) {
		io.complain(taken(out));
		return exitCodes.couldNotRun;
	}
	// Says what is wrong with one that is missing, foreign or newer.
	const ledger = await openLedger(db, io);
	if (typeof ledger === 'number') return ledger;
	await ledger.close();
	const total = statSync(address.path).size;
	const progress = createProgress(io, nodeClock, total);
	try {
		const copied = await backUpSqlite(address.path, out, (done, of) =>
			progress.show((total * done) / of, `${done} of ${of} pages`),
		);
		progress.end();
		if (json) io.print(JSON.stringify({ out, ...copied }, null, '\t'));
		if (copied.kind === 'unsound') {
			io.complain(
				`The copy is not sound, so it was not kept; the ledger itself may be damaged. ${copied.faults.join('; ')}`,
			);
			return exitCodes.failed;
		}
		if (!json) {
			io.print(`A sound copy is in ${out}:`);
			for (const line of alignColumns(Object.entries(copied.rows).map(([name, count]) => [name, `${count} rows`]))) {
				io.print(line);
			}
		}
		return exitCodes.good;
	} catch (error) {
		progress.end();
		io.complain(
			`${out} cannot be written (${codeOf(error)}): there must be a folder, and room for as much as the ledger.`,
		);
		return exitCodes.couldNotRun;
	}
}
