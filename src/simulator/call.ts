import type { Context } from 'hono';
import type { Clock } from '../platform/index.ts';
import type { TaskTruth } from './completion.ts';
import type { Ending, Wire } from './ending.ts';
import type { Fault, Faults, RequestKind } from './fault.ts';
import type { RequestEvent, RequestHook, RequestPhase, SimulatorOptions } from './options.ts';
import type { Sleeps } from './sleeps.ts';

/** What an endpoint answers, before faults have their way with it. */
export interface Answer {
	readonly status: number;
	readonly body: unknown;
	readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Call {
	readonly kind: RequestKind;
	readonly taskId: string | undefined;
	/** When the request arrived, ms since the epoch. */
	readonly arrivedAt: number;
	/** What a completion found on arrival; null for other calls and unknown tasks. */
	readonly found: TaskTruth | null;
	readonly fault: Fault | null;
	readonly context: CallContext;
}

export interface CallContext extends Context<{ Bindings: Wire }> {}

/** The work of one endpoint: synchronous, so that nothing can come between its parts. */
export type Work = (call: Call, requestBody: unknown) => Answer;

export interface CallCounts {
	readonly requests: ReadonlyMap<RequestKind, number>;
	/** Completions asked for that reached Send AI, whatever came of them. */
	readonly completePosts: () => number;
}

export interface Calls extends CallCounts {
	/** A Hono handler that puts the endpoint's work through latency, access, faults and hooks. */
	handler(kind: RequestKind, work: Work): (context: CallContext) => Promise<Response>;
	addHook(hook: RequestHook): () => void;
}

interface CallsOptions {
	readonly clock: Clock;
	readonly sleeps: Sleeps;
	readonly options: SimulatorOptions;
	readonly faults: Faults;
	/** The truth about a task at this moment. */
	readonly observe: (taskId: string) => TaskTruth | null;
}

const SCOPES: Readonly<Record<RequestKind, 'task.read' | 'task.edit' | 'upload.read'>> = {
	'get-task': 'task.read',
	'get-upload': 'upload.read',
	'list-tasks': 'task.read',
	complete: 'task.edit',
	discard: 'task.edit',
	report: 'task.edit',
	unlock: 'task.edit',
	approve: 'task.edit',
	disapprove: 'task.edit',
};

export function failure(status: number, code: string, message: string): Answer {
	return { status, body: { error: { code, message } } };
}

/** The way that every call goes: arrival, latency, access, the faults before the work, the work, the faults after it. */
export function createCalls({ clock, sleeps, options, faults, observe }: CallsOptions): Calls {
	const requests = new Map<RequestKind, number>();
	const requestsOfTasks = new Map<string, number>();
	const hooks = new Set<RequestHook>(options.onRequest === undefined ? [] : [options.onRequest]);
	const projectIds = new Set(options.projects.map(({ id }) => id));
	const latency = options.latencyMs ?? 0;
	let completePosts = 0;

	function checkAccess(call: Call): Answer | null {
		const { context, kind } = call;
		if (context.req.header('authorization') !== `Bearer ${options.apiKey}`) {
			return failure(401, 'unauthorized', 'The API key is missing or not valid.');
		}
		const { team_id, project_id } = context.req.param() as Record<string, string>;
		const known = team_id === options.teamId && (project_id === undefined || projectIds.has(project_id));
		if (!known) return failure(403, 'forbidden', 'This key has no access to the team or project.');
		if (options.scopes !== undefined && !options.scopes.includes(SCOPES[kind])) {
			return failure(403, 'forbidden', `This key lacks the scope ${SCOPES[kind]}.`);
		}
		return null;
	}

	/** The answer of a fault that strikes before anything is done. */
	function strikeBefore({ fault, context }: Call): Answer | null {
		switch (fault?.name) {
			case 'error-before':
				return failure(500, 'internal_error', 'Something went wrong.');
			case 'too-many-requests':
				return { ...failure(429, 'too_many_requests', 'Slow down.'), headers: retryAfter(fault, clock.now()) };
			case 'unavailable':
				return { ...failure(503, 'unavailable', 'Maintenance.'), headers: retryAfter(fault, clock.now()) };
			case 'redirect':
				return { status: 307, body: null, headers: { location: followedLocation(context.req.url) } };
			case 'unauthorized':
				return failure(401, 'unauthorized', 'The API key is missing or not valid.');
			case 'forbidden':
				return failure(403, 'forbidden', 'This key may not do that.');
			case 'not-found':
				return failure(404, 'not_found', 'No such object.');
			default:
				return null;
		}
	}

	/** The answer in place of the true one, when a fault strikes after the work is done. */
	function strikeAfter({ fault, context }: Call, answer: Answer): Answer {
		switch (fault?.name) {
			case 'error-after-commit':
				return failure(500, 'internal_error', 'Something went wrong.');
			case 'redirect-after-commit':
				return { status: 307, body: null, headers: { location: followedLocation(context.req.url) } };
			case 'multi-status':
				return answer.status < 300
					? {
							status: 207,
							body: { ...(answer.body as object), errors: [{ code: 'partial', message: 'Not all of it.' }] },
						}
					: answer;
			default:
				return answer;
		}
	}

	async function runHooks(event: Omit<RequestEvent, 'phase'>, phase: RequestPhase): Promise<void> {
		for (const hook of hooks) await hook({ ...event, phase });
	}

	async function run(kind: RequestKind, work: Work, context: CallContext): Promise<Ending> {
		const arrivedAt = clock.now();
		const taskId = context.req.param('task_id');
		const fault = faults.next(kind, taskId);
		if (fault?.name === 'refused') return { kind: 'refused' };
		const requestBody = kind === 'report' ? await context.req.json().catch(() => null) : null;
		if (fault?.name === 'reset-before') return { kind: 'reset' };
		const n = (requests.get(kind) ?? 0) + 1;
		requests.set(kind, n);
		if (kind === 'complete') completePosts += 1;
		const found = kind === 'complete' && taskId !== undefined ? observe(taskId) : null;
		let nOfTask = 0;
		if (taskId !== undefined) {
			nOfTask = (requestsOfTasks.get(`${kind} ${taskId}`) ?? 0) + 1;
			requestsOfTasks.set(`${kind} ${taskId}`, nOfTask);
		}
		const wait = latency + (fault?.name === 'slow' || fault?.name === 'late-commit' ? (fault.ms ?? 0) : 0);
		if (wait > 0) await sleeps.sleep(wait);
		const call: Call = { kind, taskId, arrivedAt, found, fault, context };
		if (hooks.size > 0) await runHooks({ kind, n, nOfTask, taskId, fault, arrivedAt }, 'before');
		const stopped = checkAccess(call) ?? strikeBefore(call);
		if (stopped !== null) return respond(stopped, clock.now());
		const answer = work(call, requestBody);
		if (hooks.size > 0) {
			const shown = kind === 'get-task' && answer.status === 200 ? payloadOf(answer) : {};
			await runHooks({ kind, n, nOfTask, taskId, fault, arrivedAt, ...shown }, 'afterCommit');
		}
		switch (fault?.name) {
			case 'hang-after-commit':
			case 'late-commit':
				return { kind: 'hang' };
			case 'reset-after-commit':
				return { kind: 'reset' };
			case 'cut-body':
				return half(answer, clock.now(), 'breaks');
			case 'stall-body':
				return half(answer, clock.now(), 'stalls');
			case 'garbage-body':
				return garbage(answer, clock.now());
			default:
				return respond(strikeAfter(call, answer), clock.now());
		}
	}

	return {
		requests,
		completePosts: () => completePosts,
		addHook(hook) {
			hooks.add(hook);
			return () => hooks.delete(hook);
		},
		handler: (kind, work) =>
			async function call(context) {
				const ending = await run(kind, work, context);
				// A caller without a `Wire` (the bare `app.fetch`) cannot be shown a broken connection.
				if (context.env !== undefined) context.env.ending = ending;
				if (ending.kind === 'answer') return ending.response;
				return context.json({ error: { code: 'simulated', message: `This call ends with: ${ending.kind}` } }, 500);
			},
	};
}

function payloadOf({ body }: Answer): Pick<RequestEvent, 'shown'> {
	return typeof body === 'object' && body !== null && 'payload' in body ? { shown: body.payload } : {};
}

function respond(answer: Answer, now: number): Ending {
	const body = answer.body === null ? null : JSON.stringify(answer.body);
	return { kind: 'answer', response: new Response(body, { status: answer.status, headers: headersOf(answer, now) }) };
}

function half(answer: Answer, now: number, then: 'breaks' | 'stalls'): Ending {
	const response = new Response(null, { status: answer.status, headers: headersOf(answer, now) });
	return { kind: 'half', response, body: JSON.stringify(answer.body), then };
}

function garbage(answer: Answer, now: number): Ending {
	const headers = { ...headersOf(answer, now), 'content-type': 'text/html' };
	const html = '<!doctype html><title>Send AI</title><p>We will be right back.';
	return { kind: 'answer', response: new Response(html, { status: answer.status, headers }) };
}

function headersOf(answer: Answer, now: number): Record<string, string> {
	return {
		'content-type': 'application/json; charset=utf-8',
		date: new Date(now).toUTCString(),
		'cache-control': 'no-store',
		...answer.headers,
	};
}

function retryAfter({ retryAfterSeconds = 1, retryAfterForm = 'seconds' }: Fault, now: number): Record<string, string> {
	if (retryAfterForm === 'none') return {};
	if (retryAfterForm === 'seconds') return { 'retry-after': String(retryAfterSeconds) };
	// Dates have no fractions of a second: rounded up, so that it never says less than was meant.
	return { 'retry-after': new Date(Math.ceil(now / 1000 + retryAfterSeconds) * 1000).toUTCString() };
}

function followedLocation(url: string): string {
	const target = new URL(url);
	target.searchParams.set('followed', '1');
	return target.href;
}
