import { createHash } from 'node:crypto';
import pkg from '../../package.json' with { type: 'json' };
import { dayBegins } from '../cases/calendar.ts';
import type { Ledger } from '../ledger/index.ts';
import { nodeClock } from '../platform/node.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { createNewFile } from './new-file.ts';
import { openLedger } from './open-ledger.ts';
import { createProgress } from './progress.ts';
import { timeZoneOf } from './time-zone.ts';

export interface ExportOptions {
	/** `YYYY-MM-DD`, both days included. */
	readonly from?: string;
	readonly to?: string;
	readonly project?: string;
	readonly out?: string;
	readonly db?: string;
	readonly json: boolean;
}

const casesAtOnce = 200;

/**
 * `greenlane export`, also while a server works: a first line that says what follows, a line for each case in the order
 * of opening, a last line with their number and the SHA-256 of all lines before it. 0 when all is written, 2 for days in
 * the wrong order, 3 when the ledger cannot be read or the file not be written.
 */
export async function runExport(options: ExportOptions, io: CliIo): Promise<ExitCode> {
	const { from, to } = options;
	if (from !== undefined && to !== undefined && from > to) {
		io.complain(`--from ${from} is after --to ${to}.`);
		return exitCodes.wrongUsage;
	}
	const zone = timeZoneOf(io);
	if (typeof zone === 'number') return zone;
	const ledger = await openLedger(options.db, io);
	if (typeof ledger === 'number') return ledger;
	try {
		if (options.out === undefined) {
			await writeExport(ledger, options, zone, (line) => io.print(line));
			return exitCodes.good;
		}
		const file = createNewFile(options.out);
		if (!file.ok) {
			io.complain(file.message);
			return exitCodes.couldNotRun;
		}
		try {
			const progress = createProgress(io, nodeClock, null);
			const summary = await writeExport(ledger, options, zone, (line, count) => {
				file.write(`${line}\n`);
				progress.show(count, `${count} cases`);
			});
			file.keep();
			progress.end();
			const { out } = options;
			io.print(
				options.json
					? JSON.stringify({ out, ...summary }, null, '\t')
					: `${summary.cases} cases in ${out}, SHA-256 ${summary.sha256}`,
			);
			return exitCodes.good;
		} finally {
			file.drop();
		}
	} catch {
		io.complain('The export broke off: the ledger could not be read, or the disk is full. Nothing was kept of it.');
		return exitCodes.couldNotRun;
	} finally {
		await ledger.close();
	}
}

async function writeExport(
	ledger: Pick<Ledger, 'exportCases'>,
	{ from, to, project }: ExportOptions,
	zone: string,
	write: (line: string, count: number) => void,
): Promise<{ readonly cases: number; readonly sha256: string }> {
	const begins = (day: string | undefined, plus: number) =>
		day === undefined ? null : dayBegins(Date.parse(`${day}T00:00:00Z`) + plus * 86_400_000, zone);
	const of = { since: begins(from, 0), until: begins(to, 1), projectId: project ?? null };
	const hash = createHash('sha256');
	let [after, cases] = [0, 0];
	const add = (value: object) => {
		const line = JSON.stringify(value);
		hash.update(`${line}\n`, 'utf8');
		write(line, cases);
	};

	add({
		format: 'greenlane-export',
		version: 1,
		greenlane: pkg.version,
		exported_at: new Date(nodeClock.now()).toISOString(),
		since: of.since,
		until: of.until,
		project_id: of.projectId,
	});
	for (;;) {
		const page = await ledger.exportCases(after, casesAtOnce, of);
		for (const { seq, case: record, decisions, attempts, label } of page) {
			cases += 1;
			after = seq;
			add({ case: record, decisions, attempts, label });
		}
		if (page.length < casesAtOnce) break;
	}
	const summary = { cases, sha256: hash.digest('hex') };
	write(JSON.stringify({ end: true, ...summary }), cases);
	return summary;
}
