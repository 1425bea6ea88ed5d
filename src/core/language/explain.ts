import { type Closure, compileBoolean, compileClosure, meets, type Run } from './closures.ts';
import { confidenceOf, elementsOf, type Value } from './elements.ts';
import { nameOf } from './names.ts';
import { type Comparison, isConfidence, isSensitive, type Node } from './node.ts';
import { compileOperands } from './operands.ts';
import type { Operand } from './types.ts';

export interface Explanation {
	readonly value: boolean;
	readonly sentence: string;
	readonly operands: readonly Operand[];
}

/** Evaluates, and says what was looked at and what was needed. Throws `Halt` where the evaluation does. */
export type Explainer = (run: Run) => Explanation;

/** Compiles a validated condition into its explanation; the words are chosen once, the values filled in each time. */
export function compileExplainer(node: Node): Explainer {
	const say = compileSayer(node);
	const collect = compileOperands(node);
	return (run) => {
		const { value, sentence } = say(run);
		return { value, sentence: begin(sentence), operands: collect(run) };
	};
}

/** Sentences begin with a capital, unless with the id of an entity, which is not for us to change. */
function begin(sentence: string): string {
	return /^(?:the|none of|all|of|this must|number of|lowest|confidence of) /.test(sentence)
		? sentence.charAt(0).toUpperCase() + sentence.slice(1)
		: sentence;
}

interface Said {
	readonly value: boolean;
	readonly sentence: string;
}
type Sayer = (run: Run) => Said;

function compileSayer(node: Node): Sayer {
	switch (node.kind) {
		case 'compare':
			return sayComparison(node);
		case 'within': {
			const [a, b, tolerance] = node.operands.map(nameOf);
			return sayPlainly(node, `${a} is within ${tolerance} of ${b}`, `${a} is not within ${tolerance} of ${b}`);
		}
		case 'matches': {
			const name = nameOf(node.text);
			return sayPlainly(node, `${name} has the form that it must have`, `${name} has not the form that it must have`);
		}
		case 'in': {
			const name = nameOf(node.value);
			return sayPlainly(node, `${name} is one of the allowed values`, `${name} is none of the allowed values`);
		}
		case 'meta': {
			const what = node.values === null ? `meta ${node.name}` : `allowed value for meta ${node.name}`;
			return sayPlainly(node, `the task has ${node.values === null ? '' : 'an '}${what}`, `the task has no ${what}`);
		}
		case 'entity':
			return sayPlainly(node, `${node.entity} is there`, `${node.entity} is not there`);
		case 'iterate':
			return sayIteration(node);
		case 'not': {
			const inner = compileSayer(node.operand);
			return (run) => {
				const { value, sentence } = inner(run);
				return { value: !value, sentence: value ? `this must not be so: ${sentence}` : sentence };
			};
		}
		case 'junction':
			return sayJunction(node);
		case 'if':
			return sayIf(node);
		default:
			return sayPlainly(node, 'the condition holds', 'the condition does not hold');
	}
}

function sayPlainly(node: Node, whenTrue: string, whenFalse: string): Sayer {
	const evaluate = compileBoolean(node);
	return (run) => {
		const value = evaluate(run, null);
		return { value, sentence: `${value ? whenTrue : whenFalse}.` };
	};
}

const numberWords: Readonly<Record<Comparison, string>> = {
	'==': 'equal to',
	'!=': 'other than',
	'>': 'more than',
	'>=': 'at least',
	'<': 'less than',
	'<=': 'at most',
};
const dateWords: Readonly<Record<Comparison, string>> = {
	'==': 'the same day as',
	'!=': 'another day than',
	'>': 'after',
	'>=': 'on or after',
	'<': 'before',
	'<=': 'on or before',
};

function sayComparison(node: Extract<Node, { kind: 'compare' }>): Sayer {
	const { operator, operands } = node;
	const words = node.type === 'date' ? dateWords : numberWords;
	const [a, b, c] = operands;
	if (a === undefined || b === undefined) return sayPlainly(node, 'it holds', 'it does not hold');
	const [nameA, nameB] = [nameOf(a), nameOf(b)];
	if (c !== undefined) {
		const between = `between ${nameA} and ${nameOf(c)}`;
		return sayPlainly(node, `${nameB} is ${between}`, `${nameB} is not ${between}`);
	}
	// The one example of the design: "total_amount was read with 0.94; 0.98 is needed."
	if (a.kind === 'entity' && a.operator === 'confidence' && b.kind === 'literal') {
		const wanted = operator === '>=' ? nameB : `${words[operator]} ${nameB}`;
		return sayWithValue(node, a, (value) => `${a.entity} was read with ${value}; ${wanted} is needed`);
	}
	const whenTrue = `${nameA} is ${words[operator]} ${nameB}`;
	if (isSensitive(a) || a.kind === 'literal' || a.kind === 'today' || node.type === 'boolean') {
		return sayPlainly(node, whenTrue, `${nameA} is not ${words[operator]} ${nameB}`);
	}
	return sayWithValue(node, a, (value) => `${nameA} is ${value}; ${words[operator]} ${nameB} is needed`);
}

function sayWithValue(node: Node, shown: Node, sentence: (value: Value) => string): Sayer {
	const evaluate = compileBoolean(node);
	const read = compileClosure(shown);
	return (run) => {
		const value = evaluate(run, null);
		return { value, sentence: `${sentence(read(run, null))}.` };
	};
}

function sayIteration(node: Extract<Node, { kind: 'iterate' }>): Sayer {
	const { operator, list, each } = node;
	const evaluate = compileBoolean(node);
	const meetsEach = compileBoolean(each);
	const threshold = confidenceThreshold(each);
	return (run) => {
		const value = evaluate(run, null);
		const elements = elementsOf(run.reading.view, list);
		const total = elements.length;
		let met = 0;
		let failing = 0;
		let lowest = 1;
		for (const element of elements) {
			const does = meets(meetsEach, run, element);
			if (does === true) met += 1;
			else if (does === false) failing += 1;
			lowest = Math.min(lowest, confidenceOf(element) ?? 1);
		}
		if (operator === 'all' && threshold !== null) {
			return {
				value,
				sentence: value
					? `all ${total} ${list} have a confidence ${threshold.holds}; the lowest is ${lowest}.`
					: `of ${total} ${list} ${failing} ${failing === 1 ? 'has' : 'have'} a confidence ${threshold.fails}; the lowest is ${lowest}.`,
			};
		}
		const must = { all: 'all must', some: 'at least one must', none: 'none may' }[operator];
		return { value, sentence: `${met} of ${total} ${list} meet the condition; ${must}.` };
	};
}

/** For `confidence >= x` or `confidence > x` over elements: how the two sides of the threshold are called. */
function confidenceThreshold(each: Node): { readonly holds: string; readonly fails: string } | null {
	if (each.kind !== 'compare' || each.operands.length !== 2) return null;
	const [a, b] = each.operands;
	if (a === undefined || b === undefined || b.kind !== 'literal' || a.kind !== 'field' || !isConfidence(a)) return null;
	if (each.operator === '>=') return { holds: `of at least ${b.value}`, fails: `below ${b.value}` };
	if (each.operator === '>') return { holds: `above ${b.value}`, fails: `of ${b.value} or less` };
	return null;
}

function sayJunction(node: Extract<Node, { kind: 'junction' }>): Sayer {
	const parts = node.operands.map(compileSayer);
	if (node.operator === 'and') {
		return (run) => {
			let last = '';
			for (const part of parts) {
				const { value, sentence } = part(run);
				if (!value) return { value, sentence };
				last = sentence;
			}
			return { value: true, sentence: parts.length === 1 ? last : `all ${parts.length} parts hold.` };
		};
	}
	return (run) => {
		const failed: string[] = [];
		for (const part of parts) {
			const { value, sentence } = part(run);
			if (value) return { value, sentence };
			failed.push(sentence);
		}
		return {
			value: false,
			sentence:
				failed.length === 1 ? (failed[0] ?? '') : `none of ${failed.length} alternatives holds: ${failed.join(' ')}`,
		};
	};
}

function sayIf(node: Extract<Node, { kind: 'if' }>): Sayer {
	const { operands } = node;
	const last = operands.at(-1);
	if (last === undefined) return sayPlainly(node, 'it holds', 'it does not hold');
	const otherwise = compileSayer(last);
	const branches: { readonly when: Closure<boolean>; readonly outcome: Sayer }[] = [];
	for (let index = 0; index + 1 < operands.length; index += 2) {
		const [when, then] = [operands[index], operands[index + 1]];
		if (when !== undefined && then !== undefined)
			branches.push({ when: compileBoolean(when), outcome: compileSayer(then) });
	}
	return (run) => {
		for (const { when, outcome } of branches) if (when(run, null)) return outcome(run);
		return otherwise(run);
	};
}
