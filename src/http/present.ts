import type { AttemptRecord, CaseRecord, DecisionRecord, EventRecord, PauseRecord } from '../ledger/index.ts';

/** The ledger's records as the API shows them: names in snake case, instants as ISO 8601. */

export function presentEvent(event: EventRecord) {
	return {
		id: event.id,
		source: event.source,
		kind: event.kind,
		name: event.name,
		team_id: event.teamId,
		project_id: event.projectId,
		upload_id: event.uploadId,
		task_ids: event.taskIds,
		status: event.status,
		reason: event.reason,
		received_at: instant(event.receivedAt),
		due_at: instant(event.dueAt),
		tries: event.tries,
		duplicates: event.duplicates,
	};
}

export function presentCase(record: CaseRecord, attempts: readonly AttemptRecord[]) {
	return {
		id: record.id,
		project_id: record.projectId,
		task_id: record.taskId,
		step_type: record.stepType,
		visit: record.visit,
		state: record.state,
		reason: record.reason,
		due_at: instant(record.dueAt),
		upload_id: record.uploadId,
		event_id: record.eventId,
		decision_id: record.decisionId,
		sends: record.sends,
		opened_at: instant(record.openedAt),
		updated_at: instant(record.updatedAt),
		attempts: attempts.map((attempt) => ({
			id: attempt.id,
			decision_id: attempt.decisionId,
			intended_at: instant(attempt.intendedAt),
			answered_at: instant(attempt.answeredAt),
			outcome: attempt.raw,
			verdict: attempt.verdict,
		})),
	};
}

/** A decision in a list. */
export function presentDecision(decision: DecisionRecord) {
	return {
		id: decision.id,
		case_id: decision.caseId,
		project_id: decision.projectId,
		task_id: decision.taskId,
		step_type: decision.stepType,
		visit: decision.visit,
		decided_at: instant(decision.decidedAt),
		outcome: decision.outcome,
		withheld: decision.withheld,
		first_reason: decision.firstReason,
		rules: decision.rules,
		revision: decision.revision,
		logic_revision: decision.logicRevision,
		version: decision.version,
		fingerprint: decision.fingerprint,
	};
}

/** A decision with everything that was stored of it, which holds no document text. */
export function presentWholeDecision(decision: DecisionRecord) {
	return { ...presentDecision(decision), decision: decision.body, elements: decision.elements };
}

export function presentPause(pause: PauseRecord) {
	return {
		scope: pause.scope,
		by: pause.by,
		at: instant(pause.at),
		...(pause.why === undefined ? {} : { why: pause.why }),
	};
}

export function instant(ms: number | null): string | null {
	return ms === null ? null : new Date(ms).toISOString();
}
