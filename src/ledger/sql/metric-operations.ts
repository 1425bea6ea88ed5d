import type { CaseState } from '../../core/lifecycle/index.ts';
import type { LedgerMeasures, Total } from '../measures.ts';
import { number, numberOrNull, text, textOrNull } from './rows.ts';
import type { Row, SqlStore } from './sql-store.ts';
import { type BoundStatement, bind } from './statements.ts';

const [quarterMs, hourMs] = [900_000, 3_600_000];
const inFlight: readonly CaseState[] = ['located', 'waiting', 'completing', 'verifying'];

export function metricOperations(store: SqlStore): LedgerMeasures {
	const all = async (statement: BoundStatement) => (await store.run([statement]))[0] ?? [];

	return {
		async measures() {
			const rows = await store.run([bind('totals'), bind('countWaiting'), bind('oldestInFlight'), bind('arrivals')]);
			const [totals = [], waiting = [], [oldest] = [], [arrivals] = []] = rows;
			const came = (['event_at', 'case_at'] as const)
				.map((column) => (arrivals === undefined ? null : numberOrNull(arrivals, column)))
				.filter((at) => at !== null);
			return {
				at: arrivals === undefined ? 0 : number(arrivals, 'now'),
				totals: totals.map(toTotal),
				waiting: new Map(waiting.map((row) => [text(row, 'reason'), number(row, 'count')])),
				oldest: new Map(
					inFlight.flatMap((state) => {
						const at = oldest === undefined ? null : numberOrNull(oldest, state);
						return at === null ? [] : [[state, at] as const];
					}),
				),
				eventsAccepted: arrivals === undefined ? 0 : (numberOrNull(arrivals, 'events') ?? 0),
				lastArrivalAt: came.length === 0 ? null : Math.max(...came),
			};
		},
		async unhandled(limit) {
			return (await all(bind('listUnhandled', { limit }))).map((row) => ({
				caseId: text(row, 'id'),
				taskId: text(row, 'task_id'),
				projectId: text(row, 'project_id'),
				reason: textOrNull(row, 'reason'),
			}));
		},
		async busyQuarters(stretches) {
			const quarters = stretches.map(({ since, until }) => [
				Math.floor(since / quarterMs),
				Math.ceil(until / quarterMs),
			]);
			const rows = await all(bind('countBusyQuarters', { stretches: JSON.stringify(quarters) }));
			const byStretch = new Map(rows.map((row) => [number(row, 'stretch'), number(row, 'count')]));
			return stretches.map((_stretch, index) => byStretch.get(index) ?? 0);
		},
		async reasonsBetween(since, until, limit) {
			const hours = { hour: Math.floor(since / hourMs), until_hour: Math.ceil(until / hourMs) };
			const rows = await all(bind('tallyReasons', { ...hours, limit }));
			return rows.map((row) => ({ code: text(row, 'mark'), count: number(row, 'count') }));
		},
		async swapSetting(key, from, to) {
			if (from === null) return to === null || (await all(bind('putSetting', { key, value: to }))).length > 0;
			const was = { key, was: from };
			const changed = to === null ? bind('dropSetting', was) : bind('changeSetting', { ...was, value: to });
			return (await all(changed)).length > 0;
		},
		async settingsUnder(prefix) {
			const rows = await all(bind('settingsUnder', { prefix, beyond: `${prefix}\u{10ffff}` }));
			return new Map(rows.map((row) => [text(row, 'key'), text(row, 'value')]));
		},
	};
}

function toTotal(row: Row): Total {
	return {
		measure: text(row, 'measure') as Total['measure'],
		subject: text(row, 'subject'),
		name: text(row, 'name'),
		count: number(row, 'count'),
	};
}
