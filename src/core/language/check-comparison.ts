import type { Json } from '../json.ts';
import { calculate } from './calculate.ts';
import { type Checker, complete, type Pointer, typeNames } from './checker.ts';
import { isIsoDate } from './date-format.ts';
import { type Comparison, isConfidence, type Node, typeOf } from './node.ts';
import type { ListName, ValueType } from './scopes.ts';

const mostListed = 1_000;

/** `==`, `<` and the like: both sides of one type, thresholds of confidences within 0 to 1. */
export function checkComparison(
	checker: Checker,
	operator: Comparison,
	name: string,
	operands: readonly Json[],
	place: (index: number) => Pointer,
	scope: ListName | null,
	at: Pointer,
): Node | null {
	const found = complete(operands.map((one, index) => checker.check(one, place(index), scope)));
	if (found === null) return null;
	const dated = found.some((node) => typeOf(node) === 'date');
	const nodes = dated ? found.map((node, index) => toDate(checker, node, place(index))) : found;
	const all = complete(nodes);
	if (all === null) return null;
	const types = new Set(all.map(typeOf));
	const [type = 'number'] = types;
	if (types.size > 1) {
		const kinds = [...types].map((one) => typeNames[one]).join(' with ');
		const meant = readAs(all, types);
		const hint = meant === undefined ? '' : ` Read the entity as one: ${meant}.`;
		return checker.fault(at, 'wrong-type', `${name} compares values of the same type, not ${kinds}.${hint}`, meant);
	}
	const ordered = operator !== '==' && operator !== '!=';
	if (ordered && type !== 'number' && type !== 'date') {
		return checker.fault(at, 'wrong-type', `${name} compares numbers or dates, not ${typeNames[type]}.`);
	}
	if (all.some(isConfidence)) {
		for (const [index, node] of all.entries()) {
			if (node.kind !== 'literal' || typeof node.value !== 'number') continue;
			if (node.value >= 0 && node.value <= 1) continue;
			const meant = node.value > 1 && node.value <= 100 ? String(calculate('/', [node.value, 100])) : undefined;
			checker.fault(
				place(index),
				'threshold-out-of-range',
				`A confidence is from 0 to 1${meant === undefined ? '' : `; write ${meant} for ${node.value} %`}.`,
				meant,
			);
		}
	}
	return { kind: 'compare', operator, operands: all, type };
}

/** Where text of an entity meets a number or a date, the entity as such. */
function readAs(nodes: readonly Node[], types: ReadonlySet<ValueType>): string | undefined {
	const other = types.has('number') ? 'number' : types.has('date') ? 'date' : null;
	const text = nodes.find((node) => node.kind === 'entity' && node.operator === 'content');
	if (other === null || types.size !== 2 || text?.kind !== 'entity') return undefined;
	return JSON.stringify({ [other]: text.entity });
}

function toDate(checker: Checker, node: Node, pointer: Pointer): Node | null {
	if (node.kind !== 'literal' || node.type !== 'text') return node;
	if (isIsoDate(String(node.value))) return { ...node, type: 'date' };
	return checker.fault(pointer, 'wrong-type', 'A date is written as "2026-06-01", and must be a day of the calendar.');
}

/** `in`: a value and the list of those allowed. */
export function checkIn(
	checker: Checker,
	operands: readonly Json[],
	place: (index: number) => Pointer,
	scope: ListName | null,
): Node | null {
	const value = checker.check(operands[0] ?? null, place(0), scope);
	const list = operands[1];
	if (!Array.isArray(list)) {
		return checker.fault(place(1), 'wrong-type', 'in wants a list of values on its right, such as ["EUR", "GBP"].');
	}
	if (list.length === 0) return checker.fault(place(1), 'empty-list', 'The list of allowed values is empty.');
	if (list.length > mostListed) {
		return checker.fault(place(1), 'too-large', `A list of allowed values has at most ${mostListed}.`);
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
			checker.fault(
				[...place(1), index],
				'wrong-type',
				`The list must hold ${typeNames[type]} alone, like the value on the left.`,
			);
	}
	return { kind: 'in', value, list: values };
}
