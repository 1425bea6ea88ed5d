import { canonicalJson, type Json } from '../json.ts';
import type { Task } from './task.ts';
import { viewTask } from './view.ts';

/**
 * The text whose SHA-256 is the task's fingerprint: everything that rules can see, lists sorted by element id, keys in
 * canonical order. `status` and `last_opened_at` are left out: they change without the document changing.
 */
export function fingerprintText(task: Task): string {
	const view = viewTask(task);
	return canonicalJson({
		...view,
		meta: sortedBy(view.meta, (entry) => `${entry.name}\u0000${entry.value}`),
		annotations: sortedBy(view.annotations, (element) => element.id),
		checkboxes: sortedBy(view.checkboxes, (element) => element.id),
		segments: sortedBy(view.segments, (element) => element.id),
		signatures: sortedBy(view.signatures, (element) => element.id),
	} as unknown as Json);
}

/**
 * Like `fingerprintText`, but of the elements alone: what must be the same in the task that a completion answers with,
 * where step and meta may already have moved on.
 */
export function elementsText(task: Task): string {
	const { annotations, checkboxes, segments, signatures } = viewTask(task);
	return canonicalJson({
		annotations: sortedBy(annotations, (element) => element.id),
		checkboxes: sortedBy(checkboxes, (element) => element.id),
		segments: sortedBy(segments, (element) => element.id),
		signatures: sortedBy(signatures, (element) => element.id),
	} as unknown as Json);
}

function sortedBy<T>(list: readonly T[], key: (item: T) => string): T[] {
	return [...list].sort((a, b) => {
		const [keyA, keyB] = [key(a), key(b)];
		if (keyA !== keyB) return keyA < keyB ? -1 : 1;
		// Two elements with one id: order by content, so that the order of the answer never matters.
		const [textA, textB] = [canonicalJson(a as unknown as Json), canonicalJson(b as unknown as Json)];
		return textA < textB ? -1 : textA > textB ? 1 : 0;
	});
}
