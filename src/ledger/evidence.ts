import type { Json } from '../core/json.ts';

export type LabelVerdict = 'right' | 'wrong' | 'unresolved';

/** What somebody who looked at a decided task found. */
export interface NewLabel {
	readonly label: LabelVerdict;
	/** Why it is unresolved, a code; null otherwise. */
	readonly reason: string | null;
	/** How many elements of which kinds differ; never document text. */
	readonly detail: Json;
}

export interface LabelRecord extends NewLabel {
	/** Rises with every label that is written. */
	readonly seq: number;
	readonly caseId: string;
	readonly decisionId: string;
	readonly projectId: string;
	readonly taskId: string;
	readonly stepType: string;
	readonly visit: number;
	readonly outcome: 'complete' | 'review';
	readonly withheld: 'audit' | 'braked' | null;
	/** Ids of the live rules that applied. */
	readonly rules: readonly string[];
	/** What was drawn, and by which key; null without one. */
	readonly draw: { readonly u: number; readonly keyId: string } | null;
	/** The share of which this was one, over all rules that applied. */
	readonly auditShare: number;
	readonly decidedAt: number;
	readonly source: 'observed' | 'imported';
	/** Ms since the epoch, by the store's clock. */
	readonly labelledAt: number;
}

/** What passed in a stretch of time, in one project under one rule. A task under two rules counts under each. */
export interface PassedCount {
	/** Null: all projects together. */
	readonly projectId: string | null;
	/** Null: all rules together, each task once. */
	readonly rule: string | null;
	/** Held out for audit. */
	readonly audited: number;
	/** Of the audited. */
	readonly right: number;
	readonly wrong: number;
	readonly unresolved: number;
	/**
	 * Of the audited, those that were drawn below the smallest share that was in force for any of what is counted here: a
	 * fair sample of it, also where shares have changed. What its errors count, unresolved ones too, is `sampledErrors`.
	 */
	readonly sampled: number;
	readonly sampledErrors: number;
	/** Done by the bot. */
	readonly completed: number;
}

/** What audits of one rule found, of decisions made in one week. */
export interface AuditWeek {
	readonly rule: string;
	/** When the week begins, ms since the epoch. */
	readonly since: number;
	readonly right: number;
	readonly wrong: number;
	/** Those too that nobody has looked at yet, although they are settled. */
	readonly unresolved: number;
	/**
	 * Of these, those that are settled and were drawn below the smallest share by which any of the rule's audits was held out:
	 * a fair sample of what passed, also where shares have changed. What its errors count, unresolved ones too, is
	 * `sampledErrors`. One that was forgotten, with what was drawn for it, counts where it is no right one.
	 */
	readonly sampled: number;
	readonly sampledErrors: number;
}

/**
 * `overturned`: it is wrong, and has taken the place of a right one. `contradicted`: it is right, and the ledger's wrong one
 * stands.
 */
export type ImportedLabel =
	| 'stored'
	| 'known'
	| 'overturned'
	| 'contradicted'
	| 'unknown-task'
	| 'completed-by-us'
	| 'undecided';

/** What is known of how right the decisions were. */
export interface LedgerEvidence {
	/**
	 * Labels after `afterSeq`, oldest first.
	 *
	 * @param rule only those under this rule
	 * @param audited only of tasks that would have been completed and were held out for audit
	 */
	labelsAfter(
		afterSeq: number,
		limit: number,
		of?: { readonly rule?: string; readonly audited?: boolean },
	): Promise<readonly LabelRecord[]>;
	/** What is known of these cases; those without a label are not in it. */
	labelsOf(caseIds: readonly string[]): Promise<ReadonlyMap<string, LabelVerdict>>;
	/**
	 * All together, by project, and by rule within it, of decisions made from `since` up to before `until`, each the beginning
	 * of a quarter of an hour (one that is not counts as the next); where nothing passed there is no row.
	 */
	passedBetween(since: number, until: number): Promise<readonly PassedCount[]>;
	/**
	 * What was held out for audit, of decisions made from `since` on, by rule and week, oldest first. What has no label yet is
	 * in none unless it is settled.
	 *
	 * @param since the beginning of a quarter of an hour; one that is not counts as the next
	 * @param settledBefore decisions of quarters of an hour that ended until then are settled: see `settlingMs`
	 */
	auditsByWeek(since: number, settledBefore: number): Promise<readonly AuditWeek[]>;
	/**
	 * Tasks that were left and in which people then changed something, decided from `since` on, by what held them back, most
	 * frequent first.
	 */
	preventedBy(since: number, limit: number): Promise<readonly { readonly mark: string; readonly count: number }[]>;
	/**
	 * A label that the customer has from elsewhere, for the task's newest decided visit at the step. It takes the place of an
	 * unresolved one, and a wrong one that of a right one; nothing else does. Never for a task that the bot completed.
	 */
	importLabel(
		task: { readonly projectId: string; readonly taskId: string; readonly stepType: string },
		label: 'right' | 'wrong',
	): Promise<ImportedLabel>;
}
