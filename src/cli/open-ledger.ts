import { type DatabaseAddress, readDatabaseAddress } from '../config.ts';
import type { Ledger } from '../ledger/index.ts';
import { openLedgerAt } from '../ledger/open-ledger.ts';
import { nodeClock, nodeNewId } from '../platform/node.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { reportProblems } from './report-problems.ts';

/** Where the ledger is: `db`, a file or an address of Postgres, or what `DATABASE_URL` says. Complains of a wrong one. */
export function addressOf(db: string | undefined, io: CliIo, option = '--db'): DatabaseAddress | ExitCode {
	const env = io.environment();
	const url = db === undefined || /^postgres(?:ql)?:/.test(db) ? db : `file:${db}`;
	const config = readDatabaseAddress(url === undefined ? env : { ...env, DATABASE_URL: url }, {
		readFile: io.readFile,
	});
	if (config.ok) return config.database;
	reportProblems(io, config.problems, db === undefined ? undefined : option);
	return exitCodes.wrongUsage;
}

/**
 * Opens the ledger of `DATABASE_URL`, or the one that `db` names, also while a server works on it; or says what is wrong.
 * One that is not there is not made.
 */
export async function openLedger(db: string | undefined, io: CliIo): Promise<Ledger | ExitCode> {
	const address = addressOf(db, io);
	if (typeof address === 'number') return address;
	const opened = await openLedgerAt(address, { clock: nodeClock, newId: nodeNewId, mode: 'here', mustExist: true });
	if (opened.ok) return opened.ledger;
	io.complain(opened.message);
	return exitCodes.couldNotRun;
}
