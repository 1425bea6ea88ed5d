import type { Completion } from './completion.ts';
import type { Malformation, SourceDocument, Truth } from './documents/index.ts';
import type { NextStepElements } from './options.ts';
import type { TaskStatus, WireTask } from './wire.ts';

/** Older states are forgotten: no read lags behind by more than this. */
const LONGEST_LAG_MS = 10_000;

/** One task as the simulator keeps it. `state` is replaced, never changed, so that old states can be shown again. */
export interface TaskRecord {
	readonly id: string;
	readonly source: SourceDocument;
	readonly malformation: Malformation | null;
	readonly steps: readonly string[];
	readonly nextStepElements: NextStepElements;
	readonly exportFails: boolean;
	readonly unattended: boolean;
	readonly forced: { readonly right?: boolean | undefined; readonly confidence?: number | undefined };
	state: WireTask;
	truth: Truth;
	/** Index into `steps`. */
	step: number;
	/** How often the task has entered review at this step, a fall back after refused validation not counted. */
	visit: number;
	/** Counts every change of status, so that what was planned for an earlier one does nothing. */
	generation: number;
	/** This visit was reached by unlocking a finished task. */
	reopened: boolean;
	/** A person has begun to edit in this visit and has not finished. */
	halfEdited: boolean;
	/** Those that took effect, oldest first. */
	readonly completions: Completion[];
	history: { readonly until: number; readonly state: WireTask }[];
}

/** What a task is born with. */
export type TaskOrigin = Pick<
	TaskRecord,
	| 'id'
	| 'source'
	| 'malformation'
	| 'steps'
	| 'nextStepElements'
	| 'exportFails'
	| 'unattended'
	| 'forced'
	| 'state'
	| 'truth'
>;

export function createTaskRecord(origin: TaskOrigin): TaskRecord {
	return {
		...origin,
		step: 0,
		visit: 0,
		generation: 0,
		reopened: false,
		halfEdited: false,
		completions: [],
		history: [],
	};
}

export function changeState(task: TaskRecord, now: number, change: Partial<WireTask>): void {
	const oldest = now - LONGEST_LAG_MS;
	while ((task.history[0]?.until ?? now) < oldest) task.history.shift();
	task.history.push({ until: now, state: task.state });
	task.state = { ...task.state, ...change };
}

/** A change of status ends whatever was planned for the status before. */
export function changeStatus(task: TaskRecord, now: number, status: TaskStatus, change: Partial<WireTask> = {}): void {
	task.generation += 1;
	changeState(task, now, { ...change, status });
}

/** The state that a reader saw at that moment; the present one when the moment is not past. */
export function stateAt(task: TaskRecord, moment: number): WireTask {
	for (const entry of task.history) if (entry.until > moment) return entry.state;
	return task.state;
}
