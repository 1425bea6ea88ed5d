import type { RuleChange } from '../core/decision/index.ts';
import type { RuleSet } from '../core/ruleset/types.ts';
import { alignColumns } from './align-columns.ts';
import type { DiffReport, FlipGroup } from './diff-report.ts';
import type { CliIo } from './io.ts';
import { printableStart } from './printable.ts';

/** Characters of what came from outside. */
const mostShown = 80;

const changeWords: Readonly<Record<RuleChange['change'], string>> = {
	added: 'is new',
	removed: 'is gone; it had no vote',
	'left-live': 'has no vote any more: that can only let more through',
	'went-live': 'votes from now on',
	changed: 'has changed',
};

interface PrintOptions {
	readonly allowMore: boolean;
	readonly skipUnreadable: boolean;
}

/** Prints what two rule folders answer otherwise. */
export function printDiff(
	report: DiffReport,
	sets: { readonly before: RuleSet; readonly after: RuleSet },
	options: PrintOptions,
	io: CliIo,
): void {
	if (report.before === report.after) io.print('The two folders hold the same rules.');
	// What loosens is said first.
	const rules = report.rules.toSorted((a, b) => Number(b.change === 'left-live') - Number(a.change === 'left-live'));
	for (const { id, change } of rules) {
		const words = changeWords[change];
		io.print(`Rule ${id} ${change === 'left-live' ? io.paint('doubtful', words) : words}.`);
	}
	io.print('');
	const rate = (count: number) =>
		report.tasks === 0 ? '' : `${((100 * count) / report.tasks).toFixed(1)} % straight through`;
	const { before, after } = report.completed;
	for (const line of alignColumns([
		['tasks', String(report.tasks)],
		['completed before', String(before), rate(before)],
		['completed after', String(after), rate(after)],
	])) {
		io.print(line);
	}
	printGroups('newly completes', 'which stood in the way before', report, 'newly-completes', sets, io);
	printGroups('newly left to a person', 'which stands in the way now', report, 'newly-left', sets, io);
	io.print('');
	if (report.not_in_review > 0) {
		const many = report.not_in_review === 1 ? '1 task was' : `${report.not_in_review} tasks were`;
		io.print(
			io.paint('quiet', `${many} saved outside review, and judged as if in it; --as-saved takes them as they are.`),
		);
	}
	if (report.unreadable.count > 0) {
		const { count, lines } = report.unreadable;
		const many = count === 1 ? '1 line holds' : `${count} lines hold`;
		const where = `${lines.length < count ? 'the first ' : ''}at line ${lines.join(', ')}`;
		io.print(`${io.paint('bad', 'unreadable')}: ${many} no task, ${where}.`);
	}
	io.print(verdict(report, options, io));
}

function printGroups(
	title: string,
	what: string,
	report: DiffReport,
	direction: FlipGroup['direction'],
	sets: { readonly before: RuleSet; readonly after: RuleSet },
	io: CliIo,
): void {
	const total = direction === 'newly-completes' ? report.newly_completes : report.newly_left;
	io.print('');
	const style = direction === 'newly-completes' && total > 0 ? 'bad' : 'strong';
	io.print(`${io.paint(style, String(total))} ${title}${total === 0 ? '' : `, by the condition ${what}`}`);
	const rows = report.groups
		.filter((group) => group.direction === direction)
		.map(({ because, count, examples }) => [
			String(count),
			because,
			direction === 'newly-completes' ? whatBecameOf(because, sets) : '',
			`such as ${examples.map(({ task_id, line }) => `${printableStart(task_id, mostShown)} (line ${line})`).join(', ')}`,
		]);
	for (const line of alignColumns(rows, '  ')) io.print(line);
}

/** Why a condition that stood in the way no longer does. */
function whatBecameOf(code: string, { before, after }: { readonly before: RuleSet; readonly after: RuleSet }): string {
	const [kind, ruleId = '', ...rest] = code.split(':');
	if (kind !== 'rule') return '';
	const rule = after.rules.find(({ id }) => id === ruleId);
	if (rule === undefined) return '(the rule is gone)';
	if (rule.mode !== 'live') return '(the rule is no longer live)';
	const id = rest.join(':');
	if (id === 'applies') return '(it can be told now)';
	const names = [...rule.conditions.map((one) => one.id), ...rule.requiredEntities.map((one) => `required:${one}`)];
	if (!names.includes(id)) return '(removed)';
	return logicOf(before, ruleId, id) === logicOf(after, ruleId, id) ? '(the rule no longer applies)' : '(changed)';
}

function logicOf({ canonical }: RuleSet, ruleId: string, conditionId: string): string {
	const rules = JSON.parse(canonical) as Readonly<
		Record<string, { readonly conditions: readonly { readonly id: string; readonly logic: unknown }[] }>
	>;
	return JSON.stringify(rules[ruleId]?.conditions.find(({ id }) => id === conditionId)?.logic ?? null);
}

function verdict(report: DiffReport, { allowMore, skipUnreadable }: PrintOptions, io: CliIo): string {
	if (report.tasks === 0) return `${io.paint('bad', 'nothing compared')}: there was no task.`;
	const looser = report.newly_completes > 0 && !allowMore;
	if (report.unreadable.count > 0 && !skipUnreadable && !looser) {
		return `${io.paint('bad', 'incomplete')}: not every line was compared; --skip-unreadable when that is meant.`;
	}
	if (report.newly_completes === 0) return `${io.paint('good', 'good')}: nothing newly completes.`;
	const many =
		report.newly_completes === 1 ? '1 task newly completes' : `${report.newly_completes} tasks newly complete`;
	return looser
		? `${io.paint('bad', 'looser')}: ${many}; --allow-more when that is meant.`
		: `${io.paint('doubtful', 'allowed')}: ${many}.`;
}
