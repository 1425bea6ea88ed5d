import { z } from 'zod';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { presentPause } from './present.ts';
import { idSchema, readJsonBody } from './read-input.ts';
import type { OperatorRoute } from './routes.ts';

/** A project, or everything when it is left out. */
const bodySchema = z.strictObject({ scope: idSchema.default('*') }, { error: 'is not an object' });

/**
 * `POST /v1/pause {scope?}` and `POST /v1/resume {scope?}`: nothing is completed while its project or everything is
 * paused. Both take hold before the next completion is sent; resuming opens the scope's complete gates too.
 */
export function controlsRoutes({
	ledger,
	poke,
	log,
}: Pick<AppDeps, 'ledger' | 'poke' | 'log'>): readonly OperatorRoute[] {
	const route = (path: string, message: string, act: (scope: string, by: string) => Promise<void>): OperatorRoute => ({
		method: 'POST',
		path,
		role: 'operate',
		handle: async function control(c) {
			const input = await readJsonBody(c, bodySchema);
			if (!input.ok) return input.response;
			const { scope } = input.value;
			await fromStore(act(scope, c.get('operator')));
			log.warn(message, { project_id: scope });
			poke();
			return c.json({ pauses: (await fromStore(ledger.pauses())).map(presentPause) });
		},
	});
	return [
		route('/v1/pause', 'paused by an operator', (scope, by) => ledger.pause(scope, by)),
		route('/v1/resume', 'resumed by an operator', (scope, by) => ledger.resume(scope, by)),
	];
}
