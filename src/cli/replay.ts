import type { ReadContent } from '../cases/index.ts';
import type { RuleSet } from '../core/ruleset/types.ts';
import type { Label } from '../evidence/labels-file.ts';
import { replayHistory } from '../evidence/replay-history.ts';
import type { ReplayReport } from '../evidence/replay-report.ts';
import type { Between, Ledger } from '../ledger/index.ts';
import { nodeClock, nodeDigest } from '../platform/node.ts';
import { loadFolder } from '../rulesource/folder.ts';
import { contentReaderOf } from './content-reader.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { readLabels } from './label-lines.ts';
import { openLedger } from './open-ledger.ts';
import { countFindings, printFindings } from './print-findings.ts';
import { createProgress } from './progress.ts';
import { printReplay, type ReplayVerdict } from './replay-print.ts';

export interface ReplayOptions {
	/** The first and the last day on which a case was opened, in UTC. */
	readonly from?: string;
	readonly to?: string;
	readonly project?: string;
	readonly labels?: string;
	/** Fails when the bound is above, or does not cover all. */
	readonly maxError?: number;
	readonly certainty: number;
	/** Lets `maxError` pass although the bound does not cover all that may be completed. */
	readonly allowGaps: boolean;
	/** A file; the ledger of `DATABASE_URL` where it is left out. */
	readonly db?: string;
	readonly json: boolean;
}

const dayMs = 24 * 60 * 60 * 1_000;

/**
 * `greenlane replay <dir>`: what another rule folder would have answered to all that the ledger remembers. Streams: memory
 * does not grow with the ledger. 0 when it could be replayed, and with `maxError` only when the bound is not above; 1 when it
 * is, when there are no labels to tell, when the folder is not sound or there was nothing to replay; 3 when something
 * cannot be read.
 */
export async function runReplay(dir: string, options: ReplayOptions, io: CliIo): Promise<ExitCode> {
	const { from, to, maxError = null } = options;
	if (from !== undefined && to !== undefined && from > to) {
		io.complain(`--from ${from} is after --to ${to}.`);
		return exitCodes.wrongUsage;
	}
	const loaded = await loadFolder(dir, nodeDigest.sha256);
	if (!loaded.ok) {
		printFindings(io, loaded.findings, io.complain, { dir });
		io.complain(`The rules in ${dir} cannot judge anything: ${countFindings(loaded.findings)}.`);
		return loaded.findings.some(({ code }) => code === 'missing-folder') ? exitCodes.couldNotRun : exitCodes.failed;
	}
	const labels = options.labels === undefined ? null : await readLabels(options.labels, io);
	if (typeof labels === 'number') return labels;
	const contents = contentReaderOf(io);
	if (typeof contents === 'number') return contents;
	const ledger = await openLedger(options.db, io);
	if (typeof ledger === 'number') return ledger;
	const read = contents?.(ledger);
	let report: ReplayReport;
	const began = performance.now();
	try {
		report = await replayAll(ledger, loaded.ruleSet, labels, read, options, io);
	} catch {
		io.complain('The ledger broke off while it was read. Try again; a backup can be replayed as well, by --db.');
		return exitCodes.couldNotRun;
	} finally {
		await ledger.close();
	}
	const seconds = (performance.now() - began) / 1_000;
	const verdict = judge(report, maxError, options.allowGaps);
	if (options.json) io.print(JSON.stringify({ ...report, verdict, seconds: round(seconds) }, null, '\t'));
	else printReplay(report, verdict, maxError, io);
	return verdict === 'good' ? exitCodes.good : exitCodes.failed;
}

async function replayAll(
	ledger: Ledger,
	ruleSet: RuleSet,
	labels: ReadonlyMap<string, Label> | null,
	read: ReadContent | undefined,
	{ from, to, project, certainty }: ReplayOptions,
	io: CliIo,
): Promise<ReplayReport> {
	const { cases } = await ledger.counts();
	const limited = from !== undefined || to !== undefined || project !== undefined;
	const all = Object.values(cases).reduce((sum, count) => sum + count, 0);
	const progress = createProgress(io, nodeClock, limited ? null : all);
	const began = performance.now();
	const opened = limited && (from !== undefined || to !== undefined) ? periodOf(from, to) : null;
	try {
		return await replayHistory({
			ledger,
			ruleSet,
			...(opened === null ? {} : { opened }),
			...(project === undefined ? {} : { projectId: project }),
			labels,
			...(read === undefined
				? {}
				: {
						contentOf: async (id: string) => {
							const reading = await read(id);
							return reading.kind === 'content' ? reading.content : null;
						},
					}),
			certainty,
			now: nodeClock.now(),
			onPage(done) {
				const seconds = (performance.now() - began) / 1_000;
				progress.show(done, `${done} cases, ${Math.round(done / seconds)} a second`);
			},
		});
	} finally {
		progress.end();
	}
}

function periodOf(from: string | undefined, to: string | undefined): Between {
	const startOf = (day: string) => Date.parse(`${day}T00:00:00Z`);
	return {
		since: from === undefined ? 0 : startOf(from),
		until: to === undefined ? Number.MAX_SAFE_INTEGER : startOf(to) + dayMs,
	};
}

function judge(
	{ decisions, exploratory, not_replayable: open, without_draw: withoutDraw }: ReplayReport,
	maxError: number | null,
	allowGaps: boolean,
): ReplayVerdict {
	if (decisions === 0) return 'nothing-replayed';
	if (maxError === null) return 'good';
	if (exploratory.outcome !== 'sample') return exploratory.outcome;
	if (exploratory.bound > maxError) return 'bound-above';
	// What could not be replayed counts as left to a person, which is cautious for a task and not for a bound.
	return !allowGaps && (open.count > 0 || withoutDraw > 0) ? 'gaps' : 'good';
}

function round(seconds: number): number {
	return Math.round(seconds * 1_000) / 1_000;
}
