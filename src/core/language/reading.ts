import type { AnnotationView, TaskView } from '../task/index.ts';
import { type DateFormat, parseDate } from './date-format.ts';
import { type Element, elementsOf } from './elements.ts';
import { Halt } from './halt.ts';
import { type NumberFormat, parseNumber } from './number-format.ts';

/**
 * What the operators over entities read from a view. Made once for each view and shared by all conditions and both
 * evaluators, since looking for the same entity again and again is what would cost most.
 */
export interface Reading {
	readonly view: TaskView;
	confidence(entity: string): number;
	content(entity: string): string;
	number(entity: string, format: NumberFormat): number;
	date(entity: string, format: DateFormat): string;
	present(entity: string): boolean;
	count(entity: string): number;
	hasMeta(name: string, values: readonly string[] | null): boolean;
}

const readings = new WeakMap<TaskView, Reading>();

export function readingOf(view: TaskView): Reading {
	let reading = readings.get(view);
	if (reading === undefined) {
		reading = createReading(view);
		readings.set(view, reading);
	}
	return reading;
}

const nothing: readonly AnnotationView[] = [];

function createReading(view: TaskView): Reading {
	const byEntity = new Map<string, AnnotationView[]>();
	for (const annotation of elementsOf(view, 'annotations')) {
		if (!isAnnotation(annotation)) throw new Halt('wrong-type', 'An annotation of the task is not what it should be.');
		const found = byEntity.get(annotation.entity_id);
		if (found === undefined) byEntity.set(annotation.entity_id, [annotation]);
		else found.push(annotation);
	}
	const occurrencesOf = (entity: string) => byEntity.get(entity) ?? nothing;
	const existing = (entity: string): readonly AnnotationView[] => {
		const found = byEntity.get(entity);
		if (found === undefined) throw new Halt('missing-entity', `${entity} is missing.`);
		return found;
	};

	const texts = (entity: string): readonly string[] =>
		existing(entity).map(({ content }) => {
			if (typeof content !== 'string' || content.trim() === '') throw new Halt('empty-content', `${entity} is empty.`);
			return content;
		});

	/** The one value of all occurrences. */
	function agreed<T>(entity: string, values: readonly T[]): T {
		const [first, ...rest] = values;
		if (first === undefined) throw new Halt('missing-entity', `${entity} is missing.`);
		if (rest.some((value) => value !== first)) {
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
	};
}

function isAnnotation(element: unknown): element is AnnotationView {
	return (
		hasText(element, 'entity_id') && ['confidence', 'content'].every((key) => Object.hasOwn(element as Element, key))
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
	const byFormat = new Map<Format, Map<string, { readonly value: T } | Halt>>();
	return (entity, format) => {
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
