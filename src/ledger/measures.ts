import type { CaseState } from '../core/lifecycle/index.ts';

/**
 * One thing that was counted from the first day on. A total only ever grows, and outlives the rows that it counts; the
 * cases by state alone go up and down.
 *
 * - `case`: `name` is the state that so many cases are in.
 * - `decision`: `name` is the outcome (`complete`, `review`, `audit`, `braked`) of so many stored decisions.
 * - `rule`: `subject` is a rule, `name` its mode and its outcome in so many decisions, like `live:complete`.
 * - `reason`: `name` is the code of a reason for which so many decisions left a task to a person.
 * - `attempt`: `name` is the verdict on so many attempts to complete.
 */
export interface Total {
	readonly measure: 'case' | 'decision' | 'rule' | 'reason' | 'attempt';
	readonly subject: string;
	readonly name: string;
	readonly count: number;
}

/** How things stand. Instants are milliseconds since the epoch, by the store's clock. */
export interface Measures {
	readonly at: number;
	readonly totals: readonly Total[];
	/** Cases in `waiting`, by what they wait for. */
	readonly waiting: ReadonlyMap<string, number>;
	/** Of the states in which a case is on its way: when the oldest case in it was opened. */
	readonly oldest: ReadonlyMap<CaseState, number>;
	/** Events ever accepted, duplicates not counted. */
	readonly eventsAccepted: number;
	/** When the last event came, or a task was found without one; null: never. */
	readonly lastArrivalAt: number | null;
}

/** A case in `needs_human` that nobody has marked as handled. */
export interface UnhandledCase {
	readonly caseId: string;
	readonly taskId: string;
	readonly projectId: string;
	readonly reason: string | null;
}

/** What metrics and alerts ask. Nothing here reads more of the ledger than what is on its way now. */
export interface LedgerMeasures {
	measures(): Promise<Measures>;
	/** Newest first. */
	unhandled(limit: number): Promise<readonly UnhandledCase[]>;
	/** For each stretch of time (the end excluded) the quarters of an hour in which a case was opened. */
	busyQuarters(stretches: readonly { readonly since: number; readonly until: number }[]): Promise<readonly number[]>;
	/** Reasons over the cases opened in the stretch, to the hour; most frequent first. */
	reasonsBetween(
		since: number,
		until: number,
		limit: number,
	): Promise<readonly { readonly code: string; readonly count: number }[]>;
	/**
	 * Changes a setting from what it is thought to be, null for absent. False when it was otherwise: somebody else was first,
	 * and nothing was written.
	 */
	swapSetting(key: string, from: string | null, to: string | null): Promise<boolean>;
	/** Settings whose key begins so, by key. */
	settingsUnder(prefix: string): Promise<ReadonlyMap<string, string>>;
}
