import type pg from 'pg';
import type { Clock } from '../../platform/index.ts';
import { type Batch, createGroupCommit, type GroupRunner, type Outcome } from '../group-commit.ts';
import type { BatchResult, SqlStore } from '../sql/sql-store.ts';
import { statements, valuesAt } from '../sql/statements.ts';
import { connect, createPool, locks, makeReady, runPrepared } from './postgres-connection.ts';
import { describeFault, type Fault, readFault } from './postgres-faults.ts';

export interface PostgresStoreOptions {
	readonly url: string;
	/** For waiting between tries. */
	readonly clock: Pick<Clock, 'sleep'>;
	/** Instants in place of the server's own clock, which is the same for all processes. */
	readonly now?: () => number;
}

/** Connections that only read; another one writes. */
const readers = 4;
/** Pauses before the second try, the third, and so on: a server that starts anew is away for a second or two. */
const pausesMs = [50, 250, 1_000, 2_000];

/**
 * The ledger's SQL on Postgres. Whoever writes has the ledger for himself, as on SQLite, so that what an operation looks at
 * is what it changes, whatever other processes do: one lock, taken first in each transaction, and batches that come
 * together share a transaction and its flush to disk. Reads wait for nobody.
 */
export function createPostgresStore({ url, clock, now }: PostgresStoreOptions): SqlStore {
	const pool = createPool(url, readers);
	const soon = (work: () => void) => void setImmediate(work);
	const writing = createGroupCommit(createWriter(url, clock, now), { now: now ?? Date.now }, soon);
	let closed = false;

	return {
		async run(batch) {
			if (batch.some(({ name }) => statements[name].writes)) return await writing.run(batch);
			if (closed) throw new Error('the ledger is closed');
			const once = async (): Promise<Try<BatchResult>> => {
				try {
					return { done: await read(pool, batch, now?.() ?? null) };
				} catch (error) {
					return { failed: error, fault: readFault(error) };
				}
			};
			return await withTries(clock, once).catch((error: Error) => {
				throw new Error(`the ledger failed: ${error.message}`);
			});
		},
		async close() {
			if (closed) return;
			closed = true;
			await writing.close();
			await pool.end();
		},
	};
}

type Try<T> = { readonly done: T } | { readonly failed: unknown; readonly fault: Fault | 'unknown' };

class Failed extends Error {
	readonly fault: Fault | 'unknown';

	constructor(failed: unknown, fault: Fault | 'unknown') {
		super(describeFault(failed));
		this.fault = fault;
	}
}

/** @throws Failed with what the last try said */
async function withTries<T>(clock: Pick<Clock, 'sleep'>, once: () => Promise<Try<T>>): Promise<T> {
	for (let tries = 0; ; tries += 1) {
		const result = await once();
		if ('done' in result) return result.done;
		const pause = pausesMs[tries];
		if (result.fault !== 'broken' || pause === undefined) throw new Failed(result.failed, result.fault);
		await clock.sleep(pause);
	}
}

/** Several statements see the ledger as of one moment. */
async function read(pool: pg.Pool, batch: Batch, now: number | null): Promise<BatchResult> {
	const client = await pool.connect();
	let broken = true;
	try {
		await makeReady(client);
		const together = batch.length > 1;
		if (together) await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
		const asksForTime = batch.some(({ name }) => statements[name].nowAt !== -1);
		const at = Math.floor(now ?? (asksForTime ? await serverTime(client) : 0));
		const rows: BatchResult[number][] = [];
		for (const bound of batch) {
			rows.push(await runPrepared(client, bound.name, statements[bound.name], valuesAt(bound, at)));
		}
		if (together) await client.query('COMMIT');
		broken = false;
		return rows;
	} finally {
		// One that failed in the middle of something is not used again.
		client.release(broken);
	}
}

const timeSql = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now';

/** Ms since the epoch, by the one clock that all processes share. */
async function serverTime(client: pg.ClientBase): Promise<number> {
	const { rows } = await client.query<{ now: number }>(`SELECT ${timeSql}`);
	const [told] = rows;
	if (told === undefined) throw new Error('the server did not tell the time');
	return told.now;
}

interface Begun {
	/** Of the transaction. */
	readonly id: string;
	readonly now: number;
}

/** Runs groups on a connection of its own, which is made anew when it broke. */
function createWriter(url: string, clock: Pick<Clock, 'sleep'>, now: (() => number) | undefined): GroupRunner {
	let connection: pg.Client | null = null;

	async function drop(): Promise<void> {
		const broken = connection;
		connection = null;
		await broken?.end().catch(() => undefined);
	}

	/** The lock is had before anything is looked at, and the time is read once it is had. */
	async function begin(client: pg.Client): Promise<Begun> {
		await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${locks.writing})`);
		const { rows } = await client.query<{ id: string; now: number }>(
			`SELECT pg_current_xact_id()::text AS id, ${timeSql}`,
		);
		const [begun] = rows;
		if (begun === undefined) throw new Error('a transaction could not be begun');
		return { id: begun.id, now: now === undefined ? begun.now : Math.floor(now()) };
	}

	/** What a transaction came to whose commit nobody heard of. The server remembers it for as long as we ask. */
	async function whatBecameOf(id: string): Promise<'committed' | 'aborted' | 'unknown'> {
		for (const pause of pausesMs) {
			try {
				connection ??= await connect(url, { pipeline: true });
				const { rows } = await connection.query<{ status: string | null }>(
					'SELECT pg_xact_status($1::xid8) AS status',
					[id],
				);
				const status = rows[0]?.status;
				if (status === 'committed' || status === 'aborted') return status;
			} catch {
				await drop();
			}
			await clock.sleep(pause);
		}
		return 'unknown';
	}

	/** One transaction. A statement that is refused undoes all of it. */
	async function runOnce(group: readonly Batch[]): Promise<Try<readonly Outcome[]>> {
		let begun: Begun | null = null;
		let outcomes: readonly Outcome[] | null = null;
		try {
			connection ??= await connect(url, { pipeline: true });
			const client = connection;
			begun = await begin(client);
			const { now: at } = begun;
			// All are sent before the first is answered.
			const answers = await Promise.all(group.map((batch) => runBatch(client, batch, at)));
			outcomes = answers.map((rows) => ({ ok: true, rows }));
			await client.query('COMMIT');
			return { done: outcomes };
		} catch (error) {
			const fault = readFault(error);
			// Whatever was sent after it was refused as well, and undoing waits for its turn.
			const undone = await connection?.query('ROLLBACK').then(
				() => true,
				() => false,
			);
			if (undone !== true) await drop();
			// Without a COMMIT that was sent nothing was done, whatever broke.
			if (begun === null || outcomes === null) return { failed: error, fault };
			const became = await whatBecameOf(begun.id);
			if (became === 'committed') return { done: outcomes };
			return { failed: error, fault: became === 'aborted' ? fault : 'unknown' };
		}
	}

	const run = (group: readonly Batch[]) => withTries(clock, () => runOnce(group));

	return {
		async run(group) {
			try {
				return await run(group);
			} catch (error) {
				const alone = group.length > 1 && error instanceof Failed && error.fault === 'refused';
				if (!alone) throw error;
			}
			// One of them was refused and undid the others: each for itself, then.
			const outcomes: Outcome[] = [];
			for (const batch of group) {
				try {
					outcomes.push(...(await run([batch])));
				} catch (error) {
					outcomes.push({ ok: false, message: error instanceof Error ? error.message : 'unknown' });
				}
			}
			return outcomes;
		},
		close: drop,
	};
}

/** Rejects with what the first of its statements that failed was told; the others then have failed as well. */
async function runBatch(client: pg.Client, batch: Batch, now: number): Promise<BatchResult> {
	const answers = await Promise.allSettled(
		batch.map((bound) => runPrepared(client, bound.name, statements[bound.name], valuesAt(bound, now))),
	);
	return answers.map((answer) => {
		if (answer.status === 'rejected') throw answer.reason;
		return answer.value;
	});
}
