import type { MetaEntry, TaskReading, TaskRef } from '../core/task/index.ts';
import { type Elements, readPage } from './element-schema.ts';
import { createFaultList, createFieldReader, describe, type FieldReader, type NoteFault } from './field-reader.ts';
import { asObject, memberOf, unwrapPayload, upperCaseWord, type WireObject } from './wire-object.ts';

/** A task with more elements than this is read, and has a fault: no document that a rule is meant for has so many. */
const mostElements = 5_000;
/** With more than this it is not even read. */
const mostElementsRead = 50_000;

/**
 * Reads a task from what the API answered: `{ payload: Task }` or the task alone, snake_case or camelCase. Never throws.
 *
 * What the judgement could not do without (an object, its id, status and step) makes it `malformed` when it is missing.
 * Anything else that is not as documented becomes a fault of the task, and a task with faults goes to a person.
 * Confidences are kept as given when they are finite numbers, out of range or not: a guard looks at them.
 *
 * @param json as `JSON.parse` gives it
 * @param asked the task that was asked for; an answer about any other is `malformed`
 */
export function parseTask(json: unknown, asked?: TaskRef): TaskReading {
	const object = asObject(unwrapPayload(json));
	if (object === null) return malformed('', `is ${describe(unwrapPayload(json))}, not a task`);

	const { note, faults } = createFaultList();
	const reader = createFieldReader(object, '', note);
	const id = reader.id('id');
	const status = reader.word('status');
	const stepType = reader.word('step_type');
	if (id === null || status === null || stepType === null) return { kind: 'malformed', faults: faults() };
	if (asked !== undefined && id !== asked.taskId) return malformed('id', 'is not that of the task asked for');
	const projectId = reader.id('project_id');
	if (asked !== undefined && projectId !== null && projectId !== asked.projectId) {
		return malformed('project_id', 'is not that of the project asked for');
	}

	const pages = reader.list('pages');
	const count = countElements(pages);
	if (count > mostElementsRead) return malformed('pages', `hold more than ${mostElementsRead} elements`);
	if (count > mostElements) note('pages', `hold more than ${mostElements} elements`);
	const elements: Elements = { annotations: [], checkboxes: [], segments: [], signatures: [] };
	for (const [index, item] of pages.entries()) {
		const path = `pages[${index}]`;
		const page = asObject(item);
		if (page === null) {
			note(path, `is ${describe(item)}, not a page`);
			continue;
		}
		const pageReader = createFieldReader(page, path, note);
		pageReader.id('id');
		readPage(pageReader, index + 1, elements, note);
	}

	const task = {
		id,
		name: reader.text('name') ?? '',
		createdAt: reader.instant('created_at') ?? '',
		status: upperCaseWord(status),
		stepType: upperCaseWord(stepType),
		uploadId: reader.id('upload_id') ?? '',
		projectId: projectId ?? '',
		exportedAt: reader.instantOrNull('exported_at'),
		exportFailedAt: reader.instantOrNull('export_failed_at'),
		lastOpenedAt: reader.instantOrNull('last_opened_at'),
		meta: readMeta(reader, note),
		pageCount: pages.length,
		...elements,
	};
	return { kind: 'task', task: { ...task, faults: faults() } };
}

function readMeta(reader: FieldReader, note: NoteFault): MetaEntry[] {
	const meta: MetaEntry[] = [];
	for (const [index, item] of reader.list('meta').entries()) {
		const path = `meta[${index}]`;
		const object: WireObject | null = asObject(item);
		if (object === null) {
			note(path, `is ${describe(item)}, not a name with a value`);
			continue;
		}
		const entry = createFieldReader(object, path, note);
		const name = entry.word('name');
		const value = entry.text('value');
		if (name !== null && value !== null) meta.push({ name, value });
	}
	return meta;
}

function countElements(pages: readonly unknown[]): number {
	// An answer of nothing but empty pages is as long as one of elements.
	let count = pages.length;
	for (const item of pages) {
		const page = asObject(item);
		if (page === null) continue;
		for (const name of ['annotations', 'checkboxes', 'segments', 'signatures']) {
			const list = memberOf(page, name);
			if (Array.isArray(list)) count += list.length;
		}
	}
	return count;
}

function malformed(path: string, message: string): TaskReading {
	return { kind: 'malformed', faults: [{ path, message }] };
}
