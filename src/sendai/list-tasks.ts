import type { Addresses } from './addresses.ts';
import type { JsonRead } from './read-json.ts';
import { parseTaskListPage, type TaskListPage } from './task-list-schema.ts';
import type { ListedTask, TaskList } from './types.ts';

const mostPages = 200;

/**
 * Follows the list call to its last page and gives the tasks in review, each once. A list that cannot be read to its end
 * is `malformed`, never half a list: tasks that are missing would look like tasks that are not there.
 */
export async function listTasks(
	addresses: Addresses,
	read: (address: string) => Promise<JsonRead>,
	projectId: string,
	uploadId: string | null,
): Promise<TaskList> {
	let address = addresses.list(projectId, uploadId);
	if (address === null) return malformed('SENDAI_TASK_LIST_PATH is not set, or cannot be filled in for this project');
	const asked = new Set<string>();
	const listed = new Map<string, ListedTask>();
	let received = 0;
	let number = 1;
	for (let count = 1; count <= mostPages; count += 1) {
		if (asked.has(address)) return malformed('the list leads back to a page that was read already');
		asked.add(address);
		const answer: JsonRead = await read(address);
		if (answer.kind === 'not-json') return malformed(`the answer ${answer.message}`);
		if (answer.kind !== 'json') return answer;
		const page: TaskListPage = parseTaskListPage(answer.json, number, answer.link, projectId);
		if (page.kind === 'malformed') return page;

		const isNew = page.entries.some((entry) => !listed.has(keyOf(entry)));
		if (page.entries.length > 0 && !isNew) return malformed('a page of the list came twice');
		for (const entry of page.entries) listed.set(keyOf(entry), entry);
		received += page.entries.length;

		const { next } = page;
		if (next === null) {
			if (page.total !== null && page.total > received) {
				return malformed(`the list has ${page.total} entries and gave ${received}, with no way to the rest`);
			}
			const tasks = [...listed.values()].filter((task) => isWanted(task, projectId, uploadId));
			return { kind: 'listed', tasks };
		}
		const following: string | null =
			next.by === 'link' ? sameOrigin(next.href, address) : addresses.listPage(projectId, uploadId, next);
		if (following === null) return malformed('the list leads to another host');
		address = following;
		number = next.by === 'page' ? next.page : number + 1;
	}
	return malformed(`the list has more than ${mostPages} pages`);
}

function keyOf({ projectId, taskId }: ListedTask): string {
	return `${projectId}\n${taskId}`;
}

/** A filter in the list path may not be honoured, so what comes is filtered again. Absent is taken for a match: the task is read anyway. */
function isWanted(task: ListedTask, projectId: string, uploadId: string | null): boolean {
	return (
		task.projectId === projectId &&
		(uploadId === null || task.uploadId === null || task.uploadId === uploadId) &&
		(task.status === null || /^(?:REVIEWING|IN[_\-. ]?REVIEW)$/.test(task.status))
	);
}

/** The key goes along, so it goes nowhere else. */
function sameOrigin(href: string, base: string): string | null {
	const url = URL.parse(href, base);
	return url !== null && url.origin === new URL(base).origin ? url.href : null;
}

function malformed(message: string): TaskList {
	return { kind: 'malformed', message };
}
