import { dayOf } from '../cases/calendar.ts';
import type { InFlightTally, MarkTally, Standing } from '../ledger/index.ts';
import { type CalendarDay, lastDays } from './calendar-days.ts';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { findTroubles, type Trouble } from './troubles.ts';

/** What became of the tasks that came on some days. A task counts where it came, whenever it was settled. */
export interface Flow {
	readonly received: number;
	readonly completed: number;
	/** Completed while our own answer was lost, and it cannot be told by whom. */
	readonly completedByUnknown: number;
	/** Left to people, or taken by one first. Those that need a person are among them. */
	readonly left: number;
	readonly needsHuman: number;
	/** On their way still. */
	readonly waiting: number;
	/** Not at Send AI any more. */
	readonly gone: number;
	/** Share completed of what is settled, 0..1; null when nothing is. */
	readonly straightThrough: number | null;
}

export interface Summary {
	readonly today: Flow;
	readonly days: readonly (Flow & { readonly day: string })[];
	readonly period: Flow;
	/** What is on its way now, from whatever day. */
	readonly inFlight: readonly InFlightTally[];
	/** Tasks that need a person and that nobody has marked as handled, from whatever day. */
	readonly needsHuman: number;
	readonly troubles: readonly Trouble[];
	/** Reasons for which the period's tasks were left to people, most frequent first. */
	readonly blockers: readonly MarkTally[];
}

export type SummaryDeps = Pick<AppDeps, 'ledger' | 'rules' | 'clock' | 'view'>;

/** The operators' first look: how much goes straight through, why the rest does not, and what is wrong right now. */
export async function summarise(deps: SummaryDeps, count: number, projectId: string | null): Promise<Summary> {
	const { ledger } = deps;
	const timeZone = deps.view?.timeZone ?? 'UTC';
	const now = await fromStore(ledger.now());
	const days = lastDays(now, timeZone, count);
	const [tallies, marks, inFlight, troubles] = await Promise.all([
		fromStore(ledger.tallies(days, projectId)),
		fromStore(ledger.marks(days[0]?.since ?? now, projectId)),
		fromStore(ledger.inFlight()),
		findTroubles(deps, dayOf(now, timeZone)),
	]);
	const flows = days.map(({ day }: CalendarDay, index) => ({ day, ...toFlow([tallies[index] ?? {}]) }));
	return {
		today: toFlow(tallies.slice(-1)),
		days: flows,
		period: toFlow(tallies),
		inFlight,
		needsHuman: troubles.needsHuman,
		troubles: troubles.found,
		blockers: marks.filter(({ mark }) => !/^(?:applied|passed|shadow):/.test(mark)),
	};
}

function toFlow(tallies: readonly Readonly<Partial<Record<Standing, number>>>[]): Flow {
	const sum = (...standings: readonly Standing[]) =>
		tallies.reduce((total, tally) => total + standings.reduce((part, name) => part + (tally[name] ?? 0), 0), 0);
	const completed = sum('completed');
	const completedByUnknown = sum('completed-by-unknown');
	const needsHuman = sum('needs_human');
	const left = sum('review', 'audit', 'refused', 'superseded', 'needs_human');
	const waiting = sum('located', 'waiting', 'completing', 'verifying');
	const gone = sum('gone');
	const settled = completed + completedByUnknown + left;
	return {
		received: settled + waiting + gone,
		completed,
		completedByUnknown,
		left,
		needsHuman,
		waiting,
		gone,
		straightThrough: settled === 0 ? null : completed / settled,
	};
}
