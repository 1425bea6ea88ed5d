import type { Clock, ObserveCall } from '../platform/index.ts';
import { createCallTimes } from './call-times.ts';
import { createGauges } from './gauges.ts';
import { Registry } from './prometheus.ts';
import { type ReadingOptions, takeReading } from './reading.ts';

export interface MetricsOptions extends ReadingOptions {
	readonly clock: Pick<Clock, 'now'>;
	/** A reading of the ledger is served again for so long, however often somebody asks; 5 s when left out. */
	readonly freshMs?: number;
}

export interface Metrics {
	readonly contentType: string;
	/** In Prometheus' text format. Rejects when the store fails. */
	text(): Promise<string>;
	/** Hand it to the client: how long calls take is known to this process alone. */
	readonly observeCall: ObserveCall;
}

/**
 * What is measured: the ledger's own counts, so that every process shows the same and a restart loses nothing, and the
 * calls that this process made. In a registry of its own. Several that ask at once share one reading.
 */
export function createMetrics(options: MetricsOptions): Metrics {
	const { clock, freshMs = 5_000 } = options;
	const registry = new Registry();
	const gauges = createGauges(registry);
	const observeCall = createCallTimes(registry);
	let reading: { readonly at: number; readonly done: Promise<void> } | null = null;

	return {
		contentType: registry.contentType,
		observeCall,
		async text() {
			const now = clock.now();
			if (reading === null || now - reading.at >= freshMs) {
				const done = takeReading(options).then(gauges.set);
				reading = { at: now, done };
				done.catch(() => {
					// A failure is told once, not for as long as a reading is fresh.
					if (reading?.done === done) reading = null;
				});
			}
			await reading.done;
			return await registry.metrics();
		},
	};
}
