import { mostRedelivered } from '../act-routes.ts';
import { isPausable, whySchema } from '../controls-routes.ts';
import type { AppDeps } from '../deps.ts';
import { fromStore } from '../from-store.ts';
import { idSchema } from '../read-input.ts';
import type { OperatorRoute } from '../routes.ts';
import { pathOfCase } from './components.ts';
import { localInstant } from './local-instant.ts';
import { ownPath, readForm, withNotice } from './read-form.ts';

const stranded = ['dead', 'unresolvable', 'ignored'] as const;

/** What the pages' forms do. Each answers with a redirection to a page that says what came of it. */
export function formRoutes(deps: AppDeps): readonly OperatorRoute[] {
	const { ledger, rules, poke, log } = deps;
	const timeZone = deps.view?.timeZone ?? 'UTC';
	/** @param act answers the code of a notice */
	const form = (
		path: string,
		page: (id: string) => string,
		act: (fields: URLSearchParams, by: string, id: string) => Promise<string>,
	): OperatorRoute => ({
		method: 'POST',
		path,
		role: 'operate',
		handle: async function takeForm(c) {
			const fields = await readForm(c);
			const id = c.req.param('id') ?? '';
			const notice = fields === null ? 'wrong-input' : await act(fields, c.get('operator'), id);
			return c.redirect(withNotice(ownPath(fields?.get('back'), page(id)), notice), 303);
		},
	});
	const scopeOf = (fields: URLSearchParams) => {
		const scope = fields.get('scope') ?? '';
		return scope === '*' || idSchema.safeParse(scope).success ? scope : null;
	};

	return [
		form('/tasks/:id/retry', pathOfCase, async (_fields, by, id) => {
			const result = await fromStore(ledger.retryCase(id, by));
			if (result === 'retried') poke();
			return result;
		}),
		form('/tasks/:id/leave', pathOfCase, (_fields, by, id) => fromStore(ledger.leaveCase(id, by))),
		form('/tasks/:id/handled', pathOfCase, (_fields, by, id) => fromStore(ledger.handleCase(id, by))),
		form(
			'/events/:id/redeliver',
			(id) => `/events?id=${encodeURIComponent(id)}`,
			async (_fields, by, id) => {
				if (!(await fromStore(ledger.redeliver(id, by)))) return 'not-redeliverable';
				poke();
				return 'redelivered';
			},
		),
		form(
			'/events/redeliver',
			() => '/events',
			async (fields, by) => {
				const status = stranded.find((one) => one === fields.get('status'));
				const since = localInstant(fields.get('since') ?? '', timeZone);
				const until = localInstant(fields.get('until') ?? '', timeZone);
				if (status === undefined || since === null || until === null || since >= until) return 'wrong-input';
				const count = await fromStore(ledger.redeliverBetween(status, { since, until }, mostRedelivered, by));
				if (count === 0) return 'nothing-redelivered';
				log.warn('events redelivered by an operator', { count });
				poke();
				return count === mostRedelivered ? 'more-to-redeliver' : 'range-redelivered';
			},
		),
		form(
			'/rules/reload',
			() => '/rules',
			async (_fields, by) => {
				if (rules.reload === null) return 'rules-fixed';
				const { outcome, revision } = await rules.reload();
				log.warn('rules read again by an operator', { revision, state: outcome });
				await fromStore(ledger.noteReload(revision, by));
				if (outcome === 'served') poke();
				return `rules-${outcome}`;
			},
		),
		form(
			'/controls/pause',
			() => '/controls',
			async (fields, by) => {
				const scope = scopeOf(fields);
				const why = whySchema.safeParse(fields.get('why') ?? '');
				if (scope === null || !why.success) return 'wrong-input';
				if (!isPausable(deps.projects, scope)) return 'unknown-project';
				await fromStore(ledger.pause(scope, by, why.data));
				log.warn('paused by an operator', { project_id: scope });
				poke();
				return 'paused';
			},
		),
		form(
			'/controls/resume',
			() => '/controls',
			async (fields, by) => {
				const scope = scopeOf(fields);
				const said = fields.get('why')?.trim() ?? '';
				const why = said === '' ? undefined : whySchema.safeParse(said);
				if (scope === null || why?.success === false) return 'wrong-input';
				await fromStore(ledger.resume(scope, by, why?.data));
				log.warn('resumed by an operator', { project_id: scope });
				poke();
				return 'resumed';
			},
		),
		form(
			'/controls/open-gate',
			() => '/controls',
			async (fields, by) => {
				const project = idSchema.safeParse(fields.get('project_id'));
				if (!project.success) return 'wrong-input';
				if (!(await fromStore(ledger.openGate(project.data, 'complete', by)))) return 'gate-not-closed';
				log.warn('complete gate opened by an operator', { project_id: project.data });
				poke();
				return 'gate-opened';
			},
		),
	];
}
