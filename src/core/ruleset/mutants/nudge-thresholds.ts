import type { Json } from '../../json.ts';
import { calculate, countPlaces, isIsoDate } from '../../language/index.ts';
import { isConfidence } from '../lint-logic.ts';
import { type Operation, operandPath, operationOf } from '../walk-logic.ts';
import type { Change } from './mutant.ts';
import { nameExpression } from './name-expression.ts';

/** A change of an expression: what stands at `path` becomes `with`. */
export interface LogicChange extends Change {
	readonly with: Json;
}

const orderings: ReadonlySet<string> = new Set(['>', '>=', '<', '<=']);
const comparisons: ReadonlySet<string> = new Set([...orderings, '==', '===', '!=', '!==']);
/** Confidences are told apart to the hundredth, however short one is written. */
const confidenceStep = 0.01;
const dayMs = 86_400_000;

/**
 * Each number that an operation is given, moved up and down by one step of its written precision; each day by a day. Of a
 * confidence the step is at most 0.01, and it stays within 0 and 1.
 */
export function nudgeThresholds(operation: Operation): readonly LogicChange[] {
	return operation.operands.flatMap((operand, index) => {
		if (typeof operand === 'number') return nudgeNumber(operation, index, operand);
		if (typeof operand === 'string' && isComparedDay(operation, operand)) return nudgeDay(operation, index, operand);
		return [];
	});
}

function nudgeNumber(operation: Operation, index: number, written: number): readonly LogicChange[] {
	const isThreshold = comparisons.has(operation.operator);
	const bounded = isThreshold && operation.operands.some(isConfidence);
	const precision = Number(`1e-${countPlaces(written)}`);
	const step = bounded ? Math.min(precision, confidenceStep) : precision;
	return [calculate('-', [written, step]), calculate('+', [written, step])]
		.map((to) => (bounded ? Math.max(0, Math.min(1, to)) : to))
		.filter((to) => to !== written)
		.map((to) => change(operation, index, written, to));
}

function isComparedDay({ operator, operands }: Operation, text: string): boolean {
	if (!comparisons.has(operator) || !isIsoDate(text)) return false;
	return operands.some((operand) => ['date', 'today'].includes(operationOf(operand)?.operator ?? ''));
}

function nudgeDay(operation: Operation, index: number, written: string): readonly LogicChange[] {
	const day = Date.parse(`${written}T00:00:00Z`);
	return [day - dayMs, day + dayMs]
		.map((at) => new Date(at).toISOString().slice(0, 10))
		.filter(isIsoDate)
		.map((to) => change(operation, index, written, to));
}

function change<T extends number | string>(operation: Operation, index: number, from: T, to: T): LogicChange {
	const path = operandPath(operation, index);
	return {
		kind: 'threshold',
		path,
		what: 'value',
		from: JSON.stringify(from),
		to: JSON.stringify(to),
		hint: hintFor(operation, index, from, to),
		with: to,
	};
}

/** The value on which the two thresholds disagree, where there is one that is easily named. */
function hintFor<T extends number | string>(operation: Operation, index: number, from: T, to: T): string {
	const { operator, operands, list } = operation;
	if (operator === 'within' && index === 2) {
		const [a, b] = operands.map((one) => nameExpression(one, list));
		return to > from
			? `in which ${a} and ${b} differ by more than ${from} and no more than ${to}: it must not hold`
			: `in which ${a} and ${b} differ by exactly ${from}: it must hold`;
	}
	if (!comparisons.has(operator)) return `whose outcome would be another with ${to} in place of ${from}`;
	const name = nameExpression(operands[index === 0 ? 1 : index - 1], list);
	if (!orderings.has(operator)) return `with ${name} at exactly ${from}, and one with it at ${to}`;
	// `limit < value` is `value > limit`, and a middle operand is compared on both sides.
	const fromBelow = operator.startsWith('>') === index > 0;
	const inclusive = operator.endsWith('=');
	const stricter = fromBelow ? to > from : to < from;
	const at = inclusive === stricter ? from : to;
	return `with ${name} at exactly ${at}: it must ${stricter ? '' : 'not '}hold there`;
}
