import { openLedgerAt } from '../ledger/open-ledger.ts';
import { copyFromSqlite } from '../ledger/postgres/copy-from-sqlite.ts';
import { placeOf } from '../ledger/postgres/postgres-faults.ts';
import { nodeClock, nodeNewId } from '../platform/node.ts';
import { alignColumns } from './align-columns.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { addressOf } from './open-ledger.ts';
import { createProgress } from './progress.ts';

export interface MigrateOptions {
	readonly from: string;
	readonly to?: string;
	readonly json: boolean;
}

/**
 * `greenlane migrate`: a SQLite ledger into Postgres. 0 when all of it stands there, counted and compared; 1 when it was
 * refused, and 3 when a store cannot be read or written. Then nothing stands there, and the file is as it was.
 */
export async function runMigrate({ from, to, json }: MigrateOptions, io: CliIo): Promise<ExitCode> {
	const source = addressOf(from.replace(/^file:/, ''), io, '--from');
	const target = addressOf(to, io, '--to');
	if (typeof source === 'number') return source;
	if (typeof target === 'number') return target;
	if (source.kind !== 'file' || target.kind !== 'postgres') {
		io.complain(
			'A ledger moves from a file to Postgres: --from file:greenlane.db --to postgres://user:password@host/greenlane.',
		);
		return exitCodes.wrongUsage;
	}
	// Opening brings both to the shape of this build, and says what is wrong with one that is missing, foreign or newer.
	for (const [address, mustExist] of [[source, true] as const, [target, false] as const]) {
		const opened = await openLedgerAt(address, { clock: nodeClock, newId: nodeNewId, mode: 'here', mustExist });
		if (!opened.ok) {
			io.complain(opened.message);
			return exitCodes.couldNotRun;
		}
		await opened.ledger.close();
	}
	const place = placeOf(target.url);
	const progress = createProgress(io, nodeClock, 1);
	try {
		const copied = await copyFromSqlite(source.path, target.url, nodeClock.now(), (done, of) =>
			progress.show(of === 0 ? 1 : done / of, `${done} of ${of} rows`),
		);
		progress.end();
		if (json) io.print(JSON.stringify({ from: source.path, to: place, ...copied }, null, '\t'));
		switch (copied.kind) {
			case 'copied':
				if (json) return exitCodes.good;
				io.print(`All of ${source.path} is in Postgres at ${place}, and reads the same:`);
				for (const line of alignColumns(
					copied.tables.map(({ table, rows, hash }) => [table, `${rows} rows`, hash.slice(0, 12)]),
				)) {
					io.print(line);
				}
				io.print('Start the servers with that DATABASE_URL, and put the file away: nothing may go on with it.');
				return exitCodes.good;
			case 'in-use':
				io.complain(
					`A server is at work on ${source.path}, or was a moment ago (${copied.leases} ${copied.leases === 1 ? 'lease' : 'leases'}, the last of which ends in ${Math.ceil(copied.overInMs / 1_000)} s). Stop all servers, wait for so long, and try again; nothing was copied.`,
				);
				return exitCodes.failed;
			case 'not-empty':
				io.complain(
					`Postgres at ${place} holds a ledger already: there are rows in ${copied.table}. Name an empty database; nothing was copied.`,
				);
				return exitCodes.failed;
			case 'differs':
				io.complain(
					`What Postgres at ${place} gives back of ${copied.table} is not what was written, so nothing was kept. Run \`greenlane backup\` to see whether the file is sound.`,
				);
				return exitCodes.failed;
		}
	} catch (error) {
		progress.end();
		io.complain(
			`The ledger could not be copied, and nothing of it was kept: ${error instanceof Error ? error.message : 'unknown'}.`,
		);
		return exitCodes.couldNotRun;
	}
}
