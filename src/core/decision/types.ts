import type { Json } from '../json.ts';
import type { Evaluation, Margin, Side, Wish } from '../language/types.ts';
import type { Rule, RuleSet } from '../ruleset/types.ts';
import type { TaskReading } from '../task/index.ts';

/** The audit draw: `u` in [0, 1) from a keyed hash of team, project, task and step type. */
export interface Draw {
	readonly u: number;
	readonly keyId: string;
}

/** Everything that a decision depends on. Digests and draws are computed outside and handed in. */
export interface DecisionInput {
	readonly reading: TaskReading;
	readonly ruleSet: RuleSet;
	/** Is the project one that Greenlane is configured for? */
	readonly projectKnown: boolean;
	/** `YYYY-MM-DD` in the configured time zone. */
	readonly today: string;
	/** Greenlane's version. */
	readonly version: string;
	/** SHA-256, hex, of `fingerprintText(task)`; empty for a malformed reading. */
	readonly fingerprint: string;
	readonly draw: Draw | null;
	/** Ids of rules that the brake has stopped. */
	readonly braked: ReadonlySet<string>;
	/** How many were held out by a rule so far, since it has the logic that it has; none when left out. */
	readonly heldOut?: (rule: Rule) => number;
}

/** A check on the task itself, before any rule. */
export interface GuardResult {
	/** `readable`, `project-known`, `in-review`, `not-exported`, `has-elements`, `confidences-valid`. */
	readonly id: string;
	readonly outcome: 'pass' | 'fail' | 'error';
	readonly sentence: string;
}

export interface ConditionResult extends Evaluation {
	readonly id: string;
	readonly requirement: string;
	/** Where somebody asked for them: how far its comparisons are from turning over. */
	readonly margins?: readonly Margin[];
}

export interface RuleResult {
	readonly id: string;
	readonly mode: 'live' | 'shadow';
	/** `error` in `appliesTo.logic` is a veto, not a skip. */
	readonly applies: 'yes' | 'no' | 'error';
	/** Why it applies or not, one sentence. Holds no meta value of the task: decisions are stored. */
	readonly because: string;
	/** Set when `applies` is `error`: the code of what went wrong, like `Evaluation.error`. */
	readonly appliesError?: string;
	/** `not-applicable` when `applies` is `no`. */
	readonly outcome: 'complete' | 'review' | 'not-applicable';
	/** One per required entity (`required:<entity>`), then one per condition; all evaluated. Empty when the rule does not apply. */
	readonly conditions: readonly ConditionResult[];
	readonly braked: boolean;
}

/** Why a task is left to a person, first the one that matters most. */
export interface Reason {
	/** `guard:<id>`, `no-live-rule`, `rule:<rule>:applies`, `rule:<rule>:<condition>`. Stable. */
	readonly code: string;
	readonly sentence: string;
}

export interface Decision {
	/** Depends on the task, the rules and today alone: never on draw, brake, pause or limit. */
	readonly outcome: 'complete' | 'review';
	/** Empty when the outcome is `complete`. */
	readonly reasons: readonly Reason[];
	/** Set when the outcome is `complete` and the task is left to a person all the same. */
	readonly withheld?: 'audit' | 'braked';
	readonly shadow: Readonly<Record<string, 'complete' | 'review' | 'not-applicable'>>;
	readonly guards: readonly GuardResult[];
	/** Live and shadow rules, sorted by id. */
	readonly rules: readonly RuleResult[];
	/** Ids of the live rules that apply. */
	readonly applying: readonly string[];
	/** Combined cautiously over the applying live rules: largest share, longest waits. */
	readonly auditShare: number;
	readonly quietMinutesAfterOpened: number;
	readonly holdMinutes: number;
	readonly revision: string;
	readonly logicRevision: string;
	readonly version: string;
	readonly fingerprint: string;
	readonly draw: Draw | null;
}

/** A change of a task: of what rules see, or of what the guards look at. */
export type TaskWish =
	| Wish
	| { readonly kind: 'status'; readonly to: string }
	| { readonly kind: 'exported' }
	| { readonly kind: 'step'; readonly to: string };

/** One change of a task, as it is told. */
export interface Change {
	readonly kind: TaskWish['kind'];
	/** `confidence of total_amount`, `total_amount`, `iban present`, `number of signatures`, `meta category`, `status`. */
	readonly what: string;
	readonly from: Json;
	readonly to: Json;
	/** How `to` is meant: that value, or it and beyond. */
	readonly side: Side;
	/** Comes from document text or meta. */
	readonly fromSensitive: boolean;
	/** Follows from document text. */
	readonly toSensitive: boolean;
}

/** Changes which, all made, turn the outcome of a task over. */
export interface Counterfactual {
	readonly outcome: 'complete' | 'review';
	readonly changes: readonly Change[];
}
