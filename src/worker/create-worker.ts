import pkg from '../../package.json' with { type: 'json' };
import { createContentReader, createSteps, type Steps } from '../cases/index.ts';
import { type Config, type ConfigProblem, formatProblem, readConfig, requireSecretKeys, secretsOf } from '../config.ts';
import { type AppDeps, createApp, webhookPath } from '../http/index.ts';
import { createD1Ledger } from '../ledger/d1.ts';
import type { Ledger } from '../ledger/index.ts';
import type { AlertDesk } from '../operations/alert-desk.ts';
import { createAlerts } from '../operations/create-alerts.ts';
import { createMetrics } from '../operations/metrics.ts';
import { createPlainLog } from '../operations/plain-log.ts';
import { pruneSome } from '../operations/retention.ts';
import type { Clock, ContentSeal, Digest, Fetch, Log, Random } from '../platform/index.ts';
import { createKeys, createSeal } from '../platform/workers.ts';
import { unpackRules } from '../rulesource/bundle.ts';
import type { PackedRules } from '../rulesource/bundle-module.ts';
import type { RuleSource } from '../rulesource/index.ts';
import { createSendAiClient } from '../sendai/client.ts';
import { buryDead, createConsumer, createQueueInbox, type Delivered, type Queue } from '../wakeups/queues.ts';

/** What the platform gives a Worker, and what stands in for it in a test. */
export interface WorkerParts {
	/** Vars and secrets by name; whatever else is bound is left alone. */
	readonly variables: Readonly<Record<string, unknown>>;
	readonly queue: Queue;
	readonly database: Parameters<typeof createD1Ledger>[0]['database'];
	/** An expression in SQL for the time in ms; the database's own clock when left out. */
	readonly clockSql?: () => string;
	readonly packed: PackedRules;
	readonly clock: Clock;
	readonly random: Random;
	readonly digest: Digest;
	readonly newId: () => string;
	/** To Send AI and to the receiver of alerts. */
	readonly fetch: Fetch;
	/** Keeps the invocation alive until the promise has settled. */
	readonly waitUntil: (promise: Promise<unknown>) => void;
	readonly write: (line: string, level: 'info' | 'warning' | 'error') => void;
	/** Changes the steps, for tests that break them. */
	readonly changeSteps?: (steps: Steps) => Steps;
}

export interface Worker {
	fetch(request: Request): Promise<Response>;
	/** The name of the queue tells events from dead letters. */
	queue(name: string, messages: readonly Delivered[]): Promise<void>;
	/** The tick of the cron, once a minute. */
	tick(scheduledAt: number): Promise<void>;
}

/** Longer than any step without a POST. */
const leaseMs = 120_000;
const postTimeoutMs = 20_000;
/** The list call is looked at no more often than on Node. */
/** D1 is asked in small bites: a batch takes four statements, or seven. */
const pruneEveryMinutes = 10;
const mostPruned = 100;
const sweepEveryMinutes = 5;

/** Puts Greenlane together on Workers, once an isolate. Never throws: what is wrong is said at every door. */
export function createWorker(parts: WorkerParts): Worker {
	const { packed, digest, clock, random, newId, queue, database, waitUntil, write } = parts;
	const reading = readConfig(variablesOf(parts.variables), { readFile: noFiles });
	if (!reading.ok)
		return brokenWorker(createPlainLog({ write, format: 'json', clock }), reading.problems.map(formatProblem));
	const { config } = reading;
	const secrets = secretsOf(config);
	const log = createPlainLog({ write, format: 'json', secrets, clock });
	const unpacked = unpackRules(packed, digest.sha256);
	if (!unpacked.ok) return brokenWorker(log, [unpacked.message]);
	const { ruleSet } = unpacked;
	const lacking: ConfigProblem | null = requireSecretKeys(config, ruleSet);
	if (lacking !== null) return brokenWorker(log, [formatProblem(lacking)]);

	const { clockSql } = parts;
	const openLedger = () =>
		createD1Ledger({ database, clock, random, newId, ...(clockSql === undefined ? {} : { clockSql }) });

	async function serves(ledger: Ledger): Promise<boolean> {
		const serving = await ledger.serving();
		if (serving === ruleSet.revision) return true;
		if (serving !== null) {
			log.warn('another deployment has the rules in force; this one leaves the work to it', { revision: serving });
			return false;
		}
		await ledger.serve(ruleSet.revision, ruleSet.logicRevision, ruleSet.canonical);
		return true;
	}

	const httpLedger = openLedger();
	const rules: RuleSource = {
		...unpacked.rules,
		// Which deployment's rules are in force is an act of its own: isolates of an older one may live on for a while.
		async reload() {
			const before = await httpLedger.serving();
			await httpLedger.serve(ruleSet.revision, ruleSet.logicRevision, ruleSet.canonical);
			const outcome = before === ruleSet.revision ? 'unchanged' : 'served';
			return { outcome, revision: ruleSet.revision, findings: unpacked.rules.findings() };
		},
	};
	const seal = sealOf(config);
	const { contentMs } = config.retention;
	const app: AppDeps = {
		teamId: config.sendai.teamId,
		projects: config.sendai.projects,
		webhookSecrets: config.webhookSecrets,
		webhookRate: config.webhookRate,
		operators: config.operators,
		ledger: httpLedger,
		inbox: createQueueInbox(queue, httpLedger, clock),
		rules,
		digest,
		newId,
		clock,
		timeZone: config.timeZone,
		version: pkg.version,
		log,
		poke: () => waitUntil(queue.send({ version: 1, kind: 'wake' }).then(undefined, () => undefined)),
		metrics: createMetrics({
			ledger: httpLedger,
			rules,
			clock,
			projects: config.sendai.projects,
			dailyLimit: config.dailyLimit,
			timeZone: config.timeZone,
			version: pkg.version,
		}),
		...(seal === null
			? {}
			: { readContent: createContentReader(httpLedger, seal, contentMs), keepContentMs: contentMs }),
		view: {
			timeZone: config.timeZone,
			dailyLimit: config.dailyLimit,
			taskUrl: config.taskUrl,
			sessionSecret: config.secretKeys[0] ?? '',
		},
	};
	// The message of an event wakes its consumer by itself.
	const webhook = createApp({ ...app, poke: () => undefined }, 'webhook');
	// Its webhook is never reached, but stands in its OpenAPI document.
	const operators = createApp(app);

	/** For one invocation: connections and promises of one must not be used in another. */
	function openWork() {
		const ledger = openLedger();
		const alerts = createAlerts({
			ledger,
			log,
			webhookUrl: config.alertWebhookUrl,
			webhookSecret: config.alertWebhookSecret,
			fetch: parts.fetch,
			clock,
			newId,
			secrets,
			timeZone: config.timeZone,
			dailyLimit: config.dailyLimit,
		});
		const work = createWork(parts, config, ledger, rules, log, alerts);
		let checked: Promise<boolean> | null = null;
		const consumer = createConsumer({
			queue,
			ledger,
			work: parts.changeSteps?.(work) ?? work,
			clock,
			log,
			leaseMs,
			serves: () => {
				checked ??= serves(ledger);
				return checked;
			},
		});
		return { alerts, consumer };
	}

	return {
		async fetch(request) {
			const { pathname } = new URL(request.url);
			return await (pathname === webhookPath ? webhook : operators).fetch(request);
		},
		async queue(name, messages) {
			if (!name.endsWith('-dead')) return await openWork().consumer.handleBatch(messages);
			await buryDead(messages, { ledger: openLedger(), log, digest, teamId: config.sendai.teamId, leaseMs });
		},
		async tick(scheduledAt) {
			const minute = Math.floor(scheduledAt / 60_000);
			const { consumer, alerts } = openWork();
			await consumer.handleTick(minute % sweepEveryMinutes === 0);
			await alerts.review();
			if (minute % pruneEveryMinutes === 0) await pruneSome(openLedger(), log, config.retention, mostPruned);
		},
	};
}

function createWork(
	parts: WorkerParts,
	config: Config,
	ledger: Ledger,
	rules: RuleSource,
	log: Log,
	alerts: AlertDesk,
): Steps {
	const { clock, random, digest, newId, fetch, waitUntil } = parts;
	const [currentKey] = config.secretKeys;
	const seal = sealOf(config);
	return createSteps({
		ledger,
		// One call at a time: `max_concurrency` of the queue says how many consumers there are.
		sendai: createSendAiClient({ ...config.sendai, fetch, clock, random, concurrency: 1, log }),
		rules,
		keys: currentKey === undefined ? null : createKeys(currentKey),
		...(seal === null ? {} : { seal: seal.seal }),
		digest,
		clock,
		random,
		newId,
		log,
		alert: (alert) => {
			alerts.raise(alert);
			// The step does not wait for who is told, but the invocation does.
			waitUntil(alerts.idle());
		},
		settings: {
			teamId: config.sendai.teamId,
			projects: config.sendai.projects,
			timeZone: config.timeZone,
			dailyLimit: config.dailyLimit,
			unknownWaitMs: config.unknownWaitMs,
			postTimeoutMs,
			leaseMs,
			version: pkg.version,
		},
	});
}

/** Null where nothing of what documents say is kept. */
function sealOf({ secretKeys, retention }: Config): ContentSeal | null {
	return retention.contentMs === 0 ? null : createSeal(secretKeys);
}

/** Answers 503 until it is mended: senders try again, and messages come back. */
function brokenWorker(log: Log, messages: readonly string[]): Worker {
	for (const message of messages) log.error(message);
	const delaySeconds = 60;
	return {
		async fetch(request) {
			if (new URL(request.url).pathname === '/healthz') return Response.json({ status: 'ok' });
			const detail =
				'The configuration or the rules of this deployment are wrong; its log says what and how to mend it.';
			return Response.json(
				{ type: 'about:blank', title: 'Misconfigured', status: 503, code: 'misconfigured', detail },
				{
					status: 503,
					headers: { 'content-type': 'application/problem+json', 'retry-after': String(delaySeconds) },
				},
			);
		},
		async queue(_name, messages) {
			for (const message of messages) message.retry({ delaySeconds });
		},
		tick: async () => undefined,
	};
}

/** Bindings that are text. There is no port to listen on there, and nobody may come without a token. */
function variablesOf(bound: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
	const texts = Object.entries(bound).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
	return { ...Object.fromEntries(texts), HOST: '0.0.0.0' };
}

function noFiles(): never {
	throw new Error('there are no files on Workers');
}
