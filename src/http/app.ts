import type { Hono } from 'hono';
import { HonoBase } from 'hono/hono-base';
import { TrieRouter } from 'hono/router/trie-router';
import { secureHeaders } from 'hono/secure-headers';
import { actRoutes } from './act-routes.ts';
import { casesRoutes } from './cases-routes.ts';
import { controlsRoutes } from './controls-routes.ts';
import { decisionsRoutes } from './decisions-routes.ts';
import type { AppDeps } from './deps.ts';
import { eventsRoutes } from './events-routes.ts';
import { StoreFailure } from './from-store.ts';
import { createReadiness, getHealth } from './health.ts';
import { createMethodFinder } from './method-finder.ts';
import { metricsRoutes } from './metrics-route.ts';
import { createOpenApi, type ServedRoute } from './openapi.ts';
import { createOperatorAuth, type OperatorEnv } from './operator-auth.ts';
import { mountPages } from './pages/mount-pages.ts';
import { problem, storeUnavailable } from './problem.ts';
import { proofRoutes } from './proof-routes.ts';
import { reportRoutes } from './report-routes.ts';
import type { OperatorRoute } from './routes.ts';
import { rulesRoutes } from './rules-routes.ts';
import { simulateRoutes } from './simulate-route.ts';
import { tasksRoutes } from './tasks-routes.ts';
import { createWebhook } from './webhook.ts';

export const webhookPath = '/webhooks/send-ai';

/** What a server serves: with `OPERATOR_PORT`, one has the webhook and another the operators' part. Health is in both. */
export type AppPart = 'all' | 'webhook' | 'operator';

/**
 * The whole HTTP side of Greenlane, the same on Node and on Workers.
 *
 * Every error is `application/problem+json`; none holds a stack, a cause, or anything that was sent.
 */
export function createApp(deps: AppDeps, part: AppPart = 'all'): Hono<OperatorEnv> {
	// Hono's own choice carries two more routers, which a Worker of this size would notice before a request does.
	const app = new HonoBase<OperatorEnv>({ router: new TrieRouter() });
	const auth = createOperatorAuth(deps);
	const known: ServedRoute[] = [
		{ method: 'GET', path: '/healthz' },
		{ method: 'GET', path: '/readyz' },
	];

	if (part !== 'operator') {
		// Alone on its path: Hono calls a single handler directly.
		app.post(webhookPath, createWebhook(deps));
		known.push({ method: 'POST', path: webhookPath });
	}
	app.get('/healthz', getHealth);
	app.get('/readyz', createReadiness(deps, auth.isOperator));

	if (part !== 'webhook') {
		const secure = secureHeaders({
			contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
			xFrameOptions: 'DENY',
			referrerPolicy: 'no-referrer',
		});
		const routes: readonly OperatorRoute[] = [
			...tasksRoutes(deps),
			...decisionsRoutes(deps),
			...casesRoutes(deps),
			...eventsRoutes(deps),
			...rulesRoutes(deps),
			...simulateRoutes(deps),
			...controlsRoutes(deps),
			...actRoutes(deps),
			...reportRoutes(deps),
			...proofRoutes(deps),
			...metricsRoutes(deps),
			openApiRoute(known),
		];
		for (const { method, path, role, query, body, handle } of routes) {
			app.on(
				method,
				path,
				secure,
				async function neverStored(c, next) {
					await next();
					c.header('cache-control', 'no-store');
				},
				auth.require(role),
				handle,
			);
			known.push({ method, path, query, body });
		}
		known.push(...mountPages(app, deps, auth));
	}

	const allowedMethods = createMethodFinder(known);
	app.notFound((c) => {
		const methods = allowedMethods(c.req.path);
		if (methods.length === 0) return problem(c, 404, 'unknown-route', 'There is nothing at this address.');
		const allow = methods.join(', ');
		return problem(c, 405, 'wrong-method', `This address takes ${allow}.`, { allow });
	});

	app.onError((error, c) => {
		if (error instanceof StoreFailure) {
			deps.log.error('request failed: the store failed', { code: causeName(error) });
			return storeUnavailable(c);
		}
		deps.log.error('request failed', { code: error.name });
		return problem(c, 500, 'internal-error', 'Something is wrong with this server; its log says when.');
	});
	return app;
}

/** `GET /openapi.json`: made when it is first asked for, of whatever is served by then. */
function openApiRoute(served: readonly ServedRoute[]): OperatorRoute {
	let document: ReturnType<typeof createOpenApi> | null = null;
	return {
		method: 'GET',
		path: '/openapi.json',
		role: 'read',
		handle: function getOpenApi(c) {
			document ??= createOpenApi(served);
			return c.json(document);
		},
	};
}

function causeName({ cause }: Error): string {
	return cause instanceof Error ? cause.name : 'unknown';
}
