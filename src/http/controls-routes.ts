import * as z from 'zod';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { presentPause } from './present.ts';
import { presentGate } from './present-reports.ts';
import { problem } from './problem.ts';
import { idSchema, readJsonBody } from './read-input.ts';
import type { OperatorRoute } from './routes.ts';

/** A person's words on one line. */
export const whySchema = z
	.string({ error: 'is not text' })
	.trim()
	.min(1, { error: 'is empty' })
	.max(200, { error: 'has more than 200 characters' })
	.refine((text) => !/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(text), {
		error: 'holds a line break, a control character or a mark that turns text around',
	});

/** A project, or everything when it is left out. */
const bodySchema = z.strictObject(
	{
		scope: idSchema.default('*'),
		/** Kept with the pause, and shown to whoever wonders. */
		why: whySchema.optional(),
	},
	{ error: 'is not an object' },
);

const gateSchema = z.strictObject({ project_id: idSchema, why: whySchema.optional() }, { error: 'is not an object' });

/** A project that nobody configured has no tasks here: a pause of it would hold nothing, and look as if it did. */
export function isPausable(projects: AppDeps['projects'], scope: string): boolean {
	return scope === '*' || projects === null || projects.includes(scope);
}

/**
 * `POST /v1/pause {scope?, why?}` and `POST /v1/resume {scope?, why?}`: nothing is completed while its project or everything is
 * paused. Both take hold before the next completion is sent; resuming opens the scope's complete gates too.
 * `POST /v1/gates/open {project_id, why?}` opens the complete gate of a project alone: a pause stays.
 */
export function controlsRoutes({
	ledger,
	projects,
	poke,
	log,
}: Pick<AppDeps, 'ledger' | 'projects' | 'poke' | 'log'>): readonly OperatorRoute[] {
	const route = (
		path: string,
		message: string,
		act: (scope: string, by: string, why?: string) => Promise<void>,
		mayName: (scope: string) => boolean,
	): OperatorRoute => ({
		method: 'POST',
		path,
		role: 'operate',
		body: bodySchema,
		handle: async function control(c) {
			const input = await readJsonBody(c, bodySchema);
			if (!input.ok) return input.response;
			const { scope, why } = input.value;
			if (!mayName(scope)) {
				return problem(
					c,
					400,
					'unknown-project',
					'scope is neither * nor one of SENDAI_PROJECT_IDS; nothing was paused.',
				);
			}
			await fromStore(act(scope, c.get('operator'), why));
			log.warn(message, { project_id: scope });
			poke();
			return c.json({ pauses: (await fromStore(ledger.pauses())).map(presentPause) });
		},
	});
	return [
		route(
			'/v1/pause',
			'paused by an operator',
			(scope, by, why) => ledger.pause(scope, by, why),
			(scope) => isPausable(projects, scope),
		),
		route(
			'/v1/resume',
			'resumed by an operator',
			(scope, by, why) => ledger.resume(scope, by, why),
			() => true,
		),
		{
			method: 'POST',
			path: '/v1/gates/open',
			role: 'operate',
			body: gateSchema,
			handle: async function openGate(c) {
				const input = await readJsonBody(c, gateSchema);
				if (!input.ok) return input.response;
				const { project_id: projectId, why } = input.value;
				if (!(await fromStore(ledger.openGate(projectId, 'complete', c.get('operator'), why)))) {
					return problem(c, 409, 'not-closed', 'The complete gate of this project is not closed.');
				}
				log.warn('complete gate opened by an operator', { project_id: projectId });
				poke();
				return c.json({ gates: (await fromStore(ledger.gates())).map(presentGate) });
			},
		},
	];
}
