import {
	type Claim,
	type Counts,
	chanceToProve,
	mostErrors,
	promisable,
	sampleToProve,
	smallestSample,
} from '../core/statistics/index.ts';

/** How often tasks pass and are audited: of a ledger, over a time. */
export interface Pace {
	/** Days from Monday to Friday that were looked at; above 0. */
	readonly workingDays: number;
	/** Tasks whose outcome was `complete`. */
	readonly passed: number;
	/** Of these, left to a person to be checked. */
	readonly audited: number;
}

export interface SampleRow {
	readonly errors: number;
	/** The fewest audited tasks with which the promise holds although that many turned out wrong. */
	readonly tasks: number;
	/** How likely the promise is proved by then, at the assumed true share; null without one. */
	readonly chance: number | null;
	/** At the pace of the ledger; null without one, or where nothing is audited. */
	readonly workingDays: number | null;
}

export interface SamplePlan extends Claim {
	readonly rows: readonly SampleRow[];
	/** How many tasks prove the promise with four chances in five, at the assumed true share. */
	readonly likely:
		| { readonly outcome: 'sample'; readonly trueShare: number; readonly chance: number; readonly row: SampleRow }
		/** As much is wrong as may be, or more: it cannot be proved, and should not be. */
		| { readonly outcome: 'out-of-reach'; readonly trueShare: number }
		| null;
	readonly pace: Pace | null;
	/** What audits have found so far, and what can be promised by it today. */
	readonly today: Today | null;
}

export interface Today extends Counts {
	/** Of the errors, those that nobody could resolve. */
	readonly unresolved: number;
	/** The smallest share wrong that can be promised with the certainty; null: none. */
	readonly promisable: number | null;
	readonly holds: boolean;
	/** How many more, if none of them is wrong; 0 when the promise holds. */
	readonly more: number;
	/** Audits too young to be counted. */
	readonly pending: number;
}

/** Errors include what was unresolved. */
type Audits = Counts & { readonly unresolved: number; readonly pending: number };

const mostRows = 5;
const likelyChance = 0.8;

/** What a promise costs in audited tasks. @throws RangeError when claim or share is out of range */
export function planSample(
	claim: Claim,
	{
		trueShare = null,
		pace = null,
		audits = null,
	}: {
		readonly trueShare?: number | null;
		readonly pace?: Pace | null;
		/** Errors include what was unresolved. */
		readonly audits?: Audits | null;
	} = {},
): SamplePlan {
	const row = (errors: number, tasks: number): SampleRow => ({
		errors,
		tasks,
		chance: trueShare === null ? null : chanceToProve(claim, tasks, trueShare),
		workingDays: pace === null ? null : daysFor(tasks, pace),
	});
	const rows = Array.from({ length: mostRows + 1 }, (_, errors) => row(errors, smallestSample(claim, errors)));
	return {
		maxError: claim.maxError,
		certainty: claim.certainty,
		rows,
		likely: trueShare === null ? null : findLikely(claim, trueShare, row),
		pace,
		today: audits === null || audits.checked === 0 ? null : sayToday(claim, audits),
	};
}

function findLikely(
	claim: Claim,
	trueShare: number,
	row: (errors: number, tasks: number) => SampleRow,
): SamplePlan['likely'] {
	const tasks = sampleToProve(claim, trueShare, likelyChance);
	if (tasks === null) return { outcome: 'out-of-reach', trueShare };
	return { outcome: 'sample', trueShare, chance: likelyChance, row: row(mostErrors(claim, tasks) ?? 0, tasks) };
}

function sayToday(claim: Claim, audits: Audits): Today {
	const { errors, checked, unresolved, pending } = audits;
	const found = promisable(audits, claim.certainty);
	const more = Math.max(0, smallestSample(claim, errors) - checked);
	return {
		...{ errors, checked, unresolved, more, pending },
		promisable: found.outcome === 'promise' ? found.maxError : null,
		holds: more === 0,
	};
}

/** Rounded up: half a day is a day on which one waits. */
function daysFor(tasks: number, { workingDays, audited }: Pace): number | null {
	return audited === 0 ? null : Math.ceil((tasks * workingDays) / audited);
}
