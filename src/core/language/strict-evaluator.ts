import jsonLogic from 'json-logic-js';
import { calculate, compare, isWithin } from './calculate.ts';
import { checkToday } from './date-format.ts';
import { elementsOf, fieldOf, type Value } from './elements.ts';
import { Halt } from './halt.ts';
import type { Reading } from './kept-reading.ts';
import type { Arithmetic, Comparison, Node } from './node.ts';
import { readingOf } from './reading.ts';
import { elementFields, type Field, type ListName, listNames, rootFields } from './scopes.ts';
import type { EvaluationContext } from './types.ts';

/** `json-logic-js` under our operators: what it gives for a validated tree, or throws a `Halt`. */
export type StrictEvaluator = (context: EvaluationContext) => unknown;

/**
 * The names under which our operators stand in the one operator table of `json-logic-js`. They begin like no operator of
 * anybody else, so that the stock operators stay what they are for whoever else uses the library in this process.
 */
const prefix = 'greenlane:';

type Logic = jsonLogic.RulesLogic;

/** What the operators look at. An evaluation is synchronous, so that there is only ever one. */
let current: {
	readonly reading: Reading;
	readonly today: string;
	/** Operators take nodes by their number in here, since only plain values go through the library. */
	readonly nodes: readonly Node[];
} | null = null;

function now() {
	if (current === null) throw new Halt('defect', 'Nothing is being evaluated.');
	return current;
}

let registered = false;

function register(): void {
	if (registered) return;
	registered = true;
	const add = (name: string, operate: (this: unknown, ...operands: never[]) => unknown) =>
		jsonLogic.add_operation(`${prefix}${name}`, operate as (...operands: unknown[]) => unknown);
	const kept = <K extends Node['kind']>(index: number, kind: K): Extract<Node, { kind: K }> => {
		const node = now().nodes[index];
		if (node === undefined || node.kind !== kind) throw new Halt('defect', 'The expression is not what it was.');
		return node as Extract<Node, { kind: K }>;
	};
	const addField = (path: string, field: Field, list: ListName | null) =>
		add(nameOfField(path, list), function (this: unknown) {
			return fieldOf(this, path, field, list);
		});
	for (const [path, field] of Object.entries(rootFields)) addField(path, field, null);
	for (const list of listNames) {
		for (const [path, field] of Object.entries(elementFields[list])) addField(path, field, list);
	}
	add('list', (list: ListName) => elementsOf(now().reading.view, list));
	add('elements', (list: ListName) => {
		const elements = elementsOf(now().reading.view, list);
		if (elements.length === 0) throw new Halt('empty-list', `The task has no ${list}.`);
		return elements;
	});
	add('confidence', (entity: string) => now().reading.confidence(entity));
	add('content', (entity: string) => now().reading.content(entity));
	add('present', (entity: string) => now().reading.present(entity));
	add('count', (entity: string) => now().reading.count(entity));
	add('number', (index: number) => {
		const { entity, format } = kept(index, 'number');
		return now().reading.number(entity, format);
	});
	add('date', (index: number) => {
		const { entity, format } = kept(index, 'date');
		return now().reading.date(entity, format);
	});
	add('hasMeta', (index: number) => {
		const { name, values } = kept(index, 'meta');
		return now().reading.hasMeta(name, values);
	});
	add('today', () => checkToday(now().today));
	add('!', (value: unknown) => {
		if (typeof value !== 'boolean') throw new Halt('wrong-type', 'A condition is neither true nor false.');
		return !value;
	});
	for (const operator of ['==', '!=', '>', '>=', '<', '<='] as const) {
		add(
			operator,
			(a: Value, b: Value, c?: Value) =>
				compareStrictly(operator, a, b) && (c === undefined || compareStrictly(operator, b, c)),
		);
	}
	for (const operator of ['+', '-', '*', '/', 'min', 'max'] as const) {
		add(operator, (...operands: number[]) => calculateStrictly(operator, operands));
	}
	add('lowest', (values: number[]) => calculateStrictly('min', values));
	add('size', (elements: unknown[]) => elements.length);
	add('within', (...operands: number[]) => {
		const [a = Number.NaN, b = Number.NaN, tolerance = Number.NaN] = operands.map(finiteNumber);
		return isWithin(a, b, tolerance);
	});
	add('matches', (text: string, index: number) => now().reading.matches(kept(index, 'matches').pattern, text));
	add('in', (value: Value, index: number) => kept(index, 'in').list.includes(value));
}

function compareStrictly(operator: Comparison, a: unknown, b: unknown): boolean {
	const scalar = typeof a === 'number' || typeof a === 'string' || typeof a === 'boolean';
	if (!scalar || typeof a !== typeof b)
		throw new Halt('wrong-type', 'The values that are compared are not of one type.');
	if (typeof a === 'number') return compare(operator, finiteNumber(a), finiteNumber(b));
	return compare(operator, a, b as typeof a);
}

function calculateStrictly(operator: Arithmetic, operands: readonly unknown[]): number {
	return calculate(operator, operands.map(finiteNumber));
}

function finiteNumber(value: unknown): number {
	if (typeof value === 'number' && Number.isFinite(value)) return value;
	throw new Halt('wrong-type', 'Something that is calculated with is not a finite number.');
}

/** Makes the evaluator of a validated tree. Control is `json-logic-js`'s own, every other operator is ours. */
export function createStrictEvaluator(node: Node): StrictEvaluator {
	register();
	const nodes: Node[] = [];
	const logic = translate(node, (kept) => nodes.push(kept) - 1);
	return (context) => {
		const outer = current;
		current = { reading: readingOf(context), today: context.today, nodes };
		try {
			return jsonLogic.apply(logic, context.view) as unknown;
		} finally {
			current = outer;
		}
	};
}

/** @param keep puts a node where operators find it, and answers its number */
function translate(node: Node, keep: (node: Node) => number): Logic {
	const inner = (one: Node) => translate(one, keep);
	switch (node.kind) {
		case 'literal':
			return node.value as Logic;
		case 'field':
			return ours(nameOfField(node.path, node.list));
		case 'entity':
			return ours(node.operator, node.entity);
		case 'number':
		case 'date':
			return ours(node.kind, keep(node));
		case 'meta':
			return ours('hasMeta', keep(node));
		case 'today':
			return ours('today');
		case 'compare':
		case 'arithmetic':
			return ours(node.operator, ...node.operands.map(inner));
		case 'within':
			return ours('within', ...node.operands.map(inner));
		case 'matches':
			return ours('matches', inner(node.text), keep(node));
		case 'in':
			return ours('in', inner(node.value), keep(node));
		case 'not':
			return ours('!', inner(node.operand));
		case 'junction':
		case 'if': {
			const operator = node.kind === 'if' ? 'if' : node.operator;
			return { [operator]: node.operands.map(inner) } as unknown as Logic;
		}
		case 'iterate': {
			// The library says true or false of an empty list; only `some` may.
			const list = ours(node.operator === 'some' ? 'list' : 'elements', node.list);
			return { [node.operator]: [list, inner(node.each)] } as unknown as Logic;
		}
		case 'countList':
			return ours('size', ours('list', node.list));
		case 'lowest':
			return ours('lowest', { map: [ours('elements', node.list), inner(node.each)] } as unknown as Logic);
	}
}

/** Fields are few, so that each has an operator of its own: it is what an evaluation over a list calls most. */
function nameOfField(path: string, list: ListName | null): string {
	return `field ${list === null ? path : `${list}.${path}`}`;
}

function ours(name: string, ...operands: readonly (Logic | string | number)[]): Logic {
	return { [`${prefix}${name}`]: operands } as unknown as Logic;
}
