import type { CliIo } from './io.ts';
import type { RunWrangler, WranglerRun } from './run-wrangler.ts';

/** What deploying is made of, in this order. */
export type DeployStep =
	| 'token'
	| 'address'
	| 'rules'
	| 'configuration'
	| 'build'
	| 'account'
	| 'queues'
	| 'secrets'
	| 'migrations'
	| 'deploy'
	| 'reload'
	| 'ready';

/** A step that failed: nothing after it was done. */
export interface DeployFailure {
	readonly ok: false;
	readonly step: DeployStep;
	/** What is wrong, where, and what to do next. For a person, a line each. */
	readonly lines: readonly string[];
}

export type Step<T> = ({ readonly ok: true } & T) | DeployFailure;

export function failed(step: DeployStep, ...lines: readonly string[]): DeployFailure {
	return { ok: false, step, lines };
}

/** Wrangler for one environment of `wrangler.toml`; says each command before it runs. */
export type SayAndRun = (
	args: readonly string[],
	environment?: Readonly<Record<string, string>>,
) => Promise<WranglerRun>;

/** `--env=` names the top level, which wrangler wants to be told where there are several environments. */
export function sayAndRun(wrangler: RunWrangler, env: string, io: Pick<CliIo, 'print' | 'paint'>): SayAndRun {
	return (args, environment) => {
		const all = [...args, `--env=${env}`];
		io.print(io.paint('quiet', `$ wrangler ${all.join(' ')}`));
		return wrangler(all, environment);
	};
}

const mostLines = 25;

/** The end of what wrangler said, for a person. */
export function saidBy({ stdout, stderr }: WranglerRun): readonly string[] {
	const lines = `${stdout}\n${stderr}`
		.split('\n')
		.map((line) => line.trimEnd())
		.filter((line) => line !== '');
	return lines.slice(-mostLines).map((line) => `  ${line}`);
}
