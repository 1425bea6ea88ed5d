import { calculate, compare, isWithin } from './calculate.ts';
import { checkToday } from './date-format.ts';
import { type Element, elementsOf, fieldOf, type Value } from './elements.ts';
import { Halt } from './halt.ts';
import type { Reading } from './kept-reading.ts';
import type { Node } from './node.ts';

/** What one evaluation goes by. */
export interface Run {
	readonly reading: Reading;
	readonly today: string;
}

/** A compiled node. `element` is the element of the list that is gone over, or null at the top. Throws `Halt`. */
export type Closure<T extends Value = Value> = (run: Run, element: Element | null) => T;

/**
 * Compiles a validated tree into closures: no code generation, which Workers forbid. The other evaluator beside
 * `json-logic-js`; both read entities and calculate by the same functions, and each has control and scope of its own.
 */
export function compileClosure(node: Node): Closure {
	switch (node.kind) {
		case 'literal': {
			const { value } = node;
			return () => value;
		}
		case 'field': {
			const { path, field, list } = node;
			return list === null
				? (run) => fieldOf(run.reading.view, path, field, null)
				: (_run, element) => fieldOf(element, path, field, list);
		}
		case 'entity': {
			const { operator, entity } = node;
			return (run) => run.reading[operator](entity);
		}
		case 'number': {
			const { entity, format } = node;
			return (run) => run.reading.number(entity, format);
		}
		case 'date': {
			const { entity, format } = node;
			return (run) => run.reading.date(entity, format);
		}
		case 'meta': {
			const { name, values } = node;
			return (run) => run.reading.hasMeta(name, values);
		}
		case 'today':
			return (run) => checkToday(run.today);
		case 'compare': {
			const { operator } = node;
			const [a, b, c] = node.operands.map(compileClosure);
			if (a === undefined || b === undefined) return defect;
			if (c === undefined) return (run, element) => compare(operator, a(run, element), b(run, element));
			return (run, element) => {
				// All three are looked at, as in json-logic-js.
				const [low, middle, high] = [a(run, element), b(run, element), c(run, element)];
				return compare(operator, low, middle) && compare(operator, middle, high);
			};
		}
		case 'arithmetic': {
			const { operator } = node;
			const operands = node.operands.map(compileNumber);
			return (run, element) =>
				calculate(
					operator,
					operands.map((operand) => operand(run, element)),
				);
		}
		case 'within': {
			const [a, b, tolerance] = node.operands.map(compileNumber);
			if (a === undefined || b === undefined || tolerance === undefined) return defect;
			return (run, element) => isWithin(a(run, element), b(run, element), tolerance(run, element));
		}
		case 'matches': {
			const { pattern } = node;
			const text = compileClosure(node.text);
			return (run, element) => run.reading.matches(pattern, String(text(run, element)));
		}
		case 'in': {
			const { list } = node;
			const value = compileClosure(node.value);
			return (run, element) => list.includes(value(run, element));
		}
		case 'not': {
			const operand = compileBoolean(node.operand);
			return (run, element) => !operand(run, element);
		}
		case 'junction': {
			const operands = node.operands.map(compileBoolean);
			return node.operator === 'and'
				? (run, element) => operands.every((operand) => operand(run, element))
				: (run, element) => operands.some((operand) => operand(run, element));
		}
		case 'if':
			return compileIf(node.operands);
		case 'iterate': {
			const { operator, list } = node;
			const each = compileBoolean(node.each);
			return (run) => {
				const elements = elementsOf(run.reading.view, list);
				if (elements.length === 0 && operator !== 'some') throw new Halt('empty-list', `The task has no ${list}.`);
				switch (operator) {
					case 'all':
						return elements.every((element) => each(run, element));
					case 'some':
						return elements.some((element) => each(run, element));
					case 'none':
						return !elements.some((element) => each(run, element));
				}
			};
		}
		case 'countList': {
			const { list } = node;
			return (run) => elementsOf(run.reading.view, list).length;
		}
		case 'lowest': {
			const { list } = node;
			const each = compileNumber(node.each);
			return (run) => {
				const elements = elementsOf(run.reading.view, list);
				if (elements.length === 0) throw new Halt('empty-list', `The task has no ${list}.`);
				let lowest = Number.POSITIVE_INFINITY;
				for (const element of elements) lowest = Math.min(lowest, each(run, element));
				return lowest === 0 ? 0 : lowest;
			};
		}
	}
}

/** The validator has seen to the type; what is not of it all the same ends as an error. */
export function compileBoolean(node: Node): Closure<boolean> {
	const closure = compileClosure(node);
	return (run, element) => {
		const value = closure(run, element);
		if (typeof value !== 'boolean') throw new Halt('wrong-type', 'A condition is neither true nor false.');
		return value;
	};
}

function compileNumber(node: Node): Closure<number> {
	const closure = compileClosure(node);
	return (run, element) => {
		const value = closure(run, element);
		if (typeof value !== 'number') throw new Halt('wrong-type', 'Something that is calculated with is not a number.');
		return value;
	};
}

function compileIf(operands: readonly Node[]): Closure {
	const last = operands.at(-1);
	if (last === undefined) return defect;
	const otherwise = compileClosure(last);
	const branches: { readonly when: Closure<boolean>; readonly outcome: Closure }[] = [];
	for (let index = 0; index + 1 < operands.length; index += 2) {
		const [when, then] = [operands[index], operands[index + 1]];
		if (when === undefined || then === undefined) return defect;
		branches.push({ when: compileBoolean(when), outcome: compileClosure(then) });
	}
	return (run, element) => {
		for (const { when, outcome } of branches) if (when(run, element)) return outcome(run, element);
		return otherwise(run, element);
	};
}

function defect(): never {
	throw new Halt('defect', 'The expression is not as it was checked.');
}

/** Whether an element meets a condition; null where that cannot be told. */
export function meets(each: Closure<boolean>, run: Run, element: Element): boolean | null {
	try {
		return each(run, element);
	} catch (error) {
		if (error instanceof Halt) return null;
		throw error;
	}
}
