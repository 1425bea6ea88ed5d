import * as z from 'zod';
import type { NewEvent } from '../ledger/index.ts';
import type { AppDeps } from './deps.ts';
import { problem, storeUnavailable } from './problem.ts';
import { idSchema, readJsonBody } from './read-input.ts';
import type { OperatorRoute } from './routes.ts';

/** Most ids in one call of `POST /v1/tasks`. */
export const mostTaskIds = 1_000;

const bodySchema = z.strictObject(
	{
		project_id: idSchema,
		task_ids: z
			.array(idSchema, { error: 'is not a list' })
			.min(1, { error: 'is empty' })
			.max(mostTaskIds, { error: `has more than ${mostTaskIds} ids` }),
	},
	{ error: 'is not an object' },
);

/**
 * `POST /v1/tasks {project_id, task_ids}`: task ids from the customer's own integration, or the backlog of the first day.
 * 202 `{event_id, status}` once they are stored; like a notification, and judged like one.
 */
export function tasksRoutes(
	deps: Pick<AppDeps, 'teamId' | 'projects' | 'ledger' | 'inbox' | 'digest' | 'newId' | 'poke' | 'log'>,
) {
	const { teamId, projects, ledger, inbox, digest, newId, poke, log } = deps;
	const route: OperatorRoute = {
		method: 'POST',
		path: '/v1/tasks',
		role: 'operate',
		body: bodySchema,
		handle: async function enqueueTasks(c) {
			const input = await readJsonBody(c, bodySchema);
			if (!input.ok) return input.response;
			const { project_id: projectId, task_ids: taskIds } = input.value;
			if (projects !== null && !projects.includes(projectId)) {
				return problem(c, 400, 'unknown-project', 'project_id is not one of SENDAI_PROJECT_IDS.');
			}
			const id = newId();
			const event: NewEvent = {
				id,
				source: 'api',
				kind: 'in_review',
				name: 'enqueue',
				teamId,
				projectId,
				uploadId: null,
				taskIds: [...new Set(taskIds)],
				ignored: null,
				digest: digest.sha256(id),
			};
			try {
				await ledger.noteEnqueue(id, c.get('operator'));
				const accepted = await inbox.accept(event);
				log.info('tasks handed in by an operator', {
					event_id: id,
					project_id: projectId,
					count: event.taskIds.length,
				});
				poke();
				return c.json({ event_id: accepted.eventId, status: accepted.status }, 202);
			} catch (error) {
				log.error('task ids could not be stored; the caller was asked to try again', {
					project_id: projectId,
					count: taskIds.length,
					code: error instanceof Error ? error.name : 'unknown',
				});
				return storeUnavailable(c);
			}
		},
	};
	return [route];
}
