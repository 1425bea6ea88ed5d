/**
 * `npm run dev:worker`: the Worker as `wrangler dev` runs it, with its real queue and database on this machine, and the
 * simulator as Send AI. No account, no network.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeClock, nodeFetch } from '../platform/node.ts';
import { deliverByFetch } from '../simulator/deliver-by-fetch.ts';
import { type Simulator, seededRandom, type TaskSpec } from '../simulator/index.ts';
import { startSimulator } from '../simulator/serve.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { findFreePort, type LocalWorker, startLocalWorker } from './local-worker.ts';

export interface DevWorkerOptions {
	readonly port: number;
	/** Stop by itself once `tasks` tasks have come to rest. */
	readonly once: boolean;
	readonly tasks: number;
	readonly seed: number;
	readonly json: boolean;
	/** Aborted when the user has seen enough. */
	readonly signal: AbortSignal;
}

const teamId = 'team_demo';
const projectId = 'project_demo';
const apiKey = 'demo-api-key';
/** For the last task to come to rest, once the traffic is over. */
const patienceMs = 90_000;
/** The local platform has no clock of its own for the cron. */
const tickEveryMs = 10_000;

/** Runs until it is interrupted, or with `once` until the tasks are at rest. 3 when the Worker does not start. */
export async function runDevWorker(options: DevWorkerOptions, io: CliIo): Promise<ExitCode> {
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-worker-'));
	const secret = `whsec_${randomBytes(24).toString('base64')}`;
	const operatorToken = randomBytes(24).toString('hex');
	// Another that asks at the same moment may get the same one; then wrangler says that it is taken.
	const port = options.port === 0 ? await findFreePort() : options.port;
	const address = `http://127.0.0.1:${port}`;
	const served = await startSimulator({
		clock: nodeClock,
		random: seededRandom(options.seed),
		port: 0,
		teamId,
		apiKey,
		projects: [{ id: projectId }],
		files: 'values',
		documents: { invoices: 0.9, dutch: 0.9 },
		delays: { processing: [200, 1_000], completion: [200, 800], exporting: [500, 1_000] },
		deliver: (notification) => deliverByFetch(nodeFetch, `${address}/webhooks/send-ai`)(notification),
		notifications: { auth: { kind: 'standard-webhooks', secret }, retryAfterMs: [500, 2_000, 10_000] },
	});
	let worker: LocalWorker | null = null;
	try {
		const variables = {
			SENDAI_API_KEY: apiKey,
			SENDAI_TEAM_ID: teamId,
			SENDAI_PROJECT_IDS: projectId,
			SENDAI_BASE_URL: served.url,
			WEBHOOK_SECRETS: secret,
			OPERATOR_TOKEN: operatorToken,
			SECRET_KEYS: randomBytes(32).toString('hex'),
			UNKNOWN_WAIT_SECONDS: '10',
		};
		const started = await startLocalWorker({
			folder,
			port,
			variables,
			say: options.json ? null : (text) => io.complain(text),
			signal: options.signal,
		});
		if (!started.ok) {
			io.complain(`${started.message} What wrangler said stands above.`);
			return exitCodes.couldNotRun;
		}
		worker = started.worker;
		if (!options.json) {
			io.print(`${io.paint('strong', 'Greenlane')} listens at ${address}, as a Worker on this machine.`);
			io.print(`A simulated Send AI answers at ${served.url}.`);
			io.print(`Operators: curl -H "authorization: Bearer ${operatorToken}" ${address}/v1/decisions`);
			io.print(options.once ? `Ends by itself after ${options.tasks} tasks.` : 'Ctrl-C ends it.');
		}
		const atRest = await drive(options, served.simulator, worker, operatorToken);
		const { tasks, completedByBot, violations, posts } = served.simulator.report();
		const broken = violations.repeated.length + violations.reopened.length + violations.malformed.length;
		const report = {
			tasks,
			completed: completedByBot,
			posts: posts.received,
			broken_promises: broken,
			at_rest: atRest,
		};
		if (options.json) io.print(JSON.stringify(report));
		else io.print(`${tasks} tasks, ${completedByBot} completed by ${posts.received} calls, ${broken} broken promises.`);
		return broken === 0 && (atRest || !options.once) ? exitCodes.good : exitCodes.failed;
	} finally {
		await worker?.stop();
		await served.close();
		await rm(folder, { recursive: true, force: true });
	}
}

/** Every other one passes the example rules, whatever the seed draws. */
const certainInvoice: TaskSpec = {
	kind: 'invoice',
	language: 'nl',
	right: true,
	confidence: 0.99,
	malformation: 'none',
};

/** Brings in tasks and lets the cron tick; true when every task has been judged, and completed where that was decided. */
async function drive(
	options: DevWorkerOptions,
	simulator: Simulator,
	worker: LocalWorker,
	operatorToken: string,
): Promise<boolean> {
	let made = 0;
	let tickedAt = nodeClock.now();
	let endedAt: number | null = null;
	while (!options.signal.aborted) {
		const now = nodeClock.now();
		if (!options.once || made < options.tasks) {
			simulator.createUpload({ tasks: [made % 2 === 0 ? certainInvoice : {}] });
			made += 1;
		} else endedAt ??= now;
		if (now - tickedAt >= tickEveryMs) {
			tickedAt = now;
			await worker.tick();
		}
		if (endedAt !== null) {
			const judged = await countDecisions(worker.address, operatorToken);
			const { completedByBot } = simulator.report();
			if (judged !== null && judged.all >= made && completedByBot >= judged.toComplete) return true;
			if (now - endedAt > patienceMs) return false;
		}
		await nodeClock.sleep(options.once ? 250 : 2_000, options.signal).catch(() => undefined);
	}
	return true;
}

/** Decisions so far, and those that are to end in a completion; null while nobody answers. */
async function countDecisions(
	address: string,
	operatorToken: string,
): Promise<{ readonly all: number; readonly toComplete: number } | null> {
	try {
		const response = await nodeFetch(`${address}/v1/decisions?limit=200`, {
			headers: { authorization: `Bearer ${operatorToken}` },
		});
		const { decisions } = (await response.json()) as {
			readonly decisions: readonly { readonly outcome: string; readonly withheld: string | null }[];
		};
		const toComplete = decisions.filter(({ outcome, withheld }) => outcome === 'complete' && withheld === null);
		return { all: decisions.length, toComplete: toComplete.length };
	} catch {
		return null;
	}
}
