import * as z from 'zod';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { presentPause } from './present.ts';
import { idSchema, readJsonBody } from './read-input.ts';
import type { OperatorRoute } from './routes.ts';

/** A person's words on one line. */
export const whySchema = z
	.string({ error: 'is not text' })
	.trim()
	.min(1, { error: 'is empty' })
	.max(200, { error: 'has more than 200 characters' })
	.refine((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text), { error: 'holds a line break or a control character' });

/** A project, or everything when it is left out. */
const bodySchema = z.strictObject(
	{
		scope: idSchema.default('*'),
		/** Kept with the pause, and shown to whoever wonders. */
		why: whySchema.optional(),
	},
	{ error: 'is not an object' },
);

/**
 * `POST /v1/pause {scope?, why?}` and `POST /v1/resume {scope?, why?}`: nothing is completed while its project or everything is
 * paused. Both take hold before the next completion is sent; resuming opens the scope's complete gates too.
 */
export function controlsRoutes({
	ledger,
	poke,
	log,
}: Pick<AppDeps, 'ledger' | 'poke' | 'log'>): readonly OperatorRoute[] {
	const route = (
		path: string,
		message: string,
		act: (scope: string, by: string, why?: string) => Promise<void>,
	): OperatorRoute => ({
		method: 'POST',
		path,
		role: 'operate',
		body: bodySchema,
		handle: async function control(c) {
			const input = await readJsonBody(c, bodySchema);
			if (!input.ok) return input.response;
			const { scope, why } = input.value;
			await fromStore(act(scope, c.get('operator'), why));
			log.warn(message, { project_id: scope });
			poke();
			return c.json({ pauses: (await fromStore(ledger.pauses())).map(presentPause) });
		},
	});
	return [
		route('/v1/pause', 'paused by an operator', (scope, by, why) => ledger.pause(scope, by, why)),
		route('/v1/resume', 'resumed by an operator', (scope, by, why) => ledger.resume(scope, by, why)),
	];
}
