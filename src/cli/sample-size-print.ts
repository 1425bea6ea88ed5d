import { roundUp } from '../evidence/as-percent.ts';
import type { SamplePlan, SampleRow } from '../evidence/sample-size.ts';
import { settlingMs } from '../evidence/settling.ts';
import { alignColumns } from './align-columns.ts';
import type { CliIo } from './io.ts';
import { asPercent, sharePhrase } from './share-phrase.ts';

const settlingDays = settlingMs / 86_400_000;

/** Prints what a promise costs. */
export function printSamplePlan(
	plan: SamplePlan,
	had: { readonly ledger: boolean; readonly labels: boolean },
	io: CliIo,
): void {
	const { likely, pace, today } = plan;
	io.print(`To promise ${io.paint('strong', sharePhrase(plan))}, so many audited tasks are needed:`);
	io.print('');
	const withChance = likely !== null;
	const withDays = plan.rows.some(({ workingDays }) => workingDays !== null);
	const head = ['wrong among them', 'audited tasks'];
	if (withChance) head.push('chance that no more are wrong');
	if (withDays) head.push('working days');
	const cells = ({ errors, tasks, chance, workingDays }: SampleRow) => [
		errors === 0 ? 'none' : String(errors),
		String(tasks),
		...(withChance ? [chance === null ? '' : roughly(chance)] : []),
		...(withDays ? [workingDays === null ? '' : String(workingDays)] : []),
	];
	for (const line of alignColumns([head, ...plan.rows.map(cells)], '  ')) io.print(line);
	io.print('');
	if (likely?.outcome === 'sample') {
		const { errors, tasks, workingDays } = likely.row;
		const days = workingDays === null ? '' : `, ${workingDays} working days`;
		io.print(
			`If ${asPercent(likely.trueShare)} is wrong in truth: ${io.paint('strong', `${tasks} tasks`)} prove it with four chances in five (up to ${errors} wrong among them)${days}.`,
		);
	} else if (likely !== null) {
		io.print(
			`${io.paint('bad', 'out of reach')}: if ${asPercent(likely.trueShare)} is wrong in truth, no sample proves that at most ${asPercent(plan.maxError)} is. Make the rules stricter, or promise less.`,
		);
	}
	io.print(sayPace(plan, had.ledger));
	if (today !== null) printToday(plan, today, io);
	else if (had.ledger && pace !== null) {
		io.print(
			had.labels
				? 'None of the labels is of a task that was audited by chance under the rules of now, so that nothing can be promised today.'
				: 'No label is known, so that nothing can be promised today; the bot collects them, or --labels brings them.',
		);
	}
}

function sayPace({ pace }: SamplePlan, hadLedger: boolean): string {
	if (!hadLedger) return 'There is no ledger here, so that nobody can say how long this takes; --db names one.';
	if (pace === null)
		return 'By this ledger nothing has passed in the last 30 days, so that nobody can say how long this takes.';
	const { workingDays, passed, audited } = pace;
	const days = workingDays === 1 ? '1 working day' : `${workingDays} working days`;
	if (audited === 0) {
		return `By this ledger ${passed} tasks passed in ${days} and none was audited: at that pace nothing is ever proved. Set an auditShare.`;
	}
	return `By this ledger ${passed} tasks passed in ${days} and ${audited} were audited (${asPercent(audited / passed)}), ${(audited / workingDays).toFixed(1)} a day.`;
}

function printToday(plan: SamplePlan, today: NonNullable<SamplePlan['today']>, io: CliIo): void {
	const { checked, errors, unresolved, promisable, holds, more, pending } = today;
	const young = pending > 0 ? `; ${pending} of the last ${settlingDays} days are not counted yet` : '';
	const found = `${checked} audited so far, ${errors} wrong${unresolved > 0 ? ` (${unresolved} of them unresolved)` : ''}${young}`;
	if (holds) {
		io.print(`${io.paint('good', 'Today')}: ${found}. It can be promised: ${sharePhrase(plan)}.`);
		return;
	}
	const now =
		promisable === null
			? 'Nothing can be promised'
			: `What can be promised is ${sharePhrase({ ...plan, maxError: roundUp(promisable) })}`;
	io.print(`${io.paint('doubtful', 'Today')}: ${found}. ${now}; ${more} more without an error are needed.`);
}

function roughly(chance: number): string {
	if (chance > 0.995) return 'over 99 %';
	return chance < 0.005 ? 'under 1 %' : `${Math.round(chance * 100)} %`;
}
