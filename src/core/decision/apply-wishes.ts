import type { Wish } from '../language/types.ts';
import type { Annotation, Task } from '../task/index.ts';
import type { TaskWish } from './types.ts';

/**
 * Names what a wish changes: of two wishes for one thing, the later one stands. An entity's confidence and its content are
 * two things.
 */
export function targetOf(wish: TaskWish): string {
	switch (wish.kind) {
		case 'confidence':
			return 'entity' in wish.of ? `confidence ${wish.of.entity}` : `confidence of ${wish.of.list}[${wish.of.index}]`;
		case 'content':
		case 'presence':
			return `${wish.kind} ${wish.entity}`;
		case 'checked':
			return `checked ${wish.index}`;
		case 'elements':
			return `number of ${wish.list}`;
		case 'meta':
			return `meta ${wish.name}`;
		case 'status':
		case 'exported':
		case 'step':
			return wish.kind;
	}
}

/** The task as it would be. */
export function applyWishes(task: Task, wishes: readonly TaskWish[]): Task {
	// What is there comes before how it was read, and how it was read before how many there are.
	const order = (wish: TaskWish) => (wish.kind === 'presence' ? 0 : wish.kind === 'elements' ? 2 : 1);
	return wishes.toSorted((a, b) => order(a) - order(b)).reduce(applyWish, task);
}

function applyWish(task: Task, wish: TaskWish): Task {
	switch (wish.kind) {
		case 'confidence':
			return setConfidence(task, wish);
		case 'content': {
			const { entity, text } = wish;
			const there = task.annotations.some(({ entityId }) => entityId === entity);
			const annotations = task.annotations.map((one) => (one.entityId === entity ? { ...one, content: text } : one));
			return { ...task, annotations: there ? annotations : [...annotations, newAnnotation(entity, text)] };
		}
		case 'presence':
			return setPresence(task, wish.entity, wish.there);
		case 'checked':
			return {
				...task,
				checkboxes: task.checkboxes.map((one, index) => (index === wish.index ? { ...one, checked: wish.to } : one)),
			};
		case 'elements':
			return setCount(task, wish.list, wish.count);
		case 'meta': {
			const others = task.meta.filter(({ name }) => name !== wish.name);
			return { ...task, meta: wish.value === null ? others : [...others, { name: wish.name, value: wish.value }] };
		}
		case 'status':
			return { ...task, status: wish.to };
		case 'exported':
			return { ...task, exportedAt: null };
		case 'step':
			return { ...task, stepType: wish.to };
	}
}

function setConfidence(task: Task, { of, to, side }: Extract<Wish, { kind: 'confidence' }>): Task {
	if (!('entity' in of)) {
		const list = task[of.list].map((one, index) => (index === of.index ? { ...one, confidence: to } : one));
		return { ...task, [of.list]: list };
	}
	// Occurrences that are as wished stay; the lowest decides.
	const upward = side === 'at-least' || side === 'above';
	return {
		...task,
		annotations: task.annotations.map((one) => {
			const stays = upward && one.confidence !== null && one.confidence >= to;
			return one.entityId === of.entity && !stays ? { ...one, confidence: to } : one;
		}),
	};
}

function setPresence(task: Task, entity: string, there: boolean): Task {
	const others = task.annotations.filter(({ entityId }) => entityId !== entity);
	if (!there) return { ...task, annotations: others };
	const mine = task.annotations.filter(({ entityId }) => entityId === entity);
	if (mine.length === 0) return { ...task, annotations: [...others, newAnnotation(entity, 'something')] };
	const filled = task.annotations.map((one) =>
		one.entityId === entity && (one.content === null || one.content.trim() === '')
			? { ...one, content: 'something' }
			: one,
	);
	return { ...task, annotations: filled };
}

function newAnnotation(entityId: string, content: string): Annotation {
	return { id: `new_${entityId}`, entityId, page: 1, confidence: 1, content, top: 0, leftOfLine: 0 };
}

function setCount(task: Task, list: Extract<Wish, { kind: 'elements' }>['list'], count: number): Task {
	const bounds = null;
	const added = Array.from({ length: Math.max(0, count - task[list].length) }, (_, index) => ({
		id: `new_${index}`,
		page: 1,
		confidence: 1,
	}));
	switch (list) {
		case 'annotations':
			return {
				...task,
				annotations: [...task.annotations.slice(0, count), ...added.map(({ id }) => newAnnotation(id, 'something'))],
			};
		case 'checkboxes':
			return {
				...task,
				checkboxes: [...task.checkboxes.slice(0, count), ...added.map((one) => ({ ...one, bounds, checked: false }))],
			};
		case 'segments':
		case 'signatures':
			return { ...task, [list]: [...task[list].slice(0, count), ...added.map((one) => ({ ...one, bounds }))] };
	}
}
