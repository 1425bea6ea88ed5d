import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findFreePort } from '../../src/cli/local-worker.ts';
import { nodeClock, nodeFetch } from '../../src/platform/node.ts';

/** Real processes of the bot, each of which may die at any moment and comes back on its own address. */
export interface Bots {
	/** Of those that answer now. */
	alive(): readonly string[];
	/** SIGKILL: nothing is said, flushed or given back. Resolves once it answers again. */
	kill(index: number, downMs: number): Promise<void>;
	/** SIGKILL, and it never comes back. */
	lose(index: number): Promise<void>;
	readonly count: number;
	stop(): Promise<void>;
}

export interface BotOptions {
	/** A copy of the project: what is run is `src/cli.ts` in it. */
	readonly root: string;
	readonly count: number;
	/** What a process is given, beside `PORT`. */
	readonly variables: (index: number) => Readonly<Record<string, string>>;
	/** How wrong the clock of a process is from its next start on, ms. */
	readonly skewMs: (index: number) => number;
	/** Told what a process that ended by itself had said last. */
	readonly onDeath: (said: string) => void;
}

const startsWithinMs = 60_000;

export async function startBots({ root, count, variables, skewMs, onDeath }: BotOptions): Promise<Bots> {
	const node = join(root, 'node_modules', '.bin', 'node');
	const skewed = pathToFileURL(join(import.meta.dirname, 'skewed-clock.ts')).href;
	const slots: { port: number; child: ChildProcess | null; answers: boolean }[] = [];
	let stopping = false;

	async function start(index: number): Promise<void> {
		const slot = slots[index];
		if (slot === undefined || stopping) return;
		const child = spawn(node, ['--import', skewed, join(root, 'src', 'cli.ts'), 'serve', '--json'], {
			cwd: root,
			env: {
				...{ PATH: process.env.PATH ?? '', NO_COLOR: '1' },
				...{ ...variables(index), PORT: String(slot.port), CHAOS_SKEW_MS: String(skewMs(index)) },
			},
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		slot.child = child;
		let said = '';
		const hear = (text: string) => {
			said = (said + text).slice(-2_000);
		};
		child.stdout?.setEncoding('utf8').on('data', hear);
		child.stderr?.setEncoding('utf8').on('data', hear);
		const until = nodeClock.now() + startsWithinMs;
		while (child.exitCode === null && child.signalCode === null) {
			if (await isUp(`http://127.0.0.1:${slot.port}`)) {
				slot.answers = true;
				return;
			}
			if (nodeClock.now() > until) throw new Error(`a bot did not start in ${startsWithinMs} ms: ${said}`);
			await nodeClock.sleep(50);
		}
		if (stopping || child.signalCode === 'SIGKILL') return;
		// A full disk, for one: it is for whoever runs the process to start it again.
		onDeath(said);
		await nodeClock.sleep(1_000);
		await start(index);
	}

	for (let index = 0; index < count; index += 1) {
		slots.push({ port: await findFreePort(), child: null, answers: false });
		await start(index);
	}
	async function die(index: number): Promise<boolean> {
		const slot = slots[index];
		if (slot?.child === null || slot === undefined) return false;
		slot.answers = false;
		await endNow(slot.child, 'SIGKILL');
		return true;
	}

	return {
		count,
		alive: () => slots.filter(({ answers }) => answers).map(({ port }) => `http://127.0.0.1:${port}`),
		async kill(index, downMs) {
			if (!(await die(index))) return;
			await nodeClock.sleep(downMs);
			await start(index);
		},
		async lose(index) {
			await die(index);
		},
		async stop() {
			stopping = true;
			await Promise.all(slots.flatMap(({ child }) => (child === null ? [] : [endNow(child, 'SIGTERM')])));
		},
	};
}

async function endNow(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, 'exit');
	child.kill(signal);
	const patience = setTimeout(() => child.kill('SIGKILL'), 30_000);
	await ended;
	clearTimeout(patience);
}

async function isUp(address: string): Promise<boolean> {
	try {
		const response = await nodeFetch(`${address}/healthz`, { signal: AbortSignal.timeout(2_000) });
		await response.arrayBuffer();
		return response.ok;
	} catch {
		return false;
	}
}
