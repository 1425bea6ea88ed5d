import {
	type CaseRun,
	type MutantRun,
	measureCoverage,
	type PartCoverage,
	runMutants,
	runRuleTests,
	type Verdict,
} from '../core/decision/index.ts';
import type { Finding, JsonDocument, MutantKind, Path, RuleMode, RuleSuite } from '../core/ruleset/index.ts';
import { parseTask } from '../sendai/task-schema.ts';

/** A place in a file of the folder; line and column are 1-based. */
export interface FilePlace {
	readonly file: string;
	readonly line: number;
	readonly column: number;
}

/** What `greenlane test --json` prints. Holds nothing of any document but the names of cases. */
export interface TestReport {
	/** Whether the command answers with 0. */
	readonly ok: boolean;
	/** Why it does not, one sentence each. */
	readonly problems: readonly string[];
	/** Of the rules; null when the folder has errors. */
	readonly revision: string | null;
	/** As `check` reports them. */
	readonly findings: readonly Finding[];
	/** By id. Empty when the folder has errors. */
	readonly rules: readonly RuleReport[];
}

export interface RuleReport {
	readonly id: string;
	readonly mode: RuleMode;
	readonly file: string;
	readonly testFile: string;
	/** Whether there is a test file. */
	readonly tested: boolean;
	readonly cases: readonly CaseReport[];
	/** Cases that `--filter` left out. */
	readonly leftOut: number;
	/** Null when cases were left out: the others would have shown more. */
	readonly coverage: readonly PartReport[] | null;
	/** Null when not asked for, and while a case fails. */
	readonly mutants: MutantsReport | null;
}

export interface CaseReport extends FilePlace {
	readonly name: string;
	readonly passed: boolean;
	/** `because` is null when the case is content with any. */
	readonly expected: { readonly outcome: Verdict['outcome']; readonly because: readonly string[] | null };
	readonly found: Verdict;
	/** To each reason found, why. */
	readonly sentences: readonly { readonly reason: string; readonly sentence: string }[];
}

export interface PartReport extends FilePlace {
	readonly kind: PartCoverage['kind'];
	readonly id: string;
	/** In how many cases it was true, false, an error. */
	readonly true: number;
	readonly false: number;
	readonly error: number;
	/** Seen both true and false. */
	readonly covered: boolean;
}

export interface MutantsReport {
	/** Of `total`, which leaves out what the checker refused. */
	readonly killed: number;
	readonly total: number;
	readonly refused: number;
	readonly survivors: readonly SurvivorReport[];
}

export interface SurvivorReport extends FilePlace {
	readonly kind: MutantKind;
	/** `applies`, `required:<entity>`, or the id of the condition. */
	readonly part: string;
	readonly from: string;
	readonly to: string;
	/** Which case would notice it. */
	readonly hint: string;
}

export interface RuleTestOptions {
	/** Only cases with this text in their name, in whatever case; null: all. */
	readonly filter: string | null;
	readonly mutate: boolean;
	/** Told after each mutant how many there have been. */
	readonly onMutant: (done: number) => void;
}

/** Runs the tests of one rule and tells what came of them. */
export function testRule(suite: RuleSuite, options: RuleTestOptions): RuleReport {
	const { rule, file, testFile, tests } = suite;
	const base = { id: rule.id, mode: rule.mode, file, testFile };
	if (tests === null) {
		return { ...base, tested: false, cases: [], leftOut: 0, coverage: null, mutants: null };
	}
	const all = runRuleTests(rule, tests.content, parseTask);
	const runs = all.filter(({ test }) => matches(test.name, options.filter));
	const isWhole = options.filter === null;
	return {
		...base,
		tested: true,
		cases: runs.map((run) => reportCase(run, testFile, tests.document)),
		leftOut: all.length - runs.length,
		coverage: isWhole ? measureCoverage(suite, runs).map((part) => reportPart(part, suite)) : null,
		mutants: options.mutate && runs.every(({ passed }) => passed) ? testMutants(suite, runs, options.onMutant) : null,
	};
}

function matches(name: string, filter: string | null): boolean {
	return filter === null || name.toLowerCase().includes(filter.toLowerCase());
}

function reportCase(
	{ index, test, passed, found, decision, result }: CaseRun,
	file: string,
	document: JsonDocument,
): CaseReport {
	const said = new Map([
		...decision.guards.map(({ id, sentence }) => [`guard:${id}`, sentence] as const),
		...(result === null ? [] : [[`applies:${result.applies}`, result.because] as const]),
		...(result?.conditions.map(({ id, sentence }) => [id, sentence] as const) ?? []),
	]);
	return {
		name: test.name,
		...placeIn(file, document, ['tests', index, 'name']),
		passed,
		expected: { outcome: test.expect, because: test.expect === 'complete' ? [] : (test.because ?? null) },
		found,
		sentences: found.because.map((reason) => ({ reason, sentence: said.get(reason) ?? '' })),
	};
}

function reportPart({ kind, id, path, seen, covered }: PartCoverage, { file, document }: RuleSuite): PartReport {
	const place = placeIn(file, document, path);
	return { kind, id, ...place, true: seen.pass, false: seen.fail, error: seen.error, covered };
}

function testMutants(suite: RuleSuite, runs: readonly CaseRun[], onMutant: (done: number) => void): MutantsReport {
	const tried: MutantRun[] = [];
	for (const run of runMutants(suite, runs)) {
		tried.push(run);
		onMutant(tried.length);
	}
	const count = (result: MutantRun['result']) => tried.filter((one) => one.result === result).length;
	const refused = count('refused');
	const survivors = tried.filter(({ result }) => result === 'survived');
	return {
		killed: count('killed'),
		total: tried.length - refused,
		refused,
		survivors: survivors.map(({ mutant: { kind, part, path, what, from, to, hint } }) => ({
			kind,
			part,
			...placeIn(suite.file, suite.document, path, what),
			from,
			to,
			hint: `Add a case ${hint}.`,
		})),
	};
}

function placeIn(file: string, document: JsonDocument, path: Path, what: 'key' | 'value' = 'value'): FilePlace {
	return { file, ...document.locate(path, what) };
}
