import * as z from 'zod';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { pageQuery } from './page-query.ts';
import { presentDecision, presentWholeDecision } from './present.ts';
import { problem } from './problem.ts';
import { idSchema, readQuery } from './read-input.ts';
import type { OperatorRoute } from './routes.ts';

const querySchema = z.strictObject({
	project_id: idSchema.optional(),
	task_id: idSchema.optional(),
	outcome: z.enum(['complete', 'review'], { error: 'is neither complete nor review' }).optional(),
	...pageQuery,
});

/** `GET /v1/decisions`, newest first, and `GET /v1/decisions/{id}` with everything that was stored of one. */
export function decisionsRoutes({ ledger }: Pick<AppDeps, 'ledger'>): readonly OperatorRoute[] {
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
	];
}
