import type { TaskView } from '../task/index.ts';
import { Halt } from './halt.ts';
import type { Field, ListName } from './scopes.ts';

export type Value = boolean | number | string;

/** An element of a list of the view, or the view's own values by their paths. */
export type Element = Readonly<Record<string, unknown>>;

/** The elements of a list. @throws Halt `not-a-list` when a view is not what it should be. */
export function elementsOf(view: TaskView, list: ListName): readonly Element[] {
	const elements: unknown = view[list];
	if (!Array.isArray(elements)) throw new Halt('not-a-list', `${list} is not a list.`);
	return elements as readonly Element[];
}

/**
 * A field of an element, or of the view, that must be there and of its type.
 *
 * @throws Halt `missing-value`, `wrong-type`
 */
export function fieldOf(holder: unknown, path: string, field: Field, list: ListName | null): Value {
	const value = list === null ? path.split('.').reduce(ownMember, holder) : ownMember(holder, path);
	if (value === null || value === undefined) throw new Halt('missing-value', `${nameOf(path, list)} is missing.`);
	const fits =
		field.type === 'number'
			? typeof value === 'number' && Number.isFinite(value)
			: typeof value === (field.type === 'boolean' ? 'boolean' : 'string');
	if (!fits) throw new Halt('wrong-type', `${nameOf(path, list)} is not of the type that it should be.`);
	if (field.confidence === true && !((value as number) >= 0 && (value as number) <= 1)) {
		throw new Halt('no-confidence', `${nameOf(path, list)} is not from 0 to 1.`);
	}
	return value as Value;
}

function ownMember(holder: unknown, key: string): unknown {
	return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key) ? (holder as Element)[key] : null;
}

function nameOf(path: string, list: ListName | null): string {
	return list === null ? path : `${path} of an element of ${list}`;
}

/** The confidence of an element, also where a list holds what it should not. */
export function confidenceOf(element: Element | null | undefined): number | null {
	const confidence = element?.confidence;
	return typeof confidence === 'number' && Number.isFinite(confidence) ? confidence : null;
}
