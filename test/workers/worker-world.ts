/**
 * A whole Greenlane on workerd under simulated time: the real Worker with its webhook, consumer and cron, the real D1,
 * against the simulator. The queue between them delivers at least once, in any order, and an isolate may die at any call
 * that it makes to the world outside.
 */
import { env } from 'cloudflare:workers';
import { loadRules, type RuleFile } from '../../src/core/ruleset/index.ts';
import { createD1Ledger } from '../../src/ledger/d1.ts';
import type { Fetch } from '../../src/platform/index.ts';
import { workersDigest } from '../../src/platform/workers.ts';
import { createSimulator, seededRandom } from '../../src/simulator/index.ts';
import { createWorker, type Worker } from '../../src/worker/create-worker.ts';
import { createLife, type Life } from '../cases/mortal.ts';
import type { ScheduledWorld } from '../cases/schedule-in.ts';
import type { Sighting } from '../cases/witness.ts';
import { apiKey, listPath, projectId, teamId, webhookToken } from '../cases/world-parts.ts';
import type { WorldOptions } from '../cases/world-types.ts';
import { createVirtualClock, settleTurns } from '../virtual-clock.ts';
import { type Database, emptyTables, migratedDatabase } from './d1-under-test.ts';
import { faulty, lost, overloaded } from './faulty-database.ts';

export interface WorkerWorldOptions extends Omit<WorldOptions, 'rules' | 'breakSendAi' | 'breakLedger' | 'settings'> {
	/** Breaks the way to Send AI on purpose, to see that the world notices. */
	readonly breakFetch?: (fetch: Fetch) => Fetch;
	/** Laid over each rule of the schedules. */
	readonly ruleSettings?: Readonly<Record<string, unknown>>;
	/** Shares of calls of D1 that fail without having begun, and whose answer is lost; none when left out. */
	readonly databaseFaults?: { readonly refused: number; readonly lost: number };
}

export interface WorkerWorld extends ScheduledWorld {
	/** Messages that were delivered, more than once each where the queue did so. */
	readonly deliveries: () => number;
	/** Tasks whose completion reached Send AI twice in a row, with no read in between. */
	readonly blind: ReadonlySet<string>;
}

interface Message {
	readonly body: unknown;
	attempts: number;
}

const batchOf = 10;
const waitsMs = 1_000;
/** Of a message whose consumer has died. */
const redeliveredAfterMs = 30_000;
/** `max_concurrency` of wrangler.toml is more; two show what more would. */
const consumers = 2;

/** The rules of the schedules, as a deployment carries them. */
function packRules(settings: Readonly<Record<string, unknown>>) {
	const { PLAIN_RULES: plain } = env as unknown as { readonly PLAIN_RULES: readonly RuleFile[] };
	const files = plain.map(({ name, text }) => ({
		name,
		text: JSON.stringify({ ...(JSON.parse(text) as object), ...settings }),
	}));
	const loaded = loadRules(files);
	if (!loaded.ok) throw new Error('the rules of the schedules do not load');
	const { canonical, logicCanonical, rules, findings } = loaded;
	const revision = workersDigest.sha256(canonical);
	const ruleSet = { revision, logicRevision: workersDigest.sha256(logicCanonical), canonical, rules };
	return { packed: { files, revision, findings }, ruleSet };
}

export async function createWorkerWorld(options: WorkerWorldOptions): Promise<WorkerWorld> {
	const real: Database = await migratedDatabase();
	let busy = 0;
	/** Whatever is asked of the database takes no time of the simulation. */
	const counted: Database = {
		prepare: (sql) => real.prepare(sql),
		async batch(prepared) {
			busy += 1;
			try {
				return await real.batch(prepared);
			} finally {
				busy -= 1;
			}
		},
	};
	const clock = createVirtualClock(Date.parse('2026-06-01T08:00:00Z'), async () => {
		do await settleTurns();
		while (busy > 0);
	});
	const random = seededRandom(options.seed);
	const chance = seededRandom(options.seed + 2);
	const clockSql = () => String(Math.floor(clock.now()));
	let ids = 0;
	const newId = () => {
		ids += 1;
		return `id-${options.seed}-${String(ids).padStart(6, '0')}`;
	};
	const ledger = createD1Ledger({ database: counted, clock, random, newId, clockSql });
	const { packed, ruleSet } = packRules(options.ruleSettings ?? {});
	const accepted = new Set<string>();
	const sightings: Sighting[] = [];
	let deliveries = 0;
	let closed = false;

	// The isolate, its deaths, and what it reaches.
	let life: Life;
	let death: Promise<void>;
	let incarnation = 0;
	let worker: Worker;
	const shaky = (database: Database, mine: Life): Database => {
		const faults = options.databaseFaults ?? { refused: 0, lost: 0 };
		return faulty(database, ({ run }) =>
			mine.call('D1', async () => {
				const drawn = chance();
				if (drawn < faults.refused) throw new Error(overloaded);
				const answer = await run();
				if (drawn < faults.refused + faults.lost) throw new Error(lost);
				return answer;
			}),
		);
	};

	const simulator = createSimulator({
		clock,
		random: seededRandom(options.seed + 1),
		teamId,
		apiKey,
		projects: [{ id: projectId }],
		...(options.list === true ? { list: { path: listPath } } : {}),
		...options.simulator,
		deliver: async ({ body, headers }) => {
			const status = await receive(body, headers);
			if (status === 0) throw new TypeError('fetch failed');
			return { status };
		},
	});

	const lastCall = new Map<string, string>();
	const blind = new Set<string>();
	simulator.onRequest(({ kind, phase, taskId }) => {
		if (phase !== 'before' || taskId === undefined || (kind !== 'complete' && kind !== 'get-task')) return;
		if (kind === 'complete' && lastCall.get(taskId) === 'complete') blind.add(taskId);
		lastCall.set(taskId, kind);
	});

	/** What the bot is shown: noted when it is shown a task away from review. */
	const watched: Fetch = async (input, init) => {
		const response = await simulator.fetch(input, init);
		const taskId = /\/task\/([^/?]+)(?:\?|$)/.exec(input)?.[1];
		if (taskId === undefined || (init?.method ?? 'GET') !== 'GET' || !response.ok) return response;
		const text = await response.text();
		if (isAway(text)) sightings.push({ taskId, at: clock.now() });
		return new Response(text, { status: response.status, headers: response.headers });
	};

	const start = () => {
		const ending = options.deaths?.[incarnation] ?? null;
		incarnation += 1;
		const { promise, resolve } = Promise.withResolvers<void>();
		death = promise;
		const mine = createLife(ending, () => {
			resolve();
			void clock.sleep(options.restartAfterMs ?? 3_000).then(start);
		});
		life = mine;
		const toSendAi: Fetch = (input, init) => mine.call('fetch', () => watched(input, init));
		worker = createWorker({
			variables: {
				SENDAI_API_KEY: apiKey,
				SENDAI_TEAM_ID: teamId,
				SENDAI_PROJECT_IDS: projectId,
				SENDAI_BASE_URL: 'http://127.0.0.1:1',
				...(options.list === true ? { SENDAI_TASK_LIST_PATH: listPath } : {}),
				WEBHOOK_SECRETS: webhookToken,
				OPERATOR_TOKEN: 'operator-token-of-the-tests',
				SECRET_KEYS: 'k'.repeat(32),
				TIMEZONE: 'Europe/Amsterdam',
			},
			queue: {
				send: (message, sendOptions) => mine.call('queue', () => send(message, sendOptions?.delaySeconds ?? 0)),
			},
			database: shaky(counted, mine),
			clockSql,
			packed,
			clock,
			random,
			digest: workersDigest,
			newId,
			fetch: (options.breakFetch ?? ((one) => one))(toSendAi),
			waitUntil: (promise) => void promise.catch(() => undefined),
			write: () => undefined,
		});
	};

	// The queue: at least once, in any order.
	const ready: Message[] = [];
	let running = 0;
	async function send(body: unknown, delaySeconds: number): Promise<void> {
		if (chance() < 0.01) throw new Error('the queue does not answer');
		const message = { body: structuredClone(body), attempts: 0 };
		later(message, delaySeconds * 1_000 + waitsMs);
		// A message may come twice, the second time long after the first.
		if (chance() < 0.1) later({ ...message }, delaySeconds * 1_000 + chance() * 120_000);
	}
	function later(message: Message, ms: number): void {
		void clock.sleep(ms).then(() => {
			if (closed) return;
			ready.splice(Math.floor(chance() * (ready.length + 1)), 0, message);
			void consume();
		});
	}
	async function consume(): Promise<void> {
		if (running >= consumers || ready.length === 0 || closed) return;
		running += 1;
		const mine = life;
		const batch = ready.splice(0, batchOf);
		deliveries += batch.length;
		const settled = new Set<Message>();
		const over = worker.queue(
			'greenlane-events',
			batch.map((message) => {
				message.attempts += 1;
				const settle = (again: number | null) => {
					if (mine.dead || settled.has(message)) return;
					settled.add(message);
					if (again !== null) later(message, again * 1_000);
				};
				return {
					id: 'message',
					body: message.body,
					attempts: message.attempts,
					ack: () => settle(null),
					retry: (how?: { readonly delaySeconds?: number }) => settle(how?.delaySeconds ?? 0),
				};
			}),
		);
		// Whatever has no fate when the isolate dies, or after the longest that a consumer may take, comes back.
		const patience = new AbortController();
		await Promise.race([over, clock.sleep(900_000, patience.signal).catch(() => undefined), death]);
		patience.abort();
		running -= 1;
		for (const message of batch) if (!settled.has(message)) later(message, redeliveredAfterMs);
		void consume();
	}

	async function receive(body: string, headers: Readonly<Record<string, string>>): Promise<number> {
		const mine = life;
		if (mine.dead) return 0;
		const request = new Request('https://greenlane.example/webhooks/send-ai', { method: 'POST', headers, body });
		const response = await Promise.race([worker.fetch(request), clock.sleep(15_000).then(() => null)]);
		if (response === null || mine.dead) return 0;
		if (response.status === 202) accepted.add(((await response.json()) as { event_id: string }).event_id);
		return response.status;
	}

	/** The cron, as when ticks are missed: every other one comes while there is trouble, and few of them after it. */
	async function ticks(): Promise<void> {
		const calmAfter = clock.now() + 60 * 60_000;
		while (!closed) {
			await clock.sleep(clock.now() < calmAfter ? 120_000 : 1_800_000);
			if (!closed && !life.dead) void worker.tick(clock.now()).catch(() => undefined);
		}
	}

	start();
	await ledger.serve(ruleSet.revision, ruleSet.logicRevision, ruleSet.canonical);
	void ticks();

	return {
		clock,
		simulator,
		ledger,
		ruleSet,
		accepted,
		sightings,
		deliveries: () => deliveries,
		blind,
		async run(hours) {
			await clock.advance(hours * 3_600_000);
		},
		async close() {
			closed = true;
			simulator.close();
			await clock.advance(1_000_000);
			await emptyTables();
		},
	};
}

function isAway(text: string): boolean {
	try {
		const { payload } = JSON.parse(text) as { readonly payload?: { readonly status?: unknown } };
		return typeof payload?.status === 'string' && payload.status !== 'REVIEWING';
	} catch {
		return false;
	}
}
