import type { RE2JS } from 're2js';
import type { AnnotationView, TaskView } from '../task/index.ts';
import { type DateFormat, parseDate } from './date-format.ts';
import { type Element, elementsOf } from './elements.ts';
import { Halt } from './halt.ts';
import type { Reading } from './kept-reading.ts';
import { matchesWhole } from './matches-whole.ts';
import { type NumberFormat, parseNumber } from './number-format.ts';
import type { EvaluationContext } from './types.ts';

/** What conditions are evaluated against, for as many of them as there are: what one has read, the next need not. */
export function createContext(view: TaskView, today: string): EvaluationContext {
	return { view, today, kept: { reading: null } };
}

/** For contexts that were not made here. A view that is kept weakly costs the garbage collector more than its reading. */
const readings = new WeakMap<TaskView, Reading>();

/** @throws Halt where the view is none */
export function readingOf({ view, kept }: EvaluationContext): Reading {
	if (kept !== undefined) {
		kept.reading ??= createReading(view);
		return kept.reading;
	}
	let reading = readings.get(view);
	if (reading === undefined) {
		reading = createReading(view);
		readings.set(view, reading);
	}
	return reading;
}

function createReading(view: TaskView): Reading {
	const occurrencesOf = createIndex(elementsOf(view, 'annotations'));
	const existing = (entity: string): readonly AnnotationView[] => {
		const found = occurrencesOf(entity);
		if (found.length === 0) throw new Halt('missing-entity', `${entity} is missing.`);
		return found;
	};

	const texts = (entity: string): readonly string[] =>
		existing(entity).map(({ content }) => {
			if (typeof content !== 'string' || content.trim() === '') throw new Halt('empty-content', `${entity} is empty.`);
			return content;
		});

	/** The one value of all occurrences. */
	function agreed<T>(entity: string, values: readonly T[]): T {
		const [first] = values;
		if (first === undefined) throw new Halt('missing-entity', `${entity} is missing.`);
		if (values.some((value) => value !== first)) {
			throw new Halt('occurrences-differ', `${entity} occurs several times, with different values.`);
		}
		return first;
	}

	const numbers = createCache<NumberFormat, number>((entity, format) =>
		agreed(
			entity,
			texts(entity).map((text) => parseNumber(text, format, entity)),
		),
	);
	const dates = createCache<DateFormat, string>((entity, format) =>
		agreed(
			entity,
			texts(entity).map((text) => parseDate(text, format, entity)),
		),
	);

	/** Of each pattern the last text: the other evaluator asks for the same again. */
	const matched = new Map<RE2JS, { readonly text: string; readonly matches: boolean }>();

	return {
		view,
		confidence(entity) {
			let lowest = 2;
			for (const { confidence } of existing(entity)) {
				const valid = typeof confidence === 'number' && confidence >= 0 && confidence <= 1;
				if (!valid) throw new Halt('no-confidence', `${entity} has no confidence from 0 to 1.`);
				if (confidence < lowest) lowest = confidence;
			}
			return lowest;
		},
		content: (entity) => agreed(entity, texts(entity)),
		number: numbers,
		date: dates,
		present: (entity) =>
			occurrencesOf(entity).some(({ content }) => {
				if (content === null) return false;
				if (typeof content !== 'string') throw new Halt('wrong-type', `The content of ${entity} is not text.`);
				return content.trim() !== '';
			}),
		count: (entity) => occurrencesOf(entity).length,
		hasMeta(name, values) {
			const meta = elementsOf(view, 'meta');
			if (!meta.every(isMetaEntry)) throw new Halt('wrong-type', 'Meta of the task is not names and values.');
			const found = meta.filter((entry) => entry.name === name);
			if (values === null || found.length === 0) return found.length > 0;
			const allowed = found.filter((entry) => values.includes(entry.value)).length;
			if (allowed > 0 && allowed < found.length) {
				throw new Halt('ambiguous-meta', `The task has several values for ${name}, not all of them allowed.`);
			}
			return allowed > 0;
		},
		matches(pattern, text) {
			const last = matched.get(pattern);
			if (last !== undefined && last.text === text) return last.matches;
			const matches = matchesWhole(pattern, text);
			matched.set(pattern, { text, matches });
			return matches;
		},
	};
}

/** More entities than these, and all are looked for at once. */
const fewEntities = 16;

/** Finds annotations by their entity: most rules name a few of many, so that only those are looked for. */
function createIndex(elements: readonly Element[]): (entity: string) => readonly AnnotationView[] {
	const annotations: AnnotationView[] = [];
	for (const element of elements) {
		if (!isAnnotation(element)) throw new Halt('wrong-type', 'An annotation of the task is not what it should be.');
		annotations.push(element);
	}
	const found = new Map<string, readonly AnnotationView[]>();
	let all: ReadonlyMap<string, readonly AnnotationView[]> | null = null;
	return (entity) => {
		let occurrences = found.get(entity);
		if (occurrences === undefined) {
			if (found.size >= fewEntities) all ??= Map.groupBy(annotations, ({ entity_id }) => entity_id);
			occurrences =
				all === null ? annotations.filter(({ entity_id }) => entity_id === entity) : (all.get(entity) ?? []);
			found.set(entity, occurrences);
		}
		return occurrences;
	};
}

function isAnnotation(element: unknown): element is AnnotationView {
	return (
		hasText(element, 'entity_id') &&
		Object.hasOwn(element as Element, 'confidence') &&
		Object.hasOwn(element as Element, 'content')
	);
}

function isMetaEntry(element: unknown): element is TaskView['meta'][number] {
	return hasText(element, 'name') && hasText(element, 'value');
}

/** Views are of the right shape by their type; what is not of it all the same must not count as absent. */
function hasText(element: unknown, key: string): boolean {
	if (typeof element !== 'object' || element === null || !Object.hasOwn(element, key)) return false;
	return typeof (element as Element)[key] === 'string';
}

/** Formats are made once each, so that they can stand for themselves. */
function createCache<Format extends object, T>(
	read: (entity: string, format: Format) => T,
): (entity: string, format: Format) => T {
	let byFormat: Map<Format, Map<string, { readonly value: T } | Halt>> | null = null;
	return (entity, format) => {
		byFormat ??= new Map();
		let known = byFormat.get(format);
		if (known === undefined) {
			known = new Map();
			byFormat.set(format, known);
		}
		let result = known.get(entity);
		if (result === undefined) {
			try {
				result = { value: read(entity, format) };
			} catch (error) {
				if (!(error instanceof Halt)) throw error;
				result = error;
			}
			known.set(entity, result);
		}
		if (result instanceof Halt) throw result;
		return result.value;
	};
}
