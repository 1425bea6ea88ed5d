import type { SqlValue } from './statement.ts';
import type { BoundStatement } from './statements.ts';

/** A row as SQLite and D1 give it. */
export type Row = Readonly<Record<string, SqlValue>>;

/** For each statement of a batch its rows; of a statement that answers none, none. */
export type BatchResult = readonly (readonly Row[])[];

/**
 * What the ledger asks of a SQL database, small enough for D1: a fixed batch of statements, all or nothing, durable when
 * it resolves. `:now` is the store's own clock at which it runs, ms since the epoch. Rejects when the store fails: then
 * nothing of the batch is written, or, where the connection to the store broke, nobody knows whether all of it is.
 */
export interface SqlStore {
	run(batch: readonly BoundStatement[]): Promise<BatchResult>;
	close(): Promise<void>;
}
