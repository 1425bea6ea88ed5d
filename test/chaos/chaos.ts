import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Random } from '../../src/platform/index.ts';
import { nodeClock, nodeFetch } from '../../src/platform/node.ts';
import { deliverByFetch } from '../../src/simulator/deliver-by-fetch.ts';
import {
	forkRandom,
	ROUGH_FAULTS,
	ROUGH_NOTIFICATIONS,
	type Simulator,
	type SimulatorReport,
	seededRandom,
} from '../../src/simulator/index.ts';
import { type ServedSimulator, startSimulator } from '../../src/simulator/serve.ts';
import { startPostgres } from '../ledger/postgres-under-test.ts';
import { type Book, createBook } from './book.ts';
import { type Bots, startBots } from './bots.ts';
import { loseOne, type Takeover } from './lose-one.ts';
import { type CaseSeen, type DecisionSeen, isAtRest, type Proof, prove, taskEvents } from './proof.ts';
import { loadRules, writeRules } from './rules.ts';
import { ask, makeTrouble, type TroubleWorld } from './troubles.ts';
import { startWorkerBot } from './worker-bot.ts';

const run = promisify(execFile);

export interface ChaosOptions {
	/** What is run: a copy of the project, or the project itself. */
	readonly root: string;
	readonly tasks: number;
	/** For how long trouble is made; what is left after it settles in peace. */
	readonly seconds: number;
	readonly seed: number;
	readonly processes: number;
	readonly store: 'sqlite' | 'postgres' | 'worker';
	/** Between two troubles, ms. */
	readonly troubleEveryMs: readonly [number, number];
	/** Made into the run at a given moment, for builds that are broken on purpose. */
	readonly also?: (world: TroubleWorld) => Promise<void>;
	/** Names of troubles that are not made. */
	readonly without?: readonly string[];
	/** No trouble but that one process is killed half-way and does not come back; of Postgres. */
	readonly loseOne?: boolean;
	/** Each process reads a folder of its own. */
	readonly ownRules?: boolean;
	readonly say: (text: string) => void;
}

export interface ChaosResult {
	readonly proof: Proof;
	readonly report: SimulatorReport;
	readonly troubles: ReadonlyMap<string, number>;
	readonly cases: number;
	readonly seconds: number;
	/** Null unless one was to be lost. */
	readonly takeover: Takeover | null;
}

const teamId = 'team_1';
const apiKey = 'key-of-the-simulated-account';
const webhookToken = 'bearer-token-of-the-webhook';
const operatorToken = 'token-of-the-chaos-operator';
const projects = ['proj_1', 'proj_2'] as const;
/**
 * Either would start the local platform anew, and its queue, other than the real one, keeps in memory what was accepted:
 * those are asked of two deployments and of consumers that die by the seeded schedules (`test/workers/schedules.test.ts`).
 */
const notOnTheWorker = ['kill', 'rules'];
/** A lease of two minutes, an unknown's wait, a quiet minute: what a dead process leaves behind takes so long. */
const settlesWithinMs = 480_000;

/** One run: traffic and trouble, then peace, then the proof. Rejects when the bots cannot be run at all. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
	const { say } = options;
	const begin = nodeClock.now();
	const random = seededRandom(options.seed);
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-chaos-'));
	const disk = options.store === 'sqlite' ? await mountSmallDisk(join(folder, 'disk')) : null;
	const postgres = options.store === 'postgres' ? await startPostgres() : null;
	const databaseUrl = (await postgres?.newDatabase('chaos')) ?? `file:${join(disk ?? folder, 'ledger.db')}`;
	const dirs = Array.from({ length: options.processes }, (_none, index) =>
		join(folder, options.ownRules === true ? `rules-${index}` : 'rules'),
	);
	const rulesDirs = [...new Set(dirs)];
	for (const dir of rulesDirs) await writeRules(dir, 'lenient');

	let bots: Bots | null = null;
	let served: ServedSimulator | null = null;
	try {
		const chance = forkRandom(random);
		served = await serveSimulator(
			random,
			() => pick(bots?.alive() ?? [], chance),
			() => book,
		);
		const { simulator } = served;
		const book: Book = createBook(simulator, nodeClock.now);
		book.begin(book.servings, await loadRules(dirs[0] ?? ''));

		const skew = forkRandom(random);
		const variables = {
			...{ SENDAI_API_KEY: apiKey, SENDAI_TEAM_ID: teamId, SENDAI_PROJECT_IDS: projects.join(',') },
			...{ SENDAI_BASE_URL: served.url, WEBHOOK_SECRETS: webhookToken, OPERATOR_TOKEN: operatorToken },
			...{ SECRET_KEYS: 'a-chaos-key-of-32-characters-or-more', UNKNOWN_WAIT_SECONDS: '10', CONCURRENCY: '50' },
			DATABASE_URL: databaseUrl,
		};
		const startNode = async () =>
			await startBots({
				root: options.root,
				count: options.processes,
				variables: (index) => ({ ...variables, RULES_DIR: dirs[index] ?? '' }),
				skewMs: () => {
					if (skew() < 0.7) return 0;
					book.count('clock skewed');
					return Math.round((skew() - 0.5) * 20_000);
				},
				onDeath: (said) => {
					book.count('process gave up');
					say(`a process ended by itself: ${said.split('\n').at(-2) ?? ''}`);
				},
			});
		const { DATABASE_URL: _file, CONCURRENCY: _calls, ...ofWorker } = variables;
		bots = await (options.store === 'worker' ? startWorkerBot(folder, dirs[0] ?? '', ofWorker) : startNode());
		const world: TroubleWorld = {
			...{ bots, simulator, book, random: forkRandom(random), rulesDirs, spareDir: join(folder, 'next') },
			...{
				projects,
				operatorToken,
				smallDisk: disk,
				restartStore: postgres?.crash ?? null,
				without: [...(options.without ?? []), ...(options.store === 'worker' ? notOnTheWorker : [])],
			},
		};

		const until = nodeClock.now() + options.seconds * 1_000;
		const [takeover] = await Promise.all([
			options.loseOne === true ? loseOne(world, databaseUrl, options.seconds * 500) : null,
			bringTasks(simulator, options.tasks, until, say),
			options.loseOne === true ? null : makeTrouble(world, until, options.troubleEveryMs),
			options.also?.(world),
		]);
		simulator.calm();
		const { cases, settled } = await settle(world, say);
		say('looking at each decision');
		const decisions = await readDecisions(world, cases);
		const proof = prove(simulator, book, cases, decisions, settled);
		const seconds = (nodeClock.now() - begin) / 1_000;
		return { proof, report: simulator.report(), troubles: book.troubles, cases: cases.length, seconds, takeover };
	} finally {
		await bots?.stop();
		await served?.close();
		await postgres?.stop();
		if (disk !== null) await run('umount', [disk]).catch(() => undefined);
		await rm(folder, { recursive: true, force: true });
	}
}

async function serveSimulator(
	random: Random,
	address: () => string | undefined,
	book: () => Book,
): Promise<ServedSimulator> {
	const again = forkRandom(random);
	return await startSimulator({
		...{ clock: nodeClock, random: forkRandom(random), teamId, apiKey, port: 0, latencyMs: 5 },
		projects: [
			{ id: projects[0] },
			{ id: projects[1], steps: ['EXTRACT', 'EXTRACT'], nextStepElements: 'new-reading' },
		],
		delays: { processing: [50, 1_000], completion: [100, 1_500], exporting: [100, 2_000], notification: [10, 400] },
		documents: { malformed: 0.02 },
		faults: ROUGH_FAULTS,
		// Whoever opens a task is done with it well within the quiet minute that the rules ask for, clocks being wrong.
		reviewer: {
			...{ opens: 0.15, opensAfter: [0, 20_000], edits: 0.6, editsAfter: [300, 1_500], coffee: [0, 10_000] },
			...{ reopens: 0.1, reopensAfter: [0, 10_000] },
		},
		notifications: {
			auth: { kind: 'bearer', token: webhookToken },
			level: 'task',
			faults: { ...ROUGH_NOTIFICATIONS, delay: 0 },
			// An event that no process took is brought again until one does.
			retryAfterMs: [500, 1_000, 2_000, 4_000, 8_000, 16_000, 16_000, 16_000, 16_000],
		},
		async deliver(notification) {
			const times = again() < 0.02 ? 10 : 1;
			if (times > 1) book().count('event delivered ten times');
			const send = async () => {
				const to = address();
				if (to === undefined) return { status: 0 };
				return await deliverByFetch(nodeFetch, `${to}/webhooks/send-ai`)(notification).catch(() => ({ status: 0 }));
			};
			const answers = await Promise.all(Array.from({ length: times }, send));
			return answers.find(({ status }) => status >= 200 && status < 300) ?? answers[0] ?? { status: 0 };
		},
	});
}

async function bringTasks(
	simulator: Simulator,
	tasks: number,
	until: number,
	say: (text: string) => void,
): Promise<void> {
	const begin = nodeClock.now();
	let made = 0;
	while (made < tasks) {
		const share = Math.min(1, (nodeClock.now() - begin) / Math.max(1, (until - begin) * 0.9));
		const due = Math.ceil(tasks * share);
		for (; made < due; made += 1) simulator.createTasks(1, projects[made % projects.length]);
		say(`${made} of ${tasks} tasks, ${simulator.report().completedByBot} completions`);
		await nodeClock.sleep(200);
	}
}

/**
 * Waits until every task that was told of has its case, and every case rests; tells what there is when that takes too long.
 * Of what waits in a queue the ledger does not know yet.
 */
async function settle(
	world: TroubleWorld,
	say: (text: string) => void,
): Promise<{ cases: readonly CaseSeen[]; settled: boolean }> {
	const until = nodeClock.now() + settlesWithinMs;
	for (;;) {
		await nodeClock.sleep(3_000);
		const cases = await readCases(world);
		const moving = cases.filter((one) => !isAtRest(one) || one.state === 'waiting').length;
		const pending = await pendingEvents(world);
		const known = new Set(cases.map(({ task_id }) => task_id));
		const unknown = taskEvents(world.simulator).filter(({ taskId }) => !known.has(taskId ?? '')).length;
		say(`in peace: ${cases.length} cases, ${moving} on their way, ${pending + unknown} events`);
		if (moving === 0 && pending === 0 && unknown === 0 && cases.length > 0) return { cases, settled: true };
		if (nodeClock.now() > until) return { cases, settled: false };
	}
}

async function readCases(world: TroubleWorld): Promise<readonly CaseSeen[]> {
	const response = await ask(world, '/v1/cases.jsonl');
	if (response === null || !response.ok) return [];
	return (await response.text())
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as CaseSeen);
}

async function pendingEvents(world: TroubleWorld): Promise<number> {
	const response = await ask(world, '/v1/events?status=accepted');
	if (response === null || !response.ok) return 1;
	return ((await response.json()) as { events: readonly unknown[] }).events.length;
}

async function readDecisions(
	world: TroubleWorld,
	cases: readonly CaseSeen[],
): Promise<ReadonlyMap<string, DecisionSeen>> {
	const decisions = new Map<string, DecisionSeen>();
	for (const { decision_id: id } of cases) {
		if (id === null) continue;
		const response = await ask(world, `/v1/decisions/${id}`);
		const found = response?.ok === true ? ((await response.json()) as { decision?: StoredBody }) : {};
		decisions.set(id, { explained: isExplained(found.decision) });
	}
	return decisions;
}

interface StoredBody {
	readonly outcome?: string;
	readonly reasons?: readonly { readonly sentence?: string }[];
	readonly guards?: readonly unknown[];
	readonly rules?: readonly { readonly conditions?: readonly unknown[] }[];
}

/** Says why: each guard, and for what was left to a person a sentence. */
function isExplained(body: StoredBody | undefined): boolean {
	if (body === undefined) return false;
	const reasons = body.reasons ?? [];
	const said = reasons.length > 0 && reasons.every(({ sentence }) => (sentence ?? '') !== '');
	return (body.guards?.length ?? 0) > 0 && (body.outcome === 'complete' ? (body.rules?.length ?? 0) > 0 : said);
}

function pick<T>(list: readonly T[], random: Random): T | undefined {
	return list[Math.floor(random() * list.length)];
}

/** A file system that is soon full, where this machine lets us have one: Linux, as root. */
async function mountSmallDisk(path: string): Promise<string | null> {
	await mkdir(path, { recursive: true });
	try {
		await run('mount', ['-t', 'tmpfs', '-o', 'size=192m', 'tmpfs', path]);
		return path;
	} catch {
		return null;
	}
}
