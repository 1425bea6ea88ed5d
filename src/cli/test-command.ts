import type { CliIo } from './io.ts';
import type { AddCommand } from './simulator-command.ts';

const help = `
Beside each rule <id>.json stands <id>.test.json with its cases. Each case is judged by that rule alone, as if it were
live; guards count as well. A rule without a case is a failure. What each key of a case means, an editor shows.

The table counts the cases that saw a part of a rule true, false, or in error. A part is covered when some case saw it
true and another false.

--mutate puts one small mistake after the other into a rule (a threshold moved by a step, a comparison turned, a
condition or an operand left out) and lists those that no case notices, each with a case that would.

Exit codes: 0 every case passes; 1 a case fails, a rule has none, or the folder has errors; with --strict also when a
part is not covered or a mutant survives; 2 wrong usage; 3 the folder cannot be read, or the JUnit file not written.`;

/** `greenlane test`: its options, and the way into `runTest`. */
export function addTestCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	interface Parsed {
		filter?: string;
		mutate: boolean;
		strict: boolean;
		junit?: string;
		watch: boolean;
		json: boolean;
	}
	command('test', 'Hold rules against the cases of their test files', 'test rules --mutate')
		.addHelpText('after', help)
		.argument('[dir]', 'folder of the rule files (default: RULES_DIR, or rules)')
		.option('--filter <text>', 'only cases with this text in their name; coverage is not measured then')
		.option('--mutate', 'list small mistakes in the rules that no case would notice', false)
		.option('--strict', 'fail when a part is not covered, or a mutant survives', false)
		.option('--junit <file>', 'write the results as JUnit XML as well')
		.option('--watch', 'test again after each change, until interrupted', false)
		.action(async (dir: string | undefined, options: Parsed) => {
			const { runTest } = await import('./test-rules.ts');
			const enough = new AbortController();
			if (options.watch) for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => enough.abort());
			const folder = dir ?? io.environment().RULES_DIR ?? 'rules';
			exit(await runTest(folder, { ...options, signal: enough.signal }, io));
		});
}
