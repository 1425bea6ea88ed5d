import { createContext } from '../language/index.ts';
import type { Rule } from '../ruleset/types.ts';
import { viewTask } from '../task/index.ts';
import { shareInForce } from './audit-ramp.ts';
import { checkGuards } from './check-guards.ts';
import { judgeByRule } from './judge-by-rule.ts';
import type { Decision, DecisionInput, GuardResult, Reason, RuleResult } from './types.ts';

/**
 * Judges one task: guards, then every rule that is not off, each condition of each rule that applies. The outcome is
 * `complete` only when every guard passes, at least one live rule applies, and every live rule that applies holds.
 *
 * Pure and total: the same input gives the same decision, and nothing in a task or a valid rule set makes it throw.
 */
export function decide(input: DecisionInput): Decision {
	const { reading, ruleSet, today, braked } = input;
	const guards = checkGuards(reading, input.projectKnown);
	const rules: RuleResult[] = [];
	if (reading.kind === 'task') {
		const { task } = reading;
		const context = createContext(viewTask(task), today);
		for (const rule of ruleSet.rules) {
			const { mode } = rule;
			if (mode !== 'off') rules.push(judgeByRule(rule, mode, task, context, braked.has(rule.id)));
		}
	}

	const live = rules.filter((rule) => rule.mode === 'live');
	const applying = live.filter((rule) => rule.applies === 'yes');
	const reasons = findReasons(guards, live);
	// Said twice on purpose: an empty list of reasons alone must never complete anything.
	const outcome =
		reasons.length === 0 &&
		reading.kind === 'task' &&
		guards.every((guard) => guard.outcome === 'pass') &&
		applying.length > 0 &&
		live.every((rule) => rule.outcome === 'complete' || rule.outcome === 'not-applicable')
			? 'complete'
			: 'review';

	const terms = combineTerms(ruleSet.rules, new Set(applying.map((rule) => rule.id)), input.heldOut ?? (() => 0));
	const withheld = outcome === 'complete' ? findWithheld(applying, terms.auditShare, input.draw?.u ?? null) : null;
	return {
		outcome,
		reasons,
		...(withheld === null ? {} : { withheld }),
		shadow: Object.fromEntries(rules.filter((rule) => rule.mode === 'shadow').map((rule) => [rule.id, rule.outcome])),
		guards,
		rules,
		applying: applying.map((rule) => rule.id),
		...terms,
		revision: ruleSet.revision,
		logicRevision: ruleSet.logicRevision,
		version: input.version,
		fingerprint: input.fingerprint,
		draw: input.draw,
	};
}

function findReasons(guards: readonly GuardResult[], live: readonly RuleResult[]): readonly Reason[] {
	const reasons: Reason[] = guards
		.filter((guard) => guard.outcome !== 'pass')
		.map(({ id, sentence }) => ({ code: `guard:${id}`, sentence }));
	for (const rule of live) {
		if (rule.applies === 'error') reasons.push({ code: `rule:${rule.id}:applies`, sentence: rule.because });
		for (const condition of rule.conditions) {
			if (condition.outcome !== 'pass') {
				reasons.push({ code: `rule:${rule.id}:${condition.id}`, sentence: condition.sentence });
			}
		}
	}
	if (live.every((rule) => rule.applies === 'no')) {
		reasons.push({ code: 'no-live-rule', sentence: 'No live rule applies to this task.' });
	}
	return reasons;
}

/** Cautiously: largest audit share, longest waits. */
function combineTerms(
	rules: DecisionInput['ruleSet']['rules'],
	applying: ReadonlySet<string>,
	heldOut: (rule: Rule) => number,
): Pick<Decision, 'auditShare' | 'quietMinutesAfterOpened' | 'holdMinutes'> {
	let [auditShare, quietMinutesAfterOpened, holdMinutes] = [0, 0, 0];
	for (const rule of rules) {
		if (!applying.has(rule.id)) continue;
		auditShare = Math.max(auditShare, shareInForce(rule, heldOut(rule)));
		quietMinutesAfterOpened = Math.max(quietMinutesAfterOpened, rule.quietMinutesAfterOpened);
		holdMinutes = Math.max(holdMinutes, rule.holdMinutes);
	}
	return { auditShare, quietMinutesAfterOpened, holdMinutes };
}

function findWithheld(
	applying: readonly RuleResult[],
	auditShare: number,
	u: number | null,
): 'audit' | 'braked' | null {
	if (applying.some((rule) => rule.braked)) return 'braked';
	return u !== null && u < auditShare ? 'audit' : null;
}
