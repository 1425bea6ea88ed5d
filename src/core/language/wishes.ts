import { calculate, compare } from './calculate.ts';
import { type Closure, compileClosure, type Run } from './closures.ts';
import { type Element, elementsOf, type Value } from './elements.ts';
import { Halt } from './halt.ts';
import { mirror, negate } from './margins.ts';
import { type Comparison, isConfidence, isSensitive, type Node, typeOf } from './node.ts';
import { isListName, type ListName } from './scopes.ts';
import type { CompiledLogic, EvaluationContext, Side, Wish } from './types.ts';
import { writeDate, writeNumber } from './write-value.ts';

type Place = { readonly element: Element; readonly list: ListName; readonly index: number } | null;
type Wishes = readonly Wish[] | null;

/**
 * What would have to be otherwise in the task for a validated condition to be `wanted`: few changes rather than many, and
 * small ones. Null when no change is known, as for text that must have a form. What it gives is a proposal: only judging
 * the changed task proves it. Empty when it is so already.
 */
export function findWishes(logic: CompiledLogic, context: EvaluationContext, wanted: boolean): Wishes {
	return logic.inspect(context, (node, run) => wish(node, run, null, wanted));
}

function wish(node: Node, run: Run, place: Place, wanted: boolean): Wishes {
	if (evaluate(node, run, place) === wanted) return [];
	switch (node.kind) {
		case 'field':
			return node.path === 'checked' && place?.list === 'checkboxes'
				? [{ kind: 'checked', index: place.index, to: wanted }]
				: null;
		case 'entity':
			return node.operator === 'present' ? [{ kind: 'presence', entity: node.entity, there: wanted }] : null;
		case 'meta':
			return wanted
				? [{ kind: 'meta', name: node.name, value: node.values?.[0] ?? '' }]
				: [{ kind: 'meta', name: node.name, value: null }];
		case 'compare':
			return wishComparison(node, run, place, wanted);
		case 'within':
			return wishWithin(node.operands, run, place, wanted);
		case 'in': {
			const [first] = node.list;
			return wanted && first !== undefined ? reach(node.value, run, place, first, 'exactly', node) : null;
		}
		case 'not':
			return wish(node.operand, run, place, !wanted);
		case 'junction': {
			const parts = () => node.operands.map((operand) => wish(operand, run, place, wanted));
			return (node.operator === 'and') === wanted ? together(parts()) : cheapest(parts());
		}
		case 'if':
			return wishIf(node.operands, run, place, wanted);
		case 'iterate':
			return wishList(node, run, wanted);
		default:
			return null;
	}
}

function wishComparison(
	{ operator, operands, type }: Extract<Node, { kind: 'compare' }>,
	run: Run,
	place: Place,
	wanted: boolean,
): Wishes {
	const [a, b, c] = operands;
	if (a === undefined || b === undefined) return null;
	if (type === 'boolean') {
		const value = evaluate(b, run, place);
		return typeof value === 'boolean' ? wish(a, run, place, (operator === '==') === wanted ? value : !value) : null;
	}
	const relation = wanted ? operator : negate(operator);
	const first = wishPair(a, b, relation, run, place);
	if (c === undefined) return first;
	const pairs = [first, wishPair(b, c, relation, run, place)];
	return wanted ? together(pairs) : cheapest(pairs);
}

function wishPair(a: Node, b: Node, relation: Comparison, run: Run, place: Place): Wishes {
	const [left, right] = [evaluate(a, run, place), evaluate(b, run, place)];
	if (left !== null && right !== null && compare(relation, left, right)) return [];
	return cheapest([
		right === null ? null : approach(a, run, place, relation, right, b),
		left === null ? null : approach(b, run, place, mirror(relation), left, a),
	]);
}

const sides: Readonly<Record<Comparison, Side>> = {
	'==': 'exactly',
	'!=': 'other-than',
	'>=': 'at-least',
	'<=': 'at-most',
	'>': 'above',
	'<': 'below',
};

/** The nearest value at which `node` stands in `relation` to `limit`. */
function approach(
	node: Node,
	run: Run,
	place: Place,
	relation: Comparison,
	limit: Value,
	source: Node,
): readonly Wish[] | null {
	const side = sides[relation];
	if (relation === '>=' || relation === '<=' || relation === '==') return reach(node, run, place, limit, side, source);
	const direction = relation === '<' ? -1 : 1;
	if (typeof limit === 'number') {
		const beyond = stepBeyond(node, limit, direction);
		return beyond === null ? null : reach(node, run, place, beyond, side, source);
	}
	const day = typeOf(node) === 'date' && typeof limit === 'string' ? nextDay(limit, direction) : null;
	return day === null ? null : reach(node, run, place, day, side, source);
}

function stepBeyond(node: Node, limit: number, direction: 1 | -1): number | null {
	if (isCount(node)) return limit + direction;
	const step = isConfidence(node) ? 0.001 : 0.01;
	const beyond = calculate('+', [limit, direction * step]);
	if (!isConfidence(node)) return beyond;
	if (beyond >= 0 && beyond <= 1) return beyond;
	const halfway = (limit + (direction === 1 ? 1 : 0)) / 2;
	return halfway !== limit ? halfway : null;
}

function isCount(node: Node): boolean {
	return node.kind === 'countList' || (node.kind === 'field' && node.path.startsWith('counts.'));
}

function nextDay(day: string, direction: 1 | -1): string | null {
	const instant = Date.parse(`${day}T00:00:00Z`) + direction * 86_400_000;
	return Number.isFinite(instant) ? new Date(instant).toISOString().slice(0, 10) : null;
}

/** Changes by which `node` becomes `to`, or what lies on `side` of it. `source`: where `to` comes from. */
function reach(node: Node, run: Run, place: Place, to: Value, side: Side, source: Node): Wishes {
	switch (node.kind) {
		case 'field':
			return reachField(node, place, to, side);
		case 'entity':
			return reachEntity(node, run, to, side, source);
		case 'number': {
			if (typeof to !== 'number') return null;
			const text = writeNumber(to, node.format);
			const sensitive = isSensitive(source);
			return text === null ? null : [{ kind: 'content', entity: node.entity, text, means: to, side, sensitive }];
		}
		case 'date': {
			if (typeof to !== 'string') return null;
			const text = writeDate(to, node.format);
			const sensitive = isSensitive(source);
			return text === null ? null : [{ kind: 'content', entity: node.entity, text, means: to, side, sensitive }];
		}
		case 'countList':
			return typeof to === 'number' && node.list !== 'meta' ? reachCount(node.list, to, side) : null;
		case 'lowest':
			return typeof to === 'number' ? reachLowest(node, run, to, side) : null;
		case 'arithmetic':
			return typeof to === 'number' ? reachArithmetic(node, run, place, to, side, source) : null;
		default:
			return null;
	}
}

function reachField(node: Extract<Node, { kind: 'field' }>, place: Place, to: Value, side: Side): Wishes {
	if (node.list === null) {
		const list = node.path.slice('counts.'.length);
		if (!node.path.startsWith('counts.') || !isListName(list) || list === 'meta' || typeof to !== 'number') return null;
		return reachCount(list, to, side);
	}
	if (place === null || node.path !== 'confidence' || place.list === 'meta' || !isPossibleConfidence(to)) return null;
	return [{ kind: 'confidence', of: { list: place.list, index: place.index }, to, side }];
}

function reachEntity(
	{ operator, entity }: Extract<Node, { kind: 'entity' }>,
	run: Run,
	to: Value,
	side: Side,
	source: Node,
): Wishes {
	const presence: readonly Wish[] =
		run.reading.count(entity) > 0 || operator === 'present' ? [] : [{ kind: 'presence', entity, there: true }];
	if (operator === 'confidence' && isPossibleConfidence(to)) {
		return [...presence, { kind: 'confidence', of: { entity }, to, side }];
	}
	if (operator === 'content' && typeof to === 'string' && side === 'exactly') {
		return [{ kind: 'content', entity, text: to, means: to, side, sensitive: isSensitive(source) }];
	}
	return null;
}

function reachCount(
	list: 'annotations' | 'checkboxes' | 'segments' | 'signatures',
	count: number,
	side: Side,
): readonly Wish[] | null {
	return Number.isInteger(count) && count >= 0 && count <= 1_000 ? [{ kind: 'elements', list, count, side }] : null;
}

function isPossibleConfidence(value: Value): value is number {
	return typeof value === 'number' && value >= 0 && value <= 1;
}

function reachLowest(
	{ list, each }: Extract<Node, { kind: 'lowest' }>,
	run: Run,
	to: number,
	side: Side,
): readonly Wish[] | null {
	const places = placesOf(run, list);
	const below = places.filter((place) => {
		const value = evaluate(each, run, place);
		return typeof value !== 'number' || value < to;
	});
	const raised = together(below.map((place) => reach(each, run, place, to, side, each)));
	if (side === 'at-least' || side === 'above') return raised;
	const lowered = cheapest(places.map((place) => reach(each, run, place, to, side, each)));
	if (side === 'exactly') return together([raised, below.length === 0 ? lowered : []]);
	return lowered;
}

function reachArithmetic(
	node: Extract<Node, { kind: 'arithmetic' }>,
	run: Run,
	place: Place,
	to: number,
	side: Side,
	source: Node,
): Wishes {
	const { operator, operands } = node;
	const values = operands.map((operand) => evaluate(operand, run, place));
	if (operator === 'min' || operator === 'max') {
		const upward = side === 'at-least' || side === 'above';
		const downward = side === 'at-most' || side === 'below';
		if (!upward && !downward) return null;
		const each = (operand: Node) => reach(operand, run, place, to, side, source);
		// The smallest is raised by raising all that are too small, and lowered by lowering one.
		if ((operator === 'min') === upward) {
			return together(
				operands.flatMap((operand, at) => {
					const value = values[at];
					const fits = typeof value === 'number' && (upward ? value >= to : value <= to);
					return fits ? [] : [each(operand)];
				}),
			);
		}
		return cheapest(operands.map(each));
	}
	const known = values.filter((value) => typeof value === 'number');
	if (known.length < operands.length && operands.length - known.length > 1) return null;
	return cheapest(
		operands.map((operand, at) => {
			const others = values.filter((_, index) => index !== at).filter((value) => typeof value === 'number');
			if (others.length !== operands.length - 1) return null;
			const solved = solve(operator, others, at, to);
			if (solved === null) return null;
			const turned = (operator === '-' && at === operands.length - 1) || (operator === '/' && at === 1);
			const scaled = operator === '*' && others.reduce((sign, value) => sign * Math.sign(value), 1) < 0;
			return reach(operand, run, place, solved, turned || scaled ? turn(side) : side, node);
		}),
	);
}

/** What the operand at `at` must be for the whole to be `to`, given the others in their order; null where nothing is. */
function solve(operator: '+' | '-' | '*' | '/', others: readonly number[], at: number, to: number): number | null {
	const [other] = others;
	try {
		switch (operator) {
			case '+':
				return others.length === 0 ? to : calculate('-', [to, calculate('+', others)]);
			case '*':
				return others.length === 0 ? to : calculate('/', [to, calculate('*', others)]);
			case '-':
				if (other === undefined) return calculate('-', [to]);
				return at === 0 ? calculate('+', [to, other]) : calculate('-', [other, to]);
			case '/':
				if (other === undefined) return null;
				return at === 0 ? calculate('*', [to, other]) : calculate('/', [other, to]);
		}
	} catch (error) {
		if (error instanceof Halt) return null;
		throw error;
	}
}

function turn(side: Side): Side {
	switch (side) {
		case 'at-least':
			return 'at-most';
		case 'at-most':
			return 'at-least';
		case 'above':
			return 'below';
		case 'below':
			return 'above';
		default:
			return side;
	}
}

function wishWithin([a, b, tolerance]: readonly [Node, Node, Node], run: Run, place: Place, wanted: boolean): Wishes {
	const [left, right, most] = [a, b, tolerance].map((node) => evaluate(node, run, place));
	// In the middle of what is allowed, or a little outside it.
	const away = wanted ? 0 : typeof most === 'number' ? calculate('+', [most, 0.01]) : null;
	if (away === null) return null;
	return cheapest([
		typeof right === 'number'
			? reach(a, run, place, calculate('+', [right, away]), wanted ? 'exactly' : 'other-than', b)
			: null,
		typeof left === 'number'
			? reach(b, run, place, calculate('+', [left, away]), wanted ? 'exactly' : 'other-than', a)
			: null,
	]);
}

/** By the branch that is taken, without changing which one it is. */
function wishIf(operands: readonly Node[], run: Run, place: Place, wanted: boolean): Wishes {
	const last = operands.at(-1);
	if (last === undefined) return null;
	for (let index = 0; index + 1 < operands.length; index += 2) {
		const [when, then] = [operands[index], operands[index + 1]];
		if (when === undefined || then === undefined) return null;
		const taken = evaluate(when, run, place);
		if (taken === null) return null;
		if (taken === true) return wish(then, run, place, wanted);
	}
	return wish(last, run, place, wanted);
}

function wishList(node: Extract<Node, { kind: 'iterate' }>, run: Run, wanted: boolean): Wishes {
	const places = placesOf(run, node.list);
	// An empty list cannot be filled with anything in particular.
	if (places.length === 0) return null;
	const elementWanted = node.operator === 'none' ? !wanted : wanted;
	const parts = places.map((place) => wish(node.each, run, place, elementWanted));
	const everyone = (node.operator === 'some') !== wanted;
	return everyone ? together(parts) : cheapest(parts);
}

function placesOf(run: Run, list: ListName): readonly NonNullable<Place>[] {
	try {
		return elementsOf(run.reading.view, list).map((element, index) => ({ element, list, index }));
	} catch (error) {
		if (error instanceof Halt) return [];
		throw error;
	}
}

const closures = new WeakMap<Node, Closure>();

function evaluate(node: Node, run: Run, place: Place): Value | null {
	let closure = closures.get(node);
	if (closure === undefined) {
		closure = compileClosure(node);
		closures.set(node, closure);
	}
	try {
		return closure(run, place?.element ?? null);
	} catch (error) {
		if (error instanceof Halt) return null;
		throw error;
	}
}

/** All of them, or nothing when one is not known. */
function together(parts: readonly Wishes[]): Wishes {
	const all: Wish[] = [];
	for (const part of parts) {
		if (part === null) return null;
		all.push(...part);
	}
	return all;
}

/** Fewest changes; of equally many, the first. */
function cheapest(parts: readonly Wishes[]): Wishes {
	let best: Wishes = null;
	for (const part of parts) if (part !== null && (best === null || part.length < best.length)) best = part;
	return best;
}
