import type { CliIo } from './io.ts';
import type { AddCommand } from './simulator-command.ts';

/** Adds `deploy-worker`, which is `npm run deploy`. */
export function addDeployWorkerCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	command('deploy-worker', 'Deploy to Cloudflare Workers and put the rules in force', 'deploy-worker --dry-run')
		.option('--env <name>', 'environment of wrangler.toml (default: its top level, production)', '')
		.option('--url <address>', 'of the deployed Worker (default: GREENLANE_URL, or what wrangler says)')
		.option('--dry-run', 'check and build, and say the size; needs no account', false)
		.addHelpText(
			'after',
			'\nOPERATOR_TOKEN must be set to the token of an operator who may operate; wrangler must be logged in.',
		)
		.action(async (options: { env: string; url?: string; dryRun: boolean; json: boolean }) => {
			const { runDeployWorker } = await import('./deploy-worker.ts');
			const { createRunWrangler } = await import('./run-wrangler.ts');
			const { nodeClock, nodeFetch } = await import('../platform/node.ts');
			const root = process.cwd();
			const wrangler = createRunWrangler({ root, environment: io.environment() });
			exit(await runDeployWorker(options, { root, wrangler, fetch: nodeFetch, clock: nodeClock }, io));
		});
}
