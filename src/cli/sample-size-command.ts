import type { CliIo } from './io.ts';
import { parseShare } from './parse-option.ts';
import type { AddCommand } from './simulator-command.ts';

/** Adds `sample-size`. */
export function addSampleSizeCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	command(
		'sample-size',
		'How many audited tasks a promise needs, and how long that takes',
		'sample-size --max-error 1% --certainty 95% --true-share 0.2%',
	)
		.option('--max-error <share>', 'the largest share wrong that is promised, like 1% or 0.01', parseShare, 0.01)
		.option('--certainty <share>', 'how certain the promise shall be, like 95%', parseShare, 0.95)
		.option('--true-share <share>', 'suppose that much is wrong, and say how likely the proof is', parseShare)
		.option('--db <file>', 'the ledger (default: DATABASE_URL, where it is there)')
		.option('--labels <file>', 'lines of {"task_id": "...", "label": "right" | "wrong" | "unresolved"}')
		.action(
			async (options: {
				maxError: number;
				certainty: number;
				trueShare?: number;
				db?: string;
				labels?: string;
				json: boolean;
			}) => {
				const { runSampleSize } = await import('./sample-size.ts');
				exit(await runSampleSize(options, io));
			},
		);
}
