import type { CliIo } from './io.ts';
import { parseDay, parseShare } from './parse-option.ts';
import type { AddCommand } from './simulator-command.ts';

/** Adds `replay`. */
export function addReplayCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	command(
		'replay',
		'Judge what the ledger remembers by another rule folder, without the documents',
		'replay rules --from 2026-06-01 --labels labels.jsonl --max-error 1%',
	)
		.argument('<dir>', 'folder of the rules to replay')
		.option('--from <date>', 'the first day of the cases, YYYY-MM-DD in UTC', parseDay)
		.option('--to <date>', 'the last day of the cases, YYYY-MM-DD in UTC', parseDay)
		.option('--project <id>', 'of this project alone')
		.option('--labels <file>', 'lines of {"task_id": "...", "label": "right" | "wrong" | "unresolved"}')
		.option('--max-error <share>', 'fail when more than this may be wrong, like 1% or 0.01', parseShare)
		.option('--certainty <share>', 'of the bound, like 95%', parseShare, 0.95)
		.option('--allow-gaps', 'let --max-error pass although some tasks could not be replayed or carry no draw', false)
		.option('--db <file>', 'the ledger (default: DATABASE_URL)')
		.action(
			async (
				dir: string,
				options: {
					from?: string;
					to?: string;
					project?: string;
					labels?: string;
					maxError?: number;
					certainty: number;
					allowGaps: boolean;
					db?: string;
					json: boolean;
				},
			) => {
				const { runReplay } = await import('./replay.ts');
				exit(await runReplay(dir, options, io));
			},
		);
}
