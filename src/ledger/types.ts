import type { CaseState } from '../core/lifecycle/index.ts';
import type { TaskRef } from '../core/task/index.ts';
import type { LedgerEvidence, NewLabel } from './evidence.ts';
import type { LedgerMeasures } from './measures.ts';
import type { OwnReads } from './own-reads-setting.ts';
import type { CaseProgress, CaseRecord, EventRecord, NewDecision, NewEvent } from './records.ts';
import type { LedgerQueries, LedgerReports } from './reports.ts';
import type { LedgerRetention } from './retention.ts';

export type { TaskRef } from '../core/task/index.ts';
export type * from './evidence.ts';
export type * from './measures.ts';
export type * from './records.ts';
export type * from './reports.ts';
export type * from './retention.ts';

/**
 * What Greenlane remembers. Every operation is one atomic step that is durable when its promise resolves, needs no
 * interactive transaction (D1 has none), and judges time by the store's own clock: durations go in, instants come out
 * (milliseconds since the epoch). No operation ever sees document text.
 *
 * All operations reject only when the store itself fails; expected outcomes are values.
 */
export interface Ledger
	extends EventLedger,
		CaseLedger,
		CompletionLedger,
		ControlLedger,
		LedgerQueries,
		LedgerReports,
		LedgerMeasures,
		LedgerEvidence,
		LedgerRetention {
	/** Throws when the store cannot be written. For `/readyz`. */
	ping(): Promise<void>;
	close(): Promise<void>;
}

// Events ------------------------------------------------------------------------------------------------------------

export type Accepted =
	| { readonly status: 'accepted'; readonly eventId: string }
	/** Known already; what is open because of it has been woken again. */
	| { readonly status: 'duplicate'; readonly eventId: string }
	| { readonly status: 'ignored'; readonly eventId: string };

export interface EventClaim {
	readonly event: EventRecord;
	readonly fence: number;
	/** The store's clock at the time of the claim. */
	readonly now: number;
}

export type EventResult =
	/**
	 * The event's tasks, all of them. For each, an open case is woken or a new one opened. With `onlyUnknown` (list poll)
	 * a task that has any case, open or ended, is left alone.
	 */
	| {
			readonly kind: 'located';
			readonly tasks: readonly TaskRef[];
			readonly uploadId: string | null;
			readonly onlyUnknown?: boolean;
	  }
	/** Wakes the open cases of the upload; opens none. For "processed" events. */
	| { readonly kind: 'observed'; readonly uploadId: string }
	| { readonly kind: 'unresolvable'; readonly reason: string }
	| { readonly kind: 'ignored'; readonly reason: string }
	| { readonly kind: 'again'; readonly inMs: number; readonly reason: string }
	| { readonly kind: 'dead'; readonly reason: string };

export interface EventLedger {
	/** Durable when it resolves. An id that is known with another digest is another event and is stored as `<id>~<digest start>`. */
	accept(event: NewEvent): Promise<Accepted>;
	/** Claims due events, oldest first: fence raised, leased for `leaseMs`. */
	claimDueEvents(limit: number, leaseMs: number): Promise<readonly EventClaim[]>;
	claimEvent(eventId: string, leaseMs: number): Promise<EventClaim | null>;
	/** Events and cases change in one step. False when the claim was lost to somebody else. */
	finishEvent(claim: EventClaim, result: EventResult): Promise<boolean>;
	/** Puts an event that is `dead`, `unresolvable` or `ignored` back to work. False when it is none of these. With `by`, kept as that operator's act. */
	redeliver(eventId: string, by?: string): Promise<boolean>;
	/**
	 * For the list poll: opens cases for those of the tasks that have no case, open or ended; how many were opened. Where the
	 * list says at which step a task is, one whose cases have all ended at other steps is new as well, and one that was left
	 * to a person at another step is woken. An empty `stepType`: the list does not say.
	 */
	openUnknown(
		teamId: string,
		tasks: readonly (TaskRef & { readonly stepType: string })[],
		uploadId: string | null,
	): Promise<number>;
}

// Cases -------------------------------------------------------------------------------------------------------------

export interface CaseClaim {
	readonly case: CaseRecord;
	readonly fence: number;
	/** The store's clock at the time of the claim. */
	readonly now: number;
	readonly around: Surroundings;
	/**
	 * Set by whoever read the case's task for the first time under this claim: the next decision or move that is written
	 * under it binds the case to its step in the same write, unless it is bound already. Its visit is one more than the last
	 * of that task and step.
	 */
	readonly firstRead?: FirstRead;
}

/** What the first read of a case's task showed. */
export interface FirstRead {
	readonly stepType: string;
	/** What that read showed is kept in it, so that a change is seen even after a crash. */
	readonly progress: CaseProgress;
}

/**
 * What a step has to know besides the case itself, as it stood when the case was claimed: all of it comes with the claim.
 * It may have changed since; whatever must not be missed, the intent looks at anew.
 */
export interface Surroundings {
	/** The serving revision; null before there was one. */
	readonly serving: string | null;
	/** Everything, or the case's project. */
	readonly paused: boolean;
	/** Of the case's project. */
	readonly closedGates: ReadonlySet<GateKind>;
	/** Ids of rules. */
	readonly brakes: ReadonlySet<string>;
	/** What is kept of the rules, by the keys of `rule-state-setting.ts`. */
	readonly ruleStates: ReadonlyMap<string, string>;
	/** The revision under which the case's decision was made; null without one, or when it is no longer kept. */
	readonly decidedUnder: string | null;
	/** What `probe` found; see `ownReadsSetting`. */
	readonly ownReads: OwnReads;
	/** The newest day on which a completion counted in the case's project; null: none ever. */
	readonly newestDay: { readonly day: string; readonly completions: number } | null;
	/** Of this case, oldest first. */
	readonly attempts: readonly AttemptRecord[];
	/**
	 * When the last event came that said that the case's task, or the whole upload that it belongs to, was done (ms since the
	 * epoch); null when none did. A task that is in review after that has been reopened, even if no visit of it was ever seen.
	 */
	readonly processedAt: number | null;
	/** Other visits of the task, at whatever step, that have ended; oldest first. */
	readonly endedVisits: readonly EndedVisit[];
}

/** How another visit of the same task ended. */
export interface EndedVisit {
	readonly caseId: string;
	readonly stepType: string;
	readonly visit: number;
	readonly state: CaseState;
	readonly reason: string | null;
	readonly endedAt: number;
}

export interface Move {
	readonly state: CaseState;
	readonly reason: string | null;
	/** Come back after so many ms; null: only when woken. An event that came during the claim brings it back at once all the same. */
	readonly dueInMs: number | null;
	readonly progress?: CaseProgress;
	/** Opens a case for the task's next step in the same write (only with a terminal state). */
	readonly openNext?: boolean;
	/**
	 * What a look at the decided task found, in the same write. Nothing of it is written for a case for which anything was
	 * sent. The first truth stands; it takes the place of what was unresolved.
	 */
	readonly label?: NewLabel;
	/** Keys of `heldOutKey` whose counts rise by one, in the same write. */
	readonly heldOut?: readonly string[];
	/** Verdict on an attempt, in the same write. */
	readonly attempt?: { readonly id: string; readonly verdict: AttemptVerdict };
}

export interface CaseLedger {
	claimDueCases(limit: number, leaseMs: number): Promise<readonly CaseClaim[]>;
	/** Null when it is leased to somebody else or does not exist. Claims whether due or not. */
	claimCase(caseId: string, leaseMs: number): Promise<CaseClaim | null>;
	/** Gives the claim back unchanged; due again after `dueInMs`, or as it was when null. */
	releaseCase(claim: CaseClaim, dueInMs: number | null): Promise<void>;
	/**
	 * False when the claim was lost, when `mayMove` forbids it, or when it would make a case `completing`, which the intent
	 * alone does: nothing is written then. Ends the claim. Binds the case to its step where the claim brings a first read.
	 */
	transition(claim: CaseClaim, move: Move): Promise<boolean>;
	/**
	 * Stores a decision and points the case at it. With a move: in the same write, and the claim ends; without: the claim
	 * goes on. Binds the case to its step before, where the claim brings a first read: a decision knows step and visit.
	 */
	recordDecision(claim: CaseClaim, decision: NewDecision, move: Move | null): Promise<boolean>;
	/** Earliest `due_at` over events and cases that nobody holds, by the store's clock, as a duration from now; null when nothing is due ever. */
	nextDueInMs(): Promise<number | null>;
	/** `retry`: a case in `review`, `waiting` or `needs_human` without unresolved attempt is judged from the start; audit cases are refused. With `by`, kept as that operator's act. */
	retryCase(caseId: string, by?: string): Promise<'retried' | 'unknown-case' | 'audit' | 'unresolved' | 'not-open'>;
	/** `leave`: a case that is not in flight is left to a person for good. With `by`, kept as that operator's act. */
	leaveCase(caseId: string, by?: string): Promise<'left' | 'unknown-case' | 'in-flight' | 'ended'>;
}

// Completion --------------------------------------------------------------------------------------------------------

export interface Intent {
	readonly attemptId: string;
	readonly decisionId: string;
	readonly fingerprint: string;
	/** Calendar day in the configured time zone, for the day counter. */
	readonly day: string;
	/** Most completions per project and day; null: none. */
	readonly dailyLimit: number | null;
	/** POST timeout plus margin. */
	readonly leaseMs: number;
	/** Never resend before this long after an attempt whose outcome is unknown. */
	readonly unknownWaitMs: number;
	readonly maxSends: number;
}

export type IntentRefusal =
	| 'claim-lost'
	/** The case is not in a state from which it may be completed, or its decision does not allow it. */
	| 'not-completable'
	| 'rules-changed'
	| 'paused'
	| 'gate-closed'
	| 'braked'
	| 'limit'
	| 'sends-exhausted'
	/** An earlier attempt is not accounted for, or its waiting time is not over. */
	| 'unresolved'
	/** An event for the task or its upload came after the last attempt: the task may be at another step. */
	| 'new-event';

export type IntentResult =
	| { readonly granted: true; readonly attemptId: string; readonly sends: number; readonly at: number }
	| { readonly granted: false; readonly reason: IntentRefusal };

/** What came back from a POST, before anybody interprets it. */
export type RawOutcome =
	| { readonly kind: 'status'; readonly status: number }
	/** No connection was ever made. */
	| { readonly kind: 'never-connected'; readonly code: string }
	/** Timeout, reset, or the process that sent it died. */
	| { readonly kind: 'no-answer'; readonly code: string };

/** `not-sent` and `refused-before-work` give back the send and the day's count. */
export type AttemptVerdict = 'taken' | 'not-sent' | 'refused-before-work' | 'refused' | 'unknown' | 'done-by-unknown';

export interface AttemptRecord {
	readonly id: string;
	readonly caseId: string;
	readonly decisionId: string;
	readonly fingerprint: string;
	readonly intendedAt: number;
	readonly raw: RawOutcome | null;
	readonly answeredAt: number | null;
	readonly verdict: AttemptVerdict | null;
}

export interface CompletionLedger {
	/**
	 * The intent: one conditional write. Granted only if the claim's fence is held and its lease not over, the case is
	 * `located` or `waiting` (or `verifying`, for a resend), its decision is `complete`, not withheld and made under the
	 * serving revision, neither everything nor the project is paused, both gates of the project are open, no brake is on a
	 * rule of the decision, the day's count is below the limit, fewer than `maxSends` were sent, no attempt of the case
	 * lacks a verdict, none with verdict `unknown` is younger than `unknownWaitMs`, and no event for the task or upload
	 * arrived since the last `unknown` one. In the same write: the attempt is stored, the case is `completing`, its lease
	 * renewed to `leaseMs`, sends and day count raised by one.
	 */
	recordIntent(claim: CaseClaim, intent: Intent): Promise<IntentResult>;
	/** Stores what came back. By attempt id, whoever holds the case now: a fact is a fact. Idempotent; the first one stands. */
	recordOutcome(attemptId: string, raw: RawOutcome): Promise<void>;
	attemptsOf(caseId: string): Promise<readonly AttemptRecord[]>;
}

// Controls ----------------------------------------------------------------------------------------------------------

export type GateKind = 'read' | 'complete';

export interface GateRecord {
	readonly projectId: string;
	readonly kind: GateKind;
	readonly closedAt: number;
	readonly reason: string;
}

export interface PauseRecord {
	/** A project, or `*` for all. */
	readonly scope: string;
	readonly by: string;
	readonly at: number;
	/** In the operator's words, when they gave any. */
	readonly why?: string;
}

export interface BrakeRecord {
	readonly ruleId: string;
	readonly by: string;
	readonly at: number;
}

export interface ControlLedger {
	/** Makes a revision the serving one and stores its content. An intent under another revision is refused from then on. */
	serve(revision: string, logicRevision: string, canonical: string): Promise<void>;
	serving(): Promise<string | null>;
	pause(scope: string, by: string, why?: string): Promise<void>;
	/** Lifts the pause, opens the scope's complete gates, and wakes what waited for either. */
	resume(scope: string, by: string, why?: string): Promise<void>;
	pauses(): Promise<readonly PauseRecord[]>;
	closeGate(projectId: string, kind: GateKind, reason: string): Promise<void>;
	/** Opens it and wakes what waited for it; a pause stays. True when it was closed. With `by`, kept as that operator's act. */
	openGate(projectId: string, kind: GateKind, by?: string, why?: string): Promise<boolean>;
	gates(): Promise<readonly GateRecord[]>;
	/** While the read gate is closed one case at a time may try: true for the first that asks in every `everyMs`. */
	takeProbe(projectId: string, everyMs: number): Promise<boolean>;
	/**
	 * Stops a rule: the intent refuses any decision that rests on it. `by` is an operator, or `brakeItself`, which takes over
	 * from an operator; else the first stands.
	 */
	setBrake(ruleId: string, on: boolean, by: string, why?: string): Promise<void>;
	brakes(): Promise<ReadonlySet<string>>;
	/** The same with who set them, and when (ms since the epoch). */
	brakesSet(): Promise<readonly BrakeRecord[]>;
	setting(key: string): Promise<string | null>;
	setSetting(key: string, value: string): Promise<void>;
	completionsOn(projectId: string, day: string): Promise<number>;
}

export type OpenedLedger =
	| { readonly ok: true; readonly ledger: Ledger }
	/** What the user must hear: it cannot be opened, is none of ours, or is newer than this build. */
	| { readonly ok: false; readonly message: string };
