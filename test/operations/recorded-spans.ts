import type { Attributes, Span, TracerProvider } from '@opentelemetry/api';
import { INVALID_SPAN_CONTEXT } from '@opentelemetry/api';

export interface RecordedSpan {
	readonly name: string;
	readonly attributes: Record<string, unknown>;
	failed: boolean;
	ended: boolean;
}

/** A provider of tracers, as an SDK registers one, that keeps its spans in memory. */
export function recordSpans(): { readonly provider: TracerProvider; readonly recorded: readonly RecordedSpan[] } {
	const recorded: RecordedSpan[] = [];
	const start = (name: string, attributes: Attributes = {}): Span => {
		const one: RecordedSpan = { name, attributes: { ...attributes }, failed: false, ended: false };
		recorded.push(one);
		const span: Span = {
			spanContext: () => INVALID_SPAN_CONTEXT,
			setAttribute(key, value) {
				one.attributes[key] = value;
				return span;
			},
			setAttributes(more) {
				Object.assign(one.attributes, more);
				return span;
			},
			addEvent: () => span,
			addLink: () => span,
			addLinks: () => span,
			setStatus(status) {
				one.failed = status.code === 2;
				if (status.message !== undefined) one.attributes.message = status.message;
				return span;
			},
			updateName: () => span,
			end() {
				one.ended = true;
			},
			isRecording: () => true,
			recordException(exception) {
				one.attributes.exception = String(exception);
			},
		};
		return span;
	};
	const startActiveSpan = (name: string, ...rest: readonly unknown[]) => {
		const work = rest.at(-1) as (span: Span) => unknown;
		const [options] = rest as [{ attributes?: Attributes } | undefined];
		return work(start(name, options?.attributes));
	};
	return {
		recorded,
		provider: {
			getTracer: () => ({
				startSpan: (name, options) => start(name, options?.attributes),
				startActiveSpan: startActiveSpan as never,
			}),
		},
	};
}
