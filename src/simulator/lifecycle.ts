import type { Clock, Random } from '../platform/index.ts';
import type { CompletedBy, Completion, TaskTruth } from './completion.ts';
import { createTask } from './create-task.ts';
import { DEFAULT_EXTRACTION, extractDocument } from './documents/index.ts';
import { enterNextStep } from './next-step.ts';
import type { Notifier } from './notification.ts';
import type { DelayOptions, SimulatorOptions, UploadSpec } from './options.ts';
import { changeState, changeStatus, createTaskRecord, type TaskRecord } from './record.ts';
import { recordCompletion } from './record-completion.ts';
import { drawFrom, randomText } from './seeded-random.ts';
import type { Sleeps } from './sleeps.ts';
import type { UploadStatus, WireUpload } from './wire.ts';

export interface UploadRecord {
	readonly id: string;
	readonly projectId: string;
	readonly taskIds: string[];
	readonly createdAt: string;
	status: UploadStatus;
}

/** When the request for a completion arrived, and what it found. */
export interface Arrival {
	readonly at: number;
	readonly found: TaskTruth | null;
}

export interface Lifecycle {
	readonly tasks: ReadonlyMap<string, TaskRecord>;
	readonly uploads: ReadonlyMap<string, UploadRecord>;
	/** All completions that took effect, oldest first. */
	readonly completions: readonly Completion[];
	createUpload(spec: UploadSpec): UploadRecord;
	/** False when the task is not in review. `plan` says what is to come of it after the processing delay. */
	complete(
		task: TaskRecord,
		by: CompletedBy,
		arrival: Arrival | null,
		plan?: 'advance' | 'fall-back' | 'fail',
	): boolean;
	discard(task: TaskRecord): boolean;
	/** False when Send AI would not allow it; `force` skips the two conditions on export and upload. */
	reopen(task: TaskRecord, force?: boolean): boolean;
	/** A change without effect on the life cycle (`approved`, `last_opened_at`, an edit). */
	change(task: TaskRecord, change: Parameters<typeof changeState>[2]): void;
	showUpload(upload: UploadRecord): WireUpload;
}

interface LifecycleOptions {
	readonly clock: Clock;
	readonly sleeps: Sleeps;
	readonly options: SimulatorOptions;
	readonly delays: DelayOptions;
	readonly documentRandom: Random;
	readonly delayRandom: Random;
	readonly notifier: () => Notifier;
	/** Called when a task has entered review, and when one has become COMPLETED: the seeded reviewer listens. */
	readonly onReview: (task: TaskRecord) => void;
	readonly onCompleted: (task: TaskRecord) => void;
}

/** Uploads, tasks, and the way that they go through the statuses. */
export function createLifecycle(context: LifecycleOptions): Lifecycle {
	const { clock, sleeps, options, delays, documentRandom, delayRandom, notifier, onReview, onCompleted } = context;
	const tasks = new Map<string, TaskRecord>();
	const uploads = new Map<string, UploadRecord>();
	const completions: Completion[] = [];
	const extraction = { ...DEFAULT_EXTRACTION, ...options.documents };

	/** Runs `then` after `ms`, unless the status of the task has changed meanwhile. */
	function later(task: TaskRecord, ms: number, then: () => void): void {
		const { generation } = task;
		sleeps.sleep(ms).then(
			() => {
				if (task.generation === generation) then();
			},
			() => undefined,
		);
	}

	function enterReview(task: TaskRecord, sameVisit = false): void {
		if (!sameVisit) {
			task.visit += 1;
			task.reopened = false;
			task.halfEdited = false;
		}
		changeStatus(task, clock.now(), 'REVIEWING');
		reviewEntered(task);
	}

	function reviewEntered(task: TaskRecord): void {
		if (options.notifications?.level === 'task') {
			const upload = uploads.get(task.state.upload_id);
			if (upload !== undefined) notifier().send('in_review', showUpload(upload), task.state);
		}
		updateUpload(task);
		onReview(task);
	}

	/** An upload is processing while any of its tasks is; each change of its status is an event. */
	function updateUpload(task: TaskRecord): void {
		const upload = uploads.get(task.state.upload_id);
		if (upload === undefined) return;
		const statuses = new Set(upload.taskIds.map((id) => tasks.get(id)?.state.status));
		const status = statuses.has('PROCESSING') ? 'PROCESSING' : statuses.has('REVIEWING') ? 'IN_REVIEW' : 'COMPLETED';
		if (status === upload.status) return;
		upload.status = status;
		const taskLevel = options.notifications?.level === 'task';
		if (status === 'IN_REVIEW' && !taskLevel) notifier().send('in_review', showUpload(upload), null);
		if (status === 'COMPLETED') notifier().send('processed', showUpload(upload), taskLevel ? task.state : null);
	}

	function settle(task: TaskRecord, completion: Completion, plan: 'advance' | 'fall-back' | 'fail'): void {
		switch (plan) {
			case 'fall-back':
				completion.outcome = 'refused';
				enterReview(task, true);
				return;
			case 'fail':
				completion.outcome = 'failed';
				changeStatus(task, clock.now(), 'FAILED');
				updateUpload(task);
				return;
			case 'advance':
				if (task.step + 1 < task.steps.length) {
					completion.outcome = 'advanced';
					enterNextStep(task, extraction, clock.now(), documentRandom);
					enterReview(task);
					return;
				}
				completion.outcome = 'completed';
				changeStatus(task, clock.now(), 'COMPLETED');
				later(task, drawFrom(delayRandom, delays.exporting), () => {
					const at = new Date(clock.now()).toISOString();
					changeState(task, clock.now(), task.exportFails ? { export_failed_at: at } : { exported_at: at });
				});
				updateUpload(task);
				onCompleted(task);
		}
	}

	function showUpload(upload: UploadRecord): WireUpload {
		return {
			id: upload.id,
			name: `upload ${upload.id.slice(4)}`,
			status: upload.status,
			files: listFiles(upload, options.files ?? 'empty'),
			meta: [{ name: 'source', value: 'email' }],
			folder_id: upload.status === 'COMPLETED' ? 'fld_processed' : 'fld_inbox',
			created_at: upload.createdAt,
		};
	}

	return {
		tasks,
		uploads,
		completions,
		showUpload,
		createUpload(spec) {
			const [first] = options.projects;
			const project = options.projects.find(({ id }) => id === spec.projectId) ?? first;
			const now = clock.now();
			const upload: UploadRecord = {
				id: `upl_${randomText(documentRandom, 14)}`,
				projectId: project.id,
				taskIds: [],
				createdAt: new Date(now).toISOString(),
				status: 'PROCESSING',
			};
			uploads.set(upload.id, upload);
			for (const taskSpec of spec.tasks ?? [{}]) {
				const task = createTaskRecord(createTask(taskSpec, upload.id, project, options, now, documentRandom));
				const { pages, truth } = extractDocument(task.source, { ...extraction, ...task.forced }, documentRandom);
				task.truth = truth;
				task.state = { ...task.state, pages };
				tasks.set(task.id, task);
				upload.taskIds.push(task.id);
				later(task, taskSpec.processingMs ?? drawFrom(delayRandom, delays.processing), () => enterReview(task));
			}
			return upload;
		},
		complete(task, by, arrival, plan = 'advance') {
			if (task.state.status !== 'REVIEWING') return false;
			const completion = recordCompletion(task, by, clock.now(), arrival);
			completions.push(completion);
			task.halfEdited = false;
			changeStatus(task, clock.now(), 'PROCESSING');
			later(task, drawFrom(delayRandom, delays.completion), () => settle(task, completion, plan));
			updateUpload(task);
			return true;
		},
		discard(task) {
			if (task.state.status !== 'REVIEWING') return false;
			task.halfEdited = false;
			changeStatus(task, clock.now(), 'DISCARDED');
			updateUpload(task);
			return true;
		},
		reopen(task, force = false) {
			const { status, exported_at, upload_id } = task.state;
			if (status !== 'COMPLETED' && status !== 'DISCARDED' && status !== 'FILTERED') return false;
			const processed = uploads.get(upload_id)?.status === 'COMPLETED' && options.unlockProcessedUploads !== true;
			if (!force && (exported_at !== null || processed)) return false;
			task.visit += 1;
			task.reopened = true;
			task.halfEdited = false;
			changeStatus(task, clock.now(), 'REVIEWING', { export_failed_at: null });
			reviewEntered(task);
			return true;
		},
		change(task, change) {
			changeState(task, clock.now(), change);
		},
	};
}

/** No page says what `files` holds: every public sample has `{}`. The other shapes are what it could hold. */
function listFiles(upload: UploadRecord, shape: NonNullable<SimulatorOptions['files']>): Record<string, unknown> {
	if (shape === 'empty') return {};
	return Object.fromEntries(upload.taskIds.map((id, index) => listFile(id, index + 1, shape)));
}

function listFile(id: string, number: number, shape: Exclude<SimulatorOptions['files'], 'empty' | undefined>) {
	const name = `document-${number}.pdf`;
	switch (shape) {
		case 'keys':
			return [id, { name }];
		case 'values':
			return [name, id];
		case 'nested-id':
			return [name, { id, name }];
		case 'nested-task-id':
			return [`file_${number}`, { id: `file_${number}`, name, tasks: [{ task_id: id }] }];
	}
}
