/** The door on Cloudflare Workers: `wrangler.toml` names what is bound. */
import { waitUntil } from 'cloudflare:workers';
import { packed } from '#rules';
import { workersClock, workersDigest, workersFetch, workersNewId, workersRandom } from './platform/workers.ts';
import { createWorker, type Worker } from './worker/create-worker.ts';

interface Env {
	readonly EVENTS: Queue;
	readonly LEDGER: D1Database;
	readonly [variable: string]: unknown;
}

let worker: Worker | null = null;

/** Once an isolate: compiling the rules costs milliseconds, and what is bound never changes while it lives. */
function workerFor(env: Env): Worker {
	worker ??= createWorker({
		variables: env,
		queue: env.EVENTS,
		database: env.LEDGER,
		packed,
		clock: workersClock,
		random: workersRandom,
		digest: workersDigest,
		newId: workersNewId,
		fetch: workersFetch,
		waitUntil,
		write: (line, level) => {
			if (level === 'error') console.error(line);
			else if (level === 'warning') console.warn(line);
			else console.log(line);
		},
	});
	return worker;
}

export default {
	fetch: (request, env) => workerFor(env).fetch(request),
	queue: (batch, env) => workerFor(env).queue(batch.queue, batch.messages),
	scheduled: (controller, env) => workerFor(env).tick(controller.scheduledTime),
} satisfies ExportedHandler<Env>;
