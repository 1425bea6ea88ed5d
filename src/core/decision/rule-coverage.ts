import type { ConditionOutcome } from '../language/types.ts';
import type { Path, RuleSuite } from '../ruleset/index.ts';
import type { CaseRun } from './run-rule-tests.ts';

/** How often the cases of a rule saw one of its parts turn out each way. */
export interface PartCoverage {
	readonly kind: 'rule' | 'applies' | 'required' | 'condition';
	/** `rule`, `applies`, `required:<entity>`, or the id of the condition. */
	readonly id: string;
	/** Where the part stands in the rule file. */
	readonly path: Path;
	/** Numbers of cases. An error is counted as one, and not as false. */
	readonly seen: Readonly<Record<ConditionOutcome, number>>;
	/** Seen both true and false. */
	readonly covered: boolean;
}

/**
 * What the cases have shown of a rule: whether it completes, whether it applies (where the file says to what), each
 * required entity and each condition. The latter are evaluated only where the rule applies.
 */
export function measureCoverage({ rule, document }: RuleSuite, runs: readonly CaseRun[]): readonly PartCoverage[] {
	const results = runs.flatMap(({ result }) => (result === null ? [] : [result]));
	const part = (kind: PartCoverage['kind'], id: string, path: Path, outcomes: readonly ConditionOutcome[]) => {
		const count = (outcome: ConditionOutcome) => outcomes.filter((one) => one === outcome).length;
		const seen = { pass: count('pass'), fail: count('fail'), error: count('error') };
		return { kind, id, path, seen, covered: seen.pass > 0 && seen.fail > 0 };
	};
	const ofCondition = (id: string) =>
		results.flatMap(({ conditions }) => conditions.filter((one) => one.id === id).map(({ outcome }) => outcome));
	const outcomes = runs.map(({ found }) => (found.outcome === 'complete' ? 'pass' : 'fail'));
	const applies = results.map((result) => appliesOutcome[result.applies]);
	const saysToWhat = hasKey(document.value, 'appliesTo');
	return [
		part('rule', 'rule', [], outcomes),
		...(saysToWhat ? [part('applies', 'applies', ['appliesTo'], applies)] : []),
		...rule.requiredEntities.map((entity, index) => {
			const id = `required:${entity}`;
			return part('required', id, ['requiredEntities', index], ofCondition(id));
		}),
		...rule.conditions.map(({ id }, index) => part('condition', id, ['conditions', index], ofCondition(id))),
	];
}

const appliesOutcome = { yes: 'pass', no: 'fail', error: 'error' } as const;

function hasKey(value: unknown, key: string): boolean {
	return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}
