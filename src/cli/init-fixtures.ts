import type { Json } from '../core/json.ts';
import type { Bounds, Element, Task } from '../core/task/index.ts';
import { type Amounts, writeAmountLike } from './init-amounts.ts';
import { type DateEntity, writeDate } from './init-dates.ts';

/** What has a meaning for the rule and must keep it when the text is replaced. */
export interface MeaningfulText {
	readonly amounts: Amounts | null;
	readonly dates: readonly DateEntity[];
	/** Meta whose values stand in the rule anyhow. */
	readonly metaNames: ReadonlySet<string>;
}

/** The day on which the tests of rules judge when they name none. */
const arrived = '2026-06-01T08:00:00Z';

/**
 * A task without what it says: text is replaced by text of the same form (letters by x, digits by 0), ids and times by
 * others. Amounts that add up still do, dates that the rule reads are dates. Equal texts stay equal. Entities, confidences,
 * positions, projects and names of meta stay, since rules are about them.
 *
 * @param number stands in for the ids
 */
export function redactTask(task: Task, meaning: MeaningfulText, number: number): Task {
	const named = <T extends Element>(kind: string, elements: readonly T[]): T[] =>
		elements.map((element, index) => ({ ...element, id: `${kind}_${index + 1}` }));
	return {
		...task,
		id: `task_${number}`,
		name: `document-${number}.pdf`,
		uploadId: `upload_${number}`,
		createdAt: arrived,
		lastOpenedAt: null,
		meta: task.meta.map(({ name, value }) => ({ name, value: meaning.metaNames.has(name) ? value : formOf(value) })),
		annotations: named('annotation', task.annotations).map((annotation) => ({
			...annotation,
			content: annotation.content === null ? null : standIn(annotation.entityId, annotation.content, meaning),
		})),
		checkboxes: named('checkbox', task.checkboxes),
		segments: named('segment', task.segments),
		signatures: named('signature', task.signatures),
	};
}

function standIn(entity: string, content: string, { amounts, dates }: MeaningfulText): string {
	if (content.trim() === '') return content;
	if (amounts !== null) {
		const amount = new Map([
			[amounts.net, 1000],
			[amounts.tax, 210],
			[amounts.total, 1210],
		]).get(entity);
		if (amount !== undefined) return writeAmountLike(formOf(content, true), amount, amounts.locale);
	}
	const date = dates.find((one) => one.entity === entity);
	if (date !== undefined) return writeDate(date.kind === 'later' ? '2026-06-19' : '2026-05-20', date.format);
	return formOf(content);
}

/** The form of a text: which kinds of characters stand where. `keepWords`: a currency is no secret. */
function formOf(text: string, keepWords = false): string {
	return text.replace(/[^\s!-/:-@[-`{-~]/gu, (character) => {
		if (/\p{N}/u.test(character)) return '0';
		if (keepWords) return character;
		if (/\p{L}/u.test(character)) return /\p{Lu}/u.test(character) ? 'X' : 'x';
		return /[\p{Sc}\u00a0\u2007\u2009\u202f\u2212\u2019]/u.test(character) ? character : '?';
	});
}

/**
 * A task as the API would answer it while it is in review: what the task of a test must be to say something of a rule.
 */
export function toWire(task: Task): { readonly [key: string]: Json } {
	const pages = Array.from({ length: task.pageCount }, (_, index) => index + 1);
	const on = <T extends Element>(elements: readonly T[], page: number) => elements.filter((one) => one.page === page);
	const region = ({ id, confidence, bounds }: Element & { readonly bounds: Bounds | null }) => ({
		id,
		confidence,
		...(bounds === null ? {} : { coordinates: corners(bounds) }),
	});
	return {
		id: task.id,
		name: task.name,
		created_at: task.createdAt,
		meta: task.meta.map(({ name, value }) => ({ name, value })),
		status: 'REVIEWING',
		step_type: task.stepType,
		upload_id: task.uploadId,
		project_id: task.projectId,
		exported_at: null,
		export_failed_at: null,
		last_opened_at: null,
		pages: pages.map((page) => ({
			id: `page_${page}`,
			annotations: on(task.annotations, page).map(({ id, entityId, confidence, content, top, leftOfLine }) => ({
				id,
				entity_id: entityId,
				confidence,
				...(content === null ? {} : { content }),
				top,
				left_of_line: leftOfLine,
			})),
			checkboxes: on(task.checkboxes, page).map((checkbox) => ({ ...region(checkbox), checked: checkbox.checked })),
			segments: on(task.segments, page).map(region),
			signatures: on(task.signatures, page).map(region),
		})),
	};
}

function corners({ left, top, right, bottom }: Bounds): Json {
	return [
		[left, top],
		[right, top],
		[right, bottom],
		[left, bottom],
	];
}

/** The same task as it would be if everything on it had been read without doubt. */
export function makeCertain(task: Task, confidence: number): Task {
	const certain = <T extends Element>(elements: readonly T[]): T[] => elements.map((one) => ({ ...one, confidence }));
	return {
		...task,
		annotations: certain(task.annotations),
		checkboxes: certain(task.checkboxes),
		segments: certain(task.segments),
		signatures: certain(task.signatures),
	};
}

const longestText = 200;
const mostEntities = 100;

/**
 * What a rule can be tried on, however long the document: on one page, the first annotation of each required entity (and of
 * some others), the first element of every other kind, and of long texts the beginning.
 */
export function shorten(task: Task, required: ReadonlySet<string>): Task {
	const seen = new Set<string>();
	const onFirstPage = <T extends Element>(elements: readonly T[]): T[] => elements.map((one) => ({ ...one, page: 1 }));
	return {
		...task,
		name: task.name.slice(0, longestText),
		meta: task.meta.map(({ name, value }) => ({ name, value: value.slice(0, longestText) })),
		pageCount: 1,
		annotations: onFirstPage(
			task.annotations.filter(({ entityId }) => {
				const isNew = !seen.has(entityId) && (required.has(entityId) || seen.size < mostEntities);
				if (isNew) seen.add(entityId);
				return isNew;
			}),
		).map((annotation) => ({ ...annotation, content: annotation.content?.slice(0, longestText) ?? null })),
		checkboxes: onFirstPage(task.checkboxes.slice(0, 1)),
		segments: onFirstPage(task.segments.slice(0, 1)),
		signatures: onFirstPage(task.signatures.slice(0, 1)),
	};
}
