import { writeFile } from 'node:fs/promises';
import { readRuleSuites } from '../core/ruleset/index.ts';
import { nodeDigest } from '../platform/node.ts';
import { loadFolder, readFolder } from '../rulesource/folder.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { countFindings, printFindings } from './print-findings.ts';
import { repeatOnChange } from './repeat-on-change.ts';
import { writeJunit } from './test-junit.ts';
import { printReport } from './test-print.ts';
import { type RuleReport, type TestReport, testRule } from './test-report.ts';

export interface TestOptions {
	/** Only cases with this text in their name. Then coverage is not measured. */
	readonly filter?: string | undefined;
	/** Tries the cases on rules with small mistakes put into them. */
	readonly mutate: boolean;
	/** Parts that are not covered, and mutants that survive, are failures as well. */
	readonly strict: boolean;
	/** Where to write the results as JUnit XML. */
	readonly junit?: string | undefined;
	/** Tests again after each change, until `signal`. */
	readonly watch: boolean;
	readonly json: boolean;
	/** Ends `watch`. */
	readonly signal?: AbortSignal;
}

/**
 * `greenlane test`: holds every rule of a folder against the cases of its test file. 0 when all cases pass and every rule
 * has some, 1 when not or when the folder has errors, 2 when options contradict each other, 3 when the folder cannot be
 * read or the JUnit file not be written. With `watch`, what the last run came to.
 */
export async function runTest(dir: string, options: TestOptions, io: CliIo): Promise<ExitCode> {
	if (options.filter !== undefined && (options.mutate || options.strict)) {
		io.complain(
			'--filter leaves cases out, so that --mutate and --strict would blame the rest; give one or the other.',
		);
		return exitCodes.wrongUsage;
	}
	let exitCode = await testOnce(dir, options, io);
	if (!options.watch) return exitCode;
	const again = async () => {
		exitCode = await testOnce(dir, options, io);
	};
	await repeatOnChange({ dir, json: options.json, signal: options.signal, again }, io);
	return exitCode;
}

async function testOnce(dir: string, options: TestOptions, io: CliIo): Promise<ExitCode> {
	const shown = io.isTerminal && !options.json;
	const report = await testFolder(dir, options, (text) => {
		if (shown) io.write(`\r\u001b[2K${text}`);
	});
	if (options.json) io.print(JSON.stringify(report, null, '\t'));
	else if (report.revision === null) {
		const texts = new Map((await readFolder(dir)).files.map(({ name, text }) => [name, text]));
		printFindings(io, report.findings, io.print, { dir, textOf: (file) => texts.get(file) });
		io.print(`${io.paint('bad', 'refused')}: ${countFindings(report.findings)} in ${dir}; nothing was tested.`);
	} else printReport(report, dir, options, io);

	if (options.junit !== undefined && !(await writeTo(options.junit, writeJunit(report, dir, options.strict)))) {
		io.complain(`${options.junit} cannot be written; is its folder there, and may you write in it?`);
		return exitCodes.couldNotRun;
	}
	if (report.findings.some(({ code }) => code === 'missing-folder')) return exitCodes.couldNotRun;
	return report.ok ? exitCodes.good : exitCodes.failed;
}

/**
 * Tests a folder and tells what came of it; prints nothing.
 *
 * @param onProgress told what is being done, and an empty text at the end
 */
export async function testFolder(
	dir: string,
	{
		filter = null,
		mutate,
		strict,
	}: { readonly filter?: string | null | undefined } & Pick<TestOptions, 'mutate' | 'strict'>,
	onProgress: (text: string) => void,
): Promise<TestReport> {
	const loaded = await loadFolder(dir, nodeDigest.sha256);
	const { findings } = loaded;
	if (!loaded.ok) {
		const problems = [`The rules in ${dir} have errors: ${countFindings(findings)}.`];
		return { ok: false, problems, revision: null, findings, rules: [] };
	}
	const { files } = await readFolder(dir);
	const rules = readRuleSuites(files, loaded.ruleSet.rules).map((suite) => {
		const onMutant = (done: number) => {
			if (done % 20 === 0) onProgress(`${suite.rule.id}: ${done} mutants tried`);
		};
		return testRule(suite, { filter, mutate, onMutant });
	});
	onProgress('');
	const problems = findProblems(dir, rules, filter, strict);
	return { ok: problems.length === 0, problems, revision: loaded.ruleSet.revision, findings, rules };
}

/** Whatever makes the command answer with 1, one sentence each. */
function findProblems(
	dir: string,
	rules: readonly RuleReport[],
	filter: string | null,
	strict: boolean,
): readonly string[] {
	if (rules.length === 0) return [`There is no rule in ${dir}, so nothing was tested.`];
	const cases = rules.flatMap((rule) => rule.cases);
	// A misspelt filter must not pass for a good run.
	if (filter !== null && cases.length === 0) return [`No case has ${JSON.stringify(filter)} in its name.`];
	const problems: string[] = [];
	const failed = cases.filter(({ passed }) => !passed).length;
	if (failed > 0) problems.push(`${failed} of ${cases.length} ${cases.length === 1 ? 'case fails' : 'cases fail'}.`);
	if (filter === null) problems.push(...rules.filter(({ tested }) => !tested).map(sayUntested));
	if (!strict) return problems;
	const uncovered = rules.flatMap(({ coverage }) => coverage ?? []).filter(({ covered }) => !covered).length;
	if (uncovered > 0) problems.push(`${uncovered} ${uncovered === 1 ? 'part is' : 'parts are'} not covered.`);
	const survivors = rules.flatMap(({ mutants }) => mutants?.survivors ?? []).length;
	if (survivors > 0) problems.push(`${survivors} ${survivors === 1 ? 'mutant survives' : 'mutants survive'}.`);
	return problems;
}

function sayUntested({ id, testFile }: RuleReport): string {
	return `${id} has no tests, and zero cases prove nothing: write ${testFile} with a task that it completes and one that it leaves (\`init\`, given a task, writes such a file for a new rule).`;
}

async function writeTo(path: string, text: string): Promise<boolean> {
	try {
		await writeFile(path, text);
		return true;
	} catch {
		return false;
	}
}
