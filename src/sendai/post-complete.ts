import type { TaskRef } from '../core/task/index.ts';
import type { Clock, Fetch } from '../platform/index.ts';
import { retryAfterOf, statusOf } from './answer-head.ts';
import { withDeadline } from './deadline.ts';
import { codeOf, provesNoConnection } from './network-error.ts';
import { dropBody, readBody } from './read-body.ts';
import { parseTask } from './task-schema.ts';
import type { CompleteAnswer } from './types.ts';
import { asObject } from './wire-object.ts';

/** Time for the body of an answer whose status is known already: less than the margin of a case's lease. */
const bodyMs = 5_000;

export interface Poster {
	readonly fetch: Fetch;
	readonly clock: Clock;
	readonly apiKey: string;
}

/**
 * The one call that cannot be undone: one `fetch`, never repeated, no redirect followed, nothing awaited before it.
 *
 * @param timeoutMs for the status line
 * @returns the answer, and `drop` to let go of a body that was not read
 */
export async function postComplete(
	{ fetch, clock, apiKey }: Poster,
	address: string,
	asked: TaskRef,
	timeoutMs: number,
): Promise<{ readonly answer: CompleteAnswer; readonly drop: () => void }> {
	try {
		const response = await withDeadline(clock, timeoutMs, undefined, async (signal) => {
			const answered = await fetch(address, {
				method: 'POST',
				redirect: 'manual',
				signal,
				headers: { authorization: `Bearer ${apiKey}`, accept: 'application/json' },
			});
			if (signal.aborted) dropBody(answered);
			return answered;
		});
		return {
			answer: {
				kind: 'answered',
				status: statusOf(response),
				retryAfterMs: retryAfterOf(response, clock),
				body: () => readAnswer(response, asked, clock),
			},
			drop: () => dropBody(response),
		};
	} catch (error) {
		const kind = provesNoConnection(error) ? 'never-connected' : 'no-answer';
		return { answer: { kind, code: codeOf(error) }, drop: () => undefined };
	}
}

type AnswerBody = Awaited<ReturnType<Extract<CompleteAnswer, { kind: 'answered' }>['body']>>;

async function readAnswer(response: Response, asked: TaskRef, clock: Clock): Promise<AnswerBody> {
	const partial = statusOf(response) === 207;
	try {
		const text = await withDeadline(clock, bodyMs, undefined, (signal) => readBody(response, signal));
		const json: unknown = JSON.parse(text);
		const reading = parseTask(json, asked);
		return { reading: reading.kind === 'task' ? reading : null, inspect: partial || reportsError(json) };
	} catch {
		// The status is what counts; a body that is cut, late or no JSON only tells nothing more.
		return { reading: null, inspect: partial };
	}
}

function reportsError(json: unknown): boolean {
	const envelope = asObject(json);
	if (envelope === null) return false;
	return [envelope, asObject(Object.hasOwn(envelope, 'payload') ? envelope.payload : null)].some(
		(object) =>
			object !== null &&
			['error', 'errors'].some(
				(name) => Object.hasOwn(object, name) && object[name] !== null && !isEmptyList(object[name]),
			),
	);
}

function isEmptyList(value: unknown): boolean {
	return Array.isArray(value) && value.length === 0;
}
