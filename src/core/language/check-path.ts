import type { Json } from '../json.ts';
import { type Checker, nearest, type Pointer, quote } from './checker.ts';
import type { Node } from './node.ts';
import { elementFields, isListName, type ListName, listNames, rootFields } from './scopes.ts';

/** A path of `var`: a value of the task, or inside a list a field of the element. */
export function checkPath(checker: Checker, path: string, pointer: Pointer, scope: ListName | null): Node | null {
	const fields = scope === null ? rootFields : elementFields[scope];
	const field = Object.hasOwn(fields, path) ? fields[path] : undefined;
	if (field !== undefined) return { kind: 'field', path, field, list: scope };
	if (scope === null && isListName(path)) {
		return checker.fault(
			pointer,
			'wrong-type',
			`${path} is a list; look at its elements with all, some, none, lowest or count.`,
		);
	}
	if (scope !== null && (Object.hasOwn(rootFields, path) || isListName(path))) {
		return checker.fault(
			pointer,
			'outer-scope',
			`Inside a list only the element can be seen, not ${path}; its fields are ${Object.keys(fields).join(', ')}.`,
		);
	}
	const [first = '', second = '', third = ''] = path.split('.');
	if (scope === null && isListName(first)) {
		const meant =
			first === 'annotations' && !/^\d*$/.test(second) && (third === 'confidence' || third === 'content')
				? JSON.stringify({ [third]: second })
				: undefined;
		if (meant !== undefined) {
			return checker.fault(
				pointer,
				'unknown-path',
				`Elements of ${first} have no path of their own; the ${third} of an entity is ${meant}.`,
				meant,
			);
		}
		return checker.fault(
			pointer,
			'unknown-path',
			`Elements of ${first} have no path of their own; look at them with all, some, none or lowest.`,
		);
	}
	const known = scope === null ? [...Object.keys(fields), ...listNames] : Object.keys(fields);
	const meant = nearest(path, known);
	const hint = meant === undefined ? ` Known are ${known.join(', ')}.` : ` Did you mean ${meant}?`;
	const entity =
		scope === null ? ' The value of an entity is { "content": "..." }, { "number": "..." } or { "date": "..." }.' : '';
	return checker.fault(
		pointer,
		'unknown-path',
		`There is no ${quote(path)} ${scope === null ? 'in a task' : `in an element of ${scope}`}.${hint}${meant === undefined ? entity : ''}`,
		meant,
	);
}

/** The list that an operator goes over. */
export function checkList(
	checker: Checker,
	json: Json,
	pointer: Pointer,
	operator: string,
	scope: ListName | null,
): ListName | null {
	if (!checker.hasRoom(pointer)) return null;
	if (scope !== null) {
		return checker.fault(
			pointer,
			'outer-scope',
			`${operator} cannot go over a list inside another list; only the element can be seen there.`,
		);
	}
	if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
		const keys = Object.keys(json);
		const path = keys.length === 1 && keys[0] === 'var' ? (json as { readonly [key: string]: Json }).var : null;
		const name = Array.isArray(path) && path.length === 1 ? (path[0] as Json) : path;
		if (typeof name === 'string') {
			if (isListName(name)) return name;
			const meant = nearest(name, listNames);
			const known = `The lists are ${listNames.join(', ')}.`;
			return checker.fault(
				[...pointer, 'var'],
				'unknown-path',
				`There is no list ${quote(name)}. ${meant === undefined ? known : `Did you mean ${meant}?`}`,
				meant,
			);
		}
	}
	return checker.fault(
		pointer,
		'wrong-type',
		`${operator} wants a list here: { "var": "annotations" } or another of ${listNames.join(', ')}.`,
	);
}
