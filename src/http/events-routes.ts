import * as z from 'zod';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { pageQuery } from './page-query.ts';
import { presentEvent } from './present.ts';
import { problem } from './problem.ts';
import { readQuery } from './read-input.ts';
import type { OperatorRoute } from './routes.ts';

const statuses = ['accepted', 'ignored', 'located', 'unresolvable', 'dead'] as const;

const querySchema = z.strictObject({
	status: z.enum(statuses, { error: `is none of ${statuses.join(', ')}` }).optional(),
	...pageQuery,
});

/** `GET /v1/events`, newest first, and `POST /v1/events/{id}/redeliver` for one that led nowhere. */
export function eventsRoutes({ ledger, poke }: Pick<AppDeps, 'ledger' | 'poke'>): readonly OperatorRoute[] {
	return [
		{
			method: 'GET',
			path: '/v1/events',
			role: 'read',
			query: querySchema,
			handle: async function listEvents(c) {
				const input = readQuery(c, querySchema);
				if (!input.ok) return input.response;
				const { status, limit, before } = input.value;
				const page = await fromStore(
					ledger.listEvents({
						limit,
						...(status === undefined ? {} : { status }),
						...(before === undefined ? {} : { before }),
					}),
				);
				return c.json({ events: page.items.map(presentEvent), next: page.next });
			},
		},
		{
			method: 'POST',
			path: '/v1/events/:id/redeliver',
			role: 'operate',
			handle: async function redeliverEvent(c) {
				const id = c.req.param('id') ?? '';
				if (await fromStore(ledger.redeliver(id, c.get('operator')))) {
					poke();
					return c.json({ event_id: id, status: 'accepted' }, 202);
				}
				const event = await fromStore(ledger.getEvent(id));
				if (event === null) return problem(c, 404, 'unknown-event', 'There is no event with this id.');
				return problem(
					c,
					409,
					'not-redeliverable',
					'Only an event that is dead, unresolvable or ignored can be redelivered.',
				);
			},
		},
	];
}
