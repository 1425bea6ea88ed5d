import { distance } from 'fastest-levenshtein';
import { RE2JS } from 're2js';
import type { Json } from '../json.ts';
import { calculate } from './calculate.ts';
import { anyDateFormat, dateFormatOf, datePatternOf, isIsoDate } from './date-format.ts';
import { type Arithmetic, type Comparison, isConfidence, type Node, typeOf } from './node.ts';
import { anyNumberFormat, numberFormatOf } from './number-format.ts';
import { operators, operatorsByName, otherNames, refusedOperators } from './operators.ts';
import { elementFields, isListName, type ListName, listNames, rootFields, type ValueType } from './scopes.ts';
import type { LogicFault } from './types.ts';

/** `json-logic-js` recurses, and its stack is far deeper than what anybody can read. */
export const mostDepth = 32;
export const mostNodes = 1_000;
const mostListed = 1_000;
const longestPattern = 500;

type Pointer = readonly (string | number)[];

export interface Checked {
	/** Null when there are faults. */
	readonly node: Node | null;
	readonly faults: readonly LogicFault[];
	readonly entities: readonly string[];
}

/**
 * Checks the whole tree, reached or not: shape, operators, operand counts and types, paths, thresholds, formats, size.
 * All faults at once, each with where it is.
 */
export function checkExpression(expression: Json, locale: string | null): Checked {
	const faults: LogicFault[] = [];
	const entities = new Set<string>();
	let nodes = 0;

	function fault(pointer: Pointer, code: string, message: string, didYouMean?: string): null {
		faults.push({ code, message, pointer, ...(didYouMean === undefined ? {} : { didYouMean }) });
		return null;
	}

	/** Counts a part; false, with one fault in all, when there are too many. */
	function hasRoom(pointer: Pointer): boolean {
		nodes += 1;
		if (nodes === mostNodes + 1) {
			fault(pointer, 'too-large', `An expression has at most ${mostNodes} parts; split it into several conditions.`);
		}
		return nodes <= mostNodes;
	}

	function check(json: Json, pointer: Pointer, scope: ListName | null): Node | null {
		if (!hasRoom(pointer)) return null;
		if (json === null)
			return fault(pointer, 'null-literal', 'null stands for nothing here; test with present instead.');
		if (typeof json === 'boolean') return { kind: 'literal', value: json, type: 'boolean' };
		if (typeof json === 'string') return { kind: 'literal', value: json, type: 'text' };
		if (typeof json === 'number') {
			if (!Number.isFinite(json)) return fault(pointer, 'not-finite', 'The number is too large to be calculated with.');
			return { kind: 'literal', value: json, type: 'number' };
		}
		if (Array.isArray(json)) {
			return fault(pointer, 'unexpected-list', 'A list cannot stand here; one operation such as { ">=": [...] } must.');
		}
		// Only operators are text in a pointer, and each of them is one level.
		if (pointer.filter((step) => typeof step === 'string').length >= mostDepth) {
			return fault(
				pointer,
				'too-deep',
				`An expression is nested at most ${mostDepth} deep; split it into several conditions.`,
			);
		}
		const operation = json as { readonly [key: string]: Json };
		const names = Object.keys(operation);
		const [name = ''] = names;
		if (names.length !== 1) {
			const have = names.length === 0 ? 'none' : `${names.length}: ${names.join(', ')}`;
			return fault(
				pointer,
				'not-one-operator',
				`An operation has exactly one operator; this has ${have}. Join conditions with and, and put explanations into requirement.`,
			);
		}
		return checkOperation(name, operation[name] ?? null, pointer, scope);
	}

	function checkOperation(name: string, value: Json, pointer: Pointer, scope: ListName | null): Node | null {
		const at = [...pointer, name];
		const spec = operatorsByName.get(name);
		if (spec === undefined) return unknownOperator(name, at);
		const operands: readonly Json[] = Array.isArray(value) ? value : [value];
		const place = (index: number): Pointer => (Array.isArray(value) ? [...at, index] : at);
		const [least, most] = spec.operands;
		if (operands.length < least || operands.length > most) {
			if (name === 'var' && operands.length === 2) {
				return fault(at, 'default-not-allowed', 'var has no default here: what is absent must be left to a person.');
			}
			if (name === 'if' && operands.length === 2) {
				return fault(at, 'wrong-arity', 'if needs an else: a third operand that says what holds otherwise.');
			}
			const wanted = least === most ? `${least}` : most >= 100 ? `at least ${least}` : `${least} to ${most}`;
			return fault(
				at,
				'wrong-arity',
				`${name} takes ${wanted} operand${wanted === '1' ? '' : 's'}, not ${operands.length}: ${spec.signature}.`,
			);
		}
		const operand = (index: number): Json => operands[index] ?? null;
		/** Checks an operand and its type. */
		const typed = (index: number, type: ValueType, inner: ListName | null = scope): Node | null => {
			const node = check(operand(index), place(index), inner);
			if (node === null || typeOf(node) === type) return node;
			return fault(
				place(index),
				'wrong-type',
				`${name} wants ${typeNames[type]} here, not ${typeNames[typeOf(node)]}.`,
			);
		};
		const allTyped = (type: ValueType): readonly Node[] | null => {
			const found = operands.map((_operand, index) => typed(index, type));
			return complete(found);
		};
		const textLiteral = (index: number, what: string): string | null => {
			const literal = operand(index);
			if (typeof literal === 'string' && literal !== '') return literal;
			return fault(place(index), 'wrong-type', `${name} wants ${what} here, written as text in quotes.`);
		};
		const entityOf = (index: number): string | null => {
			const entity = textLiteral(index, 'the id of an entity, such as "total_amount",');
			if (entity !== null) entities.add(entity);
			return entity;
		};

		switch (name) {
			case 'var': {
				const path = operand(0);
				if (typeof path !== 'string' || path === '') {
					return fault(place(0), 'path-not-literal', 'var wants one path, written as text in quotes.');
				}
				return checkPath(path, place(0), scope);
			}
			case '==':
			case '===':
			case '!=':
			case '!==':
				return checkComparison(name.startsWith('=') ? '==' : '!=', name, operands, place, scope, at);
			case '>':
			case '>=':
			case '<':
			case '<=':
				return checkComparison(name, name, operands, place, scope, at);
			case '!': {
				const node = typed(0, 'boolean');
				return node === null ? null : { kind: 'not', operand: node };
			}
			case 'and':
			case 'or': {
				if (!Array.isArray(value)) return fault(at, 'wrong-type', `${name} wants a list of conditions.`);
				const nodes = allTyped('boolean');
				return nodes === null ? null : { kind: 'junction', operator: name, operands: nodes };
			}
			case 'if': {
				if (operands.length % 2 === 0) {
					return fault(at, 'wrong-arity', 'if needs an else: conditions and values in turn, and one value at the end.');
				}
				const last = operands.length - 1;
				const found = operands.map((one, index) =>
					index < last && index % 2 === 0 ? typed(index, 'boolean') : check(one, place(index), scope),
				);
				const nodes = complete(found);
				if (nodes === null) return null;
				const values = nodes.filter((_node, index) => index === last || index % 2 === 1);
				const types = new Set(values.map(typeOf));
				const [type = 'boolean'] = types;
				if (types.size > 1) return fault(at, 'wrong-type', 'All values of an if must be of the same type.');
				return { kind: 'if', operands: nodes, type };
			}
			case 'all':
			case 'some':
			case 'none': {
				const list = checkList(operand(0), place(0), name, scope);
				const each = list === null ? null : typed(1, 'boolean', list);
				return list === null || each === null ? null : { kind: 'iterate', operator: name, list, each };
			}
			case 'lowest': {
				const list = checkList(operand(0), place(0), name, scope);
				if (list === null) return null;
				const confidence = elementFields[list].confidence;
				if (operands.length === 1) {
					if (confidence === undefined) return fault(at, 'wrong-type', `The elements of ${list} have no confidence.`);
					return { kind: 'lowest', list, each: { kind: 'field', path: 'confidence', field: confidence, list } };
				}
				const each = typed(1, 'number', list);
				return each === null ? null : { kind: 'lowest', list, each };
			}
			case 'in':
				return checkIn(operands, place, scope);
			case '+':
			case '-':
			case '*':
			case '/':
			case 'min':
			case 'max': {
				const nodes = allTyped('number');
				return nodes === null ? null : { kind: 'arithmetic', operator: name as Arithmetic, operands: nodes };
			}
			case 'within': {
				const nodes = allTyped('number');
				const [a, b, tolerance] = nodes ?? [];
				if (a === undefined || b === undefined || tolerance === undefined) return null;
				if (tolerance.kind === 'literal' && Number(tolerance.value) < 0) {
					return fault(place(2), 'negative-tolerance', 'A tolerance is 0 or more.');
				}
				return { kind: 'within', operands: [a, b, tolerance] };
			}
			case 'matches':
				return checkMatches(typed(0, 'text'), textLiteral(1, 'a pattern'), place(1));
			case 'confidence':
			case 'content':
			case 'present': {
				const entity = entityOf(0);
				return entity === null ? null : { kind: 'entity', operator: name, entity };
			}
			case 'count': {
				const what = operand(0);
				if (typeof what === 'object' && what !== null && !Array.isArray(what)) {
					const list = checkList(what, place(0), name, scope);
					return list === null ? null : { kind: 'countList', list };
				}
				const entity = entityOf(0);
				return entity === null ? null : { kind: 'entity', operator: 'count', entity };
			}
			case 'number': {
				const entity = entityOf(0);
				const given = operands.length === 2 ? textLiteral(1, 'a locale such as "nl-NL"') : locale;
				if (entity === null || (operands.length === 2 && given === null)) return null;
				const format = given === null ? anyNumberFormat : numberFormatOf(given);
				if (format === null) {
					const where = operands.length === 2 ? place(1) : at;
					return fault(where, 'unknown-locale', 'This is no known locale; write one like "nl-NL".');
				}
				return { kind: 'number', entity, format };
			}
			case 'date': {
				const entity = entityOf(0);
				const pattern = operands.length === 2 ? textLiteral(1, 'a format such as "dd-MM-yyyy"') : null;
				if (entity === null || (operands.length === 2 && pattern === null)) return null;
				const format =
					pattern !== null ? datePatternOf(pattern) : locale === null ? anyDateFormat : dateFormatOf(locale);
				if (format === null && pattern === null) {
					return fault(at, 'unknown-locale', 'The locale of the rule is no known one; write one like "nl-NL".');
				}
				if (format === null) {
					return fault(
						place(1),
						'bad-date-format',
						'A date format has day, month and year once each, of d, dd, M, MM, yy, yyyy and - . / or space between; d and M stand apart from other digits.',
					);
				}
				return { kind: 'date', entity, format };
			}
			case 'hasMeta': {
				const texts = complete(operands.map((_operand, index) => textLiteral(index, 'a name or value')));
				const [metaName, ...values] = texts ?? [];
				if (metaName === undefined) return null;
				return { kind: 'meta', name: metaName, values: values.length === 0 ? null : values };
			}
			case 'today':
				return { kind: 'today' };
			default:
				return unknownOperator(name, at);
		}
	}

	function unknownOperator(name: string, at: Pointer): null {
		const refused = Object.hasOwn(refusedOperators, name) ? refusedOperators[name] : undefined;
		if (refused !== undefined) return fault(at, 'refused-operator', `${refused}.`);
		const folded = name.toLowerCase().replace(/[\s_-]/g, '');
		const meant = Object.hasOwn(otherNames, folded)
			? otherNames[folded]
			: nearest(
					name,
					operators.map((one) => one.name),
				);
		const hint = meant === undefined ? 'The operators are listed in rules/README.md.' : `Did you mean ${meant}?`;
		return fault(at, 'unknown-operator', `There is no operator ${quote(name)}. ${hint}`, meant);
	}

	function checkPath(path: string, pointer: Pointer, scope: ListName | null): Node | null {
		const fields = scope === null ? rootFields : elementFields[scope];
		const field = Object.hasOwn(fields, path) ? fields[path] : undefined;
		if (field !== undefined) return { kind: 'field', path, field, list: scope };
		if (scope === null && isListName(path)) {
			return fault(
				pointer,
				'wrong-type',
				`${path} is a list; look at its elements with all, some, none, lowest or count.`,
			);
		}
		if (scope !== null && (Object.hasOwn(rootFields, path) || isListName(path))) {
			return fault(
				pointer,
				'outer-scope',
				`Inside a list only the element can be seen, not ${path}; its fields are ${Object.keys(fields).join(', ')}.`,
			);
		}
		const [first = ''] = path.split('.');
		if (scope === null && isListName(first)) {
			return fault(
				pointer,
				'unknown-path',
				`Elements of ${first} have no path of their own; look at them with all, some, none or lowest.`,
			);
		}
		const known = scope === null ? [...Object.keys(fields), ...listNames] : Object.keys(fields);
		const meant = nearest(path, known);
		const hint = meant === undefined ? ` Known are ${known.join(', ')}.` : ` Did you mean ${meant}?`;
		const entity =
			scope === null
				? ' The value of an entity is { "content": "..." }, { "number": "..." } or { "date": "..." }.'
				: '';
		return fault(
			pointer,
			'unknown-path',
			`There is no ${quote(path)} ${scope === null ? 'in a task' : `in an element of ${scope}`}.${hint}${meant === undefined ? entity : ''}`,
			meant,
		);
	}

	function checkList(json: Json, pointer: Pointer, operator: string, scope: ListName | null): ListName | null {
		if (!hasRoom(pointer)) return null;
		if (scope !== null) {
			return fault(
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
				return fault(
					[...pointer, 'var'],
					'unknown-path',
					`There is no list ${quote(name)}. ${meant === undefined ? known : `Did you mean ${meant}?`}`,
					meant,
				);
			}
		}
		return fault(
			pointer,
			'wrong-type',
			`${operator} wants a list here: { "var": "annotations" } or another of ${listNames.join(', ')}.`,
		);
	}

	function checkComparison(
		operator: Comparison,
		name: string,
		operands: readonly Json[],
		place: (index: number) => Pointer,
		scope: ListName | null,
		at: Pointer,
	): Node | null {
		const found = complete(operands.map((one, index) => check(one, place(index), scope)));
		if (found === null) return null;
		const dated = found.some((node) => typeOf(node) === 'date');
		const nodes = dated ? found.map((node, index) => toDate(node, place(index))) : found;
		const all = complete(nodes);
		if (all === null) return null;
		const types = new Set(all.map(typeOf));
		const [type = 'number'] = types;
		if (types.size > 1) {
			const kinds = all.map((node) => typeNames[typeOf(node)]).join(' with ');
			return fault(at, 'wrong-type', `${name} compares values of the same type, not ${kinds}.`);
		}
		const ordered = operator !== '==' && operator !== '!=';
		if (ordered && type !== 'number' && type !== 'date') {
			return fault(at, 'wrong-type', `${name} compares numbers or dates, not ${typeNames[type]}.`);
		}
		if (all.some(isConfidence)) {
			for (const [index, node] of all.entries()) {
				if (node.kind !== 'literal' || typeof node.value !== 'number') continue;
				if (node.value >= 0 && node.value <= 1) continue;
				const meant = node.value > 1 && node.value <= 100 ? String(calculate('/', [node.value, 100])) : undefined;
				fault(
					place(index),
					'threshold-out-of-range',
					`A confidence is from 0 to 1${meant === undefined ? '' : `; write ${meant} for ${node.value} %`}.`,
					meant,
				);
			}
		}
		return { kind: 'compare', operator, operands: all, type };
	}

	function toDate(node: Node, pointer: Pointer): Node | null {
		if (node.kind !== 'literal' || node.type !== 'text') return node;
		if (isIsoDate(String(node.value))) return { ...node, type: 'date' };
		return fault(pointer, 'wrong-type', 'A date is written as "2026-06-01", and must be a day of the calendar.');
	}

	function checkIn(operands: readonly Json[], place: (index: number) => Pointer, scope: ListName | null): Node | null {
		const value = check(operands[0] ?? null, place(0), scope);
		const list = operands[1];
		if (!Array.isArray(list)) {
			return fault(place(1), 'wrong-type', 'in wants a list of values on its right, such as ["EUR", "GBP"].');
		}
		if (list.length === 0) return fault(place(1), 'empty-list', 'The list of allowed values is empty.');
		if (list.length > mostListed) {
			return fault(place(1), 'too-large', `A list of allowed values has at most ${mostListed}.`);
		}
		if (value === null) return null;
		const type = typeOf(value);
		const values: (boolean | number | string)[] = [];
		for (const [index, item] of (list as readonly Json[]).entries()) {
			const fits =
				(type === 'text' && typeof item === 'string') ||
				(type === 'number' && typeof item === 'number' && Number.isFinite(item)) ||
				(type === 'boolean' && typeof item === 'boolean') ||
				(type === 'date' && typeof item === 'string' && isIsoDate(item));
			if (fits) values.push(item as boolean | number | string);
			else
				fault(
					[...place(1), index],
					'wrong-type',
					`The list must hold ${typeNames[type]} alone, like the value on the left.`,
				);
		}
		return { kind: 'in', value, list: values };
	}

	function checkMatches(text: Node | null, source: string | null, pointer: Pointer): Node | null {
		if (source === null) return null;
		if (source.length > longestPattern) {
			return fault(pointer, 'bad-pattern', `A pattern has at most ${longestPattern} characters.`);
		}
		try {
			const pattern = RE2JS.compile(source);
			return text === null ? null : { kind: 'matches', text, pattern, source };
		} catch {
			return fault(
				pointer,
				'bad-pattern',
				'This is no pattern that RE2 understands: look-around and back references are not in it.',
			);
		}
	}

	const root = check(expression, [], null);
	return { node: faults.length === 0 ? root : null, faults, entities: [...entities] };
}

const typeNames: Readonly<Record<ValueType, string>> = {
	boolean: 'true or false',
	number: 'a number',
	text: 'text',
	date: 'a date',
};

function complete<T>(found: readonly (T | null)[]): readonly T[] | null {
	const all: T[] = [];
	for (const one of found) {
		if (one === null) return null;
		all.push(one);
	}
	return all;
}

/** The closest of some names, when it is close enough to be meant. */
function nearest(name: string, known: readonly string[]): string | undefined {
	const folded = name.toLowerCase();
	let best: string | undefined;
	let least = Math.max(1, Math.floor(name.length / 3)) + 1;
	for (const one of known) {
		const far = distance(folded, one.toLowerCase());
		if (far < least) {
			least = far;
			best = one;
		}
	}
	// A name of one or two characters is close to everything.
	return name.length <= 2 && least > 0 ? undefined : best;
}

function quote(name: string): string {
	return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}...` : name);
}
