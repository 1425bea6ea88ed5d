import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { presentCase } from './present.ts';
import { presentAct } from './present-reports.ts';
import { problem } from './problem.ts';
import type { OperatorRoute } from './routes.ts';

/** `GET /v1/cases/{id}`; `POST /v1/cases/{id}/retry` judges it from the start, `.../leave` leaves it to a person for good. */
export function casesRoutes({ ledger, poke }: Pick<AppDeps, 'ledger' | 'poke'>): readonly OperatorRoute[] {
	const unknown = 'There is no case with this id.';
	return [
		{
			method: 'GET',
			path: '/v1/cases/:id',
			role: 'read',
			handle: async function getCase(c) {
				const record = await fromStore(ledger.getCase(c.req.param('id') ?? ''));
				if (record === null) return problem(c, 404, 'unknown-case', unknown);
				const [attempts, acts] = await Promise.all([
					fromStore(ledger.attemptsOf(record.id)),
					fromStore(ledger.actsOn(record.id)),
				]);
				return c.json({ ...presentCase(record, attempts), acts: acts.map(presentAct) });
			},
		},
		{
			method: 'POST',
			path: '/v1/cases/:id/retry',
			role: 'operate',
			handle: async function retryCase(c) {
				const id = c.req.param('id') ?? '';
				const result = await fromStore(ledger.retryCase(id, c.get('operator')));
				switch (result) {
					case 'retried':
						poke();
						return c.json({ case_id: id, status: 'retried' }, 202);
					case 'unknown-case':
						return problem(c, 404, 'unknown-case', unknown);
					case 'audit':
						return problem(c, 409, 'audit', 'The case was drawn for audit: a person must look at the task.');
					case 'unresolved':
						return problem(c, 409, 'unresolved', 'Whether a completion was done is not known yet; wait until it is.');
					case 'not-open':
						return problem(c, 409, 'not-open', 'Only a case in review, waiting or needs_human can be judged again.');
				}
			},
		},
		{
			method: 'POST',
			path: '/v1/cases/:id/leave',
			role: 'operate',
			handle: async function leaveCase(c) {
				const id = c.req.param('id') ?? '';
				const result = await fromStore(ledger.leaveCase(id, c.get('operator')));
				switch (result) {
					case 'left':
						return c.json({ case_id: id, status: 'left' });
					case 'unknown-case':
						return problem(c, 404, 'unknown-case', unknown);
					case 'in-flight':
						return problem(c, 409, 'in-flight', 'A completion of this case is on its way and cannot be called back.');
					case 'ended':
						return problem(c, 409, 'ended', 'The case has ended.');
				}
			},
		},
	];
}
