/** A task as the public samples show it, with other members laid over it. */
export function wireTask(over: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		id: 'task_1',
		name: 'invoice.pdf',
		created_at: '2026-11-01T09:00:00.000Z',
		meta: [{ name: 'category', value: 'invoice' }],
		status: 'REVIEWING',
		step_type: 'EXTRACT',
		upload_id: 'upl_1',
		project_id: 'project_1',
		approved: false,
		exported_at: null,
		export_failed_at: null,
		last_opened_at: null,
		pages: [wirePage()],
		...over,
	};
}

export function wirePage(over: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		id: 'page_1',
		width: 1_240,
		height: 1_754,
		annotations: [wireAnnotation()],
		checkboxes: [{ id: 'box_1', confidence: 0.97, checked: true, coordinates: square }],
		segments: [{ id: 'segment_1', confidence: 0.9, coordinates: square }],
		signatures: [{ id: 'signature_1', confidence: 0.88, coordinates: square }],
		...over,
	};
}

export function wireAnnotation(over: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		id: 'annotation_1',
		entity_id: 'total_amount',
		confidence: 0.98,
		content: '€ 1.210,00',
		top: 120,
		left_of_line: 40,
		...over,
	};
}

const square = [
	[30, 20],
	[10, 20],
	[10, 60],
	[30, 60],
];

/** The task whose only annotation has these members laid over it. */
export function wireTaskWith(annotation: Record<string, unknown>): Record<string, unknown> {
	return wireTask({ pages: [wirePage({ annotations: [wireAnnotation(annotation)] })] });
}

/** The object without a member. */
export function without(object: Record<string, unknown>, name: string): Record<string, unknown> {
	return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}
