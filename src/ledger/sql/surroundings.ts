import { toOwnReads } from '../own-reads-setting.ts';
import type { GateKind, Surroundings } from '../types.ts';
import { number, text, toAttempt, toEndedVisit } from './rows.ts';
import type { Row } from './sql-store.ts';

type Numbered = readonly (readonly [seq: number, row: Row])[];

/** Postgres has a type for yes and no, and gives null for an empty list. */
interface Told {
	readonly serving: string | null;
	readonly paused: number | boolean;
	readonly gates: readonly GateKind[] | null;
	readonly brakes: readonly string[] | null;
	readonly rule_states: readonly (readonly [key: string, value: string])[] | null;
	readonly own_reads: string | null;
	readonly decided_under: string | null;
	readonly day: Row | null;
	readonly attempts: Numbered | null;
	readonly processed_at: number | null;
	readonly visits: Numbered | null;
}

/** What `surroundingsSql` told. */
export function toSurroundings(row: Row): Surroundings {
	const told = JSON.parse(text(row, 'around')) as Told;
	return {
		serving: told.serving,
		paused: Boolean(told.paused),
		closedGates: new Set(told.gates ?? []),
		brakes: new Set(told.brakes ?? []),
		ruleStates: new Map(told.rule_states ?? []),
		decidedUnder: told.decided_under,
		ownReads: toOwnReads(told.own_reads),
		newestDay: told.day === null ? null : { day: text(told.day, 'day'), completions: number(told.day, 'count') },
		attempts: inOrder(told.attempts ?? []).map(toAttempt),
		processedAt: told.processed_at,
		endedVisits: inOrder(told.visits ?? []).map(toEndedVisit),
	};
}

function inOrder(rows: Numbered): readonly Row[] {
	return rows.toSorted(([a], [b]) => a - b).map(([, row]) => row);
}
