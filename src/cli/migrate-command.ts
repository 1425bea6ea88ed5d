import type { CliIo } from './io.ts';
import type { AddCommand } from './simulator-command.ts';

/** Adds `migrate`. */
export function addMigrateCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	command(
		'migrate',
		'Move a ledger from a SQLite file to Postgres, and compare both',
		'migrate --from file:greenlane.db --to postgres://bot:secret@db:5432/greenlane',
	)
		.requiredOption('--from <address>', 'the file; its servers must be stopped')
		.option('--to <address>', 'a database of Postgres without a ledger; that of DATABASE_URL when left out')
		.action(async (options: { from: string; to?: string; json: boolean }) => {
			const { runMigrate } = await import('./migrate-ledger.ts');
			exit(await runMigrate(options, io));
		});
}
