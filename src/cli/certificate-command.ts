import type { CliIo } from './io.ts';
import { parseDay } from './parse-option.ts';
import type { AddCommand } from './simulator-command.ts';

/** Adds `certificate verify`. */
export function addCertificateCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	const certificate = command(
		'certificate',
		'Check what is promised of a rule, and what it rests on',
		'certificate verify invoice --tasks june.jsonl --labels labels.jsonl',
	);
	certificate
		.command('verify')
		.description('Say whether the promise of a rule stands; with tasks and labels, count it all anew')
		.argument('<rule>', 'id of the rule: its file without .json')
		.option('--rules <dir>', 'folder of the rule files (default: RULES_DIR, or rules)')
		.option('--tasks <file>', 'the tasks that it was calibrated on, one a line as the API answers it')
		.option('--labels <file>', 'the labels that it was calibrated on')
		.option('--today <date>', 'the day that the rule was judged as then, YYYY-MM-DD', parseDay)
		.option('--json', 'print JSON', false)
		.action(
			async (
				rule: string,
				options: { rules?: string; tasks?: string; labels?: string; today?: string; json: boolean },
			) => {
				const { runCertificateVerify } = await import('./certificate-verify.ts');
				const rules = options.rules ?? (io.environment().RULES_DIR || 'rules');
				exit(await runCertificateVerify(rule, { ...options, rules }, io));
			},
		);
}
