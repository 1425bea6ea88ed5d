/** What the platform hands in. Nothing below a door reaches for these by itself. */

export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1). */
export type Random = () => number;

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

/** Digests are synchronous on both platforms (`node:crypto` exists on Workers too), which keeps the steps simple. */
export interface Digest {
	/** SHA-256 of UTF-8 text, lower-case hex. */
	sha256(text: string): string;
}

/** Keyed hashes under the first of `SECRET_KEYS`; the keys come from it by HKDF, one for each purpose. */
export interface Keys {
	/** Names the key without revealing it: eight hex digits. */
	readonly keyId: string;
	/** The audit draw: HMAC-SHA256 of `text`, its first 52 bits as a number in [0, 1). */
	draw(text: string): number;
	/** HMAC-SHA256 of `text`, lower-case hex: stored in place of document content. */
	hash(text: string): string;
}

/** Seals what a document says by the first of `SECRET_KEYS`, so that a ledger never holds it in the clear. */
export interface ContentSeal {
	/** @param about the decision that it belongs to: it opens for no other */
	seal(text: string, about: string): string;
	/** Null: sealed by a key that is none of `SECRET_KEYS` any more, for another decision, or changed since. */
	open(sealed: string, about: string): string | null;
}

/** The only fields that may stand in a log line: ids, codes, counts and durations, never document text or secrets. */
export interface LogFields {
	readonly event_id?: string;
	readonly case_id?: string;
	readonly task_id?: string;
	readonly project_id?: string;
	readonly upload_id?: string;
	readonly decision_id?: string;
	readonly attempt_id?: string;
	readonly rule_id?: string;
	readonly revision?: string;
	readonly step?: string;
	readonly state?: string;
	readonly reason?: string;
	readonly code?: string;
	readonly status?: number;
	readonly count?: number;
	readonly duration_ms?: number;
	readonly address?: string;
}

export interface Log {
	info(message: string, fields?: LogFields): void;
	warn(message: string, fields?: LogFields): void;
	error(message: string, fields?: LogFields): void;
}

/** Something that a person must hear of. Kept apart from the log so that a later channel can carry it out of the house. */
export interface Alert {
	/** Stable, kebab-case: `completed-other-data`, `engines-disagree`, `complete-gate-closed`, ... */
	readonly code: string;
	readonly message: string;
	readonly fields?: LogFields;
	/** What an earlier alert with this code told of is over. */
	readonly resolved?: true;
}

export type RaiseAlert = (alert: Alert) => void;

/**
 * Does work inside a span of the trace, if anybody traces. `fields` are what a log line may hold, and so is what the work
 * notes about itself on the way. The work begins before the call returns; its result and its error come out unchanged.
 */
export type Trace = <T>(
	name: string,
	fields: LogFields,
	work: (note: (fields: LogFields) => void) => Promise<T>,
) => Promise<T>;

/** What is asked of Send AI. */
export type SendAiCall = 'read-task' | 'read-upload' | 'list-tasks' | 'complete';

/**
 * Told of each try of a call: the status line's number, or `never-connected` or `no-answer` where there was none; and how
 * long that took, in ms.
 */
export type ObserveCall = (call: SendAiCall, result: string, ms: number) => void;
