/** What `probe` found out. Ids, names, counts and numbers; no content of documents, no values of meta. */
export interface ProbeReport {
	readonly key: ProbedKey;
	readonly tasks: readonly ProbedTask[];
	readonly uploads: readonly ProbedUpload[];
	readonly lists: readonly ProbedList[];
	/** Ways to get from a notification to its tasks that work on this account. */
	readonly locate: {
		/** A task whose id is known can be read: notifications that name tasks, `enqueue` and `POST /v1/tasks` work. */
		readonly taskIds: ProbeVerdict;
		/** `upload.files` reveals task ids. */
		readonly uploadFiles: ProbeVerdict;
		/** The list call of `SENDAI_TASK_LIST_PATH` works, and shows the tasks in review that were probed. */
		readonly listCall: ProbeVerdict;
	};
	readonly lastOpenedAt: ProbedOpening;
	readonly stepTypes: readonly Counted[];
	readonly statuses: readonly Counted[];
	readonly metaNames: readonly Counted[];
	readonly entities: readonly ProbedConfidences[];
	/** `checkboxes`, `segments` and `signatures`, which have no entity. */
	readonly otherElements: readonly ProbedConfidences[];
	/** What was not as documented; indices are left out of the paths. */
	readonly faults: readonly { readonly path: string; readonly message: string; readonly count: number }[];
}

export type ProbeVerdict = 'works' | 'does not work' | 'not tried';

export interface ProbedKey {
	readonly verdict:
		| 'good'
		/** 401. */
		| 'unknown key'
		/** 403. */
		| 'no access'
		/** 404 for everything: the key is good, or the API hides what it may not see. */
		| 'nothing found'
		| 'unreachable'
		| 'not tried';
	/** What to do about it; null when the key is good. */
	readonly remedy: string | null;
}

export interface ProbedTask {
	readonly taskId: string;
	/** Null when it was found in no project. */
	readonly projectId: string | null;
	/** `read`, `malformed`, `not-found`, `status-401`, `status-403`, `rate-limited`, or the code of a failure. */
	readonly outcome: string;
	readonly status: string | null;
	readonly stepType: string | null;
	readonly uploadId: string | null;
}

export interface ProbedUpload {
	readonly uploadId: string;
	readonly projectId: string;
	/** As of a task. */
	readonly outcome: string;
	readonly taskIds: readonly string[];
	/** Whether the probed tasks of this upload are among them; null when none of them is known to be of it. */
	readonly holdsKnownTasks: boolean | null;
}

export interface ProbedList {
	readonly projectId: string;
	readonly outcome: string;
	readonly count: number;
	/** Whether the probed tasks in review of this project are among them; null when there are none. */
	readonly holdsKnownTasks: boolean | null;
}

export interface ProbedOpening {
	/** `moves` only when it was seen twice in a row: it switches the quiet period off. */
	readonly verdict: 'moves' | 'does not' | 'cannot tell';
	readonly because: string;
}

export interface Counted {
	readonly name: string;
	readonly count: number;
}

export interface ProbedConfidences {
	readonly name: string;
	readonly count: number;
	/** Without a number for a confidence. */
	readonly without: number;
	/** Numbers outside 0..1. */
	readonly outOfRange: number;
	readonly min: number | null;
	readonly median: number | null;
	readonly max: number | null;
}
