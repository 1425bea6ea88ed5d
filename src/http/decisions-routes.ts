import * as z from 'zod';
import { viewTask } from '../core/task/index.ts';
import { findContent, sayNoContent, unreadableContent } from './content.ts';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { pageQuery } from './page-query.ts';
import { instant, presentDecision, presentWholeDecision } from './present.ts';
import { problem } from './problem.ts';
import { idSchema, readQuery } from './read-input.ts';
import type { OperatorRoute } from './routes.ts';

const querySchema = z.strictObject({
	project_id: idSchema.optional(),
	task_id: idSchema.optional(),
	outcome: z.enum(['complete', 'review'], { error: 'is neither complete nor review' }).optional(),
	...pageQuery,
});

/**
 * `GET /v1/decisions`, newest first, `GET /v1/decisions/{id}` with everything that was stored of one, and
 * `GET /v1/decisions/{id}/content` with what the document said, for whoever may operate.
 */
export function decisionsRoutes({
	ledger,
	...content
}: Pick<AppDeps, 'ledger' | 'log' | 'readContent' | 'keepContentMs'>): readonly OperatorRoute[] {
	return [
		{
			method: 'GET',
			path: '/v1/decisions',
			role: 'read',
			query: querySchema,
			handle: async function listDecisions(c) {
				const input = readQuery(c, querySchema);
				if (!input.ok) return input.response;
				const { project_id, task_id, outcome, limit, before } = input.value;
				const page = await fromStore(
					ledger.listDecisions({
						limit,
						...(project_id === undefined ? {} : { projectId: project_id }),
						...(task_id === undefined ? {} : { taskId: task_id }),
						...(outcome === undefined ? {} : { outcome }),
						...(before === undefined ? {} : { before }),
					}),
				);
				return c.json({ decisions: page.items.map(presentDecision), next: page.next });
			},
		},
		{
			method: 'GET',
			path: '/v1/decisions/:id',
			role: 'read',
			handle: async function getDecision(c) {
				const decision = await fromStore(ledger.getDecision(c.req.param('id') ?? ''));
				if (decision === null) return problem(c, 404, 'unknown-decision', 'There is no decision with this id.');
				return c.json(presentWholeDecision(decision));
			},
		},
		{
			method: 'GET',
			path: '/v1/decisions/:id/content',
			role: 'operate',
			handle: async function getContent(c) {
				const id = c.req.param('id') ?? '';
				const decision = await fromStore(ledger.getDecision(id));
				if (decision === null) return problem(c, 404, 'unknown-decision', 'There is no decision with this id.');
				const found = await findContent(content, decision, c.get('operator'));
				switch (found.kind) {
					case 'content': {
						const { task, today } = found.content;
						return c.json({
							decision_id: id,
							stored_at: instant(found.storedAt),
							gone_at: instant(found.goneAt),
							today,
							view: viewTask(task),
						});
					}
					case 'none':
						return problem(c, 404, 'no-content', sayNoContent(content));
					case 'unreadable':
						return problem(c, 409, 'unreadable-content', unreadableContent);
				}
			},
		},
	];
}
