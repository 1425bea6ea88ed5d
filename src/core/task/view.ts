import type { Bounds, Task } from './task.ts';

/**
 * What rules see: plain data of a fixed shape, in the words of the Send AI API, built field by field so that no key of
 * the document (`__proto__` and the like) can reach it. Positions come as the edges of the element's rectangle.
 */
export interface TaskView {
	readonly task: {
		readonly id: string;
		readonly name: string;
		readonly step_type: string;
		readonly created_at: string;
		readonly upload_id: string;
		readonly project_id: string;
	};
	readonly meta: readonly { readonly name: string; readonly value: string }[];
	readonly annotations: readonly AnnotationView[];
	readonly checkboxes: readonly CheckboxView[];
	readonly segments: readonly RegionView[];
	readonly signatures: readonly RegionView[];
	readonly counts: {
		readonly pages: number;
		readonly annotations: number;
		readonly checkboxes: number;
		readonly segments: number;
		readonly signatures: number;
	};
}

export interface AnnotationView {
	readonly id: string;
	readonly entity_id: string;
	readonly page: number;
	readonly confidence: number | null;
	readonly content: string | null;
	readonly top: number | null;
	readonly left_of_line: number | null;
}

export interface RegionView {
	readonly id: string;
	readonly page: number;
	readonly confidence: number | null;
	readonly left: number | null;
	readonly top: number | null;
	readonly right: number | null;
	readonly bottom: number | null;
}

export interface CheckboxView extends RegionView {
	readonly checked: boolean | null;
}

/** Builds the view that rules see. */
export function viewTask(task: Task): TaskView {
	return {
		task: {
			id: task.id,
			name: task.name,
			step_type: task.stepType,
			created_at: task.createdAt,
			upload_id: task.uploadId,
			project_id: task.projectId,
		},
		meta: task.meta.map(({ name, value }) => ({ name, value })),
		annotations: task.annotations.map((annotation) => ({
			id: annotation.id,
			entity_id: annotation.entityId,
			page: annotation.page,
			confidence: annotation.confidence,
			content: annotation.content,
			top: annotation.top,
			left_of_line: annotation.leftOfLine,
		})),
		checkboxes: task.checkboxes.map((checkbox) => ({
			id: checkbox.id,
			page: checkbox.page,
			confidence: checkbox.confidence,
			checked: checkbox.checked,
			...edges(checkbox.bounds),
		})),
		segments: task.segments.map(viewRegion),
		signatures: task.signatures.map(viewRegion),
		counts: {
			pages: task.pageCount,
			annotations: task.annotations.length,
			checkboxes: task.checkboxes.length,
			segments: task.segments.length,
			signatures: task.signatures.length,
		},
	};
}

function viewRegion(region: Task['segments'][number]): RegionView {
	return { id: region.id, page: region.page, confidence: region.confidence, ...edges(region.bounds) };
}

function edges(bounds: Bounds | null) {
	return bounds === null
		? { left: null, top: null, right: null, bottom: null }
		: { left: bounds.left, top: bounds.top, right: bounds.right, bottom: bounds.bottom };
}
