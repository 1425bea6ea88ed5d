import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { createSimulator } from './create-simulator.ts';
import type { SimulatorOptions } from './options.ts';
import type { Simulator } from './simulator.ts';

export interface ServedSimulator {
	readonly simulator: Simulator;
	/** Like `http://127.0.0.1:8790`, for `SENDAI_BASE_URL`. */
	readonly url: string;
	/** Answers nobody any more: breaks the calls that hang, ends what is planned, resolves when the port is free. */
	close(): Promise<void>;
}

export interface ServeSimulatorOptions extends SimulatorOptions {
	/** 0 picks a free one. */
	readonly port?: number | undefined;
	/** `127.0.0.1` when left out. The control routes ask for no key, so any address but loopback is refused. */
	readonly host?: string | undefined;
}

/**
 * Serves a simulator on loopback. Hanging, broken and cut answers happen to the socket; a `refused` connection is reset
 * unread, since the port stays open for the other calls.
 *
 * Besides the API (`/v2/...`) it answers, without a key:
 *
 * | Route | Does |
 * |---|---|
 * | `POST /_simulator/tasks {count, projectId?}` | creates drawn tasks, one an upload: `{taskIds}` |
 * | `POST /_simulator/uploads {projectId?, tasks?: [{kind?, language?, right?, confidence?, malformation?, steps?, ...}]}` | creates one upload: `{uploadId, taskIds}` |
 * | `GET /_simulator/report`, `/completions`, `/notifications`, `/tasks`, `/tasks/{id}` | what was seen, and the truth |
 * | `POST /_simulator/faults {fault, on?, taskId?, times?, after?}` | hits the next matching calls; `times: null` for good |
 * | `POST /_simulator/calm` | no more faults; the reviewer begins nothing new |
 * | `POST /_simulator/tasks/{id}/open`, `/edit {elementId or entityId, content?}`, `/finish-editing`, `/complete`, `/discard`, `/reopen {force?}` | what a person does |
 */
export async function startSimulator(options: ServeSimulatorOptions): Promise<ServedSimulator> {
	const host = options.host ?? '127.0.0.1';
	if (!isLoopback(host)) throw new Error(`The simulator listens on loopback only, not on ${host}.`);
	const simulator = createSimulator(options);
	const server = createAdaptorServer({
		createServer,
		// The global Request and Response stay the platform's: the bot may live in the same process.
		overrideGlobalObjects: false,
		async fetch(request, { incoming, outgoing }) {
			const gone = new AbortController();
			outgoing.once('close', () => gone.abort());
			const ending = await simulator.exchange(request, gone.signal);
			if (ending.kind === 'answer') return ending.response;
			endOnSocket(ending, incoming as IncomingMessage, outgoing as ServerResponse);
			return RESPONSE_ALREADY_SENT;
		},
	}) as Server;
	server.listen(options.port ?? 0, host);
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		simulator,
		url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
		async close() {
			simulator.close();
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

type Broken = Exclude<Awaited<ReturnType<Simulator['exchange']>>, { kind: 'answer' }>;

function endOnSocket(ending: Broken, incoming: IncomingMessage, outgoing: ServerResponse): void {
	switch (ending.kind) {
		case 'hang':
			return;
		case 'reset':
		case 'refused':
			incoming.socket.resetAndDestroy();
			return;
		case 'half': {
			const bytes = Buffer.from(ending.body);
			const headers = { ...Object.fromEntries(ending.response.headers), 'content-length': bytes.length };
			outgoing.writeHead(ending.response.status, headers);
			outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
				if (ending.then === 'breaks') incoming.socket.destroy();
			});
		}
	}
}

function isLoopback(host: string): boolean {
	return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
