import { caseStates } from '../core/lifecycle/index.ts';
import type { Total } from '../ledger/index.ts';
import { Counter, Gauge, type Registry } from './prometheus.ts';
import type { Reading } from './reading.ts';

type Labels = Readonly<Record<string, string>>;
type Series = Iterable<readonly [labels: Labels, value: number]>;

/** One metric: its name, what it means, and how its series come of a reading. */
interface Shown {
	readonly name: string;
	readonly help: string;
	readonly labels: readonly string[];
	readonly series: (reading: Reading) => Series;
}

const inFlight = ['located', 'waiting', 'completing', 'verifying'] as const;
const verdicts = ['taken', 'refused', 'refused-before-work', 'not-sent', 'unknown', 'done-by-unknown'] as const;
const outcomes = ['complete', 'review', 'audit', 'braked'] as const;
const gateKinds = ['read', 'complete'] as const;
const modes = ['live', 'shadow', 'off'] as const;

/**
 * Everything that the ledger tells. Names that end in `_total` only ever grow. They are the ledger's, and the same on
 * every process: take the maximum over several, not the sum.
 */
const shown: readonly Shown[] = [
	{
		name: 'greenlane_cases',
		help: 'Cases by the state that they are in.',
		labels: ['state'],
		series: ({ measures }) => named('state', caseStates, totals(measures.totals, 'case')),
	},
	{
		name: 'greenlane_cases_waiting',
		help: 'Cases in the state waiting, by what they wait for.',
		labels: ['reason'],
		series: ({ measures }) => [...measures.waiting].map(([reason, count]) => [{ reason }, count] as const),
	},
	{
		name: 'greenlane_oldest_case_age_seconds',
		help: 'Age of the oldest case in a state in which it is on its way; 0 when there is none.',
		labels: ['state'],
		series: ({ measures: { oldest, at } }) =>
			inFlight.map((state) => [{ state }, Math.max(0, at - (oldest.get(state) ?? at)) / 1_000] as const),
	},
	{
		name: 'greenlane_cases_needing_a_person',
		help: 'Cases in the state needs_human that nobody has marked as handled. Counted up to 10,000.',
		labels: [],
		series: ({ troubles }) => [[{}, troubles.needsHuman]],
	},
	{
		name: 'greenlane_decisions_total',
		help: 'Decisions by outcome: complete, review, or audit and braked where a completion was withheld.',
		labels: ['outcome'],
		series: ({ measures }) => named('outcome', outcomes, totals(measures.totals, 'decision')),
	},
	{
		name: 'greenlane_rule_decisions_total',
		help: 'Outcomes of each rule that applied, in all decisions.',
		labels: ['rule', 'mode', 'outcome'],
		series: ({ measures }) =>
			measures.totals
				.filter(({ measure }) => measure === 'rule')
				.map(({ subject, name, count }) => {
					const [mode = '', outcome = ''] = name.split(':');
					return [{ rule: subject, mode, outcome }, count] as const;
				}),
	},
	{
		name: 'greenlane_condition_failures_total',
		help: 'Decisions in which a condition of a live rule did not hold, or its scope could not be told (condition applies).',
		labels: ['rule', 'condition'],
		series: ({ measures }) =>
			reasons(measures.totals).flatMap(([code, count]) => {
				const [, rule, condition] = /^rule:([^:]+):(.+)$/s.exec(code) ?? [];
				return rule === undefined || condition === undefined ? [] : [[{ rule, condition }, count] as const];
			}),
	},
	{
		name: 'greenlane_review_reasons_total',
		help: 'Decisions that left a task to a person for another reason than a condition: a guard, no live rule, reopened, ...',
		labels: ['reason'],
		series: ({ measures }) =>
			reasons(measures.totals)
				.filter(([code]) => !code.startsWith('rule:'))
				.map(([reason, count]) => [{ reason }, count] as const),
	},
	{
		name: 'greenlane_completions_total',
		help: 'Attempts to complete a task by their result; unknown ones count again when it is known.',
		labels: ['result'],
		series: ({ measures }) => named('result', verdicts, totals(measures.totals, 'attempt')),
	},
	{
		name: 'greenlane_completions_today',
		help: "Completions sent on the day of TIMEZONE, as the day's limit counts them.",
		labels: ['project'],
		series: ({ completions, projects }) => named('project', known(projects, completions.keys()), completions),
	},
	{
		name: 'greenlane_daily_limit',
		help: 'Most completions per project and day; no series when there is no limit.',
		labels: [],
		series: ({ dailyLimit }) => (dailyLimit === null ? [] : [[{}, dailyLimit]]),
	},
	{
		name: 'greenlane_events_accepted_total',
		help: 'Events that were accepted, duplicates not counted.',
		labels: [],
		series: ({ measures }) => [[{}, measures.eventsAccepted]],
	},
	{
		name: 'greenlane_events',
		help: 'Events that wait to be worked on (accepted) or led nowhere (unresolvable, dead). Each counted up to 10,000.',
		labels: ['status'],
		series: ({ troubles: { events } }) =>
			(['accepted', 'unresolvable', 'dead'] as const).map((status) => [{ status }, events[status]] as const),
	},
	{
		name: 'greenlane_last_arrival_timestamp_seconds',
		help: 'When the last event came, or a task was found without one; no series when none ever did.',
		labels: [],
		series: ({ measures: { lastArrivalAt } }) => (lastArrivalAt === null ? [] : [[{}, lastArrivalAt / 1_000]]),
	},
	{
		name: 'greenlane_gate_closed',
		help: '1 while the gate of a project is closed.',
		labels: ['project', 'gate'],
		series: ({ gates, projects }) =>
			known(
				projects,
				gates.map((gate) => gate.projectId),
			).flatMap((project) =>
				gateKinds.map((gate) => {
					const closed = gates.some((one) => one.projectId === project && one.kind === gate);
					return [{ project, gate }, closed ? 1 : 0] as const;
				}),
			),
	},
	{
		name: 'greenlane_paused',
		help: '1 while an operator has paused a project, or everything (scope *).',
		labels: ['scope'],
		series: ({ pauses, projects }) => {
			const paused = new Map(pauses.map(({ scope }) => [scope, 1]));
			return named('scope', known(['*', ...projects], paused.keys()), paused);
		},
	},
	{
		name: 'greenlane_rule_braked',
		help: '1 for each rule that the brake has stopped.',
		labels: ['rule'],
		series: ({ brakes }) => [...brakes].map((rule) => [{ rule }, 1] as const),
	},
	{
		name: 'greenlane_rules',
		help: 'Rules that this process serves, by mode.',
		labels: ['mode'],
		series: ({ rulesByMode }) => named('mode', modes, rulesByMode),
	},
	{
		name: 'greenlane_rules_info',
		help: 'Always 1: the revision of the rules that this process serves, and the one that the ledger lets complete.',
		labels: ['revision', 'ledger_revision'],
		series: ({ servedRevision, ledgerRevision }) => [
			[{ revision: servedRevision, ledger_revision: ledgerRevision ?? '' }, 1],
		],
	},
	{
		name: 'greenlane_rules_refused',
		help: '1 while the rules as they are now are refused and the last good ones serve.',
		labels: [],
		series: ({ rulesRefused }) => [[{}, rulesRefused ? 1 : 0]],
	},
	{
		name: 'greenlane_alerts_open',
		help: 'Alerts that were raised and are not over, by kind.',
		labels: ['kind'],
		series: ({ openAlerts }) => {
			const counts = new Map<string, number>();
			for (const kind of openAlerts) counts.set(kind, (counts.get(kind) ?? 0) + 1);
			return [...counts].map(([kind, count]) => [{ kind }, count] as const);
		},
	},
	{
		name: 'greenlane_build_info',
		help: 'Always 1: the version of Greenlane.',
		labels: ['version'],
		series: ({ version }) => [[{ version }, 1]],
	},
];

export interface Gauges {
	/** Puts a reading in the place of the one before. */
	readonly set: (reading: Reading) => void;
}

/** Registers what the ledger tells. */
export function createGauges(registry: Registry): Gauges {
	const metrics = shown.map(({ name, help, labels, series }) => {
		const of = { name, help, labelNames: labels, registers: [registry] };
		const metric = name.endsWith('_total') ? new Counter(of) : new Gauge(of);
		return { metric, series };
	});
	return {
		set(reading) {
			for (const { metric, series } of metrics) {
				metric.reset();
				// A reset leaves a nought where there are no labels: some have no series at all at times.
				metric.remove({});
				// From nothing, a counter is set by what is added to it.
				for (const [labels, value] of series(reading)) metric.inc(labels, value);
			}
		},
	};
}

function totals(all: readonly Total[], measure: Total['measure']): ReadonlyMap<string, number> {
	return new Map(all.filter((one) => one.measure === measure).map(({ name, count }) => [name, count]));
}

function reasons(all: readonly Total[]): readonly (readonly [code: string, count: number])[] {
	return [...totals(all, 'reason')];
}

/** A series for each name, those that nothing is known of at nought: a series that appears late hides its first step. */
function named(label: string, names: readonly string[], counts: ReadonlyMap<string, number>): Series {
	return names.map((name) => [{ [label]: name }, counts.get(name) ?? 0] as const);
}

function known(configured: readonly string[], found: Iterable<string>): readonly string[] {
	return [...new Set([...configured, ...found])];
}
