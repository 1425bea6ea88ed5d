import { trace as openTelemetry } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { createTrace } from '../../src/operations/trace.ts';
import type { LogFields } from '../../src/platform/index.ts';
import { recordSpans } from './recorded-spans.ts';

afterEach(() => openTelemetry.disable());

describe('a trace', () => {
	it('is nothing without an SDK, and what the work gives comes out', async () => {
		const trace = createTrace({ version: '1.2.3' });
		expect(await trace('case', { case_id: 'c' }, async () => 7)).toBe(7);
		const failure = new Error('no');
		await expect(trace('case', {}, () => Promise.reject(failure))).rejects.toBe(failure);
	});

	it('is a span with ids alone, ended when the work is done', async () => {
		const { provider, recorded } = recordSpans();
		const trace = createTrace({ version: '1.2.3', secrets: ['sk_live_0123456789'] });
		// Registered later, as an SDK may be.
		openTelemetry.setGlobalTracerProvider(provider);
		let inside = false;
		const smuggled = { case_id: 'case-1', content: 'Jansen', reason: 'a sentence', task_id: 'sk_live_0123456789' };
		await trace('case', smuggled as LogFields, async (note) => {
			inside = recorded[0]?.ended === false;
			note({ status: 200, name: 'Jansen' } as LogFields);
		});
		expect(inside).toBe(true);
		expect(recorded).toEqual([
			{
				name: 'case',
				attributes: {
					'greenlane.case_id': 'case-1',
					'greenlane.reason': '[removed]',
					'greenlane.task_id': '[secret]',
					'greenlane.status': 200,
				},
				failed: false,
				ended: true,
			},
		]);
	});

	it('says of a failure the name of its error, not its message', async () => {
		const { provider, recorded } = recordSpans();
		openTelemetry.setGlobalTracerProvider(provider);
		const failure = new TypeError('the IBAN is NL00');
		await expect(createTrace({ version: '1' })('event', {}, () => Promise.reject(failure))).rejects.toBe(failure);
		expect(recorded).toEqual([{ name: 'event', attributes: { 'error.type': 'TypeError' }, failed: true, ended: true }]);
	});

	it('begins the work at once, and an exporter that breaks does not break it', async () => {
		const { provider } = recordSpans();
		const breaking = () => {
			throw new Error('the exporter broke');
		};
		openTelemetry.setGlobalTracerProvider({
			getTracer(name) {
				const tracer = provider.getTracer(name);
				const start = tracer.startSpan.bind(tracer);
				const startActiveSpan = (...given: readonly unknown[]) => {
					const work = given.at(-1) as (span: unknown) => unknown;
					return work({ ...start('x'), setAttributes: breaking, end: breaking });
				};
				return { startSpan: start, startActiveSpan: startActiveSpan as never };
			},
		});
		let began = false;
		const pending = createTrace({ version: '1' })('case', {}, async (note) => {
			began = true;
			note({ status: 200 });
			return 'done';
		});
		expect(began).toBe(true);
		expect(await pending).toBe('done');
	});
});
