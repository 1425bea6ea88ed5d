import type { CliIo } from './io.ts';
import { parseDay, parseShare, wholeNumber } from './parse-option.ts';
import type { AddCommand } from './simulator-command.ts';

/** Adds `calibrate declare` and `calibrate run`. */
export function addCalibrateCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	interface Declared {
		rules?: string;
		tasks: string;
		labels: number;
		maxError: number;
		certainty: number;
		holm: boolean;
		loosen: boolean;
		extractor?: string;
		today?: string;
		json: boolean;
	}
	interface Run {
		rules?: string;
		tasks: string;
		labels: string;
		sampled: boolean;
		write: boolean;
		svg?: string;
		months: number;
		today?: string;
		json: boolean;
	}
	const dir = (rules: string | undefined) => rules ?? (io.environment().RULES_DIR || 'rules');

	const calibrate = command(
		'calibrate',
		'Find thresholds whose share wrong can be promised, and certify them',
		'calibrate declare invoice --tasks may.jsonl --labels 500 --max-error 1% --certainty 95%',
	);
	const part = (name: string, description: string) =>
		calibrate.command(name).description(description).option('--json', 'print JSON', false);

	part('declare', 'Fix the thresholds to be tested, before any label of theirs is seen')
		.argument('<rule>', 'id of the rule: its file without .json')
		.option('--rules <dir>', 'folder of the rule files (default: RULES_DIR, or rules)')
		.requiredOption(
			'--tasks <file>',
			'earlier tasks without labels, one a line as the API answers it; - for standard input',
		)
		.requiredOption('--labels <n>', 'how many labelled tasks there will be', wholeNumber(1, 10_000_000))
		.option('--max-error <share>', 'the largest share wrong that is promised', parseShare, 0.01)
		.option('--certainty <share>', 'how certain the promise shall be, over all runs together', parseShare, 0.95)
		.option('--holm', 'test every threshold with a part of the certainty, instead of one after the other', false)
		.option('--loosen', 'try thresholds that are laxer than those of the rule as well, down to none', false)
		.option('--extractor <name>', 'what reads the documents: the promise is for that alone')
		.option('--today <date>', 'the day to judge as, YYYY-MM-DD', parseDay)
		.action(async (rule: string, options: Declared) => {
			const { runCalibrateDeclare } = await import('./calibrate-declare.ts');
			exit(await runCalibrateDeclare(rule, { ...options, rules: dir(options.rules) }, io));
		});

	part('run', 'Test the declared thresholds on labels that came later; each run spends of the certainty')
		.argument('<rule>', 'id of the rule: its file without .json')
		.option('--rules <dir>', 'folder of the rule files (default: RULES_DIR, or rules)')
		.requiredOption('--tasks <file>', 'the labelled tasks as they were read, one a line as the API answers it')
		.requiredOption(
			'--labels <file>',
			'lines of {"task_id": "...", "label": "right" | "wrong" | "unresolved"}, or what export wrote',
		)
		.option(
			'--sampled',
			'the labels are of tasks chosen at random: leave those without one out, instead of counting them as wrong',
			false,
		)
		.option('--write', 'write the thresholds into the rule file, and a certificate beside it', false)
		.option('--svg <file>', 'draw the risk-coverage curve')
		.option('--months <n>', 'for how long a certificate is good', wholeNumber(1, 60), 6)
		.option('--today <date>', 'the day to judge as, YYYY-MM-DD', parseDay)
		.action(async (rule: string, options: Run) => {
			const { runCalibrateRun } = await import('./calibrate-run.ts');
			exit(await runCalibrateRun(rule, { ...options, rules: dir(options.rules) }, io));
		});
}
