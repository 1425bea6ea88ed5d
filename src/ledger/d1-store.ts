import type { D1Database, D1PreparedStatement, D1Result } from '@cloudflare/workers-types';
import type { Clock, Random } from '../platform/index.ts';
import { describeFault, readFault } from './d1-faults.ts';
import { repeatOf } from './d1-repeats.ts';
import { type D1Statement, d1ClockSql, toD1Statement } from './d1-statements.ts';
import type { BatchResult, Row, SqlStore } from './sql/sql-store.ts';
import type { SqlStatement, SqlValue } from './sql/statement.ts';
import { type BoundStatement, statements } from './sql/statements.ts';

/** What D1 says of one batch: statements, rows that were read and written, and how long the database took. */
export interface D1Usage {
	readonly statements: number;
	readonly rowsRead: number;
	readonly rowsWritten: number;
	readonly durationMs: number;
}

export interface D1StoreOptions {
	/** Without a session: every query goes to the primary, so that nothing old is ever read. */
	readonly database: Pick<D1Database, 'prepare' | 'batch'>;
	/** For waiting between tries, not for instants: these are the database's. */
	readonly clock: Pick<Clock, 'sleep'>;
	readonly random: Random;
	/** An expression in SQL for the time in ms; the database's own clock when left out. */
	readonly clockSql?: () => string;
	/** How long one try may take; 5,000 when left out. */
	readonly timeoutMs?: number;
	/** Told after each batch that was done. */
	readonly onUsage?: (usage: D1Usage) => void;
}

/** Tries of one batch in all. */
const mostTries = 3;
/** Pauses between tries are random up to this, doubled for each. */
const firstPauseMs = 100;
const defaultTimeoutMs = 5_000;
/** Of a text and of a row, in UTF-8: https://developers.cloudflare.com/d1/platform/limits/ */
const mostBytes = 2_000_000;

/** A statement, one of the ledger's or one that confirms one, and the values for its names. */
interface Bound {
	readonly statement: SqlStatement;
	readonly values: readonly SqlValue[];
}

const d1Statements = new Map<SqlStatement, D1Statement>();

function formOf(statement: SqlStatement): D1Statement {
	const known = d1Statements.get(statement);
	if (known !== undefined) return known;
	const form = toD1Statement(statement);
	d1Statements.set(statement, form);
	return form;
}

/**
 * The ledger's SQL on D1, a batch as one call, which D1 runs as one transaction. D1 fails now and then by itself: what it did
 * not begin is tried again, and so is what may have been done when doing it twice does no more and it can be found out how the
 * first time ended. Anything else rejects. Bounded: three tries of five seconds.
 */
export function createD1Store(options: D1StoreOptions): SqlStore {
	const { database, clock, random, clockSql = () => d1ClockSql, timeoutMs = defaultTimeoutMs, onUsage } = options;
	let closed = false;

	const prepare = ({ statement, values }: Bound): D1PreparedStatement => {
		const form = formOf(statement);
		return database.prepare(form.sql(clockSql())).bind(...form.values(values));
	};

	/** Rejects with what D1 said, or when the time is over; what D1 does then is not known. */
	const tryOnce = async (batch: readonly Bound[]): Promise<readonly D1Result<Row>[]> => {
		const over = new AbortController();
		const timeout = clock.sleep(timeoutMs, over.signal).then(() => {
			throw new Error(`no answer within ${timeoutMs} ms`);
		});
		try {
			return await Promise.race([database.batch<Row>(batch.map(prepare)), timeout]);
		} finally {
			over.abort();
			timeout.catch(() => undefined);
		}
	};

	return {
		async run(batch) {
			if (closed) throw new Error('the ledger is closed');
			for (const one of batch) refuseTooLarge(one);
			const asked: readonly Bound[] = batch.map(({ name, values }) => ({ statement: statements[name], values }));
			const repeats = batch.map(({ name }) => repeatOf(name));
			const confirming = repeats.flatMap((repeat, index) => {
				const bound = asked[index];
				return typeof repeat === 'string' || bound === undefined ? [] : [{ index, ...rebind(repeat, bound) }];
			});
			let mayBeDone = false;
			for (let tries = 1; ; tries += 1) {
				try {
					const results = await tryOnce(mayBeDone ? [...asked, ...confirming] : asked);
					onUsage?.(usageOf(results));
					const rows = results.map((result) => result.results);
					return confirmed(rows.slice(0, batch.length), confirming, rows.slice(batch.length));
				} catch (error) {
					const fault = readFault(error);
					const mayRepeat = fault === 'untouched' || (fault === 'unknown' && !repeats.includes('other'));
					if (!mayRepeat || tries === mostTries) throw new Error(`the ledger failed: ${describeFault(error)}`);
					mayBeDone ||= fault === 'unknown';
					await clock.sleep(random() * firstPauseMs * 2 ** (tries - 1));
				}
			}
		},
		async close() {
			closed = true;
		},
	};
}

/** What D1 runs on one machine takes more than what it runs elsewhere. No row of the ledger is more than what is bound to it. */
function refuseTooLarge({ name, values }: BoundStatement): void {
	const texts = values.filter((value) => typeof value === 'string');
	const units = texts.reduce((sum, text) => sum + text.length, 0);
	if (units * 3 <= mostBytes) return;
	const encoder = new TextEncoder();
	const bytes = texts.reduce((sum, text) => sum + encoder.encode(text).length, 0);
	if (bytes > mostBytes) throw new Error(`the ledger failed: ${name} holds ${bytes} bytes, and D1 takes ${mostBytes}`);
}

/** The statement that confirms another, with that one's values. */
function rebind(confirming: SqlStatement, { statement, values }: Bound): Bound {
	return {
		statement: confirming,
		values: confirming.names.map((name) => values[statement.names.indexOf(name)] ?? null),
	};
}

/** Where a statement found nothing left to do, the answer is that of the run that did it. */
function confirmed(
	rows: BatchResult,
	confirming: readonly { readonly index: number }[],
	confirmations: BatchResult,
): BatchResult {
	return rows.map((own, index) => {
		const at = confirming.findIndex((one) => one.index === index);
		return own.length > 0 || at === -1 ? own : (confirmations[at] ?? own);
	});
}

function usageOf(results: readonly D1Result<Row>[]): D1Usage {
	const sum = (of: (meta: D1Result['meta']) => number) => results.reduce((total, { meta }) => total + of(meta), 0);
	return {
		statements: results.length,
		rowsRead: sum((meta) => meta.rows_read),
		rowsWritten: sum((meta) => meta.rows_written),
		durationMs: sum((meta) => meta.duration),
	};
}
