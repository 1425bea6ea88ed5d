import type { CliIo } from './io.ts';
import type { AddCommand } from './simulator-command.ts';

/** Adds `backup`. */
export function addBackupCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	command(
		'backup',
		'Copy the SQLite ledger while the server works, and check the copy',
		'backup --out greenlane-2026-10-31.db',
	)
		.requiredOption('--out <file>', 'a new file, complete and sound or not there at all')
		.option('--db <file>', 'the ledger; that of DATABASE_URL when left out')
		.action(async (options: { out: string; db?: string; json: boolean }) => {
			const { runBackup } = await import('./backup.ts');
			exit(await runBackup(options, io));
		});
}
