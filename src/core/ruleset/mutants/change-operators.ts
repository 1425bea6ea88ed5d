import type { Json } from '../../json.ts';
import { elementFields, listNames } from '../../language/index.ts';
import { listNameOf, type Operation } from '../walk-logic.ts';
import { type MutantKind, writeShort } from './mutant.ts';
import { nameExpression } from './name-expression.ts';
import type { LogicChange } from './nudge-thresholds.ts';

/** Where the limit itself counts, and where it does not. */
const otherLimit: Readonly<Record<string, string>> = { '>=': '>', '>': '>=', '<=': '<', '<': '<=' };
const opposite: Readonly<Record<string, string>> = {
	'>=': '<',
	'>': '<=',
	'<=': '>',
	'<': '>=',
	'==': '!=',
	'!=': '==',
	'===': '!==',
	'!==': '===',
};
const quantifiers = ['all', 'some', 'none'] as const;
const otherArithmetic: Readonly<Record<string, string>> = { min: 'max', max: 'min', '+': '-', '-': '+' };
/** They can be negated as a whole; comparisons of two have an opposite instead. */
const conditions: ReadonlySet<string> = new Set([
	'and',
	'or',
	...quantifiers,
	'in',
	'present',
	'hasMeta',
	'within',
	'matches',
]);

/** The operation with another operator, and its negation where it is a condition. */
export function changeOperator(operation: Operation): readonly LogicChange[] {
	const { operator, operands } = operation;
	const changes: LogicChange[] = [];
	const become = (kind: MutantKind, to: string | undefined, hint: string) => {
		if (to !== undefined) changes.push(rename(operation, kind, to, hint));
	};
	const limit = otherLimit[operator];
	if (limit !== undefined) become('comparison', limit, atTheLimit(operation));
	if (operands.length === 2 && opposite[operator] !== undefined) {
		become('comparison', opposite[operator], 'in which this holds, and one in which it does not');
	}
	if ((operator === 'and' || operator === 'or') && operands.length > 1) {
		become('junction', operator === 'and' ? 'or' : 'and', 'in which one of these holds and another does not');
	}
	if (isQuantifier(operator)) {
		const list = listNameOf(operands[0]) ?? 'elements';
		for (const other of quantifiers) {
			if (other !== operator) become('quantifier', other, quantifierHint(operator, other, list));
		}
	}
	if (operator === 'min' || operator === 'max' || operands.length === 2) {
		if (operands.length > 1) become('arithmetic', otherArithmetic[operator], `whose outcome depends on ${operator}`);
	}
	const negated = negate(operation);
	return negated === null ? changes : [...changes, negated];
}

function rename({ operator, operands, path }: Operation, kind: MutantKind, to: string, hint: string): LogicChange {
	// Written as a list: it means the same for a single operand, and `and` wants one.
	return { kind, path: [...path, operator], what: 'key', from: operator, to, hint, with: { [to]: operands } };
}

function atTheLimit({ operands, list }: Operation): string {
	const [a, b, c] = operands.map((one) => nameExpression(one, list));
	const limit = typeof operands[0] === 'number' ? [b, a] : [a, b];
	const pair = `with ${limit[0]} at exactly ${limit[1]}`;
	return c === undefined ? pair : `${pair}, and one with it at exactly ${c}`;
}

function quantifierHint(from: string, to: string, list: string): string {
	return from === 'none' && to === 'all'
		? `with ${list} of which none meets this`
		: `with two ${list}, one that meets this and one that does not`;
}

function negate({ operator, operands, path, written, list }: Operation): LogicChange | null {
	const hint = 'in which this holds, and one in which it does not';
	const key = [...path, operator];
	const [operand] = operands;
	if (operator === '!' && operand !== undefined) {
		return {
			kind: 'negation',
			path: key,
			what: 'key',
			from: writeShort(written),
			to: writeShort(operand),
			hint,
			with: operand,
		};
	}
	// Taking the outer negation away does the same.
	if (path.findLast((step) => typeof step === 'string') === '!') return null;
	const isCondition = operator === 'var' ? isBooleanField(operand, list) : conditions.has(operator);
	const isComparison = opposite[operator] !== undefined && operands.length > 2;
	if (!isCondition && !isComparison) return null;
	const negated = { '!': [written] };
	return {
		kind: 'negation',
		path: key,
		what: 'key',
		from: writeShort(written),
		to: writeShort(negated),
		hint,
		with: negated,
	};
}

function isBooleanField(path: Json | undefined, list: string | null): boolean {
	const name = listNames.find((one) => one === list);
	return name !== undefined && typeof path === 'string' && elementFields[name][path]?.type === 'boolean';
}

function isQuantifier(operator: string): operator is (typeof quantifiers)[number] {
	return (quantifiers as readonly string[]).includes(operator);
}
