import type { CompletedBy, Completion, TaskTruth } from './completion.ts';
import { isRight, spoil } from './documents/index.ts';
import type { TaskRecord } from './record.ts';
import type { WireTask } from './wire.ts';

export function tellTruth(task: TaskRecord): TaskTruth {
	const right = isRight(task.state.pages, task.truth);
	const { step, visit, reopened, halfEdited } = task;
	const malformed = task.malformation !== null;
	return {
		status: task.state.status,
		step,
		stepType: task.state.step_type,
		visit,
		right,
		reopened,
		halfEdited,
		malformed,
		shouldPass: right && !reopened && !halfEdited && !malformed,
	};
}

/** Describes a completion of the task as it is now, and keeps it with the task. */
export function recordCompletion(
	task: TaskRecord,
	by: CompletedBy,
	at: number,
	arrival: { readonly at: number; readonly found: TaskTruth | null } | null,
): Completion {
	const completion: Completion = {
		taskId: task.id,
		uploadId: task.state.upload_id,
		projectId: task.state.project_id,
		by,
		at,
		afterMs: arrival === null ? 0 : at - arrival.at,
		atArrival: arrival?.found ?? null,
		...tellTruth(task),
		earlier: task.completions.filter(
			(other) => other.by === by && other.step === task.step && other.visit === task.visit,
		).length,
		snapshot: renderTask(task, task.state),
		outcome: 'pending',
	};
	task.completions.push(completion);
	return completion;
}

/** The task as it stands on the wire, spoiled when it is one of the malformed ones. */
export function renderTask(task: TaskRecord, state: WireTask): unknown {
	return task.malformation === null ? state : spoil(state, task.malformation);
}
