/** What an expression gives. A date is ISO text at run time and a type of its own for the validator. */
export type ValueType = 'boolean' | 'number' | 'text' | 'date';

/** The lists of the view that `all`, `some`, `none`, `count` and `lowest` go over. */
export const listNames = ['annotations', 'checkboxes', 'segments', 'signatures', 'meta'] as const;
export type ListName = (typeof listNames)[number];

export interface Field {
	readonly type: ValueType;
	/** A number that is a confidence: thresholds on it must lie within 0..1. */
	readonly confidence?: true;
	/** Comes from document text, a task's name or meta. */
	readonly sensitive?: true;
}

const text: Field = { type: 'text' };
const number: Field = { type: 'number' };
const secretText: Field = { type: 'text', sensitive: true };
const confidence: Field = { type: 'number', confidence: true };

const region = { id: text, page: number, confidence, left: number, top: number, right: number, bottom: number };

/** The fields of the elements of each list, as `TaskView` has them. */
export const elementFields: Readonly<Record<ListName, Readonly<Record<string, Field>>>> = {
	annotations: {
		id: text,
		entity_id: text,
		page: number,
		confidence,
		content: secretText,
		top: number,
		left_of_line: number,
	},
	checkboxes: { ...region, checked: { type: 'boolean' } },
	segments: region,
	signatures: region,
	meta: { name: text, value: secretText },
};

/** The paths that stand for a single value at the top, as `TaskView` has them. */
export const rootFields: Readonly<Record<string, Field>> = {
	'task.id': text,
	'task.name': secretText,
	'task.step_type': text,
	'task.created_at': text,
	'task.upload_id': text,
	'task.project_id': text,
	'counts.pages': number,
	'counts.annotations': number,
	'counts.checkboxes': number,
	'counts.segments': number,
	'counts.signatures': number,
};

export function isListName(path: string): path is ListName {
	return (listNames as readonly string[]).includes(path);
}
