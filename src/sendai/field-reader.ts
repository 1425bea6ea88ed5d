import type { TaskFault } from '../core/task/index.ts';
import { contradictsItself, memberOf, type WireObject } from './wire-object.ts';

/** Where faults are put down. `path` and `message` hold names of documented fields, indices and types, nothing else. */
export type NoteFault = (path: string, message: string) => void;

/** More are only counted: a garbled answer of 32 MB must not become a list as long. */
const mostFaults = 100;

/** Collects faults, at most `mostFaults` of them and then how many more there were. */
export function createFaultList(): { readonly note: NoteFault; readonly faults: () => readonly TaskFault[] } {
	const faults: TaskFault[] = [];
	let count = 0;
	return {
		note(path, message) {
			count += 1;
			if (count <= mostFaults) faults.push({ path, message });
		},
		faults: () =>
			count <= mostFaults ? faults : [...faults, { path: '', message: `and ${count - mostFaults} more faults` }],
	};
}

/** Reads the documented fields of one wire object; whatever is not as documented is noted and read as null. */
export interface FieldReader {
	readonly path: string;
	/** Must be there. */
	id(name: string): string | null;
	/** Must be there and not be empty. */
	word(name: string): string | null;
	/** Must be there; may be empty. */
	text(name: string): string | null;
	/** May be absent; null is a fault like any other value that is not text. */
	textOrAbsent(name: string): string | null;
	/** ISO 8601; must be there. */
	instant(name: string): string | null;
	/** ISO 8601 or null; must be there. */
	instantOrNull(name: string): string | null;
	/** Must be there. Any finite number, in range or not. */
	number(name: string): number | null;
	/** May be absent or null. */
	numberOrAbsent(name: string): number | null;
	/** Must be there. */
	flag(name: string): boolean | null;
	/** Must be there; an empty list when it is no list. */
	list(name: string): readonly unknown[];
	/** May be absent or null. */
	listOrAbsent(name: string): readonly unknown[] | null;
}

/**
 * @param path of the object itself, empty for the task: `pages[0].annotations[3]`
 * @param index the object's place in the list at `path`, when it stands in one
 */
export function createFieldReader(
	object: WireObject,
	path: string,
	note: NoteFault,
	index: number | null = null,
): FieldReader {
	const reader = new ObjectReader(object, path, index, note);
	// JSON.parse makes it an own member that changes nothing; a document that has it was made by somebody with intent.
	if (Object.hasOwn(object, '__proto__')) note(pathOf(reader.path, '__proto__'), 'is a key that no task has');
	return reader;
}

/** A class, because a task has one for each element: a dozen functions for each would cost more than the reading. */
class ObjectReader implements FieldReader {
	readonly #object: WireObject;
	readonly #base: string;
	readonly #index: number | null;
	readonly #note: NoteFault;

	constructor(object: WireObject, base: string, index: number | null, note: NoteFault) {
		this.#object = object;
		this.#base = base;
		this.#index = index;
		this.#note = note;
	}

	get path(): string {
		return this.#index === null ? this.#base : `${this.#base}[${this.#index}]`;
	}

	id(name: string): string | null {
		const value = this.#member(name);
		return typeof value === 'string' && value !== '' ? value : this.#fault(name, value, 'an id');
	}

	word(name: string): string | null {
		const value = this.#member(name);
		return typeof value === 'string' && value !== '' ? value : this.#fault(name, value, 'a word');
	}

	text(name: string): string | null {
		const value = this.#member(name);
		return typeof value === 'string' ? value : this.#fault(name, value, 'text');
	}

	textOrAbsent(name: string): string | null {
		const value = this.#member(name);
		if (value === undefined) return null;
		return typeof value === 'string' ? value : this.#fault(name, value, 'text');
	}

	instant(name: string): string | null {
		const value = this.#member(name);
		return typeof value === 'string' ? this.#instantFrom(name, value) : this.#fault(name, value, 'a date and time');
	}

	instantOrNull(name: string): string | null {
		const value = this.#member(name);
		if (value === null) return null;
		return typeof value === 'string'
			? this.#instantFrom(name, value)
			: this.#fault(name, value, 'a date and time or null');
	}

	number(name: string): number | null {
		const value = this.#member(name);
		return Number.isFinite(value) ? (value as number) : this.#fault(name, value, 'a number');
	}

	numberOrAbsent(name: string): number | null {
		const value = this.#member(name);
		if (value === undefined || value === null) return null;
		return Number.isFinite(value) ? (value as number) : this.#fault(name, value, 'a number');
	}

	flag(name: string): boolean | null {
		const value = this.#member(name);
		return typeof value === 'boolean' ? value : this.#fault(name, value, 'true or false');
	}

	list(name: string): readonly unknown[] {
		const value = this.#member(name);
		if (Array.isArray(value)) return value;
		this.#fault(name, value, 'a list');
		return [];
	}

	listOrAbsent(name: string): readonly unknown[] | null {
		const value = this.#member(name);
		if (value === undefined || value === null) return null;
		return Array.isArray(value) ? value : this.#fault(name, value, 'a list');
	}

	#member(name: string): unknown {
		const contradicts = contradictsItself(this.#object, name);
		if (contradicts) this.#note(pathOf(this.path, name), 'is given twice, with different values');
		return memberOf(this.#object, name);
	}

	#instantFrom(name: string, value: string): string {
		if (Number.isNaN(Date.parse(value))) this.#note(pathOf(this.path, name), 'is text, not a date and time');
		return value;
	}

	#fault(name: string, value: unknown, expected: string): null {
		this.#note(pathOf(this.path, name), `is ${describe(value)}, not ${expected}`);
		return null;
	}
}

/** `pages[0].id` of `pages[0]` and `id`. */
export function pathOf(path: string, name: string): string {
	return path === '' ? name : `${path}.${name}`;
}

/** The kind of a value in words, never the value. */
export function describe(value: unknown): string {
	if (value === undefined) return 'absent';
	if (value === null) return 'null';
	if (value === '') return 'empty text';
	if (typeof value === 'string') return 'text';
	if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : 'a number beyond all bounds';
	if (typeof value === 'boolean') return 'true or false';
	return Array.isArray(value) ? 'a list' : 'an object';
}
