import type { Json } from '../json.ts';
import type { FindingCode } from './finding-codes.ts';
import type { Path } from './parse-json.ts';
import { listNameOf, type Operation, operandPath, operationOf, walkLogic } from './walk-logic.ts';

/** The kinds of elements that a rule can look at. */
export const elementKinds = ['annotations', 'checkboxes', 'segments', 'signatures'] as const;
export type ElementKind = (typeof elementKinds)[number];

/** A doubt about a valid expression. */
export interface Doubt {
	readonly code: FindingCode;
	/** From the expression's root. */
	readonly at: Path;
	readonly message: string;
	/** The corrected expression, as JSON, where there is one. */
	readonly better?: string;
}

const opposite: Readonly<Record<string, string>> = {
	'<': '>=',
	'<=': '>',
	'>': '<=',
	'>=': '<',
	'==': '!=',
	'!=': '==',
};

/** What is doubtful about a valid expression that must be true. */
export function lintLogic(expression: Json): readonly Doubt[] {
	const operations = [...walkLogic(expression)];
	const doubts = operations.flatMap((operation) => [
		...lintNot(operation),
		...lintSome(operation),
		...lintThreshold(operation),
		...lintEquality(operation),
	]);
	if (operations.every(({ operator }) => !readers.has(operator))) {
		doubts.unshift({
			code: 'constant-condition',
			at: [],
			message:
				'This looks at nothing of the task, so its answer is always the same; compare something of the task, or remove it.',
		});
	}
	return doubts;
}

const entityReaders: ReadonlySet<string> = new Set(['confidence', 'content', 'number', 'date', 'present', 'count']);
/** `today` is left out: a rule that looks at the calendar alone still looks at no task. */
const readers: ReadonlySet<string> = new Set([...entityReaders, 'var', 'hasMeta']);

/** Whether an expression looks at a kind of element at all, or at every annotation there is. */
export function looksAt(expression: Json, what: ElementKind | 'every-annotation'): boolean {
	for (const { operator, operands, list } of walkLogic(expression)) {
		const name = operator === 'var' && list === null ? operands[0] : null;
		switch (what) {
			case 'every-annotation':
				if (
					(operator === 'all' || operator === 'none' || operator === 'lowest') &&
					listNameOf(operands[0]) === 'annotations'
				)
					return true;
				break;
			case 'annotations':
				if (entityReaders.has(operator) && typeof operands[0] === 'string') return true;
				if (name === what || name === `counts.${what}`) return true;
				break;
			default:
				if (name === what || name === `counts.${what}`) return true;
		}
	}
	return false;
}

function lintNot({ operator, operands, path }: Operation): readonly Doubt[] {
	const inner = operationOf(operands[0]);
	if (operator !== '!' || inner === null) return [];
	if (inner.operator === 'some') {
		const better = JSON.stringify({ none: inner.operands });
		const message = `"not some" is true of an empty list, so a task with nothing on it passes; write ${better}, which refuses one.`;
		return [{ code: 'not-some', at: path, message, better }];
	}
	const turned = opposite[inner.operator];
	if (turned === undefined || inner.operands.length !== 2) return [];
	const better = JSON.stringify({ [turned]: inner.operands });
	return [{ code: 'not-below', at: path, message: `Say what must hold, not what must not: ${better}.`, better }];
}

function lintSome({ operator, operands, path }: Operation): readonly Doubt[] {
	if (operator !== 'some') return [];
	const list = listNameOf(operands[0]);
	// One certain signature among the marks on a page may well be enough; one certain field among all never is.
	if (list !== 'annotations' || !comparesOnlyConfidence(operands[1])) return [];
	const better = JSON.stringify({ all: operands });
	const message = `One certain field is enough for "some", however uncertain the others are; write ${better}, unless that is meant.`;
	return [{ code: 'some-for-all', at: path, message, better }];
}

function comparesOnlyConfidence(value: Json | undefined): boolean {
	const operation = operationOf(value);
	if (operation === null || (operation.operator !== '>=' && operation.operator !== '>')) return false;
	return operation.operands.some((operand) => isConfidence(operand));
}

function lintThreshold(operation: Operation): readonly Doubt[] {
	const compared = compareWithNumber(operation);
	if (compared === null || !isConfidence(compared.value)) return [];
	const { operator, threshold, at } = compared;
	if (operator === '>' && threshold === 1) {
		const message = 'No confidence is above 1, so this never holds; write ">=" with a threshold like 0.98.';
		return [{ code: 'threshold-unreachable', at, message }];
	}
	if (operator === '>=' && threshold === 1) {
		const message = 'Hardly any confidence is exactly 1, so this hardly ever holds; write a threshold like 0.98.';
		return [{ code: 'threshold-unreachable', at, message }];
	}
	if (operator === '>=' && threshold === 0) {
		return [{ code: 'always-true', at, message: 'Every confidence is at least 0; write a threshold like 0.98.' }];
	}
	return [];
}

/** `value >= threshold` or `threshold <= value`, brought into the first form. */
export function compareWithNumber(operation: Operation) {
	const { operator, operands } = operation;
	const [left, right] = operands;
	if (operands.length !== 2) return null;
	if (typeof right === 'number') {
		return { operator, value: left, threshold: right, at: operandPath(operation, 1) };
	}
	const mirrored = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }[operator];
	return typeof left === 'number' && mirrored !== undefined
		? { operator: mirrored, value: right, threshold: left, at: operandPath(operation, 0) }
		: null;
}

/** Whether a part of a valid expression gives a confidence, so that a limit on it lies within 0 and 1. */
export function isConfidence(value: Json | undefined): boolean {
	const operation = operationOf(value);
	if (operation === null) return false;
	const { operator, operands } = operation;
	if (operator === 'confidence' || (operator === 'lowest' && operands.length === 1)) return true;
	if (operator === 'var') return operands[0] === 'confidence';
	return (
		(operator === 'lowest' && isConfidence(operands[1])) ||
		((operator === 'min' || operator === 'max') && operands.some(isConfidence))
	);
}

/** `within` compares as on paper; `==` compares what a machine made of the decimals. */
function lintEquality({ operator, operands, path }: Operation): readonly Doubt[] {
	if (!/^[=!]==?$/.test(operator) || operands.length !== 2) return [];
	if (!operands.some((operand) => isConfidence(operand) || isCalculated(operand))) return [];
	const within = { within: [...operands, 0.01] };
	const better = JSON.stringify(operator.startsWith('=') ? within : { '!': [within] });
	const message = `Decimals that were calculated, and confidences, are hardly ever exactly equal; write ${better}.`;
	return [{ code: 'equality-on-decimals', at: path, message, better }];
}

/** Calculated from something that may have decimals; counts and pages do not. */
function isCalculated(value: Json | undefined): boolean {
	const operation = operationOf(value);
	if (operation === null || !['+', '-', '*', '/'].includes(operation.operator)) return false;
	return operation.operator === '/' || operation.operands.some((operand) => mayHaveDecimals(operand));
}

function mayHaveDecimals(value: Json): boolean {
	if (typeof value === 'number') return !Number.isInteger(value);
	return operationOf(value)?.operator === 'number' || isConfidence(value) || isCalculated(value);
}
