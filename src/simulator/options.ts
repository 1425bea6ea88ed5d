import type { Clock, Random } from '../platform/index.ts';
import type { Deliver } from './deliver.ts';
import type {
	DocumentKind,
	DocumentLanguage,
	ExtractionOptions,
	Malformation,
	SourceDocument,
} from './documents/index.ts';
import type { Fault, FaultRates, RequestKind } from './fault.ts';
import type { Span } from './seeded-random.ts';

/**
 * What the next step of a project shows: `new-reading` reads the document again (new ids, other mistakes),
 * `same-content` gives the same values under new ids, `identical` the very same elements: the hardest case when the
 * next step also has the same type.
 */
export type NextStepElements = 'new-reading' | 'same-content' | 'identical';

export interface ProjectOptions {
	readonly id: string;
	/** The step types that a task passes, in order; `['EXTRACT']` when left out. The same type may occur twice. */
	readonly steps?: readonly [string, ...string[]] | undefined;
	/** `new-reading` when left out. */
	readonly nextStepElements?: NextStepElements | undefined;
}

export interface DelayOptions {
	/** From upload to review. */
	readonly processing: Span;
	/** From an accepted completion to what comes of it. */
	readonly completion: Span;
	/** From COMPLETED to `exported_at`. */
	readonly exporting: Span;
	/** From an event to the first attempt to deliver it. */
	readonly notification: Span;
}

export const DEFAULT_DELAYS: DelayOptions = {
	processing: [500, 5_000],
	completion: [300, 4_000],
	exporting: [2_000, 60_000],
	notification: [20, 400],
};

export interface NotificationOptions {
	/** `upload` (the default: `task` is null) or `task`. */
	readonly level?: 'upload' | 'task' | undefined;
	/**
	 * `dotted` `upload.in_review`, `bare` `IN_REVIEW`, `prefixed` `UPLOAD_IN_REVIEW`, `lower` `upload_in_review`, or
	 * `mixed` (the default): any of them, drawn for each event.
	 */
	readonly spelling?: 'dotted' | 'bare' | 'prefixed' | 'lower' | 'mixed' | undefined;
	/** `none` when left out. */
	readonly auth?:
		| { readonly kind: 'standard-webhooks'; readonly secret: string }
		| { readonly kind: 'bearer'; readonly token: string }
		| { readonly kind: 'none' }
		| undefined;
	/** Handed to `deliver` as it is. */
	readonly url?: string | undefined;
	/** Waits before each further attempt when the answer is not 2xx. None when left out: no retry policy is documented. */
	readonly retryAfterMs?: readonly number[] | undefined;
	/** Fields that no page documents; `true` when left out. */
	readonly unknownFields?: boolean | undefined;
	/** Chances per event. `reorder` holds it back until a later one has gone out; `delay` adds 30 s to 10 min. */
	readonly faults?:
		| { readonly duplicate?: number; readonly reorder?: number; readonly delay?: number; readonly lose?: number }
		| undefined;
}

/** A person who opens some tasks, edits half of the fields, goes for coffee, and ends in one of four ways. */
export interface ReviewerOptions {
	/** Chance that a task which enters review is opened by a person at all. */
	readonly opens: number;
	/** From entering review to the opening, ms. */
	readonly opensAfter: Span;
	/** Chance that a person who opened it starts to edit (else only looks). */
	readonly edits: number;
	/** From the opening to the first edit, and from one edit to the next, ms. */
	readonly editsAfter: Span;
	/** Between the first half of the edits and the rest, ms. */
	readonly coffee: Span;
	/** How it ends, by weight: `leaves` closes the task, finished, without completing it. */
	readonly endings: { readonly completes: number; readonly discards: number; readonly leaves: number };
	/** Chance that a task which was completed is reopened, where Send AI allows it. */
	readonly reopens: number;
	/** From the completion to the attempt to reopen, ms. */
	readonly reopensAfter: Span;
}

/** Everybody stays for less than a quarter of an hour: the quiet time that rules usually ask for. */
export const DEFAULT_REVIEWER: ReviewerOptions = {
	opens: 0.3,
	opensAfter: [0, 60_000],
	edits: 0.6,
	editsAfter: [500, 20_000],
	coffee: [0, 480_000],
	endings: { completes: 5, discards: 1, leaves: 3 },
	reopens: 0.05,
	reopensAfter: [0, 30_000],
};

export interface TaskListOptions {
	/** With `{team_id}` and `{project_id}`; a query in it is ignored. Filters: `status`, `upload_id`. */
	readonly path: string;
	/** `payload` (the default) `{payload: [...]}`, `items` and `tasks` `{payload: {items: [...]}}`, or `bare` `[...]`. */
	readonly envelope?: 'payload' | 'items' | 'tasks' | 'bare' | undefined;
	/** `none` (the default), `cursor` (`next_cursor` in the answer, `cursor` in the query) or `page` (`page`, `total_pages`). A bare array carries a `Link` header. */
	readonly pagination?: 'none' | 'cursor' | 'page' | undefined;
	/** 50 when left out. */
	readonly pageSize?: number | undefined;
	/** `full` tasks or, the default, a `summary` without pages. */
	readonly shape?: 'full' | 'summary' | undefined;
}

/** What `upload.files` holds: nothing (as in all public samples), or the task ids in one of several shapes. */
export type UploadFiles = 'empty' | 'keys' | 'values' | 'nested-id' | 'nested-task-id';

/** `before`: on arrival, before Send AI looks at anything. `afterCommit`: it is done (or read), and not yet answered. */
export type RequestPhase = 'before' | 'afterCommit';

export interface RequestEvent {
	readonly kind: RequestKind;
	/** How many calls of this kind have arrived, this one included. */
	readonly n: number;
	/** The same, for this task alone; 0 when the call names no task. */
	readonly nOfTask: number;
	readonly phase: RequestPhase;
	/** When the request came, before any wait of the simulation; ms since the epoch. */
	readonly arrivedAt: number;
	readonly taskId: string | undefined;
	/** What strikes this call. */
	readonly fault: Fault | null;
	/** After a read of a task: the task as the answer shows it, old where it is a stale one; faults may still spoil the answer. */
	readonly shown?: unknown;
}

/** Runs inside the call: the answer waits for it. */
export type RequestHook = (event: RequestEvent) => void | Promise<void>;

export interface DocumentOptions extends Partial<ExtractionOptions> {
	/** Share of invoices, the rest are identity documents; 0.7. */
	readonly invoices?: number | undefined;
	/** Share of Dutch documents; 0.6. */
	readonly dutch?: number | undefined;
	/** Share of malformed task objects; 0. */
	readonly malformed?: number | undefined;
}

export interface SimulatorOptions {
	readonly clock: Clock;
	/** Seeded (`seededRandom`). Separate streams for documents, faults, delays, notifications and the reviewer come from it. */
	readonly random: Random;
	readonly teamId: string;
	readonly apiKey: string;
	readonly projects: readonly [ProjectOptions, ...ProjectOptions[]];
	/** Carries a notification to the bot; without it none is sent. */
	readonly deliver?: Deliver | undefined;
	readonly notifications?: NotificationOptions | undefined;
	/** What the key may do; everything when left out. */
	readonly scopes?: readonly ('task.read' | 'task.edit' | 'upload.read')[] | undefined;
	readonly delays?: Partial<DelayOptions> | undefined;
	/** Time that each call takes before it is worked on, ms; 0. */
	readonly latencyMs?: number | undefined;
	/** Answer to a completion from any other state than REVIEWING: `ignore` (2xx, unchanged; the default), 409 or 422. */
	readonly wrongState?: 'ignore' | 409 | 422 | undefined;
	/** `true`: every GET of a task moves `last_opened_at`. */
	readonly getOpens?: boolean | undefined;
	readonly files?: UploadFiles | undefined;
	readonly list?: TaskListOptions | undefined;
	/** Prefix of task ids: `task_` (the default), `tsk_`, or `mixed`. */
	readonly taskIdPrefix?: 'task_' | 'tsk_' | 'mixed' | undefined;
	readonly documents?: DocumentOptions | undefined;
	/** Chance that an export fails; 0. */
	readonly exportFailures?: number | undefined;
	/** `true`: unlock is allowed although the upload is fully processed (not yet exported it must be). */
	readonly unlockProcessedUploads?: boolean | undefined;
	readonly reviewer?: Partial<ReviewerOptions> | undefined;
	readonly faults?: FaultRates | undefined;
	readonly onRequest?: RequestHook | undefined;
}

/** One task to create; whatever is left out is drawn. */
export interface TaskSpec {
	readonly kind?: DocumentKind | undefined;
	readonly language?: DocumentLanguage | undefined;
	readonly document?: SourceDocument | undefined;
	/** `true`: all values are read rightly, `false`: at least one is not. */
	readonly right?: boolean | undefined;
	/** Every confidence, in place of drawn ones. */
	readonly confidence?: number | undefined;
	readonly malformation?: Malformation | 'none' | undefined;
	/** Overrides the project's. */
	readonly steps?: readonly [string, ...string[]] | undefined;
	readonly nextStepElements?: NextStepElements | undefined;
	/** From upload to review, ms. */
	readonly processingMs?: number | undefined;
	readonly exportFails?: boolean | undefined;
	/** No seeded reviewer touches it. */
	readonly unattended?: boolean | undefined;
}

export interface UploadSpec {
	/** The first project when left out. */
	readonly projectId?: string | undefined;
	/** One task when left out. */
	readonly tasks?: readonly TaskSpec[] | undefined;
}
