import type { Page } from '../types.ts';
import { number } from './rows.ts';
import type { Row } from './sql-store.ts';

/** A cursor is the order number of the last item, so that a page stays where it is while rows are added. */
export function toSeq(before: string | undefined): number {
	return before !== undefined && /^\d{1,15}$/.test(before) ? Number(before) : Number.MAX_SAFE_INTEGER;
}

/** @param rows one more than a page when there is a next one */
export function toPage<T>(rows: readonly Row[], limit: number, to: (row: Row) => T): Page<T> {
	const shown = rows.slice(0, limit);
	const last = shown.at(-1);
	return {
		items: shown.map(to),
		next: rows.length > limit && last !== undefined ? String(number(last, 'seq')) : null,
	};
}
