import { alignColumns } from './align-columns.ts';
import type { CliIo } from './io.ts';
import { placeOf } from './print-findings.ts';
import { printable } from './printable.ts';
import type { FilePlace, MutantsReport, PartReport, RuleReport, TestReport } from './test-report.ts';
import { sayExpected, sayFound } from './test-verdict.ts';

interface PrintOptions {
	readonly mutate: boolean;
	readonly strict: boolean;
}

/** Prints a report for people: each rule with what failed, what its cases have shown, and which mutants survived. */
export function printReport(report: TestReport, dir: string, options: PrintOptions, io: CliIo): void {
	const at = ({ file, line, column }: FilePlace) => `${printable(placeOf(file, dir))}:${line}:${column}`;
	for (const rule of report.rules) {
		// Of a rule without such a case there is nothing to say.
		if (rule.leftOut > 0 && rule.cases.length === 0) continue;
		printRule(rule, at, options, io);
		io.print('');
	}
	printSummary(report, dir, options, io);
}

function printRule(rule: RuleReport, at: (place: FilePlace) => string, options: PrintOptions, io: CliIo): void {
	const { id, mode, cases, leftOut, coverage, mutants } = rule;
	const title = `${io.paint('strong', id)} (${mode}): `;
	if (!rule.tested) {
		io.print(`${title}${io.paint('doubtful', 'warning')}: there is no ${rule.testFile}.`);
		return;
	}
	const passed = cases.filter((one) => one.passed).length;
	const count = `${passed} of ${cases.length} cases pass`;
	io.print(
		`${title}${io.paint(passed === cases.length ? 'good' : 'bad', count)}${leftOut === 0 ? '' : `, ${leftOut} left out`}`,
	);
	for (const one of cases) {
		if (one.passed) continue;
		io.print(`  ${at(one)}  ${io.paint('bad', 'failed')}  ${printable(one.name)}`);
		io.print(`    ${sayExpected(one)}`);
		io.print(`    ${sayFound(one)}`);
		for (const line of alignColumns(
			one.sentences.map(({ reason, sentence }) => [reason, printable(sentence)]),
			'      ',
		)) {
			io.print(io.paint('quiet', line));
		}
	}
	if (coverage !== null) for (const line of coverageLines(coverage, at, io)) io.print(line);
	if (mutants !== null) printMutants(mutants, at, io);
	else if (options.mutate) io.print('  No mutants were tried: first the cases must pass.');
}

const names: Readonly<Record<string, string>> = { rule: 'the rule completes', applies: 'the rule applies' };

function coverageLines(
	coverage: readonly PartReport[],
	at: (place: FilePlace) => string,
	io: CliIo,
): readonly string[] {
	const heads = ['true', 'false', 'error'];
	const rows = coverage.map((part) => {
		const counts = [part.true, part.false, part.error].map((count, index) =>
			String(count).padStart(heads[index]?.length ?? 0),
		);
		const never = [...(part.true === 0 ? ['true'] : []), ...(part.false === 0 ? ['false'] : [])].join(' and ');
		const doubt = part.covered ? '' : `${io.paint('doubtful', `never ${never}`)}  ${at(part)}`;
		return [printable(names[part.kind] ?? part.id), ...counts, doubt];
	});
	return alignColumns([['cases that saw it', ...heads, ''], ...rows], '  ');
}

function printMutants(
	{ killed, total, refused, survivors }: MutantsReport,
	at: (place: FilePlace) => string,
	io: CliIo,
): void {
	const aside = refused === 0 ? '' : `, ${refused} refused by the checker`;
	io.print(`  ${io.paint(killed === total ? 'good' : 'doubtful', `${killed} of ${total} mutants noticed`)}${aside}`);
	const lines = alignColumns(
		survivors.map((one) => [at(one), one.part, `${one.from} -> ${one.to}`].map(printable)),
		'    ',
	);
	for (const [index, { hint }] of survivors.entries()) {
		io.print(lines[index] ?? '');
		io.print(io.paint('quiet', `      ${printable(hint)}`));
	}
}

function printSummary({ ok, problems, rules }: TestReport, dir: string, options: PrintOptions, io: CliIo): void {
	const cases = rules.flatMap((rule) => rule.cases).length;
	if (ok) {
		const tested = rules.filter((rule) => rule.cases.length > 0).length;
		io.print(
			`${io.paint('good', 'good')}: ${cases} ${cases === 1 ? 'case' : 'cases'} of ${tested} ${tested === 1 ? 'rule' : 'rules'} in ${dir} pass.`,
		);
	} else for (const problem of problems) io.print(`${io.paint('bad', 'failed')}: ${printable(problem)}`);
	if (options.strict) return;
	const open = [
		...(rules.some(({ coverage }) => coverage?.some(({ covered }) => !covered)) ? ['what no case covers'] : []),
		...(rules.some(({ mutants }) => (mutants?.survivors.length ?? 0) > 0) ? ['mutants that no case notices'] : []),
	];
	if (open.length > 0) io.print(io.paint('quiet', `With --strict, ${open.join(' and ')} would be failures.`));
}
