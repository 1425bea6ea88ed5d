import type { CaseState } from '../core/lifecycle/index.ts';
import type { CaseRecord, DecisionRecord, EventRecord, EventStatus, KeptContent } from './records.ts';

// Queries -----------------------------------------------------------------------------------------------------------

export interface Page<T> {
	readonly items: readonly T[];
	/** Hand it in as `before`, or `after` where the list goes forward in time, for the next page; null at the end. */
	readonly next: string | null;
}

export interface DecisionFilter {
	readonly projectId?: string;
	readonly taskId?: string;
	readonly outcome?: 'complete' | 'review';
	readonly limit: number;
	readonly before?: string;
}

export interface EventFilter {
	readonly status?: EventStatus;
	readonly limit: number;
	readonly before?: string;
}

export interface LedgerCounts {
	readonly events: Readonly<Record<EventStatus, number>>;
	readonly cases: Readonly<Record<CaseState, number>>;
}

export interface LedgerQueries {
	/** Milliseconds since the epoch by the store's clock. */
	now(): Promise<number>;
	getEvent(id: string): Promise<EventRecord | null>;
	listEvents(filter: EventFilter): Promise<Page<EventRecord>>;
	getCase(id: string): Promise<CaseRecord | null>;
	/** All visits of a task, oldest first. */
	casesOfTask(projectId: string, taskId: string): Promise<readonly CaseRecord[]>;
	getDecision(id: string): Promise<DecisionRecord | null>;
	/**
	 * What the document of a decision said, as it was sealed; null when nothing was kept, or not within the last `keepMs`.
	 * With `by`, kept as that operator's act.
	 */
	contentOf(decisionId: string, keepMs: number, by?: string): Promise<KeptContent | null>;
	listDecisions(filter: DecisionFilter): Promise<Page<DecisionRecord>>;
	/** The canonical content of rules that serve or have served; null for a revision that never did here. */
	rulesOf(revision: string): Promise<string | null>;
	counts(): Promise<LedgerCounts>;
}

// Reports -----------------------------------------------------------------------------------------------------------

/** How a case stands: its state, with those apart that were completed and nobody knows by whom. */
export type Standing = CaseState | 'completed-by-unknown';

/** An interval of time, ms since the epoch, the end excluded. */
export interface Between {
	readonly since: number;
	readonly until: number;
}

/**
 * Something that stands in the decision of a case: the code of a reason (see `Reason`), `applied:<rule>`,
 * `passed:<rule>`, or `shadow:<rule>:<condition>` for a condition of a shadow rule that did not hold.
 */
export interface MarkTally {
	readonly mark: string;
	/** Cases in whose decision it stands. */
	readonly count: number;
	/** Of these, where it is the only reason. */
	readonly alone: number;
}

export interface InFlightTally {
	readonly state: CaseState;
	readonly reason: string | null;
	readonly count: number;
	/** When the oldest of them was opened. */
	readonly oldest: number;
}

/** Each is counted no further than `countedUpTo`: there may be more. */
export interface Troubles {
	readonly countedUpTo: number;
	/** Cases in `needs_human` that nobody has marked as handled. */
	readonly needsHuman: number;
	readonly events: {
		/** Not worked on yet. */
		readonly accepted: number;
		readonly ignored: number;
		readonly unresolvable: number;
		readonly dead: number;
		/** Delivered more than once. */
		readonly duplicates: number;
	};
	/** When the newest event came; null: none ever. */
	readonly lastReceivedAt: number | null;
}

/** A case with what was decided about it. */
export interface CaseOverview extends CaseRecord {
	readonly decision: Pick<DecisionRecord, 'outcome' | 'withheld' | 'firstReason' | 'rules' | 'decidedAt'> | null;
	/** When somebody dealt with it after it needed a person; null: nobody yet, or it never did. */
	readonly handledAt: number | null;
	readonly handledBy: string | null;
	/** When its decisions went, since they were old or its task was forgotten; null: they are kept. */
	readonly prunedAt: number | null;
}

export interface CaseFilter {
	/** Any of these; all when left out. */
	readonly states?: readonly CaseState[];
	readonly projectId?: string;
	/** All of these stand in its decision; see `MarkTally`. */
	readonly marks?: readonly string[];
	/** When it was opened. */
	readonly opened?: Between;
	/** Of the case, its task, or one of its decisions; what is found by it must fit the other filters too. */
	readonly id?: string;
	readonly limit: number;
	readonly before?: string;
}

export interface OperatorAct {
	readonly at: number;
	readonly act: 'retry' | 'leave' | 'handled' | 'redeliver' | 'reload' | 'enqueue' | 'view';
	readonly by: string;
}

export interface ControlChange {
	readonly at: number;
	readonly change: 'pause' | 'resume' | 'brake' | 'unbrake' | 'open-gate';
	/** A project, `*`, or the rule that was braked. */
	readonly scope: string;
	readonly by: string;
	readonly why: string | null;
}

/**
 * What the pages ask, and what an operator does there. Answers come from tallies that are kept with what they count, and
 * from walks along an index that are bounded, so that they are quick however long the ledger grows.
 */
export interface LedgerReports {
	/** For each interval how the cases stand that were opened in it. Intervals begin and end at a quarter of an hour. */
	tallies(
		days: readonly Between[],
		projectId: string | null,
	): Promise<readonly Readonly<Partial<Record<Standing, number>>>[]>;
	/** Over the cases opened since the hour of `since`, most frequent first. */
	marks(since: number, projectId: string | null): Promise<readonly MarkTally[]>;
	/** Cases that are on their way: `located`, `waiting`, `completing`, `verifying`. */
	inFlight(): Promise<readonly InFlightTally[]>;
	troubles(): Promise<Troubles>;
	/**
	 * Newest first. Filters that hardly anything fits may give a page with few items, or none, and a `next` all the same: the
	 * search goes on there.
	 */
	listCases(filter: CaseFilter): Promise<Page<CaseOverview>>;
	caseOverview(caseId: string): Promise<CaseOverview | null>;
	/**
	 * Cases that will be completed unless something changes, soonest first: what waits out its hold, a quiet time, a pause, a
	 * gate, the day's limit.
	 */
	upcoming(limit: number, after?: string): Promise<Page<CaseOverview>>;
	/** Oldest first. */
	decisionsOf(caseId: string): Promise<readonly DecisionRecord[]>;
	/** What operators did to a case or an event, oldest first; under a revision, who had the rules read again. */
	actsOn(id: string): Promise<readonly OperatorAct[]>;
	/** `handled`: somebody dealt with a case in `needs_human`. */
	handleCase(caseId: string, by: string): Promise<'handled' | 'unknown-case' | 'not-waiting-for-a-person'>;
	/** Keeps who handed in the tasks of an event, before it is accepted: an act that came to nothing is kept as well. */
	noteEnqueue(eventId: string, by: string): Promise<void>;
	/** Keeps who had the rules read again, and the revision that served after it. */
	noteReload(revision: string, by: string): Promise<void>;
	/** Puts the oldest events of a status that came within the interval back to work, at most `most`; how many these were. */
	redeliverBetween(
		status: 'dead' | 'unresolvable' | 'ignored',
		between: Between,
		most: number,
		by: string,
	): Promise<number>;
	/** Events that were delivered more than once, newest first. */
	listRepeatedEvents(filter: { readonly limit: number; readonly before?: string }): Promise<Page<EventRecord>>;
	servingSince(): Promise<{ readonly revision: string; readonly since: number } | null>;
	/** By project; one that is not in it has none. */
	completionsByProject(day: string): Promise<ReadonlyMap<string, number>>;
	/** Newest first. */
	controlChanges(limit: number): Promise<readonly ControlChange[]>;
}
