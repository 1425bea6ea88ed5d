import type { Flip, RuleChange } from '../core/decision/index.ts';

/** Flips of one direction, by each condition that they are because of. */
export interface FlipGroup {
	readonly direction: Flip['direction'];
	/** `rule:<rule>:<condition>`, `guard:<id>`, `no-live-rule`. */
	readonly because: string;
	count: number;
	/** A few, to look at with `explain`. */
	readonly examples: { readonly line: number; readonly task_id: string }[];
}

export interface DiffReport {
	readonly before: string;
	readonly after: string;
	readonly rules: readonly RuleChange[];
	readonly tasks: number;
	/** Completed by the old rules, and by the new. */
	readonly completed: { readonly before: number; readonly after: number };
	readonly newly_completes: number;
	readonly newly_left: number;
	/** A task counts for each of its conditions. */
	readonly groups: readonly FlipGroup[];
	/** Lines that hold no task, and the first of them. */
	readonly unreadable: { readonly count: number; readonly lines: readonly number[] };
	/** Tasks that were saved in another status than in review, or exported, and were judged as if in review. */
	readonly not_in_review: number;
	readonly seconds: number;
}
