import type { CaseOverview, ControlChange, GateRecord, MarkTally, OperatorAct } from '../ledger/index.ts';
import { instant } from './present.ts';
import type { Flow, Summary } from './summary.ts';

/** The reports as the API shows them: names in snake case, instants as ISO 8601, like `present.ts`. */

export function presentCaseOverview(record: CaseOverview) {
	return {
		id: record.id,
		project_id: record.projectId,
		task_id: record.taskId,
		step_type: record.stepType,
		visit: record.visit,
		state: record.state,
		reason: record.reason,
		due_at: instant(record.dueAt),
		opened_at: instant(record.openedAt),
		updated_at: instant(record.updatedAt),
		handled_at: instant(record.handledAt),
		handled_by: record.handledBy,
		decision_id: record.decisionId,
		decision:
			record.decision === null
				? null
				: {
						outcome: record.decision.outcome,
						withheld: record.decision.withheld,
						first_reason: record.decision.firstReason,
						rules: record.decision.rules,
						decided_at: instant(record.decision.decidedAt),
					},
	};
}

export function presentSummary(summary: Summary) {
	return {
		today: presentFlow(summary.today),
		period: presentFlow(summary.period),
		days: summary.days.map(({ day, ...flow }) => ({ day, ...presentFlow(flow) })),
		in_flight: summary.inFlight.map(({ state, reason, count, oldest }) => ({
			state,
			reason,
			count,
			oldest: instant(oldest),
		})),
		needs_human: summary.needsHuman,
		troubles: summary.troubles.map(({ code, message }) => ({ code, message })),
		blockers: summary.blockers.map(presentMark),
	};
}

function presentFlow(flow: Flow) {
	return {
		received: flow.received,
		completed: flow.completed,
		completed_by_unknown: flow.completedByUnknown,
		left_to_people: flow.left,
		needs_human: flow.needsHuman,
		waiting: flow.waiting,
		gone: flow.gone,
		straight_through_rate: flow.straightThrough,
	};
}

export function presentMark({ mark, count, alone }: MarkTally) {
	return { code: mark, count, alone };
}

export function presentGate({ projectId, kind, closedAt, reason }: GateRecord) {
	return { project_id: projectId, kind, closed_at: instant(closedAt), reason };
}

export function presentAct({ at, act, by }: OperatorAct) {
	return { at: instant(at), act, by };
}

export function presentChange({ at, change, scope, by, why }: ControlChange) {
	return { at: instant(at), change, scope, by, why };
}
