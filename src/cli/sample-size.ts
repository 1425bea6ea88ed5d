import { existsSync } from 'node:fs';
import { readDatabaseAddress } from '../config.ts';
import { planSample, type SamplePlan } from '../evidence/sample-size.ts';
import { type LedgerPace, readPace } from '../evidence/sample-size-pace.ts';
import { nodeClock } from '../platform/node.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { readLabels } from './label-lines.ts';
import { openLedger } from './open-ledger.ts';
import { printSamplePlan } from './sample-size-print.ts';

export interface SampleSizeOptions {
	readonly maxError: number;
	readonly certainty: number;
	readonly trueShare?: number;
	/** A file; where it is left out the ledger of `DATABASE_URL`, if it is there. */
	readonly db?: string;
	readonly labels?: string;
	readonly json: boolean;
}

/**
 * `greenlane sample-size`: what a promise costs in audited tasks, in working days at the pace of this ledger, and what can
 * be promised today. 0 whatever comes out, 1 when a line holds no label, 3 when a file cannot be read.
 */
export async function runSampleSize(options: SampleSizeOptions, io: CliIo): Promise<ExitCode> {
	const { maxError, certainty, trueShare = null } = options;
	const labels = options.labels === undefined ? null : await readLabels(options.labels, io);
	if (typeof labels === 'number') return labels;
	let read: LedgerPace | null = null;
	if (options.db !== undefined || labels !== null || hasLedger(io)) {
		const ledger = await openLedger(options.db, io);
		if (typeof ledger === 'number') return ledger;
		try {
			read = await readPace(ledger, labels, certainty, nodeClock.now());
		} finally {
			await ledger.close();
		}
	}
	const plan = planSample({ maxError, certainty }, { trueShare, pace: read?.pace ?? null, audits: auditsOf(read) });
	if (options.json) io.print(JSON.stringify(toJson(plan), null, '\t'));
	else printSamplePlan(plan, { ledger: read !== null, labels: read?.labelled ?? false }, io);
	return exitCodes.good;
}

/** A sample without a single resolved task says nothing yet. */
function auditsOf(read: LedgerPace | null) {
	if (read === null || read.audits.outcome !== 'sample') return null;
	const { checked, wrong, unresolved, pending } = read.audits;
	return { checked, errors: wrong + unresolved, unresolved, pending };
}

function hasLedger(io: CliIo): boolean {
	const config = readDatabaseAddress(io.environment(), { readFile: io.readFile });
	// A wrong address is said by `openLedger`.
	return !config.ok || config.database.kind === 'postgres' || existsSync(config.database.path);
}

function toJson({ maxError, certainty, rows, likely, pace, today }: SamplePlan) {
	const rowJson = ({ errors, tasks, chance, workingDays }: SamplePlan['rows'][number]) => ({
		errors,
		tasks,
		chance,
		working_days: workingDays,
	});
	return {
		max_error: maxError,
		certainty,
		rows: rows.map(rowJson),
		likely:
			likely === null
				? null
				: likely.outcome === 'out-of-reach'
					? { outcome: likely.outcome, true_share: likely.trueShare }
					: {
							outcome: likely.outcome,
							true_share: likely.trueShare,
							proved_with_chance: likely.chance,
							...rowJson(likely.row),
						},
		pace: pace === null ? null : { working_days: pace.workingDays, passed: pace.passed, audited: pace.audited },
		today,
	};
}
