import { boundCompleted, type CompletedBound } from '../core/statistics/index.ts';
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
	const whole = counts.filter(({ rule }) => rule === null);
	const sum = (what: 'audited' | 'right' | 'wrong' | 'unresolved' | 'completed') =>
		whole.reduce((all, one) => all + one[what], 0);
	const total = toLine(
		{
			...{ projectId: null, rule: null, audited: sum('audited'), right: sum('right'), wrong: sum('wrong') },
			...{ unresolved: sum('unresolved'), completed: sum('completed') },
		},
		certainty,
	);
	const lines = counts
		.map((count) => toLine(count, certainty))
		.toSorted(
			(a, b) => (a.projectId ?? '').localeCompare(b.projectId ?? '') || (a.rule ?? '').localeCompare(b.rule ?? ''),
		);
	return { certainty, total, lines, provisional: total.unresolved > 0 };
}

function toLine(
	count: Omit<PassedCount, 'projectId'> & { readonly projectId: string | null },
	certainty: number,
): StatementLine {
	const { projectId, rule, audited, right, wrong, unresolved, completed } = count;
	const passed = audited + completed;
	const bound = boundCompleted({ passed, checked: audited, errors: wrong + unresolved }, certainty);
	return { projectId, rule, passed, audited, right, wrong, unresolved, completed, bound };
}
