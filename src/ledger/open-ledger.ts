import type { Clock } from '../platform/index.ts';
import type { OpenedLedger } from './types.ts';

/** Structurally what the configuration gives: the ledger does not know where that comes from. */
export type LedgerAddress =
	| { readonly kind: 'file'; readonly path: string }
	| { readonly kind: 'postgres'; readonly url: string };

export interface OpenOptions {
	readonly clock: Clock;
	readonly newId: () => string;
	/** Of a file: where the database lives; see `SqliteOptions`. */
	readonly mode?: 'thread' | 'here';
	/** What is not there yet is not made. */
	readonly mustExist?: boolean;
}

/**
 * Opens the ledger, wherever it is. Each kind is loaded when it is asked for: who keeps a file needs no client of Postgres,
 * and a command starts sooner.
 */
export async function openLedgerAt(address: LedgerAddress, options: OpenOptions): Promise<OpenedLedger> {
	const { clock, newId, mode, mustExist = false } = options;
	if (address.kind === 'postgres') {
		const { openPostgresLedger } = await import('./postgres.ts');
		return await openPostgresLedger({ url: address.url, clock, newId, mustExist });
	}
	const { openSqliteLedger } = await import('./sqlite.ts');
	return await openSqliteLedger({
		path: address.path,
		clock,
		newId,
		mustExist,
		...(mode === undefined ? {} : { mode }),
	});
}
