import type { Json } from '../json.ts';
import { checkComparison, checkIn } from './check-comparison.ts';
import { checkList, checkPath } from './check-path.ts';
import { checkDate, checkMatches, checkNumber } from './check-reading.ts';
import { type Checker, complete, type Pointer, typeNames } from './checker.ts';
import { type Arithmetic, type Node, typeOf } from './node.ts';
import { operatorsByName } from './operators.ts';
import { elementFields, type ListName, type ValueType } from './scopes.ts';
import type { LogicFault } from './types.ts';
import { unknownOperator } from './unknown-operator.ts';

/** `json-logic-js` recurses, and its stack is far deeper than what anybody can read. */
export const mostDepth = 32;
export const mostNodes = 1_000;

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
		if (spec === undefined) return unknownOperator(checker, name, at);
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
				return checkPath(checker, path, place(0), scope);
			}
			case '==':
			case '===':
			case '!=':
			case '!==':
				return checkComparison(checker, name.startsWith('=') ? '==' : '!=', name, operands, place, scope, at);
			case '>':
			case '>=':
			case '<':
			case '<=':
				return checkComparison(checker, name, name, operands, place, scope, at);
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
				const list = checkList(checker, operand(0), place(0), name, scope);
				const each = list === null ? null : typed(1, 'boolean', list);
				return list === null || each === null ? null : { kind: 'iterate', operator: name, list, each };
			}
			case 'lowest': {
				const list = checkList(checker, operand(0), place(0), name, scope);
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
				return checkIn(checker, operands, place, scope);
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
				return checkMatches(checker, typed(0, 'text'), textLiteral(1, 'a pattern'), place(1));
			case 'confidence':
			case 'content':
			case 'present': {
				const entity = entityOf(0);
				return entity === null ? null : { kind: 'entity', operator: name, entity };
			}
			case 'count': {
				const what = operand(0);
				if (typeof what === 'object' && what !== null && !Array.isArray(what)) {
					const list = checkList(checker, what, place(0), name, scope);
					return list === null ? null : { kind: 'countList', list };
				}
				const entity = entityOf(0);
				return entity === null ? null : { kind: 'entity', operator: 'count', entity };
			}
			case 'number':
				return checkNumber(
					checker,
					entityOf(0),
					operands.length === 2 ? textLiteral(1, 'a locale such as "nl-NL"') : undefined,
					place(1),
					at,
				);
			case 'date':
				return checkDate(
					checker,
					entityOf(0),
					operands.length === 2 ? textLiteral(1, 'a format such as "dd-MM-yyyy"') : undefined,
					place(1),
					at,
				);
			case 'hasMeta': {
				const texts = complete(operands.map((_operand, index) => textLiteral(index, 'a name or value')));
				const [metaName, ...values] = texts ?? [];
				if (metaName === undefined) return null;
				return { kind: 'meta', name: metaName, values: values.length === 0 ? null : values };
			}
			case 'today':
				return { kind: 'today' };
			default:
				return unknownOperator(checker, name, at);
		}
	}

	const checker: Checker = { locale, fault, hasRoom, check };
	const root = check(expression, [], null);
	return { node: faults.length === 0 ? root : null, faults, entities: [...entities] };
}
