import type { ObserveCall } from '../platform/index.ts';
import { Histogram, type Registry } from './prometheus.ts';

/** Seconds. From a cache's answer to the time-out of a completion. */
const buckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

/** Results beside status lines. */
const others: ReadonlySet<string> = new Set(['never-connected', 'no-answer']);

/** Counts the calls of this process to Send AI, by kind and result, and how long each took to its status line. */
export function createCallTimes(registry: Registry): ObserveCall {
	const times = new Histogram({
		name: 'greenlane_send_ai_call_seconds',
		help: 'Calls of this process to Send AI: time to the status line of each try, by kind of call and result (the status, never-connected, no-answer).',
		labelNames: ['call', 'result'],
		buckets,
		registers: [registry],
	});
	return (call, result, ms) => {
		// What answers us decides the status: it must not decide how many series there are.
		const known = others.has(result) || /^[1-5]\d\d$/.test(result) ? result : 'other';
		times.observe({ call, result: known }, Math.max(0, ms) / 1_000);
	};
}
