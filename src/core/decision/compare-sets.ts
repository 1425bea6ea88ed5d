import type { Rule, RuleSet } from '../ruleset/types.ts';
import type { TaskReading } from '../task/index.ts';
import { type BulkVerdict, createBulkJudge } from './judge-in-bulk.ts';

/** What became of a task between two rule sets. */
export interface Flip {
	readonly direction: 'newly-completes' | 'newly-left';
	/**
	 * Because of what: the reasons that stood in the way before and no longer do, or that do now and did not before; codes
	 * as in decisions.
	 */
	readonly because: readonly string[];
}

export interface Comparison {
	readonly before: BulkVerdict;
	readonly after: BulkVerdict;
	/** Null: the outcome is the same. */
	readonly flip: Flip | null;
}

/** Judges a task by two rule sets, in bulk. */
export function compareSets(
	before: Pick<RuleSet, 'rules'>,
	after: Pick<RuleSet, 'rules'>,
	reading: TaskReading,
	today: string,
): Comparison {
	const judge = createBulkJudge(reading, true, today);
	const [old, now] = [judge(before), judge(after)];
	const flip: Flip | null =
		old.outcome === now.outcome
			? null
			: now.outcome === 'complete'
				? { direction: 'newly-completes', because: old.reasons }
				: { direction: 'newly-left', because: now.reasons };
	return { before: old, after: now, flip };
}

/** The rules of `after`, those that are the same as in `before` being the very same, so that they are judged once. */
export function shareRules(before: RuleSet, after: RuleSet): RuleSet {
	const [old, now] = [textsOf(before), textsOf(after)];
	return {
		...after,
		rules: after.rules.map((rule) => {
			const same = before.rules.find(({ id }) => id === rule.id);
			return same !== undefined && old.get(rule.id) === now.get(rule.id) ? same : rule;
		}),
	};
}

/** What happened to a rule between two sets. */
export interface RuleChange {
	readonly id: string;
	readonly change:
		| 'added'
		| 'removed'
		/** Had a vote and has none: can only let more through where another live rule applies. */
		| 'left-live'
		| 'went-live'
		| 'changed';
}

/** What differs between two sets, by rule; prose counts too. */
export function compareRules(before: RuleSet, after: RuleSet): readonly RuleChange[] {
	const [old, now] = [textsOf(before), textsOf(after)];
	const modeIn = (set: RuleSet, id: string) => set.rules.find((rule) => rule.id === id)?.mode;
	return [...new Set([...old.keys(), ...now.keys()])].toSorted().flatMap((id): readonly RuleChange[] => {
		const change = findChange(modeIn(before, id), modeIn(after, id), old.get(id) === now.get(id));
		return change === null ? [] : [{ id, change }];
	});
}

function findChange(
	old: Rule['mode'] | undefined,
	now: Rule['mode'] | undefined,
	same: boolean,
): RuleChange['change'] | null {
	if (old === undefined) return 'added';
	if (now === undefined) return old === 'live' ? 'left-live' : 'removed';
	if (old === 'live' && now !== 'live') return 'left-live';
	if (old !== 'live' && now === 'live') return 'went-live';
	return same ? null : 'changed';
}

function textsOf({ canonical }: RuleSet): ReadonlyMap<string, string> {
	const rules = JSON.parse(canonical) as Readonly<Record<string, unknown>>;
	return new Map(Object.entries(rules).map(([id, rule]) => [id, JSON.stringify(rule)]));
}
