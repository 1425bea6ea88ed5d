import { InvalidArgumentError } from 'commander';
import type { CliIo } from './io.ts';
import { parseShare } from './parse-option.ts';
import type { AddCommand } from './simulator-command.ts';

/** Adds `statement`. */
export function addStatementCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	command(
		'statement',
		'Say how much of a month was completed, and how much of it may be wrong',
		'statement --month 2026-10',
	)
		.requiredOption('--month <month>', 'YYYY-MM, in TIMEZONE', parseMonth)
		.option('--certainty <share>', 'how certain the bound shall be', parseShare, 0.95)
		.option('--db <file>', 'the ledger; that of DATABASE_URL when left out')
		.action(async (options: { month: string; certainty: number; db?: string; json: boolean }) => {
			const { runStatement } = await import('./statement.ts');
			exit(await runStatement(options, io));
		});
}

function parseMonth(text: string): string {
	if (/^\d{4}-(?:0[1-9]|1[0-2])$/.test(text)) return text;
	throw new InvalidArgumentError('Give a month like 2026-10.');
}
