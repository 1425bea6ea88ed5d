import { asCertainty, asMostPercent } from './as-percent.ts';
import type { StatementLine } from './statement.ts';

/** What a month's statement says of what was completed, for somebody who has read nothing else. */
export function sayCompleted({ completed, audited, bound }: StatementLine, certainty: number): string {
	switch (bound.outcome) {
		case 'nothing-completed':
			return 'Nothing was completed without a person.';
		case 'no-bound':
			return `${tasks(completed)} completed without a person. ${audited === 0 ? 'None was held out' : 'For a time none was held out'}, so that nothing can be said of how many were wrong: there is no bound.`;
		case 'bound':
			return `${tasks(completed)} completed without a person. With ${asCertainty(certainty)} certainty at most ${bound.wrong} of them (${asMostPercent(bound.share)}) were wrong.`;
	}
}

/** What it rests on. */
export function sayHeldOut({ audited, right, wrong, unresolved, sampled }: StatementLine): string {
	if (audited === 0) return 'No task that passed was held out.';
	const counted = unresolved > 0 ? ' (counted as wrong)' : '';
	const fair =
		sampled === audited || sampled === 0
			? ''
			: ` The share that is held out changed meanwhile; the bound rests on the ${sampled} that were drawn below the smallest one.`;
	return `${audited} tasks that passed were held out at random and done by people: ${right} were right, ${wrong} wrong, ${unresolved} ${unresolved === 1 ? 'is' : 'are'} not known${counted}.${fair}`;
}

export const sayProvisional = 'As audits are resolved, the bound can only get better.';
export const sayTogether =
	'A line by itself has that certainty; all lines together have less. A task under two rules counts under each.';

/** The bound in a cell of a table. */
export function sayBound({ bound }: StatementLine): string {
	switch (bound.outcome) {
		case 'nothing-completed':
			return 'nothing completed';
		case 'no-bound':
			return 'no bound';
		case 'bound':
			return `${bound.wrong} (${asMostPercent(bound.share)})`;
	}
}

/** A statement as JSON, the same for the command and the API. */
export function presentLine({ projectId, rule, bound, ...counts }: StatementLine) {
	return { project_id: projectId, rule, ...counts, bound };
}

function tasks(count: number): string {
	return count === 1 ? '1 task was' : `${count} tasks were`;
}
