import type { Json } from '../core/json.ts';

/** For how long what is kept, in ms. */
export interface RetentionTimes {
	/** Events, from when they came. Those that say that a task was done stay as long as decisions: they tell what was reopened. */
	readonly eventsMs: number;
	/** Decisions and attempts, from the end of their case. */
	readonly decisionsMs: number;
	/** Element ids and hashes of a decision, from when it was known how right it was, or its case ended. */
	readonly hashesMs: number;
	/** What documents said, from when it was stored; 0: it goes at once. */
	readonly contentMs: number;
}

/** How many rows, or cases with all their rows, one batch pruned. */
export interface Pruned {
	/** With who handed them in. */
	readonly events: number;
	readonly cases: number;
	readonly hashes: number;
	readonly contents: number;
}

export type Forgetting =
	/** Nothing is left by which the task could be found, but by whoever knows its id already. */
	| { readonly kind: 'forgotten'; readonly cases: number; readonly decisions: number; readonly events: number }
	| { readonly kind: 'already-forgotten' }
	| { readonly kind: 'unknown-task' }
	/** A visit of it is open, or an event that names it is not worked off: it can be found at Send AI as well. */
	| { readonly kind: 'open'; readonly caseId: string | null };

/** A case with all that is known of it, as `export` writes it. */
export interface ExportedCase {
	readonly seq: number;
	readonly case: Readonly<Record<string, Json>>;
	readonly decisions: readonly Readonly<Record<string, Json>>[];
	readonly attempts: readonly Readonly<Record<string, Json>>[];
	readonly label: Readonly<Record<string, Json>> | null;
}

/**
 * What goes with time, or because somebody asks for it. A case is never deleted: stripped of all but (team, project, task,
 * step, visit, state, reason, times) it is the tombstone by which a new event for its task is seen to be a reopening.
 */
export interface LedgerRetention {
	/**
	 * Prunes at most `most` rows of each kind, oldest first; nothing of a case that is open, due, held or unobserved. Tallies
	 * and totals stay as they are.
	 */
	prune(times: RetentionTimes, most: number): Promise<Pruned>;
	/**
	 * Takes out what could identify a task. Its cases stay as tombstones under a digest of its id, and no event ever opens
	 * a case for it again. Who asked is kept. Idempotent.
	 */
	forget(projectId: string, taskId: string, by: string): Promise<Forgetting>;
	/** Cases after `afterSeq`, oldest first, opened from `since` up to before `until`; null: no bound. */
	exportCases(
		afterSeq: number,
		limit: number,
		of: { readonly since: number | null; readonly until: number | null; readonly projectId: string | null },
	): Promise<readonly ExportedCase[]>;
}
