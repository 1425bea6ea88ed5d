import { type Answer, type Call, failure } from './call.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { TaskListOptions } from './options.ts';
import { stateAt } from './record.ts';
import { renderTask } from './record-completion.ts';

/** One page of tasks as they were at `moment`, oldest first. No list call is documented: every shape here is a guess. */
export function listTasks(call: Call, lifecycle: Lifecycle, list: TaskListOptions, moment: number): Answer {
	const { context } = call;
	const projectId = context.req.param('project_id');
	const status = context.req.query('status')?.toUpperCase();
	const uploadId = context.req.query('upload_id');
	const pagination = list.pagination ?? 'none';
	const size = pagination === 'none' ? Number.POSITIVE_INFINITY : (list.pageSize ?? 50);
	const start = pagination === 'cursor' ? readCursor(context.req.query('cursor')) : 0;
	if (start === null) return failure(400, 'bad_request', 'The cursor is not valid.');
	const page = pagination === 'page' ? Math.max(1, Number.parseInt(context.req.query('page') ?? '1', 10) || 1) : 1;

	const found: unknown[] = [];
	// Places are counted over all tasks, not over those that match: one that leaves review shifts nobody to an earlier page.
	let place = 0;
	let next: number | null = null;
	let matches = 0;
	for (const record of lifecycle.tasks.values()) {
		place += 1;
		const state = stateAt(record, moment);
		if (projectId !== undefined && state.project_id !== projectId) continue;
		if (status !== undefined && state.status !== status) continue;
		if (uploadId !== undefined && state.upload_id !== uploadId) continue;
		matches += 1;
		if (place <= start || (pagination === 'page' && matches <= (page - 1) * size)) continue;
		if (found.length >= size) {
			next ??= place - 1;
			if (pagination === 'cursor') break;
			continue;
		}
		const task = renderTask(record, state);
		found.push(list.shape === 'full' ? task : summarise(task));
	}

	const more: Record<string, unknown> =
		pagination === 'cursor'
			? { next_cursor: next === null ? null : writeCursor(next) }
			: pagination === 'page'
				? { page, total_pages: Math.max(1, Math.ceil(matches / size)) }
				: {};
	switch (list.envelope ?? 'payload') {
		case 'payload':
			return { status: 200, body: { payload: found, ...more } };
		case 'items':
			return { status: 200, body: { payload: { items: found, ...more } } };
		case 'tasks':
			return { status: 200, body: { payload: { tasks: found, ...more } } };
		case 'bare':
			return { status: 200, body: found, headers: linkHeader(context.req.url, pagination, next, page) };
	}
}

function summarise(task: unknown): unknown {
	const { pages: _pages, ...summary } = task as { pages?: unknown };
	return summary;
}

/** A bare array has no room for a cursor beside it, so it stands in the header (RFC 8288). */
function linkHeader(url: string, pagination: 'none' | 'cursor' | 'page', next: number | null, page: number) {
	if (next === null || pagination === 'none') return undefined;
	const target = new URL(url);
	if (pagination === 'cursor') target.searchParams.set('cursor', writeCursor(next));
	else target.searchParams.set('page', String(page + 1));
	return { link: `<${target.href}>; rel="next"` };
}

function writeCursor(place: number): string {
	return `c${place.toString(36)}=`;
}

function readCursor(cursor: string | undefined): number | null {
	if (cursor === undefined || cursor === '') return 0;
	const place = /^c([0-9a-z]+)=$/.exec(cursor)?.[1];
	return place === undefined ? null : Number.parseInt(place, 36);
}
