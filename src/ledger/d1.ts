import { createHash } from 'node:crypto';
import { createD1Store, type D1StoreOptions } from './d1-store.ts';
import { createSqlLedger } from './sql/create-sql-ledger.ts';
import type { Ledger } from './types.ts';

export interface D1Options extends D1StoreOptions {
	readonly newId: () => string;
}

/**
 * The ledger in a D1 database, whose migrations (`src/ledger/migrations`) `wrangler d1 migrations apply` has applied. Opens
 * nothing, so that a Worker may make one for each request; closing it only ends its use.
 */
export function createD1Ledger({ newId, ...options }: D1Options): Ledger {
	return createSqlLedger(createD1Store(options), newId, (text) =>
		createHash('sha256').update(text, 'utf8').digest('hex'),
	);
}
