import type { Database } from './d1-under-test.ts';

export interface Passing {
	/** The texts of its statements. */
	readonly texts: readonly string[];
	/** What it does: its first statement and what is bound to it. The same when it is tried again. */
	readonly does: string;
	/** Runs it in the real database. */
	run(): Promise<D1Result[]>;
}

/** A database in front of which something happens to batches: `pass` runs each, or does not, and answers or rejects. */
export function faulty(database: Database, pass: (passing: Passing) => Promise<D1Result[]>): Database {
	const known = new WeakMap<object, { readonly sql: string; readonly values: readonly unknown[] }>();
	return {
		prepare(sql) {
			const prepared = database.prepare(sql);
			const bind: typeof prepared.bind = (...values) => {
				const bound = prepared.bind(...values);
				known.set(bound, { sql, values });
				return bound;
			};
			return new Proxy(prepared, {
				get: (target, key) => (key === 'bind' ? bind : Reflect.get(target, key, target)),
			});
		},
		batch: (prepared) =>
			pass({
				texts: prepared.map((one) => known.get(one)?.sql ?? ''),
				does: JSON.stringify(prepared.slice(0, 1).map((one) => known.get(one))),
				run: () => database.batch(prepared),
			}) as ReturnType<typeof database.batch<never>>,
	};
}

/** D1's own words, as its documentation lists them. */
export const lost = 'D1_ERROR: Network connection lost.';
export const overloaded = 'D1_ERROR: D1 DB is overloaded. Requests queued for too long.';
