import type { Json } from '../json.ts';
import type { EvaluationContext } from '../language/types.ts';
import { buildTestTask, type Rule, type RuleTestCase, type RuleTests, usualTestDay } from '../ruleset/index.ts';
import { type Task, type TaskReading, viewTask } from '../task/index.ts';
import { decide } from './decide.ts';
import type { Decision, RuleResult } from './types.ts';

/** What one rule alone answers to a task. */
export interface Verdict {
	readonly outcome: 'complete' | 'review';
	/**
	 * Exactly what stands in the way, in the words of `because`: `guard:<id>`, `applies:no`, `applies:error`,
	 * `required:<entity>`, ids of conditions. Empty when the outcome is `complete`.
	 */
	readonly because: readonly string[];
}

/** A case of a test file, judged. */
export interface CaseRun {
	/** Its place in the file, from 0. */
	readonly index: number;
	readonly test: RuleTestCase;
	readonly passed: boolean;
	readonly found: Verdict;
	readonly decision: Decision;
	/** What the rule said; null when the task could not even be read. */
	readonly result: RuleResult | null;
	/** What its expressions were evaluated against; null as `result`. */
	readonly judged: { readonly task: Task; readonly context: EvaluationContext } | null;
}

/**
 * Judges every case by one rule alone, as if it were live, whatever its mode; the project is taken for a known one.
 *
 * @param parse reads a task as the API answers it, as the product does
 */
export function runRuleTests(rule: Rule, tests: RuleTests, parse: (task: Json) => TaskReading): readonly CaseRun[] {
	const ruleSet = { revision: '', logicRevision: '', canonical: '', rules: [{ ...rule, mode: 'live' as const }] };
	return tests.tests.map((test, index) => {
		const reading = parse(buildTestTask(tests, test));
		const today = test.today ?? usualTestDay;
		const decision = decide({
			reading,
			ruleSet,
			projectKnown: true,
			today,
			version: '',
			fingerprint: '',
			draw: null,
			braked: new Set(),
		});
		const result = decision.rules[0] ?? null;
		const guards = decision.guards.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id);
		const unmet = result?.conditions.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id) ?? [];
		const found = { outcome: decision.outcome, because: reasonsOf(guards, result?.applies ?? 'yes', unmet) };
		return {
			index,
			test,
			passed: isExpected(test, found),
			found,
			decision,
			result,
			judged: reading.kind === 'task' ? { task: reading.task, context: { view: viewTask(reading.task), today } } : null,
		};
	});
}

/** What stands in the way, in the words of `because`. */
export function reasonsOf(
	guards: readonly string[],
	applies: RuleResult['applies'],
	unmet: readonly string[],
): readonly string[] {
	const notFor = applies === 'yes' ? [] : [`applies:${applies}`];
	return [...guards.map((id) => `guard:${id}`), ...notFor, ...unmet];
}

/** Whether a case wants this verdict: the outcome, and exactly these reasons where it names any. */
export function isExpected({ expect, because }: RuleTestCase, found: Verdict): boolean {
	if (expect !== found.outcome) return false;
	if (because === undefined) return true;
	const [wanted, got] = [new Set(because), new Set(found.because)];
	return wanted.size === got.size && [...wanted].every((reason) => got.has(reason));
}
