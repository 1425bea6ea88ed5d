import { calculate, compare } from './calculate.ts';
import { type Closure, compileBoolean, compileClosure, type Run } from './closures.ts';
import { type Element, elementsOf, type Value } from './elements.ts';
import { Halt } from './halt.ts';
import { nameOf } from './names.ts';
import { type Comparison, isConfidence, isSensitive, type Node, typeOf } from './node.ts';
import type { ListName } from './scopes.ts';
import type { Margin } from './types.ts';

type Place = { readonly element: Element; readonly list: ListName; readonly index: number } | null;
type Measure = (run: Run, place: Place) => readonly Margin[];

/** More would be read by nobody. */
const mostMargins = 50;

/**
 * Compiles a validated condition into how far each of its comparisons of numbers or days is from turning over. Over a
 * list, of each comparison the element that decides: the worst for `all` and `none`, the best for `some`. A comparison
 * whose values cannot be had has no margin.
 */
export function compileMargins(node: Node): (run: Run) => readonly Margin[] {
	const measure = compileMeasure(node, true);
	return (run) => measure(run, null).slice(0, mostMargins);
}

/** @param wanted what the node must be for the whole condition to hold */
function compileMeasure(node: Node, wanted: boolean): Measure {
	switch (node.kind) {
		case 'compare':
			return measureComparison(node, wanted);
		case 'within': {
			const [a, b, tolerance] = node.operands;
			return measureWithin(a, b, tolerance, wanted);
		}
		case 'not':
			return compileMeasure(node.operand, !wanted);
		case 'junction': {
			const parts = node.operands.map((operand) => compileMeasure(operand, wanted));
			return (run, place) => parts.flatMap((part) => part(run, place));
		}
		case 'if':
			return measureIf(node.operands, wanted);
		case 'iterate': {
			const each = compileMeasure(node.each, node.operator === 'none' ? !wanted : wanted);
			// With "some" turned around, every element counts, and with "all" any one is enough.
			const decides = (node.operator === 'some') === wanted ? 'best' : 'worst';
			return (run) => measureList(run, node.list, each, decides);
		}
		default:
			return () => [];
	}
}

const opposite: Readonly<Record<Comparison, Comparison>> = {
	'==': '!=',
	'!=': '==',
	'>': '<=',
	'>=': '<',
	'<': '>=',
	'<=': '>',
};
const mirrored: Readonly<Record<Comparison, Comparison>> = {
	'==': '==',
	'!=': '!=',
	'>': '<',
	'>=': '<=',
	'<': '>',
	'<=': '>=',
};

/** The comparison that holds exactly where the given one does not. */
export function negate(operator: Comparison): Comparison {
	return opposite[operator];
}

/** The comparison that says the same with its sides exchanged. */
export function mirror(operator: Comparison): Comparison {
	return mirrored[operator];
}

function measureComparison(node: Extract<Node, { kind: 'compare' }>, wanted: boolean): Measure {
	if (node.type !== 'number' && node.type !== 'date') return () => [];
	const [a, b, c] = node.operands;
	if (a === undefined || b === undefined) return () => [];
	const relation = wanted ? node.operator : negate(node.operator);
	const first = measurePair(a, b, relation);
	if (c === undefined) return first;
	const second = measurePair(b, c, relation);
	return (run, place) => [...first(run, place), ...second(run, place)];
}

function measurePair(a: Node, b: Node, relation: Comparison): Measure {
	// What is read stands first, what it is held against second.
	if (isFixed(a) && !isFixed(b)) return measurePair(b, a, mirror(relation));
	const [left, right] = [compileClosure(a), compileClosure(b)];
	const base = {
		bound: nameOf(b),
		relation,
		unit: typeOf(a) === 'date' ? 'days' : isConfidence(a) || isConfidence(b) ? 'confidence' : 'number',
		sensitive: isSensitive(a) || isSensitive(b),
	} as const;
	return (run, place) => {
		const values = both(left, right, run, place);
		if (values === null) return [];
		const [value, bound] = values;
		const difference = base.unit === 'days' ? daysBetween(value, bound) : subtract(value, bound);
		if (difference === null) return [];
		const by = distance(relation, difference);
		return [{ label: labelOf(a, place), value, limit: bound, ...base, by, holds: compare(relation, value, bound) }];
	};
}

function distance(relation: Comparison, difference: number): number {
	const by = {
		'>=': difference,
		'>': difference,
		'<=': -difference,
		'<': -difference,
		'==': -Math.abs(difference),
		'!=': Math.abs(difference),
	}[relation];
	return by === 0 ? 0 : by;
}

function measureWithin(a: Node, b: Node, tolerance: Node, wanted: boolean): Measure {
	const [left, right, most] = [a, b, tolerance].map(compileClosure);
	if (left === undefined || right === undefined || most === undefined) return () => [];
	const sensitive = [a, b, tolerance].some(isSensitive);
	return (run, place) => {
		const values = both(left, right, run, place);
		const allowed = valueOrNull(most, run, place);
		if (values === null || typeof allowed !== 'number') return [];
		const difference = subtract(...values);
		if (difference === null) return [];
		const apart = Math.abs(difference);
		const spare = subtract(allowed, apart);
		if (spare === null) return [];
		const label = `difference of ${labelOf(a, place)} and ${labelOf(b, place)}`;
		const by = wanted || spare === 0 ? spare : -spare;
		const holds = wanted ? spare >= 0 : spare < 0;
		const relation = wanted ? '<=' : '>';
		return [
			{ label, value: apart, limit: allowed, bound: nameOf(tolerance), relation, unit: 'number', by, holds, sensitive },
		];
	};
}

/** Only the branch that is taken: the others say nothing about this task. */
function measureIf(operands: readonly Node[], wanted: boolean): Measure {
	const last = operands.at(-1);
	if (last === undefined) return () => [];
	const otherwise = compileMeasure(last, wanted);
	const branches: { readonly when: Closure<boolean>; readonly measure: Measure }[] = [];
	for (let index = 0; index + 1 < operands.length; index += 2) {
		const [when, then] = [operands[index], operands[index + 1]];
		if (when !== undefined && then !== undefined) {
			branches.push({ when: compileBoolean(when), measure: compileMeasure(then, wanted) });
		}
	}
	return (run, place) => {
		for (const { when, measure } of branches) {
			const taken = valueOrNull(when, run, place);
			if (taken === null) return [];
			if (taken === true) return measure(run, place);
		}
		return otherwise(run, place);
	};
}

function measureList(run: Run, list: ListName, each: Measure, decides: 'best' | 'worst'): readonly Margin[] {
	let elements: readonly Element[];
	try {
		elements = elementsOf(run.reading.view, list);
	} catch (error) {
		if (error instanceof Halt) return [];
		throw error;
	}
	const chosen: Margin[] = [];
	for (const [index, element] of elements.entries()) {
		for (const [at, margin] of each(run, { element, list, index }).entries()) {
			const before = chosen[at];
			const better = before !== undefined && (decides === 'best' ? margin.by > before.by : margin.by < before.by);
			if (before === undefined || better) chosen[at] = margin;
		}
	}
	return chosen;
}

function isFixed(node: Node): boolean {
	return node.kind === 'literal' || node.kind === 'today';
}

/** Elements are named by their place, and annotations by their entity too. */
function labelOf(node: Node, place: Place): string {
	if (node.kind !== 'field' || node.list === null || place === null) return nameOf(node);
	const { list, index, element } = place;
	const entity = element.entity_id;
	return `${list}[${index}].${node.path}${typeof entity === 'string' ? ` (${entity})` : ''}`;
}

function both(a: Closure, b: Closure, run: Run, place: Place): readonly [number | string, number | string] | null {
	const [left, right] = [valueOrNull(a, run, place), valueOrNull(b, run, place)];
	return isMeasured(left) && isMeasured(right) ? [left, right] : null;
}

function isMeasured(value: Value | null): value is number | string {
	return typeof value === 'number' || typeof value === 'string';
}

function valueOrNull(closure: Closure, run: Run, place: Place): Value | null {
	try {
		return closure(run, place?.element ?? null);
	} catch (error) {
		if (error instanceof Halt) return null;
		throw error;
	}
}

/** In decimal arithmetic, so that 0.94 is 0.04 below 0.98. */
function subtract(a: number | string, b: number | string): number | null {
	if (typeof a !== 'number' || typeof b !== 'number') return null;
	try {
		return calculate('-', [a, b]);
	} catch (error) {
		if (error instanceof Halt) return null;
		throw error;
	}
}

function daysBetween(a: number | string, b: number | string): number | null {
	const days = (Date.parse(`${a}T00:00:00Z`) - Date.parse(`${b}T00:00:00Z`)) / 86_400_000;
	return Number.isFinite(days) ? days : null;
}
