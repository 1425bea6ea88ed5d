import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Row } from './sql/sql-store.ts';
import { type BoundStatement, type StatementName, statements, valuesAt } from './sql/statements.ts';
import { migrate } from './sqlite-migrations.ts';

export type Batch = readonly BoundStatement[];

/** What became of one batch of a group. Plain data: it travels from a thread. */
export type Outcome =
	| { readonly ok: true; readonly rows: readonly (readonly Row[])[] }
	| { readonly ok: false; readonly message: string };

export interface SqliteDatabase {
	/**
	 * Runs a group of batches in one transaction, so that they share one flush to disk. Each has a savepoint of its own: one
	 * that fails is undone alone. Throws when the transaction as a whole cannot be had; nothing is durable then.
	 */
	runGroup(group: readonly Batch[], now: number): readonly Outcome[];
	/** How many transactions were committed. */
	commits(): number;
	close(): void;
}

export type OpenedDatabase =
	| { readonly ok: true; readonly database: SqliteDatabase }
	/** What the user must hear. */
	| { readonly ok: false; readonly message: string };

/** Opens a SQLite file with what durability asks for: WAL and `synchronous=FULL`. */
export function openDatabase(path: string): OpenedDatabase {
	let database: DatabaseSync | null = null;
	try {
		database = new DatabaseSync(path);
		database.exec(
			'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;',
		);
		const refusal = migrate(database);
		if (refusal !== null) {
			database.close();
			return { ok: false, message: refusal };
		}
		return { ok: true, database: createDatabase(database) };
	} catch (error) {
		database?.close();
		const why = error instanceof Error ? error.message : 'unknown reason';
		return {
			ok: false,
			message: `The ledger ${path} cannot be opened: ${why}. Check DATABASE_URL, the folder and its rights.`,
		};
	}
}

function createDatabase(database: DatabaseSync): SqliteDatabase {
	const prepared = new Map<StatementName, StatementSync>();
	const [begin, commit, rollback, save, release, undo] = [
		...['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK', 'SAVEPOINT one', 'RELEASE one', 'ROLLBACK TO one'],
	].map((sql) => database.prepare(sql)) as [
		StatementSync,
		StatementSync,
		StatementSync,
		StatementSync,
		StatementSync,
		StatementSync,
	];
	let commits = 0;

	function runStatement(bound: BoundStatement, now: number): readonly Row[] {
		let statement = prepared.get(bound.name);
		if (statement === undefined) {
			statement = database.prepare(statements[bound.name].sql);
			prepared.set(bound.name, statement);
		}
		// Rows come with a null prototype, which does not travel: they are copied.
		return statement.all(...valuesAt(bound, now)).map((row) => ({ ...row }) as Row);
	}

	const runBatch = (batch: Batch, now: number): Outcome => ({
		ok: true,
		rows: batch.map((bound) => runStatement(bound, now)),
	});

	return {
		runGroup(group, now) {
			const writes = group.some((batch) => batch.some(({ name }) => statements[name].writes));
			if (!writes) return group.map((batch) => attempt(() => runBatch(batch, now)));
			begin.run();
			try {
				const outcomes = group.map((batch) => {
					save.run();
					const outcome = attempt(() => runBatch(batch, now));
					if (!outcome.ok) undo.run();
					release.run();
					return outcome;
				});
				commit.run();
				commits += 1;
				return outcomes;
			} catch (error) {
				if (database.isTransaction) rollback.run();
				throw error;
			}
		},
		commits: () => commits,
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
