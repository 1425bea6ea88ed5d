import type { Clock, Fetch, LogFields, ObserveCall, SendAiCall, Trace } from '../platform/index.ts';
import { statusOf } from './answer-head.ts';
import { codeOf, provesNoConnection } from './network-error.ts';

export interface CallWatch {
	readonly fetch: Fetch;
	readonly clock: Clock;
	readonly observe?: ObserveCall | undefined;
	readonly trace?: Trace | undefined;
}

/** A `fetch` for one kind of call that tells how each try went. `fields` name what it is about: ids alone. */
export type FetchFor = (call: SendAiCall, fields: LogFields) => Fetch;

/**
 * Measures each try from its start to its status line. What is called, with what, when, and what comes of it is the same
 * as without: nothing is awaited before the call, errors come out as they are, and who watches cannot make a call fail.
 */
export function observeCalls({ fetch, clock, observe, trace }: CallWatch): FetchFor {
	if (observe === undefined && trace === undefined) return () => fetch;
	const tell: ObserveCall = (...told) => {
		try {
			observe?.(...told);
		} catch {
			// A counter that breaks must not decide what becomes of a completion.
		}
	};
	return (call, fields) => async (input, init) => {
		const began = clock.now();
		const work = async (note: (fields: LogFields) => void) => {
			try {
				const response = await fetch(input, init);
				const status = statusOf(response);
				tell(call, String(status), clock.now() - began);
				note({ status });
				return response;
			} catch (error) {
				const code = codeOf(error);
				tell(call, provesNoConnection(error) ? 'never-connected' : 'no-answer', clock.now() - began);
				note({ code });
				throw error;
			}
		};
		return await (trace === undefined ? work(() => undefined) : trace(`send-ai ${call}`, fields, work));
	};
}
