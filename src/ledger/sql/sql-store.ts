import type { SqlValue } from './statement.ts';
import type { BoundStatement } from './statements.ts';

/** A row as SQLite and D1 give it. */
export type Row = Readonly<Record<string, SqlValue>>;

export interface BatchResult {
	/** For each statement its rows; of a statement that answers none, none. */
	readonly rows: readonly (readonly Row[])[];
	/** The store's clock at which the batch ran, ms since the epoch: what stood for `:now` in it. */
	readonly now: number;
}

/**
 * What the ledger asks of a SQL database, small enough for D1: a fixed batch of statements, all or nothing, durable when
 * it resolves. Rejects when the store fails; nothing of the batch is written then.
 */
export interface SqlStore {
	run(batch: readonly BoundStatement[]): Promise<BatchResult>;
	close(): Promise<void>;
}
