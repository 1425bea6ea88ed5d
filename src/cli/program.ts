import { Command, CommanderError, Option } from 'commander';
import pkg from '../../package.json' with { type: 'json' };
import { addBackupCommand } from './backup-command.ts';
import { addBundleCommand } from './bundle-command.ts';
import { addCalibrateCommand } from './calibrate-command.ts';
import { addCertificateCommand } from './certificate-command.ts';
import { addDeployWorkerCommand } from './deploy-worker-command.ts';
import { addDevWorkerCommand } from './dev-worker-command.ts';
import { addDiffCommand } from './diff-command.ts';
import { exitCodes } from './exit-codes.ts';
import { addExportCommand } from './export-command.ts';
import { addForgetCommand } from './forget-command.ts';
import { addInitCommand } from './init-command.ts';
import type { CliIo } from './io.ts';
import { addMigrateCommand } from './migrate-command.ts';
import { addObserveCommand } from './observe-command.ts';
import { parseDay, wholeNumber } from './parse-option.ts';
import { addReplayCommand } from './replay-command.ts';
import { addSampleSizeCommand } from './sample-size-command.ts';
import { type AddCommand, addSimulatorCommand } from './simulator-command.ts';
import { addStatementCommand } from './statement-command.ts';
import { addTestCommand } from './test-command.ts';

/**
 * Runs one command line.
 *
 * @param args without the program's name
 * @returns the exit code; what was wrong has been printed
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
	let exitCode: number = exitCodes.good;
	const program = createProgram(io, (code) => {
		exitCode = code;
	});
	try {
		await program.parseAsync([...args], { from: 'user' });
		return exitCode;
	} catch (error) {
		// Help and version count as errors with exit code 0; commander's own code for wrong usage is 1.
		if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.good : exitCodes.wrongUsage;
		throw error;
	}
}

/** Commands are imported when they run: help and wrong usage answer at once. */
function createProgram(io: CliIo, exit: (code: number) => void): Command {
	const program = new Command('greenlane')
		.description('Completes Send AI review tasks that are certainly right, and leaves the rest to people.')
		.version(pkg.version)
		.exitOverride()
		// With the same on `calibrate` and `certificate`: else these would take `--json` from their own subcommands.
		.enablePositionalOptions()
		.showHelpAfterError('Add --help to see how it is used.')
		.configureOutput({
			writeOut: (text) => io.print(text.trimEnd()),
			writeErr: (text) => io.complain(text.trimEnd()),
		});

	const command = (name: string, description: string, example: string) =>
		program
			.command(name)
			.description(description)
			.addHelpText('after', `\nExample:\n  npm run greenlane -- ${example}`)
			.option('--json', 'print JSON', false)
			.enablePositionalOptions();
	const rulesOption = () => new Option('--rules <dir>', 'folder of the rule files').env('RULES_DIR').default('rules');

	command('serve', 'Run the bot: webhook, operator API and the work itself', 'serve').action(
		async (options: { json: boolean }) => {
			const { runServe } = await import('./serve-command.ts');
			exit(await runServe(options, io));
		},
	);

	addInitCommand(command, io, exit);

	command('check', 'Check rule files without any task', 'check rules')
		.argument('[dir]', 'folder of the rule files (default: RULES_DIR, or rules)')
		.addOption(
			new Option('--against <task>', 'a file with a task, repeatable: warn of entities and meta that none has')
				.argParser((path: string, before: readonly string[]) => [...before, path])
				.default([], 'none'),
		)
		.option('--fix', 'rewrite sound files in the usual format; their meaning stays', false)
		.option('--watch', 'check again after each change, until interrupted', false)
		.option('--write-schema', 'write the schemas for editors into the folder', false)
		.action(
			async (
				dir: string | undefined,
				options: { json: boolean; against: readonly string[]; fix: boolean; watch: boolean; writeSchema: boolean },
			) => {
				const { runCheck } = await import('./check.ts');
				const enough = new AbortController();
				if (options.watch) for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => enough.abort());
				const folder = dir ?? io.environment().RULES_DIR ?? 'rules';
				exit(await runCheck(folder, { ...options, signal: enough.signal }, io));
			},
		);

	addTestCommand(command, io, exit);

	command('explain', 'Judge one task without any effect, and say why', 'explain task.json --today 2026-06-01')
		.argument('[task]', 'a file with a task as the API answers it, - for standard input, or the id of a live task')
		.option('--decision <id>', 'a decision that was made, as the ledger of DATABASE_URL keeps it')
		.addOption(rulesOption())
		.option('--today <date>', 'the day to judge as, YYYY-MM-DD', parseDay)
		.option('--project <id>', 'where to look for a live task')
		.option(
			'--show-content',
			'show values from the document as well (of --decision: where STORE_CONTENT_DAYS keeps them)',
			false,
		)
		.action(
			async (
				task: string | undefined,
				options: {
					decision?: string;
					rules: string;
					today?: string;
					project?: string;
					showContent: boolean;
					json: boolean;
				},
			) => {
				const { decision } = options;
				if ((task === undefined) === (decision === undefined)) {
					io.complain('Give a task, or --decision with the id of a decision; one of the two.');
					exit(exitCodes.wrongUsage);
				} else if (decision !== undefined) {
					const { runExplainDecision } = await import('./explain-decision.ts');
					exit(await runExplainDecision(decision, options, io));
				} else if (task !== undefined) {
					const { runExplain } = await import('./explain.ts');
					exit(await runExplain(task, options, io));
				}
			},
		);

	addDiffCommand(command, io, exit);

	command('probe', 'Find out what the account allows, by GET alone', 'probe tsk_1 tsk_2')
		.argument('<tasks...>', 'ids of tasks, best of some that are in review')
		.option('--project <ids...>', 'projects to look in (default: SENDAI_PROJECT_IDS)')
		.option('--upload <ids...>', 'ids of uploads to look at as well')
		.option('--dry-run', 'do not note in the ledger whether our reads move last_opened_at', false)
		.action(
			async (
				tasks: readonly string[],
				options: { project?: string[]; upload?: string[]; dryRun: boolean; json: boolean },
			) => {
				const { runProbe } = await import('./probe.ts');
				exit(await runProbe(tasks, options, io));
			},
		);

	command('enqueue', 'Hand task ids to the running server', 'enqueue --file ids.txt --project proj_1')
		.argument('[tasks...]', 'task ids')
		.option('--file <path>', 'a file with one id a line, - for standard input; # begins a comment')
		.option('--project <id>', 'the project of the tasks (default: SENDAI_PROJECT_IDS when it is one)')
		.option('--url <address>', 'of the running server (default: from HOST and PORT)')
		.action(
			async (tasks: readonly string[], options: { file?: string; project?: string; url?: string; json: boolean }) => {
				const { runEnqueue } = await import('./enqueue.ts');
				exit(await runEnqueue(tasks, options, io));
			},
		);

	addBundleCommand(command, io, exit);
	addCalibrateCommand(command, io, exit);
	addCertificateCommand(command, io, exit);
	addSampleSizeCommand(command, io, exit);
	addReplayCommand(command, io, exit);
	addObserveCommand(command, io, exit);
	addStatementCommand(command, io, exit);
	addExportCommand(command, io, exit);
	addForgetCommand(command, io, exit);
	addBackupCommand(command, io, exit);
	addMigrateCommand(command, io, exit);
	addSimulatorCommand(command, io, exit);
	addDemo(command, io, exit);
	addDevWorkerCommand(command, io, exit);
	addDeployWorkerCommand(command, io, exit);
	return program;
}

function addDemo(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	command('demo', 'Simulator, bot and traffic in one process, without an account', 'demo --once')
		.option('--once', 'stop by itself and print what happened', false)
		.option('--tasks <count>', 'tasks after which --once stops', wholeNumber(1, 10_000), 60)
		.option('--seed <number>', 'everything follows from it', wholeNumber(0, 4_294_967_295), 1)
		.option('--rules <dir>', 'folder of the rule files', 'rules')
		.action(async (options: { once: boolean; tasks: number; seed: number; rules: string; json: boolean }) => {
			const { runDemo } = await import('./demo.ts');
			const { rules, ...rest } = options;
			const enough = new AbortController();
			for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => enough.abort());
			exit(await runDemo({ ...rest, rulesDir: rules, signal: enough.signal }, io));
		});
}
