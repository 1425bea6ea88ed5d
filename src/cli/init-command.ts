import { InvalidArgumentError, Option } from 'commander';
import { kebabCase } from '../core/ruleset/rule-format.ts';
import type { CliIo } from './io.ts';
import type { AddCommand } from './simulator-command.ts';

const help = `
Asks nothing and overwrites nothing. Secrets are made here; the API key is never copied from the environment.

Given tasks, the rule names the projects, steps, entities and meta that all of them have. It begins in shadow: it has no
vote until you set its mode to live. In its tests the text of the documents is replaced, unless --keep-content is given.

Exit codes: 0 everything is written, or there already; 1 an existing .env lacks lines, or no rule could be made; 2 wrong
usage; 3 a task cannot be read, or a file not be written.`;

/** `greenlane init`: its options, and the way into `runInit`. */
export function addInitCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	interface Parsed {
		task: readonly string[];
		rule?: string;
		project?: string;
		dir: string;
		rules?: string;
		keepContent: boolean;
		dryRun: boolean;
		json: boolean;
	}
	command('init', 'Write a .env with new secrets, and from tasks a first rule with its tests', 'init tsk_1 tsk_2')
		.addHelpText('after', help)
		.argument('[tasks...]', 'files with tasks as the API answers them, - for standard input, or ids of live tasks')
		.addOption(
			new Option('--task <file>', 'a file with a saved task, repeatable')
				.argParser((path: string, before: readonly string[]) => [...before, path])
				.default([], 'none'),
		)
		.option('--rule <id>', 'id of the rule (default: from meta, else first-rule)', ruleId)
		.option('--project <id>', 'where to look for live tasks')
		.option('--dir <dir>', 'where .env goes', '.')
		.option('--rules <dir>', 'folder of the rule files (default: RULES_DIR, or rules)')
		.option('--keep-content', 'keep the text of the documents in the tests', false)
		.option('--dry-run', 'write nothing, and show the rule', false)
		.action(async (tasks: readonly string[], options: Parsed) => {
			const { runInit } = await import('./init.ts');
			exit(await runInit(tasks, options, io));
		});
}

function ruleId(text: string): string {
	if (kebabCase.test(text) && text.length <= 64) return text;
	throw new InvalidArgumentError('Give lower-case letters, digits and single hyphens, at most 64 characters.');
}
