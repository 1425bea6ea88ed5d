import type { Json } from '../../core/json.ts';
import type { CaseState } from '../../core/lifecycle/index.ts';
import type {
	AttemptRecord,
	AttemptVerdict,
	CaseProgress,
	CaseRecord,
	DecisionRecord,
	EndedVisit,
	EventKind,
	EventRecord,
	EventSource,
	EventStatus,
	GateKind,
	GateRecord,
	PauseRecord,
	RawOutcome,
} from '../types.ts';
import type { Row } from './sql-store.ts';

export function toEvent(row: Row): EventRecord {
	return {
		id: text(row, 'id'),
		source: text(row, 'source') as EventSource,
		kind: text(row, 'kind') as EventKind,
		name: text(row, 'name'),
		teamId: text(row, 'team_id'),
		projectId: text(row, 'project_id'),
		uploadId: textOrNull(row, 'upload_id'),
		taskIds: JSON.parse(text(row, 'task_ids')) as string[],
		ignored: textOrNull(row, 'ignored'),
		digest: text(row, 'digest'),
		status: text(row, 'status') as EventStatus,
		reason: textOrNull(row, 'reason'),
		receivedAt: number(row, 'received_at'),
		dueAt: numberOrNull(row, 'due_at'),
		tries: number(row, 'tries'),
		duplicates: number(row, 'duplicates'),
		fence: number(row, 'fence'),
	};
}

export function toCase(row: Row): CaseRecord {
	return {
		id: text(row, 'id'),
		teamId: text(row, 'team_id'),
		projectId: text(row, 'project_id'),
		taskId: text(row, 'task_id'),
		stepType: text(row, 'step_type'),
		visit: number(row, 'visit'),
		state: text(row, 'state') as CaseState,
		reason: textOrNull(row, 'reason'),
		dueAt: numberOrNull(row, 'due_at'),
		uploadId: textOrNull(row, 'upload_id'),
		eventId: textOrNull(row, 'event_id'),
		decisionId: textOrNull(row, 'decision_id'),
		sends: number(row, 'sends'),
		progress: JSON.parse(text(row, 'progress')) as CaseProgress,
		wakes: number(row, 'wakes'),
		fence: number(row, 'fence'),
		leaseUntil: numberOrNull(row, 'lease_until'),
		abandonedAt: numberOrNull(row, 'abandoned_at'),
		openedAt: number(row, 'opened_at'),
		updatedAt: number(row, 'updated_at'),
	};
}

export function toEndedVisit(row: Row): EndedVisit {
	return {
		caseId: text(row, 'id'),
		stepType: text(row, 'step_type'),
		visit: number(row, 'visit'),
		state: text(row, 'state') as CaseState,
		reason: textOrNull(row, 'reason'),
		endedAt: number(row, 'ended_at'),
	};
}

export function toDecision(row: Row): DecisionRecord {
	return {
		id: text(row, 'id'),
		caseId: text(row, 'case_id'),
		projectId: text(row, 'project_id'),
		taskId: text(row, 'task_id'),
		stepType: text(row, 'step_type'),
		visit: number(row, 'visit'),
		outcome: text(row, 'outcome') as 'complete' | 'review',
		withheld: textOrNull(row, 'withheld') as 'audit' | 'braked' | null,
		firstReason: textOrNull(row, 'first_reason'),
		revision: text(row, 'revision'),
		logicRevision: text(row, 'logic_revision'),
		version: text(row, 'version'),
		fingerprint: text(row, 'fingerprint'),
		rules: JSON.parse(text(row, 'rules')) as string[],
		body: JSON.parse(text(row, 'body')) as Json,
		elements: JSON.parse(text(row, 'elements')) as Json,
		decidedAt: number(row, 'decided_at'),
	};
}

export function toAttempt(row: Row): AttemptRecord {
	return {
		id: text(row, 'id'),
		caseId: text(row, 'case_id'),
		decisionId: text(row, 'decision_id'),
		fingerprint: text(row, 'fingerprint'),
		intendedAt: number(row, 'intended_at'),
		raw: toRaw(row),
		answeredAt: numberOrNull(row, 'answered_at'),
		verdict: textOrNull(row, 'verdict') as AttemptVerdict | null,
	};
}

function toRaw(row: Row): RawOutcome | null {
	const kind = textOrNull(row, 'raw_kind') as RawOutcome['kind'] | null;
	if (kind === null) return null;
	return kind === 'status' ? { kind, status: number(row, 'raw_status') } : { kind, code: text(row, 'raw_code') };
}

export function toGate(row: Row): GateRecord {
	return {
		projectId: text(row, 'project_id'),
		kind: text(row, 'kind') as GateKind,
		closedAt: number(row, 'closed_at'),
		reason: text(row, 'reason'),
	};
}

export function toPause(row: Row): PauseRecord {
	const why = textOrNull(row, 'why');
	return {
		scope: text(row, 'scope'),
		by: text(row, 'by'),
		at: number(row, 'at'),
		...(why === null ? {} : { why }),
	};
}

export function text(row: Row, column: string): string {
	const value = row[column];
	if (typeof value !== 'string') throw new TypeError(`the ledger's column ${column} holds no text`);
	return value;
}

export function number(row: Row, column: string): number {
	const value = row[column];
	if (typeof value !== 'number') throw new TypeError(`the ledger's column ${column} holds no number`);
	return value;
}

export function textOrNull(row: Row, column: string): string | null {
	return row[column] === null ? null : text(row, column);
}

export function numberOrNull(row: Row, column: string): number | null {
	return row[column] === null ? null : number(row, column);
}
