import type { Json } from '../../json.ts';
import { type Operation, operandPath } from '../walk-logic.ts';
import { writeShort } from './mutant.ts';
import { nameExpression } from './name-expression.ts';
import type { LogicChange } from './nudge-thresholds.ts';

/** Any number of operands, each of which should matter. */
const variadic: ReadonlySet<string> = new Set(['and', 'or', 'min', 'max', '+', '*']);

/** The operation without one of its operands or one of its allowed values, and with true for false. */
export function dropOperands(operation: Operation): readonly LogicChange[] {
	const { operator, operands, path, list } = operation;
	const nameOf = (one: Json | undefined) => nameExpression(one, list);
	if (variadic.has(operator)) {
		if (operands.length < 2) return [];
		return operands.map((operand, index) =>
			drop(operation, index, operand, operatorHint(operator, nameOf(operand)), without(operation, index)),
		);
	}
	if ((operator === '<' || operator === '<=') && operands.length === 3) {
		return [0, 2].map((index) => {
			const limit = operands[index] ?? null;
			const side = index === 0 ? 'below' : 'above';
			const hint = `with ${nameOf(operands[1])} ${side} ${nameOf(limit)}`;
			return drop(operation, index, limit, hint, without(operation, index));
		});
	}
	if (operator === 'in' && Array.isArray(operands[1])) {
		const values = operands[1] as readonly Json[];
		if (values.length < 2) return [];
		return values.map((value, index): LogicChange => {
			const others = { in: [operands[0] ?? null, values.toSpliced(index, 1)] };
			const hint = `with ${nameOf(operands[0])} at ${writeShort(value)}`;
			return { ...drop(operation, 1, value, hint, others), path: [...path, 'in', 1, index] };
		});
	}
	if (operator === 'hasMeta' && operands.length > 1) {
		return operands.slice(1).map((value, index) => {
			const hint =
				operands.length === 2
					? `with another value of ${nameOf(operation.written)}`
					: `with ${nameOf(operation.written)} at ${writeShort(value)}`;
			return drop(operation, index + 1, value, hint, without(operation, index + 1));
		});
	}
	return [];
}

/** True for false, and the other way round. */
export function flipConstants(operation: Operation): readonly LogicChange[] {
	return operation.operands.flatMap((operand, index): readonly LogicChange[] => {
		if (typeof operand !== 'boolean') return [];
		const path = operandPath(operation, index);
		const hint = `whose outcome depends on this ${String(operand)}`;
		return [
			{ kind: 'constant', path, what: 'value', from: String(operand), to: String(!operand), hint, with: !operand },
		];
	});
}

function drop(operation: Operation, index: number, operand: Json, hint: string, rest: Json): LogicChange {
	const path = operandPath(operation, index);
	return { kind: 'drop-operand', path, what: 'value', from: writeShort(operand), to: 'nothing', hint, with: rest };
}

/** What is left of two is the other one. */
function without({ operator, operands }: Operation, index: number): Json {
	const rest = operands.toSpliced(index, 1);
	const [only] = rest;
	return rest.length === 1 && variadic.has(operator) && only !== undefined ? only : { [operator]: rest };
}

function operatorHint(operator: string, name: string): string {
	switch (operator) {
		case 'and':
			return 'in which only this does not hold';
		case 'or':
			return 'in which only this holds';
		case 'min':
			return `in which ${name} is the smallest, and decides`;
		case 'max':
			return `in which ${name} is the largest, and decides`;
		default:
			return `in which ${name} makes a difference`;
	}
}
