import type { CliIo } from './io.ts';
import type { AddCommand } from './simulator-command.ts';

/** Adds `observe`. */
export function addObserveCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	command('observe', 'Take in labels that you have from elsewhere', 'observe --import labels.jsonl')
		.requiredOption(
			'--import <file>',
			'lines of {"project_id": "...", "task_id": "...", "step_type": "EXTRACT", "label": "right" | "wrong"}',
		)
		.option('--db <file>', 'the ledger; that of DATABASE_URL when left out')
		.action(async (options: { import: string; db?: string; json: boolean }) => {
			const { runObserve } = await import('./observe.ts');
			exit(await runObserve(options, io));
		});
}
