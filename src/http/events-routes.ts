import * as z from 'zod';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { pageQuery } from './page-query.ts';
import { presentEvent } from './present.ts';
import { presentAct } from './present-reports.ts';
import { problem } from './problem.ts';
import { readQuery } from './read-input.ts';
import type { OperatorRoute } from './routes.ts';

const statuses = ['accepted', 'ignored', 'located', 'unresolvable', 'dead'] as const;

const views = [...statuses, 'duplicates'] as const;

const querySchema = z.strictObject({
	/** `duplicates`: delivered more than once, whatever became of them. */
	status: z.enum(views, { error: `is none of ${views.join(', ')}` }).optional(),
	...pageQuery,
});

/**
 * `GET /v1/events`, newest first, with how many there are of each kind; `GET /v1/events/{id}` with what operators did to it,
 * and `POST /v1/events/{id}/redeliver` for one that led nowhere.
 */
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
				const filter = { limit, ...(before === undefined ? {} : { before }) };
				const [page, { events: counts, countedUpTo }] = await Promise.all([
					fromStore(
						status === 'duplicates'
							? ledger.listRepeatedEvents(filter)
							: ledger.listEvents({ ...filter, ...(status === undefined ? {} : { status }) }),
					),
					fromStore(ledger.troubles()),
				]);
				return c.json({
					...{ events: page.items.map(presentEvent), next: page.next },
					...{ counts, counted_up_to: countedUpTo },
				});
			},
		},
		{
			method: 'GET',
			path: '/v1/events/:id',
			role: 'read',
			handle: async function getEvent(c) {
				const id = c.req.param('id') ?? '';
				const [event, acts] = await Promise.all([fromStore(ledger.getEvent(id)), fromStore(ledger.actsOn(id))]);
				if (event === null) return problem(c, 404, 'unknown-event', 'There is no event with this id.');
				return c.json({ ...presentEvent(event), acts: acts.map(presentAct) });
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
