/**
 * A Send AI task as Greenlane knows it: parsed field by field from the wire (`src/sendai`), never the raw object.
 * All lists are flat over the pages and keep the order in which the API gave them.
 */
export interface Task {
	readonly id: string;
	readonly name: string;
	/** ISO 8601, as the API gives it. */
	readonly createdAt: string;
	/** Open set: `PROCESSING`, `REVIEWING`, `COMPLETED`, `FAILED`, `DISCARDED`, `FILTERED`, or a value we do not know yet. Upper case. */
	readonly status: string;
	/** Open set; `EXTRACT` is the only value seen in public material. */
	readonly stepType: string;
	readonly uploadId: string;
	readonly projectId: string;
	readonly exportedAt: string | null;
	readonly exportFailedAt: string | null;
	/** ISO 8601 or null; the only trace of a person that the API shows. */
	readonly lastOpenedAt: string | null;
	/** A name may occur more than once. */
	readonly meta: readonly MetaEntry[];
	readonly pageCount: number;
	readonly annotations: readonly Annotation[];
	readonly checkboxes: readonly Checkbox[];
	readonly segments: readonly Region[];
	readonly signatures: readonly Region[];
	/** What was wrong with the wire object; a task with faults is judgeable, and the judgement is review. */
	readonly faults: readonly TaskFault[];
}

/** Names a task in the API. */
export interface TaskRef {
	readonly projectId: string;
	readonly taskId: string;
}

export interface MetaEntry {
	readonly name: string;
	readonly value: string;
}

/** Something in the wire object that is not as documented. `path` is like `pages[0].annotations[3].confidence`; `message` never quotes document text. */
export interface TaskFault {
	readonly path: string;
	readonly message: string;
}

export interface Element {
	readonly id: string;
	/** 1-based number of the page. */
	readonly page: number;
	/** As given when it is a number (in range or not), else null: absent, text, or anything else. */
	readonly confidence: number | null;
}

export interface Annotation extends Element {
	readonly entityId: string;
	/** Raw text as read from the document; null when absent or not text. */
	readonly content: string | null;
	readonly top: number | null;
	readonly leftOfLine: number | null;
}

/** A rectangle on the page, in the units of the page's width and height; null when the API gave no usable points. */
export interface Bounds {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

export interface Region extends Element {
	readonly bounds: Bounds | null;
}

export interface Checkbox extends Region {
	readonly checked: boolean | null;
}

/** What a read of one task gave: a task, or why the answer cannot be taken for one. */
export type TaskReading =
	| { readonly kind: 'task'; readonly task: Task }
	| { readonly kind: 'malformed'; readonly faults: readonly TaskFault[] };
