import type { Json } from '../core/json.ts';
import type { CaseState } from '../core/lifecycle/index.ts';

export type EventSource = 'webhook' | 'api' | 'cli' | 'list';
export type EventKind = 'in_review' | 'processed' | 'other';

export interface NewEvent {
	/** The sender's id of the event, stable over redeliveries; a fresh one where the sender gives none. */
	readonly id: string;
	readonly source: EventSource;
	readonly kind: EventKind;
	/** The event's name as the sender spelled it, cut to 64 characters of `[\w.:-]`. */
	readonly name: string;
	readonly teamId: string;
	readonly projectId: string;
	readonly uploadId: string | null;
	readonly taskIds: readonly string[];
	/** Why it is only recorded and never worked on (`other-event`, `other-project`, ...); null for an event to work on. */
	readonly ignored: string | null;
	/** SHA-256 of what the event says, to tell a redelivery from another event under the same id. */
	readonly digest: string;
}

export type EventStatus = 'accepted' | 'ignored' | 'located' | 'unresolvable' | 'dead';

export interface EventRecord extends Omit<NewEvent, 'taskIds'> {
	readonly taskIds: readonly string[];
	readonly status: EventStatus;
	/** Why it has this status. */
	readonly reason: string | null;
	readonly receivedAt: number;
	readonly dueAt: number | null;
	readonly tries: number;
	/** How often it was delivered again. */
	readonly duplicates: number;
	readonly fence: number;
}

/** What a case carries from one step to the next; written as a whole, never queried. No document text. */
export interface CaseProgress {
	/** Fingerprint at the first read that showed `REVIEWING`. */
	readonly firstFingerprint?: string;
	/** Reads in a row that found no task. */
	readonly misses?: number;
	/** When a state was first seen or begun, by the store's clock. */
	readonly processingSince?: number;
	readonly malformedSince?: number;
	readonly heldSince?: number;
	readonly refusedSince?: number;
	readonly settleTries?: number;
	readonly leftReview?: boolean;
	/** Our own reads of this task, by the API's clock, newest last (at most 8): an opening close to one of them is ours. */
	readonly ownReads?: readonly number[];
	/** The latest opening seen that was a person's, by the API's clock. */
	readonly personOpenedAt?: number;
	/**
	 * An opening that a later read showed close to one of ours: a person's, or one that our read made. The task waits for it
	 * as for a person's, once.
	 */
	readonly maybeOpenedAt?: number;
	/** The first read in review showed an opening of its own making, so that an earlier one cannot be known. */
	readonly openingHidden?: boolean;
	/** First of the two reads that a resend needs: when, by the store's clock. */
	readonly verifiedAt?: number;
	readonly confirmations?: number;
	/** Reads in a row that could not be made, or calls that were refused before any work. */
	readonly failures?: number;
	readonly followUps?: number;
	readonly exportFailed?: boolean;
	/** When the case was left to a person, by the store's clock and by that of the API. */
	readonly leftAt?: number;
	readonly leftReadAt?: number;
	/** `wakes` at the last look: more of them are news. */
	readonly seenWakes?: number;
}

export interface CaseRecord {
	readonly id: string;
	readonly teamId: string;
	readonly projectId: string;
	readonly taskId: string;
	/** Empty until the task was first read. */
	readonly stepType: string;
	/** 1, 2, ...; 0 until the task was first read. */
	readonly visit: number;
	readonly state: CaseState;
	readonly reason: string | null;
	readonly dueAt: number | null;
	readonly uploadId: string | null;
	/** The event that opened it; null when the list call or a settled step did. */
	readonly eventId: string | null;
	readonly decisionId: string | null;
	/** Completions sent in this visit, refused-before-work ones not counted. */
	readonly sends: number;
	readonly progress: CaseProgress;
	/** Raised by every event for the task. */
	readonly wakes: number;
	readonly fence: number;
	readonly leaseUntil: number | null;
	/** When it was last taken over from a holder that had died; null: never. What that one had read and not written is lost. */
	readonly abandonedAt: number | null;
	readonly openedAt: number;
	readonly updatedAt: number;
}

export interface NewDecision {
	readonly id: string;
	readonly outcome: 'complete' | 'review';
	readonly withheld: 'audit' | 'braked' | null;
	/** Code of the first reason, for lists; null when the outcome is `complete`. */
	readonly firstReason: string | null;
	readonly revision: string;
	readonly logicRevision: string;
	readonly version: string;
	readonly fingerprint: string;
	/** Ids of the live rules that apply. */
	readonly rules: readonly string[];
	/** The redacted decision. */
	readonly body: Json;
	/** Per element: id, kind, entity, page, confidence, keyed hash. */
	readonly elements: Json;
	/** What the document said, sealed; only where it is asked for that it is kept. */
	readonly sealedContent?: string;
}

/** What a document said, sealed by a key that the ledger does not have. */
export interface KeptContent {
	readonly sealed: string;
	readonly storedAt: number;
}

export interface DecisionRecord extends Omit<NewDecision, 'sealedContent'> {
	readonly caseId: string;
	readonly projectId: string;
	readonly taskId: string;
	readonly stepType: string;
	readonly visit: number;
	readonly decidedAt: number;
}
