import type { Json } from '../json.ts';
import { type Closure, compileBoolean, compileClosure, meets, type Run } from './closures.ts';
import { confidenceOf, type Element, elementsOf } from './elements.ts';
import { Halt } from './halt.ts';
import { nameOf } from './names.ts';
import { isSensitive, type Node } from './node.ts';
import type { ListName } from './scopes.ts';
import type { Operand } from './types.ts';

/** More would be read by nobody. */
const mostOperands = 50;

/** The operands as far as they can be had; also after the evaluation has failed. */
export function compileOperands(node: Node): (run: Run) => readonly Operand[] {
	const leaves = findLeaves(node).slice(0, mostOperands);
	const readers = leaves.map((leaf) => ({
		label: nameOf(leaf),
		sensitive: isSensitive(leaf),
		read: compileClosure(leaf),
	}));
	const named = new Set(readers.map(({ label }) => label));
	const lists = findLists(node).map((use) => {
		const label = `number of ${use.list}`;
		const isNew = !named.has(label);
		named.add(label);
		return { ...use, isNew };
	});
	return (run) => {
		const operands: Operand[] = [];
		for (const { label, sensitive, read } of readers)
			operands.push({ label, value: valueOrNull(read, run), sensitive });
		for (const { list, each, lowest, isNew } of lists) {
			if (operands.length < mostOperands) operands.push(...listOperands(run, list, isNew, each, lowest));
		}
		return operands.slice(0, mostOperands);
	};
}

function valueOrNull(read: Closure, run: Run): Json {
	try {
		return read(run, null);
	} catch (error) {
		if (error instanceof Halt) return null;
		throw error;
	}
}

/** What an expression reads at the top, each once: what lies inside a list is told by element. */
function findLeaves(node: Node): readonly Node[] {
	const found = new Map<string, Node>();
	const walk = (one: Node): void => {
		switch (one.kind) {
			case 'field':
				if (one.list === null) found.set(nameOf(one), one);
				return;
			case 'entity':
			case 'number':
			case 'date':
			case 'meta':
			case 'today':
			case 'countList':
				found.set(nameOf(one), one);
				return;
			case 'lowest':
			case 'iterate':
				walk(one.each);
				return;
			default:
				for (const part of partsOf(one)) walk(part);
		}
	};
	walk(node);
	return [...found.values()];
}

function partsOf(node: Node): readonly Node[] {
	switch (node.kind) {
		case 'compare':
		case 'arithmetic':
		case 'within':
		case 'junction':
		case 'if':
			return node.operands;
		case 'matches':
			return [node.text];
		case 'in':
			return [node.value];
		case 'not':
			return [node.operand];
		default:
			return [];
	}
}

interface ListUse {
	readonly list: ListName;
	/** Whether an element meets the condition; null for `lowest`, which has none. */
	readonly each: Closure<boolean> | null;
	readonly lowest: Closure | null;
}

function findLists(node: Node): readonly ListUse[] {
	if (node.kind === 'iterate') return [{ list: node.list, each: compileBoolean(node.each), lowest: null }];
	if (node.kind === 'lowest')
		return [{ list: node.list, each: null, lowest: isSensitive(node) ? null : compileClosure(node) }];
	return partsOf(node).flatMap(findLists);
}

/** How many elements there are, and the confidences of those that stand out: the failing ones, at most five. */
function listOperands(
	run: Run,
	list: ListName,
	isNew: boolean,
	each: Closure<boolean> | null,
	lowest: Closure | null,
): Operand[] {
	const elements = elementsOrNone(run, list);
	const operands: Operand[] = isNew ? [{ label: `number of ${list}`, value: elements.length, sensitive: false }] : [];
	if (lowest !== null) operands.push({ label: `lowest of ${list}`, value: valueOrNull(lowest, run), sensitive: false });
	if (each === null) return operands;
	let shown = 0;
	for (let index = 0; index < elements.length && shown < 5; index += 1) {
		const element = elements[index];
		if (element === undefined) continue;
		if (meets(each, run, element) !== false) continue;
		const confidence = confidenceOf(element);
		if (confidence === null) continue;
		operands.push({ label: `${list}[${index}].confidence`, value: confidence, sensitive: false });
		shown += 1;
	}
	return operands;
}

function elementsOrNone(run: Run, list: ListName): readonly Element[] {
	try {
		return elementsOf(run.reading.view, list);
	} catch (error) {
		if (error instanceof Halt) return [];
		throw error;
	}
}
