import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Environment } from '../config.ts';

/** What a run of wrangler came to. */
export interface WranglerRun {
	/** Null when it could not be started, or was ended by a signal. */
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs wrangler to its end, without a terminal. Never rejects. `environment` is added to what it gets anyway. */
export type RunWrangler = (
	args: readonly string[],
	environment?: Readonly<Record<string, string>>,
) => Promise<WranglerRun>;

export interface WranglerOptions {
	/** The folder of `wrangler.toml`. */
	readonly root: string;
	readonly environment: Environment;
	/** The script to run; the wrangler that the project has installed when left out. */
	readonly script?: string;
}

/** Secrets are ours alone: wrangler, and what it builds with, have no use for them. */
const keptBack: ReadonlySet<string> = new Set([
	'OPERATOR_TOKEN',
	'OPERATORS',
	'SENDAI_API_KEY',
	'WEBHOOK_SECRETS',
	'SECRET_KEYS',
	'DATABASE_URL',
	'ALERT_WEBHOOK_URL',
	'ALERT_WEBHOOK_SECRET',
]);

/** Wrangler as a child process that asks nothing: where it would, it takes its default. */
export function createRunWrangler({ root, environment, script = installedWrangler() }: WranglerOptions): RunWrangler {
	const passed = Object.fromEntries(Object.entries(environment).filter(([name]) => !keptBack.has(name)));
	return (args, added = {}) =>
		new Promise((resolve) => {
			const child = spawn(process.execPath, [script, ...args], {
				cwd: root,
				stdio: ['ignore', 'pipe', 'pipe'],
				env: { ...passed, WRANGLER_SEND_METRICS: 'false', CI: 'true', NO_COLOR: '1', ...added },
			});
			let stdout = '';
			let stderr = '';
			child.stdout.setEncoding('utf8').on('data', (text: string) => {
				stdout += text;
			});
			child.stderr.setEncoding('utf8').on('data', (text: string) => {
				stderr += text;
			});
			child.once('error', () => resolve({ code: null, stdout, stderr }));
			child.once('close', (code) => resolve({ code, stdout, stderr }));
		});
}

function installedWrangler(): string {
	const require = createRequire(import.meta.url);
	return join(dirname(require.resolve('wrangler/package.json')), 'bin', 'wrangler.js');
}
