import { hash } from 'node:crypto';
import type { Clock } from '../platform/index.ts';
import { connect } from './postgres/postgres-connection.ts';
import { explainOpening } from './postgres/postgres-faults.ts';
import { migrate } from './postgres/postgres-migrations.ts';
import { createPostgresStore } from './postgres/postgres-store.ts';
import { createSqlLedger } from './sql/create-sql-ledger.ts';
import type { OpenedLedger } from './types.ts';

export interface PostgresOptions {
	/** `postgres://user:password@host:port/database` */
	readonly url: string;
	/** For waiting between tries, not for instants: these are the server's, one clock for all processes. */
	readonly clock: Pick<Clock, 'sleep'>;
	readonly newId: () => string;
	/** Instants in place of the server's clock, ms. */
	readonly now?: () => number;
	/** A database without a ledger is refused, and left as it is. */
	readonly mustExist?: boolean;
}

/** Opens the ledger in a Postgres database, in a schema of its own. Never rejects for what a user can mend. */
export async function openPostgresLedger(options: PostgresOptions): Promise<OpenedLedger> {
	const { url, clock, newId, now, mustExist = false } = options;
	try {
		const client = await connect(url);
		try {
			const refusal = await migrate(client, url, mustExist);
			if (refusal !== null) return { ok: false, message: refusal };
		} finally {
			await client.end().catch(() => undefined);
		}
	} catch (error) {
		return { ok: false, message: explainOpening(url, error) };
	}
	const store = createPostgresStore({ url, clock, ...(now === undefined ? {} : { now }) });
	return { ok: true, ledger: createSqlLedger(store, newId, (text) => hash('sha256', text, 'hex')) };
}
