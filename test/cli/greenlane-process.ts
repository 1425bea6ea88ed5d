import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** The Node of the project, whatever the shell finds first: type stripping wants a new one. */
const node = join(root, 'node_modules', '.bin', 'node');
const timeoutMs = 15_000;

export interface Ended {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface RunOptions {
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
	readonly input?: string;
	/** Whoever reads its standard output has left before it says anything, like `head`. */
	readonly unread?: boolean;
	/** When it is killed; after 15 s when left out. */
	readonly withinMs?: number;
}

function start(args: readonly string[], { env = {}, cwd = root }: RunOptions): ChildProcess {
	return spawn(node, [join(root, 'src/cli.ts'), ...args], {
		cwd,
		// Nothing of the surroundings but what a process needs.
		env: { PATH: process.env.PATH ?? '', NO_COLOR: '1', ...env },
		stdio: 'pipe',
	});
}

/** Runs `node src/cli.ts` to its end. */
export async function greenlane(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
	const child = start(args, options);
	const output = collect(child);
	if (options.unread === true) child.stdout?.destroy();
	child.stdin?.end(options.input ?? '');
	const timer = setTimeout(() => child.kill('SIGKILL'), options.withinMs ?? timeoutMs);
	await once(child, 'close');
	clearTimeout(timer);
	return { code: child.exitCode, ...output() };
}

export interface Running {
	readonly address: string;
	readonly pid: number;
	/** Lines of the log so far, parsed. */
	lines(): Record<string, unknown>[];
	signal(name: 'SIGTERM' | 'SIGINT' | 'SIGKILL' | 'SIGHUP'): void;
	/** Waits until it has ended. */
	end(): Promise<Ended>;
}

/** Starts `serve` and waits until it listens. Fails with what it said when it ends before. */
export async function serve(options: RunOptions = {}, args: readonly string[] = []): Promise<Running> {
	const child = start(['serve', ...args], options);
	const output = collect(child);
	const closed = once(child, 'close');
	const timer = setTimeout(() => child.kill('SIGKILL'), options.withinMs ?? timeoutMs);
	const end = async (): Promise<Ended> => {
		await closed;
		clearTimeout(timer);
		return { code: child.exitCode, ...output() };
	};
	const lines = () =>
		output()
			.stdout.split('\n')
			.filter((line) => line.startsWith('{'))
			.map((line) => JSON.parse(line) as Record<string, unknown>);
	let listening: Record<string, unknown> | undefined;
	while (listening === undefined) {
		const wait = new Promise((resolve) => setTimeout(resolve, 20));
		await Promise.race([wait, closed]);
		listening = lines().find((line) => line.message === 'listening');
		if (child.exitCode !== null && listening === undefined) {
			const { code, stdout, stderr } = await end();
			throw new Error(`serve ended with ${code}: ${stdout}${stderr}`);
		}
	}
	return {
		address: String(listening.address),
		pid: child.pid ?? 0,
		lines,
		signal: (name) => void child.kill(name),
		end,
	};
}

function collect(child: ChildProcess): () => { stdout: string; stderr: string } {
	let stdout = '';
	let stderr = '';
	child.stdout?.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
	});
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	return () => ({ stdout, stderr });
}
