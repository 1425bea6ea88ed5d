import { monthIn } from '../cases/calendar.ts';
import { makeStatement, type Statement } from '../evidence/statement.ts';
import {
	presentLine,
	sayBound,
	sayCompleted,
	sayHeldOut,
	sayProvisional,
	sayTogether,
} from '../evidence/statement-words.ts';
import { alignColumns } from './align-columns.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { openLedger } from './open-ledger.ts';
import { timeZoneOf } from './time-zone.ts';

export interface StatementOptions {
	/** `YYYY-MM` */
	readonly month: string;
	readonly certainty: number;
	readonly db?: string;
	readonly json: boolean;
}

/** `greenlane statement`: 0 whatever it says, 2 when TIMEZONE is none, 3 when the ledger cannot be read. */
export async function runStatement(options: StatementOptions, io: CliIo): Promise<ExitCode> {
	const zone = timeZoneOf(io);
	if (typeof zone === 'number') return zone;
	const ledger = await openLedger(options.db, io);
	if (typeof ledger === 'number') return ledger;
	try {
		const [since, until] = monthIn(options.month, zone);
		const statement = makeStatement(await ledger.passedBetween(since, until), options.certainty);
		if (options.json) io.print(JSON.stringify({ month: options.month, ...toJson(statement) }, null, '\t'));
		else print(options.month, statement, io);
		return exitCodes.good;
	} finally {
		await ledger.close();
	}
}

function print(month: string, { total, lines, certainty, provisional }: Statement, io: CliIo): void {
	io.print(io.paint('strong', `Statement for ${month}${provisional ? ' (provisional)' : ''}`));
	io.print('');
	io.print(sayCompleted(total, certainty));
	io.print(sayHeldOut(total));
	if (provisional) io.print(sayProvisional);
	if (lines.length === 0) return;
	io.print('');
	const rows = lines.map((line) => [
		line.projectId ?? '',
		line.rule ?? 'all rules',
		...[line.passed, line.completed, line.audited, line.wrong, line.unresolved].map(String),
		sayBound(line),
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
	io.print(sayTogether);
}

function toJson({ certainty, total, lines, provisional }: Statement) {
	return { certainty, provisional, total: presentLine(total), lines: lines.map(presentLine) };
}
