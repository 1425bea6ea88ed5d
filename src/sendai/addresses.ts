import type { TaskRef } from '../core/task/index.ts';
import { isLoopback } from '../platform/is-loopback.ts';
import { validId } from './valid-id.ts';

/** Every address that Greenlane ever calls at Send AI. Null: an id that must not stand in one; nothing is called then. */
export interface Addresses {
	task(ref: TaskRef): string | null;
	complete(ref: TaskRef): string | null;
	upload(projectId: string, uploadId: string): string | null;
	/**
	 * First page of the configured list call; null when none is configured, an id is refused, or the path cannot do
	 * without an upload and there is none.
	 */
	list(projectId: string, uploadId: string | null): string | null;
	/** A further page of the same list. */
	listPage(projectId: string, uploadId: string | null, page: ListPage): string | null;
}

/** Which further page: by the cursor or by the number that the page before gave. */
export type ListPage =
	| { readonly by: 'cursor'; readonly cursor: string }
	| { readonly by: 'page'; readonly page: number };

export interface AddressOptions {
	/** `https://api.send.ai`; a path before `/v2` is kept. */
	readonly baseUrl: string;
	readonly teamId: string;
	/** `SENDAI_TASK_LIST_PATH`. */
	readonly taskListPath: string | null;
}

const placeholders = ['team_id', 'project_id', 'upload_id', 'cursor', 'page'] as const;
type Placeholder = (typeof placeholders)[number];

/**
 * Builds addresses. Each id becomes exactly one segment of the path (or one value of the query): it is encoded, and the
 * finished address is parsed again to see that its path is the one meant.
 *
 * The list path is a template: `/v2/{team_id}/project/{project_id}/tasks?upload_id={upload_id}&status=REVIEWING`. A
 * parameter of the query whose placeholder has no value is left out. `{cursor}` and `{page}` name the parameters for
 * further pages where they are not called `cursor` and `page`.
 *
 * @throws Error with the remedy, when the base URL, the team or the template cannot be used
 */
export function createAddresses({ baseUrl, teamId, taskListPath }: AddressOptions): Addresses {
	const base = readBaseUrl(baseUrl);
	if (!validId(teamId)) throw new Error('SENDAI_TEAM_ID is not an id: give the team id as Send AI shows it.');
	const template = taskListPath === null ? null : readTemplate(taskListPath);

	function address(segments: readonly string[], query = ''): string | null {
		if (!segments.every(validId)) return null;
		const path = `${base.pathname}/${segments.map(encodeURIComponent).join('/')}`;
		const url = new URL(`${base.origin}${path}${query}`);
		return url.pathname === path && url.origin === base.origin ? url.href : null;
	}

	const taskSegments = ({ projectId, taskId }: TaskRef) => ['v2', teamId, 'project', projectId, 'task', taskId];

	function fill(values: Partial<Record<Placeholder, string>>): string | null {
		if (template === null) return null;
		const segments = template.segments.map((segment) => fillIn(segment, values));
		if (segments.includes(null)) return null;
		const query = new URLSearchParams();
		for (const [name, value] of template.query) {
			const filled = fillIn(value, values);
			if (filled !== null) query.append(name, filled);
		}
		for (const name of ['cursor', 'page'] as const) {
			if (values[name] !== undefined && !template.names.has(name)) query.set(name, values[name]);
		}
		const text = query.toString();
		return address(
			segments.filter((segment) => segment !== null),
			text === '' ? '' : `?${text}`,
		);
	}

	function fillList(projectId: string, uploadId: string | null, page: Partial<Record<'cursor' | 'page', string>>) {
		if (!validId(projectId) || (uploadId !== null && !validId(uploadId))) return null;
		return fill({
			team_id: teamId,
			project_id: projectId,
			...(uploadId === null ? {} : { upload_id: uploadId }),
			...page,
		});
	}

	return {
		task: (ref) => address(taskSegments(ref)),
		complete: (ref) => address([...taskSegments(ref), 'complete']),
		upload: (projectId, uploadId) => address(['v2', teamId, 'project', projectId, 'upload', uploadId]),
		list: (projectId, uploadId) => fillList(projectId, uploadId, {}),
		listPage: (projectId, uploadId, page) =>
			fillList(projectId, uploadId, page.by === 'cursor' ? { cursor: page.cursor } : { page: String(page.page) }),
	};
}

function readBaseUrl(text: string): { readonly origin: string; readonly pathname: string } {
	const url = URL.parse(text);
	const fault =
		url === null
			? 'is not a URL'
			: url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))
				? 'must be https (http only for this machine): it is sent the API key'
				: url.username !== '' || url.password !== ''
					? 'must hold no user name or password'
					: url.search !== '' || url.hash !== ''
						? 'must have no query and no fragment'
						: null;
	if (url === null || fault !== null) {
		throw new Error(`SENDAI_BASE_URL ${fault}; give it like https://api.send.ai`);
	}
	return { origin: url.origin, pathname: url.pathname.replace(/\/+$/, '') };
}

interface Template {
	readonly segments: readonly string[];
	readonly query: readonly (readonly [string, string])[];
	readonly names: ReadonlySet<string>;
}

function readTemplate(text: string): Template {
	const wrong = (fault: string) =>
		new Error(
			`SENDAI_TASK_LIST_PATH ${fault}; give it like /v2/{team_id}/project/{project_id}/tasks?upload_id={upload_id}&status=REVIEWING`,
		);
	if (!/^\/[^/]/.test(text)) throw wrong('must begin with one slash: it is a path at SENDAI_BASE_URL');
	if (text.includes('#')) throw wrong('must have no fragment');
	const names = new Set([...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? ''));
	for (const name of names) {
		if (!placeholders.some((known) => known === name)) {
			throw wrong(`has an unknown placeholder; known are ${placeholders.map((known) => `{${known}}`).join(' ')}`);
		}
	}
	const [path = '', query = ''] = text.split(/\?(.*)/s, 2);
	const segments = path.split('/').slice(1);
	if (!segments.every(validId)) throw wrong('has an empty segment or one that leads elsewhere');
	if (segments.some((segment) => segment.includes('%'))) throw wrong('must not be percent-encoded in its path');
	return { segments, query: [...new URLSearchParams(query)], names };
}

/** The text with its placeholders filled in; null when one of them has no value. */
function fillIn(text: string, values: Partial<Record<Placeholder, string>>): string | null {
	let missing = false;
	const filled = text.replace(/\{([^{}]*)\}/g, (_match, name: Placeholder) => {
		const value = values[name];
		missing ||= value === undefined;
		return value ?? '';
	});
	return missing ? null : filled;
}
