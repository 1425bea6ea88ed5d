import {
	createSimulator,
	type Simulator,
	type SimulatorOptions,
	seededRandom,
	type TaskSpec,
} from '../../src/simulator/index.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';

export const START = Date.parse('2026-06-01T09:00:00Z');
export const TEAM = 'team_1';
export const PROJECT = 'project_1';
export const KEY = 'key_1';

export interface Bench {
	readonly clock: VirtualClock;
	readonly simulator: Simulator;
	/** Bodies of the notifications that have arrived, oldest first. */
	readonly received: { headers: Readonly<Record<string, string>>; body: string; at: number }[];
	get(taskId: string, init?: RequestInit): Promise<Response>;
	post(taskId: string, action: string, init?: RequestInit): Promise<Response>;
	/** Calls `path` below the project. */
	call(path: string, init?: RequestInit): Promise<Response>;
	/** One task, in review. */
	taskInReview(spec?: TaskSpec): Promise<string>;
}

/** A simulator under a virtual clock with short, fixed delays. The seed is printed by a failing test's options. */
export function createBench(options: Partial<SimulatorOptions> & { seed?: number; start?: number } = {}): Bench {
	const { seed = 1, start = START, ...rest } = options;
	const clock = createVirtualClock(start);
	const received: Bench['received'] = [];
	const simulator = createSimulator({
		clock,
		random: seededRandom(seed),
		teamId: TEAM,
		apiKey: KEY,
		projects: [{ id: PROJECT }],
		delays: { processing: [1_000, 1_000], completion: [500, 500], exporting: [5_000, 5_000], notification: [10, 10] },
		async deliver({ headers, body }) {
			received.push({ headers, body, at: clock.now() });
			return { status: 202 };
		},
		...rest,
	});
	const call = (path: string, init: RequestInit = {}) =>
		simulator.fetch(`http://send.ai/v2/${TEAM}/project/${PROJECT}/${path}`, {
			...init,
			headers: { authorization: `Bearer ${KEY}`, ...(init.headers as Record<string, string> | undefined) },
		});
	return {
		clock,
		simulator,
		received,
		call,
		get: (taskId, init) => call(`task/${taskId}`, init),
		post: (taskId, action, init) => call(`task/${taskId}/${action}`, { method: 'POST', ...init }),
		async taskInReview(spec = {}) {
			const { taskIds } = simulator.createUpload({ tasks: [spec] });
			await clock.advance(1_100);
			return taskIds[0] ?? '';
		},
	};
}

/** The `payload` of an answer, as loose data. */
export async function payloadOf(response: Response): Promise<Record<string, unknown>> {
	const body = (await response.json()) as { payload: Record<string, unknown> };
	return body.payload;
}

/** Runs a call against the virtual clock: answers the response, or the error that it was rejected with. */
export async function outcomeOf(promise: Promise<Response>): Promise<Response | Error> {
	return promise.catch((error: unknown) => error as Error);
}
