import { makeStatement, type Statement, type StatementLine } from '../evidence/statement.ts';
import { alignColumns } from './align-columns.ts';
import { dayBegins } from './day-begins.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { openLedger } from './open-ledger.ts';
import { asPercent } from './share-phrase.ts';

export interface StatementOptions {
	/** `YYYY-MM` */
	readonly month: string;
	readonly certainty: number;
	readonly db?: string;
	readonly json: boolean;
}

/** `greenlane statement`: 0 whatever it says, 3 when the ledger cannot be read. */
export async function runStatement(options: StatementOptions, io: CliIo): Promise<ExitCode> {
	const ledger = await openLedger(options.db, io);
	if (typeof ledger === 'number') return ledger;
	try {
		const zone = io.environment().TIMEZONE ?? 'UTC';
		const [since, until] = monthIn(options.month, zone);
		const statement = makeStatement(await ledger.passedBetween(since, until), options.certainty);
		if (options.json) io.print(JSON.stringify({ month: options.month, ...toJson(statement) }, null, '\t'));
		else print(options.month, statement, io);
		return exitCodes.good;
	} finally {
		await ledger.close();
	}
}

/** When the month begins and ends in a time zone, ms since the epoch. */
export function monthIn(month: string, timeZone: string): readonly [since: number, until: number] {
	const [year = 0, number = 0] = month.split('-').map(Number);
	return [dayBegins(Date.UTC(year, number - 1, 1), timeZone), dayBegins(Date.UTC(year, number, 1), timeZone)];
}

function print(month: string, { total, lines, certainty, provisional }: Statement, io: CliIo): void {
	io.print(io.paint('strong', `Statement for ${month}${provisional ? ' (provisional)' : ''}`));
	io.print('');
	io.print(sentenceOf(total, certainty));
	io.print(
		`${total.audited} tasks that passed were held out at random and done by people: ${total.right} were right, ${total.wrong} wrong, ${total.unresolved} are not known${total.unresolved > 0 ? ' (counted as wrong)' : ''}.`,
	);
	if (provisional) io.print('As audits are resolved, the bound can only get better.');
	if (lines.length === 0) return;
	io.print('');
	const rows = lines.map((line) => [
		line.projectId ?? '',
		line.rule ?? 'all rules',
		...[line.passed, line.completed, line.audited, line.wrong, line.unresolved].map(String),
		boundOf(line),
	]);
	const heads = [
		'project',
		'rule',
		'passed',
		'completed',
		'held out',
		'wrong',
		'not known',
		'at most wrong of completed',
	];
	for (const text of alignColumns([heads, ...rows])) io.print(text);
	io.print('');
	io.print(
		'A line by itself has that certainty; all lines together have less. A task under two rules counts under each.',
	);
}

function sentenceOf({ completed, bound }: StatementLine, certainty: number): string {
	switch (bound.outcome) {
		case 'nothing-completed':
			return 'Nothing was completed without a person.';
		case 'no-bound':
			return `${completed} tasks were completed without a person. None was held out, so that nothing can be said of how many were wrong: there is no bound.`;
		case 'bound':
			return `${completed} tasks were completed without a person. With ${asPercent(certainty)} certainty at most ${bound.wrong} of them (${asPercent(bound.share)}) were wrong.`;
	}
}

function boundOf({ bound }: StatementLine): string {
	switch (bound.outcome) {
		case 'nothing-completed':
			return 'nothing completed';
		case 'no-bound':
			return 'no bound';
		case 'bound':
			return `${bound.wrong} (${asPercent(bound.share)})`;
	}
}

function toJson({ certainty, total, lines, provisional }: Statement) {
	const line = ({ projectId, rule, bound, ...counts }: StatementLine) => ({
		project_id: projectId,
		rule,
		...counts,
		bound,
	});
	return { certainty, provisional, total: line(total), lines: lines.map(line) };
}
