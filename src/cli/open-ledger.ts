import { existsSync } from 'node:fs';
import { readDatabasePath } from '../config.ts';
import type { Ledger } from '../ledger/index.ts';
import { openSqliteLedger } from '../ledger/sqlite.ts';
import { nodeClock, nodeNewId } from '../platform/node.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { reportProblems } from './report-problems.ts';

/**
 * Opens the ledger of `DATABASE_URL`, or the file `db`, also while a server works on it; or says what is wrong. One that
 * is not there is not made.
 */
export async function openLedger(db: string | undefined, io: CliIo): Promise<Ledger | ExitCode> {
	const env = io.environment();
	const config = readDatabasePath(db === undefined ? env : { ...env, DATABASE_URL: `file:${db}` }, {
		readFile: io.readFile,
	});
	if (!config.ok) {
		reportProblems(io, config.problems);
		return exitCodes.wrongUsage;
	}
	const { databasePath } = config;
	if (!existsSync(databasePath)) {
		io.complain(`There is no ledger ${databasePath}; DATABASE_URL says where the server keeps it, or --db.`);
		return exitCodes.couldNotRun;
	}
	const opened = await openSqliteLedger({ path: databasePath, clock: nodeClock, newId: nodeNewId, mode: 'here' });
	if (opened.ok) return opened.ledger;
	io.complain(opened.message);
	return exitCodes.couldNotRun;
}
