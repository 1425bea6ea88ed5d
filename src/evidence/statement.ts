import { boundCompleted, type CompletedBound } from '../core/statistics/finite-population.ts';
import type { PassedCount } from '../ledger/index.ts';

/** What can be said of one month: of everything, of a project, or of a rule in it. */
export interface StatementLine {
	/** Null: all projects. */
	readonly projectId: string | null;
	/** Null: all rules. */
	readonly rule: string | null;
	/** Would have been completed by the rules: held out, or completed. */
	readonly passed: number;
	readonly audited: number;
	readonly right: number;
	readonly wrong: number;
	/** Held out, and not known to be right or wrong (yet). Counted as wrong in the bound. */
	readonly unresolved: number;
	/** Of the held out, the fair sample that the bound rests on. */
	readonly sampled: number;
	readonly completed: number;
	/** Of what was completed. */
	readonly bound: CompletedBound;
}

export interface Statement {
	readonly certainty: number;
	readonly total: StatementLine;
	/** By project, then by rule within it; sorted. */
	readonly lines: readonly StatementLine[];
	/** Audits are still open: the bound can only get better. */
	readonly provisional: boolean;
}

/** The statement over what passed in a stretch of time. */
export function makeStatement(counts: readonly PassedCount[], certainty: number): Statement {
	const none = { audited: 0, right: 0, wrong: 0, unresolved: 0, sampled: 0, sampledErrors: 0, completed: 0 };
	const whole = counts.find(({ projectId }) => projectId === null) ?? { projectId: null, rule: null, ...none };
	const total = toLine(whole, certainty);
	const lines = counts
		.filter(({ projectId }) => projectId !== null)
		.map((count) => toLine(count, certainty))
		.toSorted(
			(a, b) => (a.projectId ?? '').localeCompare(b.projectId ?? '') || (a.rule ?? '').localeCompare(b.rule ?? ''),
		);
	return { certainty, total, lines, provisional: total.unresolved > 0 };
}

function toLine(count: PassedCount, certainty: number): StatementLine {
	const { sampled, sampledErrors, ...line } = count;
	const { audited, wrong, unresolved, completed } = line;
	const passed = audited + completed;
	const sample = { checked: sampled, errors: sampledErrors };
	const bound = boundCompleted({ passed, checked: audited, errors: wrong + unresolved, sample }, certainty);
	return { ...line, passed, sampled, bound };
}
