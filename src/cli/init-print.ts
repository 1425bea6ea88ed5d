import type { CliIo } from './io.ts';
import { printable } from './printable.ts';

/** What `init` did, or with `dryRun` would do. Holds no secret. */
export interface InitReport {
	readonly env: {
		readonly path: string;
		readonly outcome: 'written' | 'kept';
		/** Names whose values only the account's owner knows. */
		readonly toFill: readonly string[];
		/** Lines that an existing file lacks. */
		readonly missing: readonly { readonly name: string; readonly line: string }[];
	};
	readonly rule: {
		readonly id: string;
		readonly path: string;
		readonly testPath: string;
		/** How many tasks it was made of. */
		readonly tasks: number;
		readonly conditions: readonly string[];
		readonly requiredEntities: readonly string[];
		/** Meta of the tasks that says nothing of their kind. */
		readonly otherMeta: readonly string[];
		readonly cases: number;
		/** How many of the tasks stand in the test file. */
		readonly fixtures: number;
		/** Whether the text of the documents was replaced. */
		readonly redacted: boolean;
		/** Of the rule file. */
		readonly text: string;
	} | null;
	readonly dryRun: boolean;
	/** The first task as it was named. */
	readonly task: string | null;
	readonly rulesDir: string;
	/** Whether `.env` is where commands will look for it. */
	readonly isHere: boolean;
}

export function printInit(report: InitReport, io: CliIo): void {
	const { env, rule, dryRun } = report;
	const written = io.paint('good', dryRun ? 'would write' : 'written');
	if (env.outcome === 'kept') {
		io.print(`${io.paint('quiet', 'kept')}: ${env.path} is there already and stays as it is.`);
		if (env.missing.length > 0) {
			io.print('  It lacks these lines; a shell adds each by: echo "LINE" >> .env');
			for (const { line } of env.missing) io.print(`    ${line}`);
		}
	} else {
		io.print(`${written}: ${env.path}, with new secrets and a limit of 50 completions a day; only you may read it.`);
	}
	if (env.toFill.length > 0) io.print(`  Fill in ${env.toFill.join(', ')}.`);
	if (rule !== null) {
		const { tasks, conditions, requiredEntities, cases } = rule;
		const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
		const entities = `${requiredEntities.length} required ${requiredEntities.length === 1 ? 'entity' : 'entities'}`;
		io.print(
			`${written}: ${rule.path}, a rule in shadow made of ${plural(tasks, 'task')}: ${entities}, ${plural(conditions.length, 'condition')} (${conditions.join(', ')}).`,
		);
		io.print(`${written}: ${rule.testPath}, with ${plural(cases, 'case')}.`);
		io.print(
			rule.redacted
				? '  The text of the documents was replaced by text of the same form; --keep-content would keep it.'
				: `  ${io.paint('doubtful', 'It holds the text of real documents')}: keep it where those may be kept.`,
		);
		if (rule.fixtures < tasks) io.print(`  ${plural(tasks - rule.fixtures, 'task')} did not fit in as read.`);
		if (rule.otherMeta.length > 0) {
			io.print(
				`  Not asked for, since it tells no kind of document: meta ${rule.otherMeta.map(printable).join(', ')}.`,
			);
		}
		if (dryRun) {
			io.print('');
			for (const line of rule.text.trimEnd().split('\n')) io.print(printable(line.replaceAll('\t', '  ')));
		}
	}
	printNext(report, io);
}

function printNext({ rule, task, rulesDir, isHere }: InitReport, io: CliIo): void {
	const run = 'npm run greenlane --';
	io.print('');
	io.print(io.paint('strong', isHere ? 'Next' : 'Next, from the folder of .env'));
	const subject = task === null || task === '-' ? '<task>' : printable(task);
	const isFile = /[\\/]|\.json$/.test(subject);
	const dir = rule === null && rulesDir === 'rules' ? '' : ` ${isHere ? rulesDir : ''}`.trimEnd();
	const steps = [
		`check${dir}`,
		`test${dir} --mutate`,
		`explain ${subject}`,
		`probe ${isFile ? '<task id>' : subject}`,
		'serve',
	];
	for (const step of steps) io.print(`  ${run} ${step}`);
}
