import type { CaseClaim, CaseProgress, CaseRecord, Move, NewDecision } from '../ledger/index.ts';
import { whenMissing } from './read-case.ts';
import type { CaseDeps } from './types.ts';

/** To wait, and be judged anew after `inMs`. */
export function wait(reason: string, inMs: number, progress: CaseProgress): Move {
	return { state: 'waiting', reason, dueInMs: Math.max(0, inMs), progress };
}

/** A 404: read again by the schedule, then `gone`. In `state` meanwhile. */
export function missing(record: CaseRecord, state: 'waiting' | 'review' | 'audit'): Move {
	const misses = record.progress.misses ?? 0;
	const inMs = whenMissing(misses);
	if (inMs === null) return { state: 'gone', reason: 'not-found', dueInMs: null };
	return {
		state,
		reason: state === 'waiting' ? 'not_found' : record.reason,
		dueInMs: inMs,
		progress: { ...record.progress, misses: misses + 1 },
	};
}

/** What names a decision in a log line. */
type Named = Pick<NewDecision, 'id' | 'revision'>;

/**
 * Moves the case and says so in the log.
 *
 * @param decision that the move rests on, where it is another than the case had when it was claimed
 */
export async function move(deps: CaseDeps, claim: CaseClaim, to: Move, decision?: Named): Promise<boolean> {
	const moved = await deps.ledger.transition(claim, to);
	if (moved) announce(deps, claim, to, decision);
	return moved;
}

/** Stores a decision, moves the case by it in the same write, and says so in the log. */
export async function moveByDecision(
	deps: CaseDeps,
	claim: CaseClaim,
	decision: NewDecision,
	to: Move,
): Promise<boolean> {
	const moved = await deps.ledger.recordDecision(claim, decision, to);
	if (moved) announce(deps, claim, to, decision);
	return moved;
}

/** One line for every move of every case: `case`, with where it went and why. */
function announce(deps: CaseDeps, { case: record, around }: CaseClaim, to: Move, decision: Named | undefined): void {
	const decisionId = decision?.id ?? record.decisionId;
	const revision = decision?.revision ?? around.decidedUnder;
	deps.log.info('case', {
		...naming(record),
		state: to.state,
		...(to.reason === null ? {} : { reason: to.reason }),
		...(decisionId === null ? {} : { decision_id: decisionId }),
		...(revision === null ? {} : { revision }),
	});
}

/** The ids that name a case in a log line. */
export function naming(record: CaseRecord) {
	return {
		...(record.eventId === null ? {} : { event_id: record.eventId }),
		case_id: record.id,
		task_id: record.taskId,
		project_id: record.projectId,
	};
}
