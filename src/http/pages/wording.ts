import type { CaseState } from '../../core/lifecycle/index.ts';
import type { RuleSet } from '../../core/ruleset/types.ts';
import type { Outcome } from '../case-filter.ts';

/** What the pages call things, for people who do not know our words for states and codes. */

export const stateWords: Readonly<
	Record<CaseState, { readonly sign: string; readonly text: string; readonly tone: string }>
> = {
	located: { sign: '·', text: 'Arrived', tone: 'calm' },
	waiting: { sign: '…', text: 'Waiting', tone: 'calm' },
	review: { sign: '○', text: 'Left to a person', tone: 'left' },
	audit: { sign: '◇', text: 'Drawn for audit', tone: 'left' },
	completing: { sign: '→', text: 'Being completed', tone: 'calm' },
	verifying: { sign: '?', text: 'Being verified', tone: 'calm' },
	completed: { sign: '✓', text: 'Completed', tone: 'good' },
	refused: { sign: '✕', text: 'Refused by Send AI', tone: 'bad' },
	superseded: { sign: '⇢', text: 'Taken by a person', tone: 'left' },
	needs_human: { sign: '!', text: 'Needs a person', tone: 'bad' },
	gone: { sign: '–', text: 'Gone', tone: 'calm' },
};

export const outcomeWords: Readonly<Record<Outcome, string>> = {
	completed: 'Completed',
	left: 'Left to people (all)',
	review: 'Left to a person by the rules',
	audit: 'Drawn for audit',
	needs_human: 'Needs a person',
	refused: 'Refused by Send AI',
	superseded: 'Taken by a person',
	in_progress: 'On its way (all)',
	waiting: 'Waiting',
	gone: 'Gone',
};

const reasonWords: Readonly<Record<string, string>> = {
	processing: 'for Send AI to process it',
	quiet: 'for a person who opened it to be done',
	hold: 'out its hold',
	paused: 'for the pause to end',
	limit: 'for the next day: the limit is reached',
	gate: 'for the gate to open',
	rate_limited: 'as Send AI asked',
	unavailable: 'for Send AI to answer',
	not_found: 'to see whether it is really gone',
	confirming: 'to look a second time',
	rules_changed: 'for the rules of this process to follow',
	'by-us': 'by Greenlane',
	'by-unknown': 'our answer was lost; by whom is not known',
	reopened: 'it was done before and is in review again',
	edited: 'somebody changed it after our first read',
	braked: 'a rule is braked',
	audit: 'drawn at random, to measure the errors',
	left: 'by an operator',
	failed: 'Send AI failed over it',
	'malformed-24h': 'what Send AI says of it has not been understood for a day',
	'processing-24h': 'Send AI has been processing it for a day',
	'sends-exhausted': 'completed three times without an effect',
	'unknown-status': 'Send AI gives it a status that is not known',
	'changed-while-unknown': 'it changed while the answer was awaited',
	'new-event-while-unknown': 'a new event came while the answer was awaited',
	'done-and-back-while-unknown': 'it was done and came back while the answer was awaited',
	'gave-up': 'what became of it could not be found out',
	'no-attempt': 'nothing is known of its completion',
	retried: 'judged again by an operator',
	settling: 'until Send AI shows where it went',
	'no-draw': 'there is no key to draw the audit with',
};

const guardWords: Readonly<Record<string, string>> = {
	readable: 'The task can be read',
	'project-known': 'The project is ours',
	'in-review': 'The task is in review',
	'not-exported': 'The task has not been exported',
	'has-elements': 'The task has elements',
	'confidences-valid': 'Every element has a confidence',
};

export function describeReason(reason: string | null): string {
	return reason === null ? '' : (reasonWords[reason] ?? reason);
}

export function describeGuard(id: string): string {
	return guardWords[id] ?? id;
}

export interface CodeWords {
	readonly title: string;
	/** Null for what belongs to no rule. */
	readonly rule: string | null;
}

/** The code of a reason in words; a condition by its requirement, where a rule that serves has it. */
export function describeCode(code: string, ruleSet: RuleSet): CodeWords {
	if (code === 'no-live-rule') return { title: 'No live rule applies', rule: null };
	const [, kind, first = '', rest] = /^(guard|rule|shadow):([^:]+)(?::(.+))?$/s.exec(code) ?? [];
	if (kind === undefined) return { title: describeReason(code), rule: null };
	if (kind === 'guard') return { title: `Guard: ${describeGuard(first)}`, rule: null };
	if (rest === 'applies') return { title: 'Whether the rule applies must be told for certain', rule: first };
	return { title: describeCondition(first, rest ?? '', ruleSet), rule: first };
}

export function describeCondition(ruleId: string, conditionId: string, ruleSet: RuleSet): string {
	const required = /^required:(.+)$/s.exec(conditionId)?.[1];
	if (required !== undefined) return `${required} must be there.`;
	const rule = ruleSet.rules.find(({ id }) => id === ruleId);
	return rule?.conditions.find(({ id }) => id === conditionId)?.requirement ?? conditionId;
}

/** What a page says after an operator did something; the code stands in its address. */
export const notices: Readonly<Record<string, { readonly text: string; readonly good: boolean }>> = {
	retried: { text: 'The task is being judged again.', good: true },
	left: { text: 'The task is left to a person.', good: true },
	handled: { text: 'Marked as handled.', good: true },
	redelivered: { text: 'The event is being worked on again.', good: true },
	'range-redelivered': { text: 'The events of that time are being worked on again.', good: true },
	'nothing-redelivered': { text: 'No such event came in that time.', good: false },
	'more-to-redeliver': { text: 'The oldest 1,000 are being worked on again; there may be more.', good: true },
	paused: { text: 'Paused. Nothing is completed from now on.', good: true },
	resumed: { text: 'Resumed.', good: true },
	'gate-opened': { text: 'The gate is open.', good: true },
	'gate-not-closed': { text: 'The gate was open already.', good: false },
	'unknown-project': { text: 'There is no such project in SENDAI_PROJECT_IDS; nothing was paused.', good: false },
	'rules-served': { text: 'Other rules serve now.', good: true },
	'rules-unchanged': { text: 'The rules are the same as before.', good: true },
	'rules-refused': { text: 'The rules were refused; the last good ones serve.', good: false },
	'rules-fixed': { text: 'The rules are part of this deployment; deploy again to change them.', good: false },
	'unknown-case': { text: 'There is no such task.', good: false },
	audit: { text: 'The task was drawn for audit: a person must look at it.', good: false },
	unresolved: { text: 'Whether a completion was done is not known yet; wait until it is.', good: false },
	'not-open': { text: 'Only a task that is waiting, left to a person or needs one can be judged again.', good: false },
	'in-flight': { text: 'Its completion is on its way and cannot be called back.', good: false },
	ended: { text: 'The task has ended.', good: false },
	'not-waiting-for-a-person': { text: 'The task does not need a person, or was handled already.', good: false },
	'not-redeliverable': { text: 'Only an event that is dead, unresolvable or ignored can be redelivered.', good: false },
	'wrong-input': { text: 'The form was not filled in as it should be; nothing was done.', good: false },
	'logged-out': { text: 'You are logged out.', good: true },
};
