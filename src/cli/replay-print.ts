import type { ReplayGroup, ReplayReport, Reviewed } from '../evidence/replay-report.ts';
import type { ReplaySample } from '../evidence/replay-sample.ts';
import { settlingMs } from '../evidence/settling.ts';
import { alignColumns } from './align-columns.ts';
import type { CliIo } from './io.ts';
import { asCertainty, asMostPercent, asPercent } from './share-phrase.ts';

export type ReplayVerdict =
	| 'good'
	| 'nothing-replayed'
	| 'bound-above'
	| 'gaps'
	| Exclude<ReplaySample['outcome'], 'sample'>;

const mostGroups = 12;
const settlingDays = settlingMs / 86_400_000;

/** Prints what another rule folder would have answered. */
export function printReplay(report: ReplayReport, verdict: ReplayVerdict, maxError: number | null, io: CliIo): void {
	const { decisions, undecided, completed, reviewed, not_replayable: open } = report;
	const rate = (count: number) =>
		decisions === 0 ? '' : `${((100 * count) / decisions).toFixed(1)} % straight through`;
	const rows = [
		['decisions', String(decisions), '', ''],
		['right to complete, as decided', String(completed.before), rate(completed.before), sayReviewed(reviewed.before)],
		['right to complete, replayed', String(completed.after), rate(completed.after), sayReviewed(reviewed.after)],
	];
	for (const line of alignColumns(rows)) io.print(line);
	if (undecided > 0) io.print(io.paint('quiet', `${undecided} cases have no decision, and are not counted.`));
	printGroups(
		report.newly_completes === 1 ? 'newly completes' : 'newly complete',
		'which stood in the way',
		report,
		'newly-completes',
		io,
	);
	printGroups('newly left to a person', 'which stands in the way now', report, 'newly-left', io);
	if (open.count > 0) {
		io.print('');
		io.print(
			`${io.paint('doubtful', `${open.count} not replayable`)}, counted as left to a person: the text of the document would have to be asked anew`,
		);
		const lines = open.because.slice(0, mostGroups).map(([because, count]) => [String(count), because]);
		for (const line of alignColumns(lines, '  ')) io.print(line);
	}
	io.print('');
	io.print(sayExploratory(report, io));
	const words = sayVerdict(verdict, maxError, io);
	if (words !== null) io.print(words);
}

function printGroups(
	title: string,
	what: string,
	report: ReplayReport,
	direction: ReplayGroup['direction'],
	io: CliIo,
): void {
	const completes = direction === 'newly-completes';
	const total = completes ? report.newly_completes : report.newly_left;
	const reviewed = sayReviewed(completes ? report.reviewed.newly_completes : report.reviewed.newly_left);
	io.print('');
	const style = completes && total > 0 ? 'bad' : 'strong';
	io.print(
		`${io.paint(style, String(total))} ${title}${reviewed === '' ? '' : ` (${reviewed})`}${total === 0 ? '' : `, by the condition ${what}`}`,
	);
	const groups = report.groups.filter((group) => group.direction === direction);
	const rows = groups.slice(0, mostGroups).map(({ because, count, examples }) => [
		String(count),
		because,
		`such as decision ${examples
			.map(({ decision_id: id }) => id)
			.slice(0, 2)
			.join(', ')}`,
	]);
	for (const line of alignColumns(rows, '  ')) io.print(line);
	if (groups.length > mostGroups) io.print(`  and ${groups.length - mostGroups} more; --json has them all`);
}

function sayReviewed({ right, wrong, unresolved }: Reviewed): string {
	const all = right + wrong + unresolved;
	if (all === 0) return '';
	return `reviewers know ${all}: ${wrong} wrong${unresolved > 0 ? `, ${unresolved} unresolved` : ''}`;
}

function sayExploratory({ exploratory, without_draw: withoutDraw }: ReplayReport, io: CliIo): string {
	const apart = withoutDraw > 0 ? ` ${withoutDraw} carry no draw and are in no sample.` : '';
	switch (exploratory.outcome) {
		case 'no-labels':
			return `No task of a fair sample has a label, so that nothing is known of how much would be wrong.${apart}`;
		case 'no-audit':
			return `In this time tasks were completed without any audit, so that there is no fair sample of them; --from can leave that time out.${apart}`;
		case 'sample': {
			const { checked, wrong, unresolved, pending, share, bound, certainty } = exploratory;
			const errors = `${wrong} wrong${unresolved > 0 ? `, ${unresolved} unresolved (each counts as wrong)` : ''}`;
			const waiting = pending > 0 ? `; ${pending} more are younger than ${settlingDays} days and not counted yet` : '';
			return `${io.paint('strong', 'exploratory')}: at most ${asMostPercent(bound)} wrong with ${asCertainty(certainty)} certainty, by a fair sample (${asPercent(share)} of all) of ${checked}, ${errors}${waiting}. Look at one folder by it, not at many to pick the best: only \`calibrate\` proves.${apart}`;
		}
	}
}

function sayVerdict(verdict: ReplayVerdict, maxError: number | null, io: CliIo): string | null {
	switch (verdict) {
		case 'nothing-replayed':
			return `${io.paint('bad', 'nothing replayed')}: the ledger has no decision there.`;
		case 'no-labels':
			return `${io.paint('bad', 'failed')}: --max-error wants labels, and there is none; --labels brings them.`;
		case 'no-audit':
			return `${io.paint('bad', 'failed')}: --max-error wants audited tasks.`;
		case 'bound-above':
			return `${io.paint('bad', 'failed')}: more than ${asPercent(maxError ?? 0)} may be wrong.`;
		case 'gaps':
			return `${io.paint('bad', 'failed')}: the bound leaves out what could not be replayed or carries no draw, and any of it may be completed and wrong. Bring what is missing (STORE_CONTENT_DAYS keeps documents, --from leaves an earlier time out), or accept it with --allow-gaps.`;
		case 'good':
			return maxError === null ? null : `${io.paint('good', 'good')}: not more than ${asPercent(maxError)}.`;
	}
}
