import type { TaskReading, TaskRef } from '../core/task/index.ts';

/**
 * Send AI's API as far as the automatic path may use it. `discard`, `unlock`, `report`, `approve` are left out on
 * purpose: the key could, this client cannot. Reads are retried inside (a few quick tries, full jitter, `Retry-After`
 * up to a few seconds); the POST never is.
 */
export interface SendAi {
	/** `GET .../task/{task_id}` */
	readTask(ref: TaskRef, signal?: AbortSignal): Promise<TaskRead>;
	/** `GET .../upload/{upload_id}`: the task ids that its `files` reveal, often none. */
	readUpload(projectId: string, uploadId: string, signal?: AbortSignal): Promise<UploadRead>;
	/** Whether `SENDAI_TASK_LIST_PATH` is set. */
	readonly canList: boolean;
	/** All tasks in review of a project (and upload, when given), after the last page. Only when `canList`. */
	listTasks(projectId: string, uploadId: string | null, signal?: AbortSignal): Promise<TaskList>;
	/**
	 * Takes one of the `CONCURRENCY` places for a completion, so that nothing queues between the intent and its POST.
	 * The holder must release it.
	 */
	reserve(): Promise<CompletionSlot>;
}

/** A place held for one completion: its reads and its POST go out at once. */
export interface CompletionSlot {
	readTask(ref: TaskRef, signal?: AbortSignal): Promise<TaskRead>;
	/**
	 * `POST .../task/{task_id}/complete`, exactly once, no redirect followed. Resolves as soon as the status line is
	 * there (or it is certain that none comes), so that the raw status can be stored before anything is interpreted.
	 * A place is good for one POST: a second one, or one after `release`, is `never-connected` with code `place-used`.
	 */
	postComplete(ref: TaskRef, timeoutMs: number): Promise<CompleteAnswer>;
	/** Idempotent. */
	release(): void;
}

export type ReadFailure =
	/** 404, 410, or an id that no address may hold (nothing was called then). */
	| { readonly kind: 'not-found' }
	/** 401 or 403. */
	| { readonly kind: 'denied'; readonly status: number }
	/** 30 s when the answer does not say how long; at most an hour. */
	| { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
	/** 5xx, redirect, any other status that is no 2xx, timeout, reset, no connection, `aborted` by the signal. `code` is for logs: `status-500`, `timeout`, `ECONNRESET`, ... */
	| { readonly kind: 'unavailable'; readonly code: string; readonly retryAfterMs: number | null };

export type TaskRead =
	| {
			readonly kind: 'read';
			readonly reading: TaskReading;
			/** The answer's `Date` (ms since the epoch), or null when absent or unreadable. */
			readonly serverTime: number | null;
	  }
	| ReadFailure;

export type UploadRead =
	| { readonly kind: 'read'; readonly taskIds: readonly string[]; readonly status: string | null }
	| { readonly kind: 'malformed' }
	| ReadFailure;

export interface ListedTask {
	readonly taskId: string;
	readonly projectId: string;
	readonly uploadId: string | null;
	readonly stepType: string | null;
	readonly status: string | null;
}

export type TaskList =
	| { readonly kind: 'listed'; readonly tasks: readonly ListedTask[] }
	| { readonly kind: 'malformed'; readonly message: string }
	| ReadFailure;

export type CompleteAnswer =
	| {
			readonly kind: 'answered';
			readonly status: number;
			/** From `Retry-After` (seconds or HTTP date), at most an hour; null when absent or unreadable. */
			readonly retryAfterMs: number | null;
			/**
			 * Reads the body, bounded in time (5 s) and size. Never rejects: `reading` is null when there is no task in it,
			 * or another task than the one completed. Before `release`, which lets go of it.
			 */
			body(): Promise<{
				readonly reading: TaskReading | null;
				/** 207, or an `error`/`errors` key: somebody should look. */
				readonly inspect: boolean;
			}>;
	  }
	/** Refused, unresolvable, unreachable: no byte of the request was sent. */
	| { readonly kind: 'never-connected'; readonly code: string }
	| { readonly kind: 'no-answer'; readonly code: string };
