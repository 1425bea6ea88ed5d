import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import pkg from '../../package.json' with { type: 'json' };
import { createContentReader, createSteps } from '../cases/index.ts';
import { type Config, formatProblem, requireSecretKeys, secretsOf } from '../config.ts';
import type { Finding } from '../core/ruleset/types.ts';
import { type AppDeps, type AppPart, createApp } from '../http/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { openLedgerAt } from '../ledger/open-ledger.ts';
import { createAlerts } from '../operations/create-alerts.ts';
import { createMetrics } from '../operations/metrics.ts';
import { keepRetention } from '../operations/retention.ts';
import { createTrace } from '../operations/trace.ts';
import { watchAlerts } from '../operations/watch-alerts.ts';
import type { Clock, Fetch, Log, Random } from '../platform/index.ts';
import { createKeys, createSeal, nodeClock, nodeDigest, nodeFetch, nodeNewId, nodeRandom } from '../platform/node.ts';
import { loadFolder } from '../rulesource/folder.ts';
import type { Reload } from '../rulesource/index.ts';
import { watchFolder } from '../rulesource/watch-folder.ts';
import { createSendAiClient } from '../sendai/client.ts';
import { startInProcess } from '../wakeups/in-process.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { createRefusalReports } from './report-refusals.ts';

export interface ServerOptions {
	readonly config: Config;
	readonly log: Log;
	/** The platform's own when left out. */
	readonly clock?: Clock;
	readonly fetch?: Fetch;
	readonly random?: Random;
	readonly newId?: () => string;
	/** How often the list call, where there is one, is asked for what nobody told us of. */
	readonly sweepEveryMs?: number;
	/** How often it is looked for what people must hear of. */
	readonly lookEveryMs?: number;
	/** How long `complete` may take to answer. */
	readonly postTimeoutMs?: number;
}

export interface RunningServer {
	readonly ok: true;
	/** Of the webhook, like `http://127.0.0.1:8787`. */
	readonly address: string;
	/** Of the operator API; the same unless `OPERATOR_PORT` is set. */
	readonly operatorAddress: string;
	/** For whoever watches in the same process. */
	readonly ledger: Ledger;
	/** Reads the rules folder again now. */
	reload(): Promise<Reload>;
	/**
	 * Takes no more requests and no new work, finishes or gives back what is in hand within `graceMs` (25 s when left
	 * out), closes the store. Idempotent.
	 */
	stop(graceMs?: number): Promise<void>;
}

export type Started =
	| RunningServer
	| {
			readonly ok: false;
			readonly exitCode: ExitCode;
			/** For a person: what is wrong and what to do. */
			readonly message: string;
			/** Set when the rules folder is what is wrong. */
			readonly findings?: readonly Finding[];
	  };

/**
 * A step without a POST is done well within this; the POST's own lease is its timeout plus a margin. What a process held that
 * died goes on in another within two minutes: this long, and a little to notice.
 */
const leaseMs = 100_000;
/** Longer than a `complete` may take, shorter than what Kubernetes and Docker Compose users usually grant. */
const defaultGraceMs = 25_000;
/** An alert that is being sent takes no longer; what is not told by then is told by whoever starts next. */
const alertGraceMs = 5_000;

/** Puts Greenlane together on Node and starts it: rules, keys, store, steps, wakeups, HTTP. */
export async function startServer(options: ServerOptions): Promise<Started> {
	const { config, log } = options;
	const { clock = nodeClock, fetch = nodeFetch, random = nodeRandom, newId = nodeNewId } = options;
	const secrets = secretsOf(config);

	const loaded = await loadFolder(config.rulesDir, nodeDigest.sha256);
	if (!loaded.ok) {
		const message = 'The rules were refused; nothing was started.';
		return { ok: false, exitCode: exitCodes.failed, message, findings: loaded.findings };
	}
	const { ruleSet } = loaded;
	const missing = requireSecretKeys(config, ruleSet);
	if (missing !== null) return { ok: false, exitCode: exitCodes.wrongUsage, message: formatProblem(missing) };
	const [currentKey] = config.secretKeys;
	const { contentMs } = config.retention;
	const seal = contentMs === 0 ? null : createSeal(config.secretKeys);

	const opened = await openLedgerAt(config.database, { clock, newId });
	if (!opened.ok) return { ok: false, exitCode: exitCodes.couldNotRun, message: opened.message };
	const { ledger } = opened;
	await ledger.serve(ruleSet.revision, ruleSet.logicRevision, ruleSet.canonical);
	await openCompleteGates(ledger, log);

	const { timeZone, dailyLimit } = config;
	const alerts = createAlerts({
		ledger,
		log,
		webhookUrl: config.alertWebhookUrl,
		webhookSecret: config.alertWebhookSecret,
		fetch,
		clock,
		newId,
		secrets,
		timeZone,
		dailyLimit,
	});
	void alerts.settle('rules-refused', 'The rules were read anew at a start, and serve.');
	const rules = await watchFolder({
		dir: config.rulesDir,
		first: loaded,
		sha256: nodeDigest.sha256,
		clock,
		async admit(next) {
			const lacking = requireSecretKeys(config, next);
			if (lacking !== null) return formatProblem(lacking);
			// First the ledger: from here on it refuses whatever was decided by the rules before.
			await ledger.serve(next.revision, next.logicRevision, next.canonical);
			return null;
		},
		...createRefusalReports({ log, alert: alerts.raise }),
	});
	const { projects } = config.sendai;
	const { version } = pkg;
	const metrics = createMetrics({ ledger, rules, clock, projects, dailyLimit, timeZone, version });
	const trace = createTrace({ version, secrets });
	const sendai = createSendAiClient({
		...config.sendai,
		fetch,
		clock,
		random,
		concurrency: config.concurrency,
		log,
		observe: metrics.observeCall,
		trace,
	});
	const steps = createSteps({
		ledger,
		sendai,
		rules,
		keys: currentKey === undefined ? null : createKeys(currentKey),
		...(seal === null ? {} : { seal: seal.seal }),
		digest: nodeDigest,
		clock,
		random,
		newId,
		log,
		alert: alerts.raise,
		trace,
		settings: {
			teamId: config.sendai.teamId,
			projects,
			timeZone,
			dailyLimit,
			unknownWaitMs: config.unknownWaitMs,
			postTimeoutMs: options.postTimeoutMs ?? 20_000,
			leaseMs,
			version,
		},
	});
	const wakeups = startInProcess({
		ledger,
		work: steps,
		clock,
		log,
		// Steps mostly wait for Send AI, whose calls have a bound of their own.
		concurrency: config.concurrency * 2,
		leaseMs,
		sweepEveryMs: options.sweepEveryMs ?? 300_000,
	});

	const watch = watchAlerts(alerts, clock, options.lookEveryMs ?? 60_000);

	const retention = keepRetention({ ledger, log, clock, times: config.retention });

	const app: AppDeps = {
		teamId: config.sendai.teamId,
		projects,
		webhookSecrets: config.webhookSecrets,
		webhookRate: config.webhookRate,
		operators: config.operators,
		ledger,
		inbox: ledger,
		rules,
		digest: nodeDigest,
		newId,
		clock,
		timeZone: config.timeZone,
		version: pkg.version,
		log,
		poke: () => wakeups.poke(),
		metrics,
		...(seal === null ? {} : { readContent: createContentReader(ledger, seal, contentMs), keepContentMs: contentMs }),
		view: {
			timeZone,
			dailyLimit,
			taskUrl: config.taskUrl,
			sessionSecret: currentKey ?? '',
		},
	};
	const listeners: Listener[] = [];
	let stopped: Promise<void> | null = null;
	const stop = (graceMs = defaultGraceMs) => {
		const stopWork = async () => {
			await Promise.all([rules.stop(), wakeups.stop(graceMs), retention.stop()]);
			// Last: what went wrong at the end is told as well.
			await watch.stop(Math.min(graceMs, alertGraceMs));
		};
		stopped ??= shutDown(listeners, stopWork, ledger, log);
		return stopped;
	};

	const parts: readonly (readonly [AppPart, number])[] =
		config.operatorPort === null
			? [['all', config.port]]
			: [
					['webhook', config.port],
					['operator', config.operatorPort],
				];
	for (const [part, port] of parts) {
		const listener = await listen(createApp(app, part).fetch, config.host, port);
		if (typeof listener === 'string') {
			await stop(0);
			const message = `Could not listen on ${config.host} port ${port} (${listener}); set HOST or PORT to what is free.`;
			return { ok: false, exitCode: exitCodes.couldNotRun, message };
		}
		listeners.push(listener);
		log.info('listening', { address: listener.address, ...(part === 'all' ? {} : { step: part }) });
	}
	const address = listeners[0]?.address ?? '';
	return {
		ok: true,
		address,
		operatorAddress: listeners.at(-1)?.address ?? address,
		ledger,
		reload: rules.reload,
		stop,
	};
}

/** A restart counts as an operator's look at the key: what 401 or 403 on `complete` closed is tried again. */
async function openCompleteGates(ledger: Ledger, log: Log): Promise<void> {
	for (const gate of await ledger.gates()) {
		if (gate.kind !== 'complete') continue;
		await ledger.openGate(gate.projectId, 'complete');
		log.warn('complete gate opened by the restart', { project_id: gate.projectId });
	}
}

interface Listener {
	readonly server: Server;
	readonly address: string;
}

/** Listens, or says by its code why it cannot. */
async function listen(
	fetch: (request: Request) => Response | Promise<Response>,
	host: string,
	port: number,
): Promise<Listener | string> {
	const server = createAdaptorServer({
		fetch,
		createServer,
		serverOptions: {
			// A sender that trickles its request must not hold a socket for minutes.
			headersTimeout: 10_000,
			requestTimeout: 30_000,
			connectionsCheckingInterval: 5_000,
			// Longer than the idle timeouts of the usual balancers, which would else send into a closing connection.
			keepAliveTimeout: 75_000,
		},
	}) as Server;
	try {
		server.listen(port, host);
		await once(server, 'listening');
	} catch (error) {
		return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
	}
	const { port: chosen } = server.address() as AddressInfo;
	return { server, address: `http://${host.includes(':') ? `[${host}]` : host}:${chosen}` };
}

async function shutDown(
	listeners: readonly Listener[],
	stopWork: () => Promise<unknown>,
	ledger: Ledger,
	log: Log,
): Promise<void> {
	const closed = listeners.map(async ({ server }) => {
		const done = once(server, 'close');
		server.close();
		server.closeIdleConnections();
		// Requests take milliseconds; whoever is still sending after this will send again.
		const impatient = setTimeout(() => server.closeAllConnections(), 2_000);
		await done;
		clearTimeout(impatient);
	});
	await Promise.all([...closed, stopWork()]);
	await ledger.close();
	log.info('stopped');
}
