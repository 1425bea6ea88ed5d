import type { Json } from '../../../src/core/json.ts';
import { type Exact, exactOf, inverse, isAtMost, magnitude, opposite, plus, times, toNumber } from './exact.ts';
import { knownTexts, type Reader } from './known-texts.ts';

/** What a valid expression comes to, said as slowly and plainly as can be: the measure for the two evaluators. */
export type Judged =
	| { readonly kind: 'value'; readonly value: Value }
	| { readonly kind: 'error'; readonly code: string };

type Value = boolean | number | string;
type Members = Readonly<Record<string, unknown>>;

interface Scene {
	readonly view: Members;
	readonly today: string;
	readonly reader: Reader;
	/** The element that is looked at, inside a list. */
	readonly element: { readonly value: unknown } | null;
}

class Stop extends Error {}

/** @param expression one that the validator has taken */
export function judge(expression: Json, view: unknown, today: string, locale: 'nl-NL' | 'en-GB' | null): Judged {
	try {
		if (view === null || view === undefined) throw new Stop('defect');
		const scene: Scene = { view: isObject(view) ? view : {}, today, reader: locale ?? 'any', element: null };
		for (const annotation of listOf(scene, 'annotations')) {
			const sound =
				isObject(annotation) &&
				typeof own(annotation, 'entity_id') === 'string' &&
				Object.hasOwn(annotation, 'confidence') &&
				Object.hasOwn(annotation, 'content');
			if (!sound) throw new Stop('wrong-type');
		}
		return { kind: 'value', value: answer(expression, scene) };
	} catch (error) {
		if (error instanceof Stop) return { kind: 'error', code: error.message };
		throw error;
	}
}

function answer(expression: Json, scene: Scene): Value {
	if (typeof expression !== 'object' || expression === null) return expression as Value;
	const [[operator, raw] = ['', null]] = Object.entries(expression as { readonly [key: string]: Json });
	const operands: readonly Json[] = Array.isArray(raw) ? raw : [raw];
	const [first = null, second = null] = operands;
	const text = (index: number) => String(operands[index]);
	const all = () => operands.map((operand) => answer(operand, scene));
	const numbers = () => all().map(Number);
	switch (operator) {
		case 'var':
			return scene.element === null ? fieldAt(scene.view, text(0).split('.')) : fieldAt(scene.element.value, [text(0)]);
		case '==':
		case '===':
			return same(all());
		case '!=':
		case '!==':
			return !same(all());
		case '>':
		case '>=':
		case '<':
		case '<=': {
			const values = all();
			return values.every((value, index) => index === 0 || inOrder(operator, values[index - 1], value));
		}
		case '!':
			return answer(first, scene) === false;
		case 'and':
			for (const operand of operands) if (answer(operand, scene) === false) return false;
			return true;
		case 'or':
			for (const operand of operands) if (answer(operand, scene) === true) return true;
			return false;
		case 'if': {
			let at = 0;
			while (at + 1 < operands.length) {
				if (answer(operands[at] ?? null, scene) === true) return answer(operands[at + 1] ?? null, scene);
				at += 2;
			}
			return answer(operands[at] ?? null, scene);
		}
		case 'all':
		case 'some':
		case 'none': {
			const elements = listOf(scene, listName(first));
			if (elements.length === 0 && operator !== 'some') throw new Stop('empty-list');
			const ending = operator !== 'all';
			for (const element of elements) {
				if (answer(second, { ...scene, element: { value: element } }) === ending) return operator === 'some';
			}
			return operator !== 'some';
		}
		case 'lowest': {
			const elements = listOf(scene, listName(first));
			if (elements.length === 0) throw new Stop('empty-list');
			const each = operands.length === 2 ? second : { var: 'confidence' };
			return Math.min(...elements.map((element) => Number(answer(each, { ...scene, element: { value: element } }))));
		}
		case 'in': {
			const value = answer(first, scene);
			return (second as readonly Json[]).some((one) => one === value);
		}
		case '+':
			return finite(toNumber(numbers().map(exactOf).reduce(plus)));
		case '*':
			return finite(toNumber(numbers().map(exactOf).reduce(times)));
		case '-': {
			const [a, b] = numbers().map(exactOf) as [Exact, Exact | undefined];
			return finite(toNumber(b === undefined ? opposite(a) : plus(a, opposite(b))));
		}
		case '/': {
			const [a, b] = numbers().map(exactOf) as [Exact, Exact];
			const inverted = inverse(b);
			if (inverted === null) throw new Stop('not-finite');
			return finite(toNumber(times(a, inverted)));
		}
		case 'min':
			return Math.min(...numbers());
		case 'max':
			return Math.max(...numbers());
		case 'within': {
			const [a, b, tolerance] = numbers().map(exactOf) as [Exact, Exact, Exact];
			if (tolerance.numerator < 0n) throw new Stop('negative-tolerance');
			return isAtMost(magnitude(plus(a, opposite(b))), tolerance);
		}
		case 'matches':
			return new RegExp(`^(?:${text(1)})$`).test(String(answer(first, scene)));
		case 'confidence': {
			const confidences = occurrencesOf(scene, text(0)).map(({ confidence }) => confidence);
			if (confidences.length === 0) throw new Stop('missing-entity');
			if (!confidences.every(isConfidence)) throw new Stop('no-confidence');
			return Math.min(...confidences);
		}
		case 'content':
			return agreed(textsOf(scene, text(0)));
		case 'number':
			return agreed(textsOf(scene, text(0)).map((content) => numberOf(content, readerOf(scene, second))));
		case 'date':
			return agreed(textsOf(scene, text(0)).map((content) => dateOf(content, scene.reader)));
		case 'count':
			return typeof first === 'string' ? occurrencesOf(scene, first).length : listOf(scene, listName(first)).length;
		case 'present':
			for (const { content } of occurrencesOf(scene, text(0))) {
				if (content === null) continue;
				if (typeof content !== 'string') throw new Stop('wrong-type');
				if (content.trim() !== '') return true;
			}
			return false;
		case 'hasMeta': {
			const entries = listOf(scene, 'meta').map((entry) => {
				const [name, value] = isObject(entry) ? [own(entry, 'name'), own(entry, 'value')] : [];
				if (typeof name !== 'string' || typeof value !== 'string') throw new Stop('wrong-type');
				return { name, value };
			});
			const values = entries.filter(({ name }) => name === first).map(({ value }) => value);
			if (operands.length === 1 || values.length === 0) return values.length > 0;
			const allowed = values.filter((value) => operands.slice(1).includes(value));
			if (allowed.length > 0 && allowed.length < values.length) throw new Stop('ambiguous-meta');
			return allowed.length > 0;
		}
		case 'today':
			return scene.today;
		default:
			throw new TypeError(`the reference knows no ${operator}`);
	}
}

const numberFields = new Set(
	'page confidence top left_of_line left right bottom pages annotations checkboxes segments signatures'.split(' '),
);

function fieldAt(holder: unknown, path: readonly string[]): Value {
	let value = holder;
	for (const key of path) value = isObject(value) ? own(value, key) : null;
	const name = path.at(-1) ?? '';
	if (value === null || value === undefined) throw new Stop('missing-value');
	if (name === 'checked') {
		if (typeof value !== 'boolean') throw new Stop('wrong-type');
		return value;
	}
	if (!numberFields.has(name)) {
		if (typeof value !== 'string') throw new Stop('wrong-type');
		return value;
	}
	if (typeof value !== 'number' || !Number.isFinite(value)) throw new Stop('wrong-type');
	if (name === 'confidence' && !isConfidence(value)) throw new Stop('no-confidence');
	return value;
}

function occurrencesOf(scene: Scene, entity: string): readonly Members[] {
	return (listOf(scene, 'annotations') as readonly Members[]).filter(({ entity_id }) => entity_id === entity);
}

function textsOf(scene: Scene, entity: string): readonly string[] {
	const contents = occurrencesOf(scene, entity).map(({ content }) => content);
	if (contents.length === 0) throw new Stop('missing-entity');
	return contents.map((content) => {
		if (typeof content !== 'string' || content.trim() === '') throw new Stop('empty-content');
		return content;
	});
}

function agreed<T extends Value>(values: readonly T[]): T {
	const [first, ...rest] = values;
	if (first === undefined) throw new Stop('missing-entity');
	if (rest.some((value) => value !== first)) throw new Stop('occurrences-differ');
	return first;
}

function readerOf(scene: Scene, locale: Json): Reader {
	return locale === 'nl-NL' || locale === 'en-GB' ? locale : scene.reader;
}

function numberOf(content: string, reader: Reader): number {
	const value = knownTexts[content]?.number[reader] ?? 'not-a-number';
	if (typeof value === 'string') throw new Stop(value);
	return value;
}

function dateOf(content: string, reader: Reader): string {
	const day = knownTexts[content]?.date[reader] ?? 'not-a-date';
	if (!/^\d/.test(day)) throw new Stop(day);
	return day;
}

function same([a, b]: readonly Value[]): boolean {
	return a === b;
}

/** Dates are ISO text, whose order is that of the calendar. */
function inOrder(operator: '>' | '>=' | '<' | '<=', a: Value | undefined, b: Value): boolean {
	if (a === undefined) return false;
	if (operator === '>') return a > b;
	if (operator === '>=') return a >= b;
	return operator === '<' ? a < b : a <= b;
}

function finite(value: number): number {
	if (!Number.isFinite(value)) throw new Stop('not-finite');
	return value;
}

function isConfidence(value: unknown): value is number {
	return typeof value === 'number' && value >= 0 && value <= 1;
}

function listName(list: Json): string {
	const path = (list as { readonly var: Json }).var;
	return String(Array.isArray(path) ? path[0] : path);
}

function listOf(scene: Scene, name: string): readonly unknown[] {
	const list = scene.view[name];
	if (!Array.isArray(list)) throw new Stop('not-a-list');
	return list as readonly unknown[];
}

function isObject(value: unknown): value is Members {
	return typeof value === 'object' && value !== null;
}

function own(holder: Members, key: string): unknown {
	return Object.hasOwn(holder, key) ? holder[key] : undefined;
}
