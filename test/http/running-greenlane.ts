/**
 * Greenlane as it is run: `serve` on Node, and the Worker under `wrangler dev`, each with its real store, before a simulator
 * that is served on loopback. Time is real in both.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBundle } from '../../src/cli/bundle.ts';
import { findFreePort, startLocalWorker } from '../../src/cli/local-worker.ts';
import { nodeClock, nodeFetch } from '../../src/platform/node.ts';
import { deliverByFetch } from '../../src/simulator/deliver-by-fetch.ts';
import { type Simulator, seededRandom } from '../../src/simulator/index.ts';
import { type ServedSimulator, startSimulator } from '../../src/simulator/serve.ts';
import { serve } from '../cli/greenlane-process.ts';
import { operator, reader, webhookKey, webhookToken } from './app-under-test.ts';

export const [teamId, projectId] = ['team_1', 'proj_1'];
/** Both runtimes sign sessions by it. */
export const secretKey = 'a key for tests of more than thirty-two characters';

export interface RunningGreenlane {
	readonly url: string;
	readonly simulator: Simulator;
	/** The folder that the rules were read from, or packed from. */
	readonly rulesDir: string;
	/** To the operator API, as the operator who may operate; a body makes it a POST. */
	ask(path: string, body?: unknown): Promise<Response>;
	/** Sends a notification. */
	notify(body: unknown): Promise<Response>;
	close(): Promise<void>;
}

/** Rule files by id. */
type Rules = Readonly<Record<string, unknown>>;

export async function startOnNode(rules: Rules): Promise<RunningGreenlane> {
	return await start(rules, async ({ folder, rulesDir, variables }) => {
		const database = `file:${join(folder, 'ledger.db')}`;
		const env = { ...variables, PORT: '0', RULES_DIR: rulesDir, DATABASE_URL: database };
		const running = await serve({ env, withinMs: 300_000 });
		return {
			url: running.address,
			async end() {
				running.signal('SIGTERM');
				await running.end();
			},
		};
	});
}

export async function startOnWorker(rules: Rules): Promise<RunningGreenlane> {
	return await start(rules, async ({ folder, rulesDir, variables }) => {
		const rulesModule = join(folder, 'rules.js');
		const said: string[] = [];
		const say = (text: string) => void said.push(text);
		const io = { print: say, complain: say, paint: (_style: string, text: string) => text };
		if ((await runBundle(rulesDir, { out: rulesModule, json: false }, io)) !== 0) throw new Error(said.join('\n'));
		const started = await startLocalWorker({ folder, port: await findFreePort(), variables, rulesModule, say });
		if (!started.ok) throw new Error([started.message, ...said].join('\n'));
		const { worker } = started;
		return { url: worker.address, end: () => worker.stop() };
	});
}

interface Place {
	readonly folder: string;
	readonly rulesDir: string;
	readonly variables: Readonly<Record<string, string>>;
}

async function start(
	rules: Rules,
	run: (place: Place) => Promise<{ readonly url: string; end(): Promise<void> }>,
): Promise<RunningGreenlane> {
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-pages-'));
	const rulesDir = join(folder, 'rules');
	await mkdir(rulesDir);
	for (const [id, rule] of Object.entries(rules)) await writeFile(join(rulesDir, `${id}.json`), JSON.stringify(rule));
	let url = '';
	const served: ServedSimulator = await startSimulator({
		...{ clock: nodeClock, random: seededRandom(7), port: 0, teamId, apiKey: 'key-of-the-account' },
		projects: [{ id: projectId }],
		delays: { processing: [50, 100], completion: [50, 100], exporting: [50, 100], notification: [5, 20] },
		deliver: (notification) => deliverByFetch(nodeFetch, `${url}/webhooks/send-ai`)(notification),
		notifications: { auth: { kind: 'bearer', token: webhookToken }, level: 'task', retryAfterMs: [500, 2_000] },
	});
	const close = async (end: () => Promise<void>) => {
		await end();
		await served.close();
		await rm(folder, { recursive: true, force: true });
	};
	const variables = {
		...{ SENDAI_API_KEY: 'key-of-the-account', SENDAI_TEAM_ID: teamId, SENDAI_PROJECT_IDS: projectId },
		...{ SENDAI_BASE_URL: served.url, SECRET_KEYS: secretKey },
		STORE_CONTENT_DAYS: '7',
		WEBHOOK_SECRETS: `${webhookToken},whsec_${webhookKey}`,
		OPERATORS: [operator, reader].map(({ name, role, token }) => `${name}:${role}:${token}`).join(','),
	};
	try {
		const running = await run({ folder, rulesDir, variables });
		url = running.url;
		return {
			url,
			simulator: served.simulator,
			rulesDir,
			ask: (path, body) => post(`${url}${path}`, operator.token, body),
			notify: (body) => post(`${url}/webhooks/send-ai`, webhookToken, body),
			close: () => close(running.end),
		};
	} catch (error) {
		await close(async () => undefined);
		throw error;
	}
}

async function post(url: string, token: string, body?: unknown): Promise<Response> {
	const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
	return await nodeFetch(
		url,
		body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) },
	);
}
