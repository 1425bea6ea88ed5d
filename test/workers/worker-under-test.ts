import { expect } from 'vitest';
import { loadRules } from '../../src/core/ruleset/index.ts';
import { createD1Ledger } from '../../src/ledger/d1.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import { workersClock, workersDigest } from '../../src/platform/workers.ts';
import type { PackedRules } from '../../src/rulesource/bundle-module.ts';
import type { Delivered } from '../../src/wakeups/queues.ts';
import { createWorker, type Worker, type WorkerParts } from '../../src/worker/create-worker.ts';
import { createIds } from '../ledger/ledger-under-test.ts';
import { ruleText } from '../rulesource/rule-text.ts';
import { wireAnnotation, wirePage, wireTask } from '../sendai/wire-samples.ts';
import { type Database, migratedDatabase } from './d1-under-test.ts';

export const webhookToken = 'bearer-token-of-the-webhook';
export const operatorToken = 'operator-token-of-the-tests';

/** Rules as a deployment carries them. */
export function pack(change: Readonly<Record<string, unknown>> = {}): PackedRules {
	const files = [{ name: 'invoice.json', text: ruleText({ auditShare: 0, quietMinutesAfterOpened: 0, ...change }) }];
	const loaded = loadRules(files);
	if (!loaded.ok) throw new Error('the rule does not load');
	return { files, revision: workersDigest.sha256(loaded.canonical), findings: loaded.findings };
}

/** A queue whose messages the test hands out, as often and in the order that it likes. */
export interface HandQueue {
	readonly sent: { readonly body: unknown; readonly delaySeconds: number }[];
	/** Refuses what is sent. */
	broken: boolean;
	/** Takes out all that was sent so far. */
	take(): unknown[];
}

/** The account: tasks in review with a confidence, and who completed them. */
export interface HandAccount {
	/** Calls of `complete` for a task, whether they took effect or not. */
	posts(taskId: string): number;
	/** Puts a task in review. */
	add(taskId: string, confidence?: number): void;
	/** Has Send AI fail over a task. */
	fail(taskId: string): void;
	/** What becomes of a POST: `taken`, taken with the answer lost, or denied to the key. */
	ending: 'taken' | 'lost' | 'denied';
}

/** What came to the receiver of alerts. */
export interface ToldAlert {
	readonly code: string;
	readonly resolved?: true;
	readonly fields: Readonly<Record<string, unknown>>;
}

export interface Bench {
	readonly queue: HandQueue;
	readonly account: HandAccount;
	readonly ledger: Ledger;
	readonly lines: string[];
	/** In the order in which they came; each is in it once the invocation is over that sent it. */
	readonly alerts: readonly ToldAlert[];
	/** Another deployment, or another isolate, on the same queue, database and account. */
	deploy(packed?: PackedRules, through?: (database: Database) => Database): Worker;
	/** Moves all clocks. */
	pass(ms: number): void;
	/** Sends a notification to a Worker, as Send AI would. */
	notify(worker: Worker, taskId: string, eventId?: string): Promise<Response>;
	/** Hands messages to a Worker; says what became of each. */
	deliver(worker: Worker, bodies: readonly unknown[], queueName?: string): Promise<readonly Fate[]>;
	/** Delivers what is in the queue and lets the cron tick, until `minutes` have passed. */
	run(worker: Worker, minutes: number): Promise<void>;
}

/** What a consumer did with a message. */
export type Fate = 'acked' | 'retried' | 'forgotten';

const alertAddress = 'https://alerts.example/hook';

/**
 * Everything that a Worker stands between, on the real database.
 *
 * @param listens somebody is told of alerts
 */
export async function openBench({ listens = false } = {}): Promise<Bench> {
	const database = await migratedDatabase();
	let offset = 0;
	const now = () => Date.now() + offset;
	const clockSql = () => String(Math.floor(now()));
	const clock = {
		now,
		// A time-out is asked for with a signal; a pause without, and takes no time of the test.
		sleep(ms: number, signal?: AbortSignal) {
			if (signal !== undefined) return workersClock.sleep(ms, signal);
			offset += ms;
			return Promise.resolve();
		},
	};
	const newId = createIds();
	const ledger = createD1Ledger({ database, clock, random: () => 0.5, newId, clockSql });
	const lines: string[] = [];

	let waiting: HandQueue['sent'] = [];
	const queue: HandQueue & WorkerParts['queue'] = {
		get sent() {
			return waiting;
		},
		broken: false,
		take() {
			const taken = waiting;
			waiting = [];
			return taken.map(({ body }) => body);
		},
		async send(message, options) {
			if (queue.broken) throw new Error('the queue does not answer');
			waiting.push({ body: structuredClone(message), delaySeconds: options?.delaySeconds ?? 0 });
		},
	};

	const tasks = new Map<string, { confidence: number; status: string; posts: number }>();
	const account: HandAccount = {
		posts: (taskId) => tasks.get(taskId)?.posts ?? 0,
		add: (taskId, confidence = 0.99) => void tasks.set(taskId, { confidence, status: 'REVIEWING', posts: 0 }),
		fail: (taskId) => {
			const task = tasks.get(taskId);
			if (task !== undefined) task.status = 'FAILED';
		},
		ending: 'taken',
	};
	const alerts: ToldAlert[] = [];
	/** What an invocation goes on with after its answer. */
	const going = new Set<Promise<unknown>>();
	const settled = async () => void (await Promise.all(going));
	const page = { checkboxes: [], segments: [], signatures: [] };
	const fetchOutside = async (input: string, init?: RequestInit): Promise<Response> => {
		if (input === alertAddress) {
			// Longer than the invocation that raised it, unless that is kept alive.
			await workersClock.sleep(30);
			alerts.push(JSON.parse(String(init?.body)) as ToldAlert);
			return new Response('ok');
		}
		const id = /\/task\/([^/?]+)/.exec(input)?.[1] ?? '';
		const task = tasks.get(id);
		if (task === undefined) return Response.json({ message: 'not found' }, { status: 404 });
		if (init?.method === 'POST') {
			task.posts += 1;
			if (account.ending === 'denied') return Response.json({ message: 'forbidden' }, { status: 403 });
			task.status = 'COMPLETED';
			if (account.ending === 'lost') throw new Error('Network connection lost.');
		}
		const annotations = [wireAnnotation({ confidence: task.confidence })];
		const { status } = task;
		return Response.json(
			{ payload: wireTask({ id, project_id: 'proj-1', status, pages: [wirePage({ ...page, annotations })] }) },
			{ headers: { date: new Date(now()).toUTCString() } },
		);
	};

	const deploy = (packed = pack(), through: (one: Database) => Database = (one) => one) =>
		createWorker({
			variables: {
				SENDAI_API_KEY: 'key-of-the-account',
				SENDAI_TEAM_ID: 'team-1',
				SENDAI_PROJECT_IDS: 'proj-1',
				SENDAI_BASE_URL: 'http://127.0.0.1:1',
				WEBHOOK_SECRETS: webhookToken,
				OPERATOR_TOKEN: operatorToken,
				SECRET_KEYS: 'k'.repeat(32),
				...(listens ? { ALERT_WEBHOOK_URL: alertAddress } : {}),
			},
			queue,
			database: through(database),
			clockSql,
			packed,
			clock,
			random: () => 0.5,
			digest: workersDigest,
			newId,
			fetch: fetchOutside,
			waitUntil: (promise) => void going.add(promise),
			write: (line) => void lines.push(line),
		});

	const deliver: Bench['deliver'] = async (worker, bodies, queueName = 'greenlane-events') => {
		const fates: Fate[] = bodies.map(() => 'forgotten');
		const messages = bodies.map((body, index): Delivered => {
			const settle = (fate: Fate) => {
				if (fates[index] === 'forgotten') fates[index] = fate;
			};
			return {
				id: `message-${index}`,
				body,
				attempts: 1,
				ack: () => settle('acked'),
				retry: () => settle('retried'),
			};
		});
		await worker.queue(queueName, messages);
		await settled();
		return fates;
	};

	return {
		queue,
		account,
		ledger,
		lines,
		alerts,
		deploy,
		pass: (ms) => {
			offset += ms;
		},
		notify: (worker, taskId, eventId = `evt-${taskId}`) =>
			worker.fetch(
				new Request('https://greenlane.example/webhooks/send-ai', {
					method: 'POST',
					headers: {
						'content-type': 'application/json',
						authorization: `Bearer ${webhookToken}`,
						'webhook-id': eventId,
					},
					body: JSON.stringify({
						event: 'task.in_review',
						team_id: 'team-1',
						project_id: 'proj-1',
						upload_id: 'upl_1',
						task_id: taskId,
					}),
				}),
			),
		deliver,
		async run(worker, minutes) {
			for (let minute = 0; minute < minutes; minute += 1) {
				const bodies = queue.take();
				if (bodies.length > 0) expect(await deliver(worker, bodies)).toEqual(bodies.map(() => 'acked'));
				await worker.tick(now());
				await settled();
				offset += 60_000;
			}
		},
	};
}
