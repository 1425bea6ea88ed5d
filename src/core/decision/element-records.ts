import { canonicalJson, type Json } from '../json.ts';
import { type Bounds, normaliserVersion, normaliseText, type Task } from '../task/index.ts';

/** Names what is hashed and how, so that hashes of another version are never compared with these. */
const version = 2;

/**
 * What is kept of a task's elements so that a reviewer's changes can be seen later without the document: id, kind, entity,
 * page, confidence, and a keyed hash of the normalised value. The task's and the element's id are hashed along, so that equal values
 * in different places have nothing in common that the store could reveal.
 *
 * @param hash a keyed hash of text, hex
 * @param irrelevant entities whose changes are no errors; kept beside the elements
 */
export function elementRecords(task: Task, hash: (text: string) => string, irrelevant: readonly string[] = []): Json {
	const record = (
		kind: string,
		{ id, page, confidence }: { id: string; page: number; confidence: number | null },
		value: Json,
		entity?: string,
	): Json => ({
		id,
		kind,
		...(entity === undefined ? {} : { entity }),
		page,
		// What JSON cannot carry was no confidence.
		confidence: confidence !== null && Number.isFinite(confidence) ? confidence : null,
		hash: hash(canonicalJson([version, task.id, kind, id, value])),
	});
	return {
		version,
		normaliser: normaliserVersion,
		...(irrelevant.length === 0 ? {} : { irrelevant }),
		elements: [
			...task.annotations.map((one) =>
				record('annotation', one, one.content === null ? null : normaliseText(one.content), one.entityId),
			),
			...task.checkboxes.map((one) => record('checkbox', one, one.checked)),
			...task.segments.map((one) => record('segment', one, edges(one.bounds))),
			...task.signatures.map((one) => record('signature', one, edges(one.bounds))),
		],
	};
}

function edges(bounds: Bounds | null): Json {
	if (bounds === null) return null;
	const list = [bounds.left, bounds.top, bounds.right, bounds.bottom];
	return list.every(Number.isFinite) ? list : null;
}
