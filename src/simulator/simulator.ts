import type { Hono } from 'hono';
import type { Fetch } from '../platform/index.ts';
import type { Completion, TaskTruth } from './completion.ts';
import type { SourceDocument } from './documents/index.ts';
import type { Wire } from './ending.ts';
import type { InjectedFault, Injection } from './fault.ts';
import type { Exchange } from './in-process-fetch.ts';
import type { NotificationRecord } from './notification.ts';
import type { RequestHook, UploadSpec } from './options.ts';
import type { Edit } from './person.ts';
import type { SimulatorReport } from './report.ts';

/** One task and the truth about it, for tests. */
export interface SimulatedTask extends TaskTruth {
	readonly id: string;
	readonly uploadId: string;
	readonly projectId: string;
	readonly document: SourceDocument;
	/** As the API shows it now; a plain JSON value. */
	readonly wire: unknown;
	/** Completions that took effect, oldest first. */
	readonly completions: readonly Completion[];
}

export interface CreatedUpload {
	readonly uploadId: string;
	readonly taskIds: readonly string[];
}

/**
 * A stand-in for Send AI. Person actions answer false when the task is unknown or its status does not allow them; each
 * takes effect at once.
 */
export interface Simulator {
	/** The API and the control routes. Faults of the connection need `fetch`, `exchange` or `serve.ts`. */
	readonly app: Hono<{ Bindings: Wire }>;
	/** In process, without a socket, with hanging, broken and refused connections. Any origin will do. */
	readonly fetch: Fetch;
	/** For a transport: handles the request and says how the call is to end. */
	readonly exchange: Exchange;
	createUpload(spec?: UploadSpec): CreatedUpload;
	/** `count` uploads of one drawn task each. */
	createTasks(count: number, projectId?: string): readonly string[];
	injectFault(injection: Injection): InjectedFault;
	/** From here on: no drawn or injected faults, and the reviewer begins nothing new. */
	calm(): void;
	/** Adds a hook to every call; the answer removes it. */
	onRequest(hook: RequestHook): () => void;
	open(taskId: string): boolean;
	edit(taskId: string, edit: Edit): boolean;
	finishEditing(taskId: string): boolean;
	completeByPerson(taskId: string): boolean;
	discardByPerson(taskId: string): boolean;
	/** `force` skips the conditions on export and upload. */
	reopen(taskId: string, options?: { readonly force?: boolean }): boolean;
	task(taskId: string): SimulatedTask | undefined;
	tasks(): readonly SimulatedTask[];
	completions(): readonly Completion[];
	notifications(): readonly NotificationRecord[];
	report(): SimulatorReport;
	/** Ends everything that is planned; nothing is sent afterwards. */
	close(): void;
}
