import { dayOf, monthIn } from '../cases/calendar.ts';
import { makeStatement, type Statement } from '../evidence/statement.ts';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';

export interface MonthStatement extends Statement {
	/** `YYYY-MM` */
	readonly month: string;
	/** The month is not over. */
	readonly running: boolean;
	/** When it was counted, ms since the epoch. */
	readonly countedAt: number;
}

/** The certainty of the statements that pages and API give; the command gives any. */
const certainty = 0.95;
const monthName = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/** Of a month by its name, or of the one that `now` is in. Null when the name is none, or of a month that has not begun. */
export async function statementOf(
	{ ledger, view }: Pick<AppDeps, 'ledger' | 'view'>,
	name: string | undefined,
	now: number,
): Promise<MonthStatement | null> {
	const timeZone = view?.timeZone ?? 'UTC';
	const current = dayOf(now, timeZone).slice(0, 7);
	const month = name ?? current;
	if (!monthName.test(month) || month > current || month < '2000-01') return null;
	const [since, until] = monthIn(month, timeZone);
	const statement = makeStatement(await fromStore(ledger.passedBetween(since, until)), certainty);
	return { month, running: month === current, countedAt: now, ...statement };
}

/** The month so many after another one. */
export function monthAfter(month: string, by: number): string {
	const [year = 0, number = 0] = month.split('-').map(Number);
	return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}
