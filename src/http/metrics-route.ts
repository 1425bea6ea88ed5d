import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import type { OperatorRoute } from './routes.ts';

/** `GET /metrics`: what is measured, for Prometheus, by an operator who may read. None where the door hands none in. */
export function metricsRoutes({ metrics }: Pick<AppDeps, 'metrics'>): readonly OperatorRoute[] {
	if (metrics === undefined) return [];
	return [
		{
			method: 'GET',
			path: '/metrics',
			role: 'read',
			handle: async function getMetrics(c) {
				return c.body(await fromStore(metrics.text()), 200, { 'content-type': metrics.contentType });
			},
		},
	];
}
