import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { createD1Ledger } from '../../src/ledger/d1.ts';
import type { D1StoreOptions } from '../../src/ledger/d1-store.ts';
import type { Ledger } from '../../src/ledger/types.ts';
import { createHandClock, createIds, type LedgerUnderTest } from '../ledger/ledger-under-test.ts';

/** The calls that the store makes. */
export type Database = D1StoreOptions['database'];

let migrated: Promise<void> | null = null;

/** The database of a file of tests, with the tables of `src/ledger/migrations`. */
export async function migratedDatabase(): Promise<D1Database> {
	migrated ??= applyD1Migrations(env.LEDGER, env.MIGRATIONS);
	await migrated;
	return env.LEDGER;
}

/** Removes what a test has written. */
export async function emptyTables(): Promise<void> {
	const { results } = await env.LEDGER.prepare(
		`SELECT name FROM sqlite_schema
		WHERE type = 'table' AND name NOT IN ('heartbeat', 'd1_migrations') AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'`,
	).all<{ readonly name: string }>();
	await env.LEDGER.batch([
		env.LEDGER.prepare('PRAGMA defer_foreign_keys = ON'),
		...results.map(({ name }) => env.LEDGER.prepare(`DELETE FROM ${name}`)),
	]);
}

export interface D1UnderTest extends LedgerUnderTest {
	readonly ledger: Ledger;
	/** How long the store has slept between tries, one by one. */
	readonly slept: number[];
}

/** A ledger on the real database, by a clock that is moved by hand, whose store waits for nothing. Empties it at its end. */
export async function openD1(
	through: (database: Database) => Database = (database) => database,
	over: Partial<D1StoreOptions> = {},
): Promise<D1UnderTest> {
	const clock = createHandClock();
	const slept: number[] = [];
	const ledger = createD1Ledger({
		database: through(await migratedDatabase()),
		clock: {
			// Its time-out is asked for with a signal; a pause between two tries without.
			sleep: (ms, signal) => {
				if (signal !== undefined) return new Promise(() => undefined);
				slept.push(ms);
				return Promise.resolve();
			},
		},
		random: () => 0.5,
		newId: createIds(),
		clockSql: () => String(clock.now()),
		...over,
	});
	const close = async () => {
		await ledger.close();
		await emptyTables();
	};
	return { ledger: { ...ledger, close }, clock, slept };
}
