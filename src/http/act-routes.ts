import * as z from 'zod';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { problem } from './problem.ts';
import { readJsonBody } from './read-input.ts';
import type { OperatorRoute } from './routes.ts';

/** Events that one call puts back to work at most. */
export const mostRedelivered = 1_000;

const strandedStatuses = ['dead', 'unresolvable', 'ignored'] as const;

const instantSchema = z.iso.datetime({ offset: true, error: 'is not an instant like 2026-06-01T08:00:00Z' });

export const rangeSchema = z
	.strictObject(
		{
			status: z.enum(strandedStatuses, { error: `is none of ${strandedStatuses.join(', ')}` }),
			since: instantSchema,
			until: instantSchema,
		},
		{ error: 'is not an object' },
	)
	.refine(({ since, until }) => Date.parse(since) < Date.parse(until), { error: 'ends before it begins' });

/**
 * `POST /v1/cases/{id}/handled`: somebody dealt with a case that needed a person. `POST /v1/events/redeliver {status,
 * since, until}`: puts what came in that time and led nowhere back to work, the oldest 1,000 first.
 */
export function actRoutes({ ledger, poke, log }: Pick<AppDeps, 'ledger' | 'poke' | 'log'>): readonly OperatorRoute[] {
	return [
		{
			method: 'POST',
			path: '/v1/cases/:id/handled',
			role: 'operate',
			handle: async function handleCase(c) {
				const id = c.req.param('id') ?? '';
				switch (await fromStore(ledger.handleCase(id, c.get('operator')))) {
					case 'handled':
						return c.json({ case_id: id, status: 'handled' });
					case 'unknown-case':
						return problem(c, 404, 'unknown-case', 'There is no case with this id.');
					case 'not-waiting-for-a-person':
						return problem(
							c,
							409,
							'not-waiting-for-a-person',
							'The case does not need a person, or was handled already.',
						);
				}
			},
		},
		{
			method: 'POST',
			path: '/v1/events/redeliver',
			role: 'operate',
			body: rangeSchema,
			handle: async function redeliverRange(c) {
				const input = await readJsonBody(c, rangeSchema);
				if (!input.ok) return input.response;
				const { status, since, until } = input.value;
				const between = { since: Date.parse(since), until: Date.parse(until) };
				const count = await fromStore(ledger.redeliverBetween(status, between, mostRedelivered, c.get('operator')));
				if (count > 0) poke();
				log.warn('events redelivered by an operator', { count });
				return c.json({ redelivered: count, more: count === mostRedelivered }, 202);
			},
		},
	];
}
