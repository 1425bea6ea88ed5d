import { type Attributes, trace as openTelemetry, SpanStatusCode } from '@opentelemetry/api';
import type { LogFields, Trace } from '../platform/index.ts';
import { allowedFields, createBlotter } from './redact-fields.ts';

export interface TraceOptions {
	/** Greenlane's version. */
	readonly version: string;
	/** Never come out, wherever they stand. */
	readonly secrets?: readonly string[];
}

/**
 * Traces by OpenTelemetry's API: spans go to whatever SDK the process has registered (`node --import` of a file that does
 * so), and nowhere without one. Attributes are named `greenlane.<field>` and are what a log line may hold; a span that
 * failed says the name of the error and not its message, which may quote anything.
 */
export function createTrace({ version, secrets = [] }: TraceOptions): Trace {
	const blot = createBlotter(secrets);
	const toAttributes = (fields: LogFields): Attributes =>
		Object.fromEntries(
			Object.entries(allowedFields(fields)).map(([name, value]) => [
				`greenlane.${name}`,
				typeof value === 'string' ? blot(value) : value,
			]),
		);
	return async (name, fields, work) => {
		// Asked for each time: an SDK may be registered after this was made.
		const tracer = openTelemetry.getTracer('greenlane', version);
		return await tracer.startActiveSpan(name, { attributes: toAttributes(fields) }, async (span) => {
			try {
				return await work((noted) => quietly(() => span.setAttributes(toAttributes(noted))));
			} catch (error) {
				quietly(() => {
					span.setStatus({ code: SpanStatusCode.ERROR });
					span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
				});
				throw error;
			} finally {
				quietly(() => span.end());
			}
		});
	};
}

/** An exporter that breaks must not decide what becomes of a step. */
function quietly(work: () => unknown): void {
	try {
		work();
	} catch {
		// Nobody traces then.
	}
}
