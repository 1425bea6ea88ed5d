import type { Json } from '../json.ts';
import type { Path } from './parse-json.ts';

/** One operation of an expression: `{ ">=": [a, b] }` is the operator `>=` on two operands. */
export interface Operation {
	readonly operator: string;
	readonly operands: readonly Json[];
	/** From the expression's root to the operation; an operand stands at `operandPath`. */
	readonly path: Path;
	/** The operation as it is written. */
	readonly written: Json;
	/** The list whose elements the operation sees, inside `all`, `some`, `none` and `lowest`; null: the task. */
	readonly list: string | null;
}

/** Every operation of a valid expression, outer ones first. */
export function* walkLogic(expression: Json, path: Path = [], list: string | null = null): Generator<Operation> {
	const operation = operationOf(expression, path, list);
	if (operation === null) {
		if (Array.isArray(expression)) {
			for (const [index, item] of expression.entries()) yield* walkLogic(item, [...path, index], list);
		}
		return;
	}
	yield operation;
	const { operator, operands } = operation;
	const inner = isIterator(operator) ? listNameOf(operands[0]) : list;
	for (const [index, operand] of operands.entries()) {
		yield* walkLogic(operand, operandPath(operation, index), index === 1 && isIterator(operator) ? inner : list);
	}
}

/** The operation that a value is, or null for a literal or a list. */
export function operationOf(value: Json | undefined, path: Path = [], list: string | null = null): Operation | null {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
	const [entry, ...more] = Object.entries(value);
	if (entry === undefined || more.length > 0) return null;
	const [operator, written] = entry;
	return { operator, operands: Array.isArray(written) ? written : [written], path, written: value, list };
}

/** JSON-Logic lets a single operand stand without its list. */
export function operandPath({ path, operator, written }: Operation, index: number): Path {
	const value = (written as { readonly [key: string]: Json })[operator];
	return Array.isArray(value) ? [...path, operator, index] : [...path, operator];
}

function isIterator(operator: string): boolean {
	return operator === 'all' || operator === 'some' || operator === 'none' || operator === 'lowest';
}

/** `annotations` for `{ "var": "annotations" }`. */
export function listNameOf(value: Json | undefined): string | null {
	const operation = operationOf(value);
	const [name] = operation?.operands ?? [];
	return operation?.operator === 'var' && typeof name === 'string' ? name : null;
}
