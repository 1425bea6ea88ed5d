/**
 * Greenlane beside what one would otherwise build: an Express script and a Node-RED flow, each as a process of its own,
 * against the same simulator, with the same traffic, and the same seeded faults and deaths.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findFreePort } from '../../src/cli/local-worker.ts';
import { nodeClock, nodeFetch } from '../../src/platform/node.ts';
import { deliverByFetch } from '../../src/simulator/deliver-by-fetch.ts';
import {
	forkRandom,
	ROUGH_FAULTS,
	ROUGH_NOTIFICATIONS,
	type SimulatedTask,
	seededRandom,
} from '../../src/simulator/index.ts';
import { type ServedSimulator, startSimulator } from '../../src/simulator/serve.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const apiKey = 'key-of-the-simulated-account';
const webhookToken = 'bearer-token-of-the-webhook';
/** What the rivals are made of; the versions that were measured stand in the results. */
const packages = { express: '^5.1.0', 'p-retry': '^7.0.0', 'node-red': '^4.1.0' } as const;

export type Rival = 'Greenlane' | 'Express script' | 'Node-RED flow';

export interface ComparisonResult {
	readonly rival: Rival;
	/** In peace. */
	readonly peace: { readonly tasks: number; readonly completed: number; readonly seconds: number };
	/** Under faults and deaths. */
	readonly trouble: {
		readonly tasks: number;
		readonly completed: number;
		readonly twice: number;
		/** Reopened, half-edited by a person, malformed, or aimed at another step than it hit. */
		readonly wrongly: number;
		/** Certain throughout, in review as they came, and nobody will come for them. */
		readonly lost: number;
	};
}

/** Fetches the rivals into a cache outside of the project. Rejects without the registry. */
export async function fetchRivals(): Promise<{ readonly folder: string; readonly versions: string }> {
	const folder = join(tmpdir(), 'greenlane-rivals');
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
	// npm of the machine, not what the project has on its path.
	const path = (process.env.PATH ?? '').split(delimiter).filter((one) => !one.includes('node_modules'));
	await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder], {
		env: { ...process.env, PATH: path.join(delimiter) },
		maxBuffer: 2 ** 24,
	});
	const versions = await Promise.all(
		Object.keys(packages).map(async (name) => {
			const text = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
			return `${name} ${(JSON.parse(text) as { version: string }).version}`;
		}),
	);
	return { folder, versions: versions.join(', ') };
}

export async function compare(rival: Rival, rivals: string, tasks: number, seed: number): Promise<ComparisonResult> {
	return {
		rival,
		peace: await measurePeace(rival, rivals, tasks, seed),
		trouble: await measureTrouble(rival, rivals, tasks, seed),
	};
}

interface Started {
	readonly served: ServedSimulator;
	kill(downMs: number): Promise<void>;
	close(): Promise<void>;
}

async function start(rival: Rival, rivals: string, rough: boolean, seed: number): Promise<Started> {
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-comparison-'));
	const random = seededRandom(seed);
	const port = await findFreePort();
	const address = `http://127.0.0.1:${port}`;
	const deliver = deliverByFetch(nodeFetch, `${address}/webhooks/send-ai`);
	const served = await startSimulator({
		...{ clock: nodeClock, random: forkRandom(random), teamId: 'team_1', apiKey, port: 0, latencyMs: 20 },
		projects: [{ id: 'proj_1' }],
		delays: { processing: [0, 200], completion: [50, 500], exporting: [50, 500], notification: [5, 50] },
		...(rough ? { faults: ROUGH_FAULTS, documents: { malformed: 0.02 } } : {}),
		reviewer: rough
			? {
					...{ opens: 0.15, opensAfter: [0, 10_000], edits: 0.8, editsAfter: [300, 1_500], coffee: [0, 10_000] },
					...{ reopens: 0.1, reopensAfter: [0, 5_000] },
				}
			: { opens: 0, reopens: 0 },
		notifications: {
			auth: { kind: 'bearer', token: webhookToken },
			level: 'task',
			...(rough ? { faults: { ...ROUGH_NOTIFICATIONS, delay: 0 } } : {}),
			retryAfterMs: [500, 1_000, 2_000, 4_000, 8_000],
		},
		deliver: (notification) => deliver(notification).catch(() => ({ status: 0 })),
	});
	const variables = {
		...{ SENDAI_API_KEY: apiKey, SENDAI_TEAM_ID: 'team_1', SENDAI_PROJECT_IDS: 'proj_1' },
		...{ SENDAI_BASE_URL: served.url, WEBHOOK_SECRETS: webhookToken, PORT: String(port) },
	};
	const [args, more] = await commandOf(rival, rivals, folder, port);
	let child: ChildProcess | null = null;
	const begin = async () => {
		const path = process.env.PATH ?? '';
		const one = spawn(process.execPath, args, { env: { PATH: path, ...variables, ...more }, stdio: 'ignore' });
		child = one;
		for (let waited = 0; waited < 60_000; waited += 100) {
			if (await isUp(address)) return;
			if (one.exitCode !== null) break;
			await nodeClock.sleep(100);
		}
		throw new Error(`${rival} did not start`);
	};
	const end = async () => {
		const one = child;
		if (one === null || one.exitCode !== null || one.signalCode !== null) return;
		one.kill('SIGKILL');
		await once(one, 'exit');
	};
	await begin();
	return {
		served,
		async kill(downMs) {
			await end();
			await nodeClock.sleep(downMs);
			await begin();
		},
		async close() {
			await end();
			await served.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

async function commandOf(
	rival: Rival,
	rivals: string,
	folder: string,
	port: number,
): Promise<readonly [args: readonly string[], variables: Readonly<Record<string, string>>]> {
	switch (rival) {
		case 'Express script': {
			const script = join(rivals, 'express-script.mjs');
			await cp(fileURLToPath(new URL('./comparison/express-script.mjs', import.meta.url)), script);
			return [[script], {}];
		}
		case 'Node-RED flow': {
			const flow = join(folder, 'flow.json');
			await cp(fileURLToPath(new URL('./comparison/node-red-flow.json', import.meta.url)), flow);
			const program = join(rivals, 'node_modules', 'node-red', 'red.js');
			return [[program, '--userDir', folder, '--port', String(port), flow], {}];
		}
		case 'Greenlane': {
			const rules = join(folder, 'rules');
			await mkdir(rules);
			const rule = {
				description: 'As the others judge.',
				mode: 'live',
				conditions: [
					{
						id: 'certain',
						requirement: 'No field may be a guess.',
						logic: { all: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, 0.9] }] },
					},
				],
				...{ auditShare: 0, quietMinutesAfterOpened: 1 },
			};
			await writeFile(join(rules, 'all.json'), JSON.stringify(rule));
			const variables = {
				...{ RULES_DIR: rules, DATABASE_URL: `file:${join(folder, 'ledger.db')}`, SECRET_KEYS: 'k'.repeat(32) },
				...{ OPERATOR_TOKEN: 'token-of-the-operator', UNKNOWN_WAIT_SECONDS: '10' },
			};
			return [[join(root, 'src', 'cli.ts'), 'serve', '--json'], variables];
		}
	}
}

async function isUp(address: string): Promise<boolean> {
	try {
		const response = await nodeFetch(`${address}/healthz`, { signal: AbortSignal.timeout(1_000) });
		await response.arrayBuffer();
		return response.ok;
	} catch {
		return false;
	}
}

async function measurePeace(
	rival: Rival,
	rivals: string,
	tasks: number,
	seed: number,
): Promise<ComparisonResult['peace']> {
	const started = await start(rival, rivals, false, seed);
	try {
		const { simulator } = started.served;
		const begin = performance.now();
		for (let made = 0; made < tasks; made += 1) {
			simulator.createUpload({
				tasks: [{ kind: 'invoice', language: 'nl', right: true, confidence: 0.99, malformation: 'none' }],
			});
		}
		let completed = 0;
		while (completed < tasks && performance.now() - begin < 120_000) {
			await nodeClock.sleep(20);
			completed = simulator.report().completedByBot;
		}
		return { tasks, completed, seconds: (performance.now() - begin) / 1_000 };
	} finally {
		await started.close();
	}
}

const troubleMs = 45_000;
const restMs = 300_000;
/** With nothing new for so long it is over: leases of what died and the quiet minute here, the last of `p-retry` there. */
const quietMs: Readonly<Record<Rival, number>> = {
	Greenlane: 150_000,
	'Express script': 50_000,
	'Node-RED flow': 50_000,
};

/** In review as it came, certain throughout, and nobody will come for it. */
function isLost({ wire, reopened, halfEdited, malformed }: SimulatedTask): boolean {
	const { status, pages } = wire as { readonly status: string; readonly pages: unknown };
	if (status !== 'REVIEWING' || reopened || halfEdited || malformed || !Array.isArray(pages)) return false;
	const fields = pages.flatMap(
		(page: { readonly annotations: readonly { readonly confidence: number }[] }) => page.annotations,
	);
	return fields.length > 0 && fields.every(({ confidence }) => confidence >= 0.9);
}

async function measureTrouble(
	rival: Rival,
	rivals: string,
	tasks: number,
	seed: number,
): Promise<ComparisonResult['trouble']> {
	const started = await start(rival, rivals, true, seed);
	try {
		const { simulator } = started.served;
		const certainty = seededRandom(seed + 1);
		const kills = (async () => {
			for (let kill = 0; kill < 3; kill += 1) {
				await nodeClock.sleep(troubleMs / 4);
				await started.kill(500);
			}
		})();
		for (let made = 0; made < tasks; made += 1) {
			const certain = certainty() < 0.6 ? { right: true, confidence: 0.97 } : {};
			simulator.createUpload({ tasks: [{ kind: 'invoice', ...certain }] });
			await nodeClock.sleep((troubleMs * 0.9) / tasks);
		}
		await kills;
		simulator.calm();
		// Until nothing has changed for a while.
		let [last, since] = ['', performance.now()];
		const begin = performance.now();
		while (performance.now() - begin < restMs && performance.now() - since < quietMs[rival]) {
			await nodeClock.sleep(1_000);
			const { byStatus, posts } = simulator.report();
			const now = JSON.stringify([byStatus, posts]);
			if (now !== last) [last, since] = [now, performance.now()];
		}
		const { completedByBot, violations } = simulator.report();
		const { repeated, reopened, halfEdited, malformed, strayed } = violations;
		return {
			tasks,
			completed: completedByBot,
			twice: repeated.length,
			wrongly: new Set([...reopened, ...halfEdited, ...malformed, ...strayed]).size,
			lost: simulator.tasks().filter(isLost).length,
		};
	} finally {
		await started.close();
	}
}
