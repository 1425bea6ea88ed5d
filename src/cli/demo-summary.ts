import type { CaseState } from '../core/lifecycle/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Simulator } from '../simulator/index.ts';
import { alignColumns } from './align-columns.ts';
import type { SeenDecision } from './demo-decisions.ts';
import type { CliIo } from './io.ts';

export interface DemoSummary {
	readonly received: number;
	readonly completed: number;
	/** Left to people, by the code of the first reason, most frequent first. */
	readonly left: readonly { readonly reason: string; readonly count: number }[];
	readonly stillWaiting: number;
	readonly finishedByPeople: number;
	/** Completed although a value was wrong: known to the simulator alone. */
	readonly wrong: number;
	/** Completed twice, half edited, reopened or malformed: never, whatever the faults. */
	readonly brokenPromises: number;
	readonly faults: number;
	readonly faultsByName: Readonly<Record<string, number>>;
	readonly unresolvableEvents: number;
}

export interface CaseCounts {
	readonly completed: number;
	readonly left: number;
	/** Neither over nor left to a person. */
	readonly moving: number;
}

/** How many cases stand where. */
export async function countCases(ledger: Ledger): Promise<CaseCounts> {
	const { cases } = await ledger.counts();
	const { review, audit, completed, located, waiting, completing, verifying } = cases;
	return { completed, left: review + audit, moving: located + waiting + completing + verifying };
}

/** A person has the task open: its quiet time outlasts the demo. */
const restingReasons = new Set(['quiet', 'hold']);

/** Whether nothing more is to be expected of any task: it is over, left to a person, or a person has it open. */
export async function allAtRest(ledger: Ledger, simulator: Simulator): Promise<boolean> {
	for (const { id, projectId } of simulator.tasks()) {
		const last = (await ledger.casesOfTask(projectId, id)).at(-1);
		if (last === undefined) return false;
		const { state, reason } = last;
		if (state === 'waiting' ? !restingReasons.has(reason ?? '') : movingStates.has(state)) return false;
	}
	return true;
}

const movingStates: ReadonlySet<CaseState> = new Set<CaseState>(['located', 'completing', 'verifying']);

/** One line: `60 tasks  31 completed  27 left to people  2 under way  0 wrong`. */
export function runningSummary(made: number, cases: CaseCounts, simulator: Simulator): string {
	const { faults, violations } = simulator.report();
	return `${made} tasks  ${cases.completed} completed  ${cases.left} left to people  ${cases.moving} under way  ${sum(faults)} faults survived  ${violations.wrong.length} wrong`;
}

export async function summarise(
	simulator: Simulator,
	ledger: Ledger,
	decisions: readonly SeenDecision[],
): Promise<DemoSummary> {
	const report = simulator.report();
	const { violations } = report;
	const { events } = await ledger.counts();
	const cases = await countCases(ledger);
	const counts = new Map<string, number>();
	for (const { outcome, withheld, firstReason } of decisions) {
		if (outcome === 'complete' && withheld === null && firstReason === null) continue;
		const reason = withheld ?? firstReason ?? 'review';
		counts.set(reason, (counts.get(reason) ?? 0) + 1);
	}
	return {
		received: report.tasks,
		completed: report.completedByBot,
		left: [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
		stillWaiting: cases.moving,
		finishedByPeople: report.completedByPerson,
		wrong: violations.wrong.length,
		brokenPromises:
			violations.repeated.length +
			violations.halfEdited.length +
			violations.reopened.length +
			violations.malformed.length,
		faults: sum(report.faults),
		faultsByName: report.faults,
		unresolvableEvents: events.unresolvable,
	};
}

/** The table at the end. */
export function printSummary(summary: DemoSummary, io: CliIo): void {
	const left = summary.left.reduce((total, { count }) => total + count, 0);
	const number = (value: number) => String(value).padStart(5);
	const rows: [string, string, string][] = [
		['Received', number(summary.received), 'tasks'],
		['Completed', io.paint('good', number(summary.completed)), 'by Greenlane, each once'],
		['Left to people', number(left), 'by the first reason:'],
		...summary.left.map(({ reason, count }): [string, string, string] => [`  ${reason}`, number(count), '']),
		['Waiting', number(summary.stillWaiting), 'a person has it open, or it is still being worked on'],
		['Finished by people', number(summary.finishedByPeople), ''],
		[
			'Wrong',
			summary.wrong === 0 ? io.paint('good', number(0)) : io.paint('bad', number(summary.wrong)),
			'completed with a wrong value: known to the simulator alone',
		],
		[
			'Broken promises',
			summary.brokenPromises === 0 ? io.paint('good', number(0)) : io.paint('bad', number(summary.brokenPromises)),
			'completed twice, half edited, reopened or malformed',
		],
		['Faults survived', number(summary.faults), describeFaults(summary.faultsByName)],
	];
	io.print('');
	for (const line of alignColumns(rows)) io.print(line);
}

function describeFaults(byName: DemoSummary['faultsByName']): string {
	const most = Object.entries(byName)
		.sort(([, a], [, b]) => b - a)
		.slice(0, 5)
		.map(([name, count]) => `${count} ${name}`);
	return most.length === 0 ? '' : `${most.join(', ')}${Object.keys(byName).length > 5 ? ', ...' : ''}`;
}

function sum(counts: Readonly<Partial<Record<string, number>>>): number {
	return Object.values(counts).reduce<number>((total, count) => total + (count ?? 0), 0);
}
