import type { CliIo } from './io.ts';
import { parseDay } from './parse-option.ts';
import type { AddCommand } from './simulator-command.ts';

/** Adds `diff`. */
export function addDiffCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	command('diff', 'Compare two rule folders over a file of tasks', 'diff rules-before rules --tasks tasks.jsonl')
		.argument('<old>', 'folder of the rules as they are')
		.argument('<new>', 'folder of the rules as they would be')
		.requiredOption('--tasks <file>', 'one task a line, as the API answers it; - for standard input')
		.option('--today <date>', 'the day to judge as, YYYY-MM-DD', parseDay)
		.option('--allow-more', 'do not fail when something newly completes', false)
		.option('--skip-unreadable', 'do not fail when a line holds no task', false)
		.option('--as-saved', 'take status and export as saved, instead of every task as in review', false)
		.option('--flips <file>', 'write every decision that flips, as a line of JSON each')
		.action(
			async (
				before: string,
				after: string,
				options: {
					tasks: string;
					today?: string;
					allowMore: boolean;
					skipUnreadable: boolean;
					asSaved: boolean;
					flips?: string;
					json: boolean;
				},
			) => {
				const { runDiff } = await import('./diff.ts');
				exit(await runDiff(before, after, options, io));
			},
		);
}
