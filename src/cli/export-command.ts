import type { CliIo } from './io.ts';
import { parseDay } from './parse-option.ts';
import type { AddCommand } from './simulator-command.ts';

/** Adds `export`. */
export function addExportCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	command(
		'export',
		'Write each case with its decisions, attempts and label, one JSON object a line',
		'export --from 2026-10-01 --to 2026-10-31 --out october.jsonl',
	)
		.option('--from <date>', 'cases opened on that day or later, YYYY-MM-DD in TIMEZONE', parseDay)
		.option('--to <date>', 'cases opened on that day or earlier', parseDay)
		.option('--project <id>', 'cases of that project alone')
		.option('--out <file>', 'a new file, complete or not there at all (default: standard output)')
		.option('--db <file>', 'the ledger; that of DATABASE_URL when left out')
		.action(
			async (options: { from?: string; to?: string; project?: string; out?: string; db?: string; json: boolean }) => {
				const { runExport } = await import('./export.ts');
				exit(await runExport(options, io));
			},
		);
}
