import { bundlePath } from '../rulesource/bundle-module.ts';
import type { CliIo } from './io.ts';
import type { AddCommand } from './simulator-command.ts';

/** `greenlane bundle`: its options, and the way into `runBundle`. */
export function addBundleCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	command('bundle', 'Check the rule files and pack them for a Worker', 'bundle rules')
		.argument('[dir]', 'folder of the rule files (default: RULES_DIR, or rules)')
		.option('--out <file>', 'the module to write', bundlePath)
		.action(async (dir: string | undefined, options: { out: string; json: boolean }) => {
			const { runBundle } = await import('./bundle.ts');
			exit(await runBundle(dir ?? (io.environment().RULES_DIR || 'rules'), options, io));
		});
}
