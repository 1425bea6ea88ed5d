import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, Digest } from '../../src/platform/index.ts';
import { createSendAiClient, type SendAiClientOptions } from '../../src/sendai/client.ts';

export interface Loopback {
	readonly url: string;
	/** `GET /path` of every request that arrived, in order. */
	readonly requests: readonly string[];
	readonly headers: readonly IncomingMessage['headers'][];
	close(): Promise<void>;
}

/** A real HTTP server on this machine. */
export async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<Loopback> {
	const requests: string[] = [];
	const headers: IncomingMessage['headers'][] = [];
	const server = createServer((request, response) => {
		requests.push(`${request.method} ${request.url}`);
		headers.push(request.headers);
		handle(request, response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		requests,
		headers,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

export function sendJson(
	response: ServerResponse,
	status: number,
	json: unknown,
	headers: Record<string, string> = {},
) {
	response.writeHead(status, { 'content-type': 'application/json', ...headers });
	response.end(JSON.stringify(json));
}

export const realClock: Clock = {
	now: () => Date.now(),
	sleep: (ms, signal) => wait(ms, undefined, signal === undefined ? {} : { signal }),
};

export const digest: Digest = { sha256: (text) => createHash('sha256').update(text).digest('hex') };

export const key = 'sk_live_not_to_be_seen';

/** A client whose retries do not wait: the jitter is always nought. */
export function clientOf(url: string, over: Partial<SendAiClientOptions> = {}) {
	return createSendAiClient({
		baseUrl: url,
		apiKey: key,
		teamId: 'team_1',
		taskListPath: null,
		fetch,
		clock: realClock,
		random: () => 0,
		concurrency: 4,
		...over,
	});
}

export const ref = { projectId: 'project_1', taskId: 'task_1' };
