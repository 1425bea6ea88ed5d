import type { WireAnnotation, WireTask } from '../wire.ts';

/** Ways in which a task object on the wire is not as documented. */
export const MALFORMATIONS = [
	'missing-pages',
	'null-pages',
	'null-confidence',
	'absent-confidence',
	'text-confidence',
	'percent-confidence',
	'many-annotations',
	'proto-keys',
	'empty',
	'null-meta',
	'unknown-status',
] as const;

export type Malformation = (typeof MALFORMATIONS)[number];

/** The wire object, spoiled. The task that it came from is left as it was. */
export function spoil(task: WireTask, malformation: Malformation): unknown {
	const mapped = (change: (annotation: WireAnnotation, index: number) => unknown) => ({
		...task,
		pages: task.pages.map((page) => ({ ...page, annotations: page.annotations.map(change) })),
	});
	switch (malformation) {
		case 'missing-pages': {
			const { pages: _pages, ...rest } = task;
			return rest;
		}
		case 'null-pages':
			return { ...task, pages: null };
		case 'null-confidence':
			return mapped((annotation, index) => (index === 0 ? { ...annotation, confidence: null } : annotation));
		case 'absent-confidence':
			return mapped((annotation, index) => {
				const { confidence: _confidence, ...rest } = annotation;
				return index === 0 ? rest : annotation;
			});
		case 'text-confidence':
			return mapped((annotation) => ({ ...annotation, confidence: String(annotation.confidence) }));
		case 'percent-confidence':
			return mapped((annotation) => ({ ...annotation, confidence: Math.round(annotation.confidence * 100) }));
		case 'many-annotations':
			return { ...task, pages: task.pages.map((page) => ({ ...page, annotations: repeat(page.annotations, 10_000) })) };
		case 'proto-keys':
			return withProtoKey({
				...mapped((annotation) => withProtoKey({ ...annotation })),
				meta: [...task.meta, { name: '__proto__', value: 'invoice' }, { name: 'constructor', value: 'invoice' }],
			});
		case 'empty':
			return { ...task, pages: [] };
		case 'null-meta':
			return { ...task, meta: null };
		case 'unknown-status':
			return { ...task, status: 'ARCHIVED' };
	}
}

function repeat(annotations: readonly WireAnnotation[], count: number): WireAnnotation[] {
	const many: WireAnnotation[] = [];
	for (let i = 0; many.length < count; i += 1) {
		const original = annotations[i % Math.max(1, annotations.length)];
		if (original === undefined) return many;
		many.push(i < annotations.length ? original : { ...original, id: `${original.id}_${i}` });
	}
	return many;
}

/** An own key `__proto__`, as `JSON.parse` makes it from a hostile document. */
function withProtoKey<T extends object>(value: T): T {
	return Object.defineProperty(value, '__proto__', {
		value: { confidence: 1, status: 'REVIEWING' },
		enumerable: true,
		configurable: true,
		writable: true,
	});
}
