import type { SqlStatement, SqlValue } from './sql/statement.ts';

/** Milliseconds since the epoch by the database's own clock, the same throughout one statement. */
export const d1ClockSql = "CAST(round(unixepoch('now', 'subsec') * 1000) AS INTEGER)";

/** A statement as D1 takes it: the time is not bound but read where the statement runs. */
export interface D1Statement {
	/** @param clockSql an expression for the time, in ms */
	sql(clockSql: string): string;
	/** What is to be bound, of the values in the order of the statement's names. */
	values(values: readonly SqlValue[]): readonly SqlValue[];
}

/** D1 may keep a request waiting for a minute before it runs: the time at which it was asked would be long past. */
export function toD1Statement({ sql, nowAt }: SqlStatement): D1Statement {
	if (nowAt === -1) return { sql: () => sql, values: (values) => values };
	// Parameters are numbered without a gap, as D1 counts them.
	const pieces = sql.split(new RegExp(`\\?${nowAt + 1}(?!\\d)`)).map(closeGap);
	return {
		sql: (clockSql) => pieces.join(clockSql),
		values: (values) => values.toSpliced(nowAt, 1),
	};

	function closeGap(piece: string): string {
		return piece.replace(/\?(\d+)/g, (_match, digits: string) => {
			const at = Number(digits);
			return `?${at > nowAt + 1 ? at - 1 : at}`;
		});
	}
}
