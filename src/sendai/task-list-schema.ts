import type { ListPage } from './addresses.ts';
import type { ListedTask } from './types.ts';
import { asId } from './valid-id.ts';
import { asObject, memberOf, upperCaseWord, type WireObject } from './wire-object.ts';

/** One page of the list call. */
export type TaskListPage =
	| {
			readonly kind: 'page';
			/** All entries, whatever their status and upload. */
			readonly entries: readonly ListedTask[];
			readonly next: ListPage | { readonly by: 'link'; readonly href: string } | null;
			/** How many there are in all, where the answer says so. */
			readonly total: number | null;
	  }
	| { readonly kind: 'malformed'; readonly message: string };

/**
 * Reads one page: `{ payload: [...] }`, `{ payload: { items | tasks: [...] } }`, the same without `payload`, or a bare
 * array. No list call is documented, so what says that there is more is looked for in all usual places, in `payload`
 * and beside it; the first that is there decides:
 *
 * 1. `has_more: false`: this was the last page.
 * 2. `next_cursor`, then `next`, then `cursor`: a text is the cursor of the next page (in `next` it may also be an
 *    address); a number in `next` is the next page's number; null or empty: this was the last page.
 * 3. `next_page`: its number, or null.
 * 4. `page` with `total_pages`: more until they are equal.
 * 5. `has_more: true` alone: the next page by number.
 * 6. a `Link` header with `rel="next"` (RFC 8288): all that a bare array has room for.
 *
 * @param number of this page, from 1
 * @param link the `Link` header
 */
export function parseTaskListPage(json: unknown, number: number, link: string | null, projectId: string): TaskListPage {
	const envelope = asObject(json);
	const payload = envelope !== null && Object.hasOwn(envelope, 'payload') ? envelope.payload : json;
	const inner = asObject(payload);
	const list = inner === null ? payload : (memberOf(inner, 'items') ?? memberOf(inner, 'tasks'));
	if (!Array.isArray(list)) return malformed('the answer holds no list of tasks');

	const entries: ListedTask[] = [];
	for (const [index, item] of list.entries()) {
		const entry = readEntry(item, projectId);
		if (entry === null) return malformed(`entry ${index} of the list is no task`);
		entries.push(entry);
	}
	const next = readNext([inner, envelope], number, link);
	if (typeof next === 'string') return malformed(next);
	const total = find([inner, envelope], 'total') ?? find([inner, envelope], 'total_count');
	return { kind: 'page', entries, next, total: typeof total === 'number' ? total : null };
}

function readEntry(item: unknown, askedProject: string): ListedTask | null {
	const object = asObject(item);
	if (object === null) return null;
	const taskId = asId(memberOf(object, 'id') ?? memberOf(object, 'task_id'));
	const projectId = asIdOr(memberOf(object, 'project_id'), askedProject);
	const uploadId = asIdOr(memberOf(object, 'upload_id'), null);
	const status = asWordOrNull(memberOf(object, 'status'));
	const stepType = asWordOrNull(memberOf(object, 'step_type'));
	if (taskId === null || projectId === undefined || uploadId === undefined) return null;
	if (projectId === null || status === undefined || stepType === undefined) return null;
	return { taskId, projectId, uploadId, stepType, status };
}

/** The id; `absent` when there is none; undefined when there is something else. */
function asIdOr<T>(value: unknown, absent: T): string | T | undefined {
	return value === undefined || value === null ? absent : (asId(value) ?? undefined);
}

function asWordOrNull(value: unknown): string | null | undefined {
	if (value === undefined || value === null) return null;
	return typeof value === 'string' ? upperCaseWord(value) : undefined;
}

type Next = Extract<TaskListPage, { kind: 'page' }>['next'];

/** The next page, null after the last one, or as text what is wrong. */
function readNext(places: readonly (WireObject | null)[], number: number, link: string | null): Next | string {
	const hasMore = find(places, 'has_more');
	if (hasMore === false) return null;
	for (const name of ['next_cursor', 'next', 'cursor'] as const) {
		const value = find(places, name);
		if (value === undefined) continue;
		if (value === null || value === '') return hasMore === true ? `has_more is true and ${name} is empty` : null;
		if (typeof value === 'string') {
			return name === 'next' && /^(?:https?:\/)?\//.test(value)
				? { by: 'link', href: value }
				: { by: 'cursor', cursor: value };
		}
		if (!Number.isSafeInteger(value)) return `${name} is no cursor`;
		return name === 'next' ? { by: 'page', page: value as number } : { by: 'cursor', cursor: String(value) };
	}
	const nextPage = find(places, 'next_page');
	if (nextPage !== undefined) {
		if (nextPage === null) return null;
		return Number.isSafeInteger(nextPage) ? { by: 'page', page: nextPage as number } : 'next_page is no number';
	}
	const totalPages = find(places, 'total_pages');
	if (totalPages !== undefined) {
		const page = find(places, 'page') ?? number;
		if (!Number.isSafeInteger(totalPages)) return 'total_pages is no number';
		if (page !== number) return 'the answer is another page than the one asked for';
		return number < (totalPages as number) ? { by: 'page', page: number + 1 } : null;
	}
	if (hasMore === true) return { by: 'page', page: number + 1 };
	const href = link === null ? null : nextLink(link);
	return href === null ? null : { by: 'link', href };
}

function find(places: readonly (WireObject | null)[], name: string): unknown {
	for (const place of places) {
		const value = place === null ? undefined : memberOf(place, name);
		if (value !== undefined) return value;
	}
	return undefined;
}

function nextLink(header: string): string | null {
	for (const [, href = '', parameters = ''] of header.matchAll(/<([^>]*)>([^<]*)/g)) {
		if (/;\s*rel\s*=\s*"?(?:[^";,]*\s)?next(?=["\s;,]|$)/i.test(parameters)) return href;
	}
	return null;
}

function malformed(message: string): TaskListPage {
	return { kind: 'malformed', message };
}
