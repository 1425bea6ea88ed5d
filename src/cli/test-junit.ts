import { placeOf } from './print-findings.ts';
import type { RuleReport, TestReport } from './test-report.ts';
import { sayExpected, sayFound } from './test-verdict.ts';

interface Result {
	readonly name: string;
	readonly classname: string;
	readonly file: string;
	readonly line: number;
	/** Null: passed. */
	readonly failure: { readonly message: string; readonly detail: string } | null;
}

interface Suite {
	readonly name: string;
	readonly results: readonly Result[];
}

/**
 * A report as JUnit XML: one suite for each rule, one test for each case. Whatever else fails (no tests, and with `strict`
 * a part that is not covered or a mutant that survives; errors of the folder) is a failed test of its own, so that a file
 * without failures always goes with the exit code 0.
 */
export function writeJunit(report: TestReport, dir: string, strict: boolean): string {
	const suites = report.rules.map((rule): Suite => ({ name: rule.id, results: resultsOf(rule, dir, strict) }));
	const failed = suites.some(({ results }) => results.some(({ failure }) => failure !== null));
	if (!report.ok && !failed) suites.push({ name: 'folder', results: folderResults(report, dir) });
	const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
	lines.push(`<testsuites name="greenlane test"${countsOf(suites.flatMap(({ results }) => results))}>`);
	for (const { name, results } of suites) {
		lines.push(`\t<testsuite name="${writeText(name)}"${countsOf(results)}>`);
		for (const result of results) lines.push(...writeResult(result));
		lines.push('\t</testsuite>');
	}
	lines.push('</testsuites>');
	return `${lines.join('\n')}\n`;
}

function resultsOf(rule: RuleReport, dir: string, strict: boolean): readonly Result[] {
	const { id: classname } = rule;
	const results: Result[] = rule.cases.map((one) => {
		const detail = [
			sayExpected(one),
			sayFound(one),
			...one.sentences.map(({ reason, sentence }) => `${reason}: ${sentence}`),
		];
		return {
			name: one.name,
			classname,
			file: placeOf(one.file, dir),
			line: one.line,
			failure: one.passed ? null : { message: `${sayExpected(one)}; ${sayFound(one)}`, detail: detail.join('\n') },
		};
	});
	const fail = (name: string, file: string, line: number, message: string) =>
		results.push({ name, classname, file: placeOf(file, dir), line, failure: { message, detail: message } });
	if (!rule.tested && rule.leftOut === 0) fail('has tests', rule.file, 1, `There is no ${rule.testFile}.`);
	if (!strict) return results;
	for (const { id, file, line, covered, ...seen } of rule.coverage ?? []) {
		if (!covered) fail(`${id} is covered`, file, line, `Seen true ${seen.true} times, false ${seen.false} times.`);
	}
	for (const { part, file, line, from, to, hint } of rule.mutants?.survivors ?? []) {
		fail(`${part}: ${from} -> ${to} is noticed`, file, line, hint);
	}
	return results;
}

function folderResults({ findings, problems }: TestReport, dir: string): readonly Result[] {
	const classname = 'folder';
	const errors = findings.filter(({ severity }) => severity === 'error');
	return errors.length > 0
		? errors.map(({ file, line, code, message }) => {
				const place = placeOf(file, dir);
				return {
					name: `${place}:${line} ${code}`,
					classname,
					file: place,
					line,
					failure: { message, detail: message },
				};
			})
		: problems.map((problem) => ({
				name: problem,
				classname,
				file: dir,
				line: 1,
				failure: { message: problem, detail: problem },
			}));
}

function countsOf(results: readonly Result[]): string {
	const failures = results.filter(({ failure }) => failure !== null).length;
	return ` tests="${results.length}" failures="${failures}" errors="0" skipped="0"`;
}

function writeResult({ name, classname, file, line, failure }: Result): readonly string[] {
	const open = `\t\t<testcase name="${writeText(name)}" classname="${writeText(classname)}" file="${writeText(file)}" line="${line}"`;
	if (failure === null) return [`${open}/>`];
	return [
		`${open}>`,
		`\t\t\t<failure message="${writeText(failure.message)}" type="failure">${writeText(failure.detail)}</failure>`,
		'\t\t</testcase>',
	];
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for an element or an attribute. XML 1.0 has no way to write most control characters: they are left out. */
function writeText(text: string): string {
	return text
		.toWellFormed()
		.replace(/[^\n\P{Cc}]|[\uFFFE\uFFFF]/gu, '')
		.replace(/[&<>"]/g, (character) => entities[character] ?? '');
}
