import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeClock, nodeFetch } from '../platform/node.ts';

/** The Worker as `wrangler dev` runs it on this machine, with its real queue and database. */
export interface LocalWorker {
	/** Without a slash at the end. */
	readonly address: string;
	/** Of wrangler, whose child the runtime is. */
	readonly pid: number | undefined;
	/** Lets the cron tick, for which the local platform has no clock of its own. False when nobody answered. */
	tick(): Promise<boolean>;
	stop(): Promise<void>;
}

export interface LocalWorkerOptions {
	/** Where the database and the queue keep their files. Migrated first. */
	readonly folder: string;
	readonly port: number;
	/** Variables and secrets, over those of `wrangler.toml`. */
	readonly variables: Readonly<Record<string, string>>;
	/** A module as `bundle` writes it, absolute; the project's own rules when left out. */
	readonly rulesModule?: string;
	/** Hears what wrangler prints; null: nobody does. */
	readonly say: ((text: string) => void) | null;
	readonly signal?: AbortSignal;
}

const startsWithinMs = 90_000;

/** Needs no account and no network. `message` says what did not work, in a sentence. */
export async function startLocalWorker(
	options: LocalWorkerOptions,
): Promise<{ readonly ok: true; readonly worker: LocalWorker } | { readonly ok: false; readonly message: string }> {
	const { folder, port, variables, rulesModule, say, signal } = options;
	const persist = ['--persist-to', folder];
	const migrated = wrangler(['d1', 'migrations', 'apply', 'LEDGER', '--local', ...persist], null);
	if ((await exitOf(migrated)) !== 0) return { ok: false, message: 'The local database could not be made.' };
	const vars = Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
	const quiet = ['--show-interactive-dev-session', 'false', '--log-level', say === null ? 'none' : 'error'];
	const place = ['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0'];
	const rules = rulesModule === undefined ? [] : ['--tsconfig', await writePaths(folder, rulesModule)];
	const child = wrangler(['dev', '--local', ...place, ...persist, ...quiet, ...rules, ...vars], say);
	const address = `http://127.0.0.1:${port}`;
	if (!(await answers(`${address}/healthz`, child, signal))) {
		await end(child);
		return { ok: false, message: `The Worker did not start at ${address}; is the port free?` };
	}
	return {
		ok: true,
		worker: {
			address,
			pid: child.pid,
			async tick() {
				return await nodeFetch(`${address}/cdn-cgi/local/scheduled`).then(
					async (response) => {
						await response.arrayBuffer();
						return response.ok;
					},
					() => false,
				);
			},
			stop: () => end(child),
		},
	};
}

/** A configuration by which `#rules` leads elsewhere: of `--alias`, `wrangler dev` makes nothing. */
async function writePaths(folder: string, rulesModule: string): Promise<string> {
	const path = join(folder, 'tsconfig.json');
	const root = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));
	await writeFile(path, JSON.stringify({ extends: root, compilerOptions: { paths: { '#rules': [rulesModule] } } }));
	return path;
}

/** A process of wrangler's; what it prints is said, or dropped. */
function wrangler(args: readonly string[], say: ((text: string) => void) | null): ChildProcess {
	const require = createRequire(import.meta.url);
	const bin = join(dirname(require.resolve('wrangler/package.json')), 'bin', 'wrangler.js');
	const child = spawn(process.execPath, [bin, ...args], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: 'true' },
	});
	const hear = (chunk: Buffer) => say?.(chunk.toString('utf8').trimEnd());
	child.stdout?.on('data', hear);
	child.stderr?.on('data', hear);
	return child;
}

async function exitOf(child: ChildProcess): Promise<number | null> {
	if (child.exitCode === null) await once(child, 'exit');
	return child.exitCode;
}

async function answers(url: string, worker: ChildProcess, signal: AbortSignal | undefined): Promise<boolean> {
	const until = nodeClock.now() + startsWithinMs;
	while (nodeClock.now() < until && worker.exitCode === null && signal?.aborted !== true) {
		const status = await nodeFetch(url, { signal: AbortSignal.timeout(2_000) }).then(
			(response) => response.status,
			() => 0,
		);
		if (status === 200) return true;
		await nodeClock.sleep(250);
	}
	return false;
}

async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = once(child, 'exit');
	child.kill('SIGINT');
	const impatient = setTimeout(() => child.kill('SIGKILL'), 5_000);
	await gone;
	clearTimeout(impatient);
}

/** Another that asks at the same moment may get the same one. */
export async function findFreePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const closed = once(server, 'close');
	server.close();
	await closed;
	return typeof address === 'object' && address !== null ? address.port : 0;
}
