/**
 * `npm run demo`: simulator, bot and traffic in one process on free loopback ports, with the example rules and no account.
 * Everything is the real thing but Send AI itself: HTTP both ways, the SQLite ledger in a temporary folder, the webhook.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, formatProblem, readConfig, secretsOf } from '../config.ts';
import type { Ledger } from '../ledger/index.ts';
import { createLog } from '../operations/log.ts';
import type { Random } from '../platform/index.ts';
import { nodeClock, nodeFetch } from '../platform/node.ts';
import { deliverByFetch } from '../simulator/deliver-by-fetch.ts';
import { forkRandom, ROUGH_FAULTS, ROUGH_NOTIFICATIONS, type Simulator, seededRandom } from '../simulator/index.ts';
import { startSimulator } from '../simulator/serve.ts';
import { watchDecisions } from './demo-decisions.ts';
import { allAtRest, countCases, type DemoSummary, printSummary, runningSummary, summarise } from './demo-summary.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { printFindings } from './print-findings.ts';
import { startServer } from './serve.ts';

export interface DemoOptions {
	/** Stop by itself after `tasks` tasks. */
	readonly once: boolean;
	readonly tasks: number;
	/** The documents, faults and people follow from it; what they meet depends on the machine's pace as well. */
	readonly seed: number;
	readonly rulesDir: string;
	readonly json: boolean;
	/** Aborted when the user has seen enough. */
	readonly signal: AbortSignal;
}

const teamId = 'team_demo';
const projectId = 'project_demo';
const apiKey = 'demo-api-key';
/** Between two looks at the ledger. */
const lookEveryMs = 200;
/** Once the traffic is over, what Send AI's faults delay is given so long before they end as well, and as long again. */
const patienceMs = 45_000;

/** Runs the demo. 1 when a promise was seen broken: a task completed twice, half edited, reopened or malformed. */
export async function runDemo(options: DemoOptions, io: CliIo): Promise<ExitCode> {
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-demo-'));
	const webhookSecret = `whsec_${randomBytes(24).toString('base64')}`;
	const random = seededRandom(options.seed);
	const traffic = forkRandom(random);
	// Known only once the bot listens; nothing is sent before the first upload.
	let webhook = '';
	const served = await startSimulator({
		clock: nodeClock,
		random,
		port: 0,
		teamId,
		apiKey,
		projects: [{ id: projectId }],
		latencyMs: 30,
		files: 'values',
		documents: { invoices: 0.9, dutch: 0.9, malformed: 0.03 },
		delays: { processing: [200, 2_000], completion: [200, 1_500], exporting: [1_000, 5_000] },
		faults: ROUGH_FAULTS,
		reviewer: { opens: 0.06, opensAfter: [0, 5_000], editsAfter: [500, 4_000], coffee: [0, 10_000] },
		deliver: (notification) => deliverByFetch(nodeFetch, webhook)(notification),
		notifications: {
			auth: { kind: 'standard-webhooks', secret: webhookSecret },
			retryAfterMs: [500, 2_000, 10_000],
			faults: { ...ROUGH_NOTIFICATIONS, delay: 0 },
		},
	});
	try {
		const config = configure({
			SENDAI_API_KEY: apiKey,
			SENDAI_TEAM_ID: teamId,
			SENDAI_PROJECT_IDS: projectId,
			SENDAI_BASE_URL: served.url,
			WEBHOOK_SECRETS: webhookSecret,
			SECRET_KEYS: randomBytes(32).toString('hex'),
			DATABASE_URL: `file:${join(folder, 'demo.db')}`,
			RULES_DIR: options.rulesDir,
			UNKNOWN_WAIT_SECONDS: '10',
			PORT: '0',
		});
		const log = createLog({
			write: (line) => io.complain(line),
			format: options.json ? 'json' : 'pretty',
			lowestLevel: 'error',
			secrets: secretsOf(config),
		});
		const started = await startServer({ config, log, postTimeoutMs: 3_000 });
		if (!started.ok) {
			if (started.findings !== undefined) printFindings(io, started.findings, io.complain);
			io.complain(started.message);
			return started.exitCode;
		}
		try {
			webhook = `${started.address}/webhooks/send-ai`;
			if (!options.json) welcome(options, started.address, served.url, io);
			const summary = await run(options, served.simulator, started.ledger, traffic, io);
			if (options.json) io.print(JSON.stringify(summary));
			else printSummary(summary, io);
			return summary.brokenPromises === 0 ? exitCodes.good : exitCodes.failed;
		} finally {
			// Whatever still waits for an answer of the simulator will not get a better one.
			await started.stop(2_000);
		}
	} finally {
		await served.close();
		await rm(folder, { recursive: true, force: true });
	}
}

function configure(env: Readonly<Record<string, string>>): Config {
	const reading = readConfig(env, { readFile: () => '' });
	if (!reading.ok) throw new Error(reading.problems.map(formatProblem).join('\n'));
	return reading.config;
}

function welcome(options: DemoOptions, address: string, simulatorUrl: string, io: CliIo): void {
	const quiet = (text: string) => io.paint('quiet', text);
	io.print(
		`${io.paint('strong', 'Greenlane')} listens at ${address}  ${quiet('open it in a browser, or try /v1/decisions')}`,
	);
	io.print(
		`A simulated Send AI answers at ${simulatorUrl}  ${quiet(`seed ${options.seed}; about one call in six fails`)}`,
	);
	io.print(
		`Rules: ${options.rulesDir}. ${options.once ? `Ends by itself after ${options.tasks} tasks.` : 'Ctrl-C ends it.'}`,
	);
	io.print('');
}

async function run(
	options: DemoOptions,
	simulator: Simulator,
	ledger: Ledger,
	random: Random,
	io: CliIo,
): Promise<DemoSummary> {
	const progress = createProgress(io, options.json);
	const decisions = watchDecisions(ledger, io, options.json ? null : progress.print);
	let made = 0;
	let due = nodeClock.now();
	let trafficEnded: number | null = null;
	while (!options.signal.aborted) {
		const now = nodeClock.now();
		if (now >= due && (!options.once || made < options.tasks)) {
			const count = Math.min(1 + Math.floor(random() * 3), options.once ? options.tasks - made : 3);
			simulator.createUpload({ tasks: Array.from({ length: count }, () => ({})) });
			made += count;
			due = now + 200 + random() * 600;
		}
		await decisions.look();
		const cases = await countCases(ledger);
		progress.show(runningSummary(made, cases, simulator));
		if (options.once && made >= options.tasks) {
			trafficEnded ??= now;
			if (await allAtRest(ledger, simulator)) break;
			if (now - trafficEnded > patienceMs) simulator.calm();
			if (now - trafficEnded > 2 * patienceMs) break;
		}
		await nodeClock.sleep(lookEveryMs, options.signal).catch(() => undefined);
	}
	await decisions.look();
	progress.clear();
	return await summarise(simulator, ledger, decisions.seen());
}

/** The running summary: one line that is kept at the bottom of a terminal, and absent from a pipe. */
function createProgress(io: CliIo, silent: boolean) {
	const shown = io.isTerminal && !silent;
	let line = '';
	const clear = () => {
		if (shown && line !== '') io.write('\r\u001b[2K');
	};
	return {
		clear,
		print(text: string): void {
			clear();
			io.print(text);
			if (shown) io.write(line);
		},
		show(text: string): void {
			if (!shown || text === line) return;
			clear();
			line = text;
			io.write(text);
		},
	};
}
