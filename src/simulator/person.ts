import type { Clock } from '../platform/index.ts';
import { formatAmount } from './documents/index.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { TaskRecord } from './record.ts';
import type { WirePage } from './wire.ts';

/** What a person changes in one go: one element by its id, or all occurrences of an entity. */
export interface Edit {
	readonly elementId?: string | undefined;
	readonly entityId?: string | undefined;
	/** The new text. Left out: what truly stands on the document. */
	readonly content?: string | undefined;
	/** 1 when left out: a person is certain. `unchanged` keeps the model's. */
	readonly confidence?: number | 'unchanged' | undefined;
	readonly checked?: boolean | undefined;
	/** The entity that it truly is of, for an annotation that was filed under another. */
	readonly refileAs?: string | undefined;
}

/** What somebody at the review screen can do. Each answers false when the task's status does not allow it. */
export interface Person {
	/** Opens the task: `last_opened_at` moves. */
	open(task: TaskRecord): boolean;
	/** Changes one field and has not finished: the task is half edited until `finishEditing`, a completion or a discard. */
	edit(task: TaskRecord, edit: Edit): boolean;
	/** Sets everything to what stands on the document. */
	finishEditing(task: TaskRecord): boolean;
	complete(task: TaskRecord): boolean;
	discard(task: TaskRecord): boolean;
	reopen(task: TaskRecord, force?: boolean): boolean;
}

export function createPerson(clock: Clock, lifecycle: Lifecycle): Person {
	const inReview = (task: TaskRecord) => task.state.status === 'REVIEWING';
	return {
		open(task) {
			lifecycle.change(task, { last_opened_at: new Date(clock.now()).toISOString() });
			return true;
		},
		edit(task, edit) {
			if (!inReview(task)) return false;
			task.halfEdited = true;
			lifecycle.change(task, { pages: editPages(task, edit) });
			return true;
		},
		finishEditing(task) {
			if (!inReview(task)) return false;
			task.halfEdited = false;
			lifecycle.change(task, { pages: correctPages(task) });
			task.truth = { ...task.truth, missing: [], signatures: countSignatures(task.state.pages) };
			return true;
		},
		complete: (task) => lifecycle.complete(task, 'person', null),
		discard: (task) => lifecycle.discard(task),
		reopen: (task, force = false) => lifecycle.reopen(task, force),
	};
}

function editPages(task: TaskRecord, edit: Edit): readonly WirePage[] {
	const meant = (id: string, entityId?: string) =>
		id === edit.elementId || (entityId !== undefined && entityId === edit.entityId);
	const sure = (confidence: number) => (edit.confidence === 'unchanged' ? confidence : (edit.confidence ?? 1));
	return task.state.pages.map((page) => ({
		...page,
		annotations: page.annotations.map((annotation) => {
			if (!meant(annotation.id, annotation.entity_id)) return annotation;
			const content = edit.content ?? task.truth.annotations.get(annotation.id) ?? annotation.content;
			const entity = edit.refileAs ?? annotation.entity_id;
			return { ...annotation, entity_id: entity, content, confidence: sure(annotation.confidence) };
		}),
		checkboxes: page.checkboxes.map((checkbox) => {
			if (!meant(checkbox.id)) return checkbox;
			const checked = edit.checked ?? task.truth.checkboxes.get(checkbox.id) ?? checkbox.checked;
			return { ...checkbox, checked, confidence: sure(checkbox.confidence) };
		}),
	}));
}

/** Everything as on the document. Fields that the model had missed are drawn in by hand. */
function correctPages(task: TaskRecord): readonly WirePage[] {
	const added = task.truth.missing.map((field, index) => ({
		id: `ann_hand${index}${task.id.slice(-8)}`,
		entity_id: field.entityId,
		confidence: 1,
		content: field.content,
		top: field.top,
		left_of_line: field.leftOfLine,
	}));
	task.truth = {
		...task.truth,
		annotations: new Map([...task.truth.annotations, ...added.map(({ id, content }) => [id, content] as const)]),
	};
	return task.state.pages.map((page, index) => ({
		...page,
		annotations: [
			...page.annotations.map((annotation) => {
				const content = task.truth.annotations.get(annotation.id) ?? annotation.content;
				return content === annotation.content ? annotation : { ...annotation, content, confidence: 1 };
			}),
			...(index === 0 ? added : []),
		],
		checkboxes: page.checkboxes.map((checkbox) => ({
			...checkbox,
			checked: task.truth.checkboxes.get(checkbox.id) ?? checkbox.checked,
		})),
	}));
}

/** A person cannot draw a signature: once they have looked, what is there is what is there. */
function countSignatures(pages: readonly WirePage[]): number {
	return pages.reduce((sum, page) => sum + page.signatures.length, 0);
}

/** Half of a number as somebody is typing it: plausible to a parser, and wrong. */
export function halfTyped(content: string): string {
	return content.length > 4 ? content.slice(0, Math.ceil(content.length / 2)) : formatAmount(1, 'en');
}
