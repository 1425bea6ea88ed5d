import type { TaskStatus } from './wire.ts';

/** Who finished a task: the holder of the API key, or somebody at the review screen. */
export type CompletedBy = 'bot' | 'person';

/** What came of it: `refused` is a fall back to review by validation, `advanced` the next step. */
export type CompletionOutcome = 'pending' | 'completed' | 'advanced' | 'refused' | 'failed';

/** What is true about a task at one moment, as far as a completion is concerned. */
export interface TaskTruth {
	readonly status: TaskStatus;
	/** Index of the step, from 0. */
	readonly step: number;
	readonly stepType: string;
	/** How often the task has entered review at this step; a fall back after refused validation is not counted. */
	readonly visit: number;
	/** Every value in the task said what the document says. */
	readonly right: boolean;
	/** The visit was reached by unlocking a finished task. */
	readonly reopened: boolean;
	/** A person had begun to edit and had not finished. */
	readonly halfEdited: boolean;
	/** The task object on the wire is not as documented. */
	readonly malformed: boolean;
	/** Right, not reopened, not half edited, not malformed. */
	readonly shouldPass: boolean;
}

/** One completion that took effect: the task left REVIEWING because of it. */
export interface Completion extends TaskTruth {
	readonly taskId: string;
	readonly uploadId: string;
	readonly projectId: string;
	readonly by: CompletedBy;
	/** Ms since the epoch. */
	readonly at: number;
	/** From the arrival of the request to the commit, ms; 0 for a person. */
	readonly afterMs: number;
	/** What the request found when it arrived; null for a person. It differs when something came in between. */
	readonly atArrival: TaskTruth | null;
	/** How many completions by the same hand took effect in this visit before this one; anything but 0 is a second one. */
	readonly earlier: number;
	/** The task as the API would have shown it at that moment; a plain JSON value, not always as documented. */
	readonly snapshot: unknown;
	outcome: CompletionOutcome;
}
