import type { Annotation, Task } from '../../../src/core/task/index.ts';

/** An annotation of page 1. */
export function annotationOf(
	entityId: string,
	content: string | null,
	confidence: number | null,
	id = entityId,
): Annotation {
	return { id: `ann_${id}`, entityId, page: 1, confidence, content, top: 10, leftOfLine: 20 };
}

/** A task in review with a sure total and date; whatever is given replaces what it has. */
export function taskOf(changes: Partial<Task> = {}): Task {
	return {
		id: 'task_1',
		name: 'invoice.pdf',
		createdAt: '2026-06-01T08:00:00Z',
		status: 'REVIEWING',
		stepType: 'EXTRACT',
		uploadId: 'upl_1',
		projectId: 'proj_1',
		exportedAt: null,
		exportFailedAt: null,
		lastOpenedAt: null,
		meta: [{ name: 'category', value: 'invoice' }],
		pageCount: 1,
		annotations: [annotationOf('total_amount', '1.210,00', 0.99), annotationOf('invoice_date', '01-06-2026', 0.97)],
		checkboxes: [],
		segments: [],
		signatures: [],
		faults: [],
		...changes,
	};
}
