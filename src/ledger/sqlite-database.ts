import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Batch, Outcome } from './group-commit.ts';
import type { Row } from './sql/sql-store.ts';
import { type BoundStatement, type StatementName, statements, valuesAt } from './sql/statements.ts';
import { explainOpening } from './sqlite-faults.ts';
import { migrate, refuseForeign } from './sqlite-migrations.ts';

export interface SqliteDatabase {
	/**
	 * Runs a group of batches in one transaction, so that they share one flush to disk. One that fails is undone alone.
	 * Throws when the transaction as a whole cannot be had; nothing is durable then.
	 */
	runGroup(group: readonly Batch[], now: number): readonly Outcome[];
	/** Moves what the log holds into the file, as far as no other process is reading it, and closes. */
	close(): void;
}

export type OpenedDatabase =
	| { readonly ok: true; readonly database: SqliteDatabase }
	/** What the user must hear. */
	| { readonly ok: false; readonly message: string };

/** Opens a SQLite file with what durability asks for: WAL and `synchronous=FULL`. A file that is refused is not changed. */
export function openDatabase(path: string): OpenedDatabase {
	let database: DatabaseSync | null = null;
	try {
		database = new DatabaseSync(path, { timeout: 5_000 });
		const refusal = refuseForeign(database, path);
		if (refusal !== null) {
			database.close();
			return { ok: false, message: refusal };
		}
		database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
		migrate(database);
		return { ok: true, database: createDatabase(database) };
	} catch (error) {
		if (database?.isOpen === true) database.close();
		return { ok: false, message: explainOpening(path, error) };
	}
}

function createDatabase(database: DatabaseSync): SqliteDatabase {
	const prepared = new Map<StatementName, StatementSync>();
	const begin = database.prepare('BEGIN IMMEDIATE');
	const commit = database.prepare('COMMIT');
	const rollback = database.prepare('ROLLBACK');
	const save = database.prepare('SAVEPOINT one');
	const release = database.prepare('RELEASE one');
	const undo = database.prepare('ROLLBACK TO one');

	function runStatement(bound: BoundStatement, now: number): readonly Row[] {
		let statement = prepared.get(bound.name);
		if (statement === undefined) {
			statement = database.prepare(statements[bound.name].sql);
			prepared.set(bound.name, statement);
		}
		return statement.all(...valuesAt(bound, now)) as unknown as readonly Row[];
	}

	const runBatch = (batch: Batch, now: number): Outcome =>
		attempt(() => ({ ok: true, rows: batch.map((bound) => runStatement(bound, now)) }));

	/** A statement that fails undoes itself, its triggers' work included: only several together need a savepoint. */
	function runAlone(batch: Batch, now: number): Outcome {
		if (batch.length === 1) return runBatch(batch, now);
		save.run();
		const outcome = runBatch(batch, now);
		if (!outcome.ok && database.isTransaction) undo.run();
		if (database.isTransaction) release.run();
		return outcome;
	}

	return {
		runGroup(group, now) {
			const writes = group.some((batch) => batch.some(({ name }) => statements[name].writes));
			if (!writes) return group.map((batch) => runBatch(batch, now));
			begin.run();
			try {
				const outcomes: Outcome[] = [];
				for (const batch of group) {
					const outcome = runAlone(batch, now);
					// A full disk and the like end the whole transaction: what follows would run outside of any.
					if (!outcome.ok && !database.isTransaction) throw new Error(outcome.message);
					outcomes.push(outcome);
				}
				commit.run();
				return outcomes;
			} catch (error) {
				if (database.isTransaction) rollback.run();
				throw error;
			}
		},
		close() {
			database.close();
		},
	};
}

function attempt(work: () => Outcome): Outcome {
	try {
		return work();
	} catch (error) {
		return { ok: false, message: error instanceof Error ? error.message : 'unknown' };
	}
}
