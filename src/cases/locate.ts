import type { TaskRef } from '../core/task/index.ts';
import type { EventClaim, EventResult } from '../ledger/index.ts';
import type { ReadFailure } from '../sendai/index.ts';
import { backOff } from './back-off.ts';
import { closeReadGate, passReadGate, whenMissing } from './read-case.ts';
import type { CaseDeps } from './types.ts';

/** After so many tries (hours apart by then) an event is dead: kept, counted, and an operator may redeliver it. */
const mostTries = 200;
/** An upload in review whose list shows no task yet is asked again this often before it counts as unresolvable. */
const emptyListTries = 5;

/**
 * Event -> task ids -> one case per task. Strategies, first that answers: ids in the event, ids in the upload's `files`,
 * the list call where one is configured. Without any of them the event is `unresolvable`: visible, counted, not lost.
 */
export async function locate(deps: CaseDeps, claim: EventClaim): Promise<void> {
	const result = await findTasks(deps, claim);
	const finished = await deps.ledger.finishEvent(claim, result);
	if (!finished) return;
	const fields = {
		event_id: claim.event.id,
		project_id: claim.event.projectId,
		...(claim.event.uploadId === null ? {} : { upload_id: claim.event.uploadId }),
	};
	if (result.kind === 'located') deps.log.info('event located', { ...fields, count: result.tasks.length });
	else if (result.kind === 'observed') deps.log.info('event observed', fields);
	else if (result.kind === 'ignored') deps.log.info('event ignored', { ...fields, reason: result.reason });
	else if (result.kind === 'again') deps.log.info('event again', { ...fields, reason: result.reason });
	else deps.log.warn(`event ${result.kind}`, { ...fields, reason: result.reason });
}

async function findTasks(deps: CaseDeps, { event }: EventClaim): Promise<EventResult> {
	if (event.ignored !== null) return { kind: 'ignored', reason: event.ignored };
	if (event.kind === 'processed') {
		if (event.uploadId === null) return { kind: 'ignored', reason: 'processed-without-upload' };
		return { kind: 'observed', uploadId: event.uploadId };
	}
	if (event.kind === 'other') return { kind: 'ignored', reason: 'other-event' };

	const ref = (taskId: string): TaskRef => ({ projectId: event.projectId, taskId });
	if (event.taskIds.length > 0) {
		return { kind: 'located', tasks: event.taskIds.map(ref), uploadId: event.uploadId };
	}
	if (event.tries >= mostTries) return { kind: 'dead', reason: 'gave-up' };

	if ((await passReadGate(deps, event.projectId)) === 'closed') return again(60_000, 'gate');

	let revealed = 'no-task-ids';
	if (event.uploadId !== null) {
		const upload = await deps.sendai.readUpload(event.projectId, event.uploadId);
		if (upload.kind === 'read') {
			await reopenReadGate(deps, event.projectId);
			if (upload.taskIds.length > 0)
				return { kind: 'located', tasks: upload.taskIds.map(ref), uploadId: event.uploadId };
		} else if (upload.kind === 'malformed') {
			revealed = 'upload-not-understood';
		} else if (upload.kind === 'not-found') {
			if (!deps.sendai.canList) {
				const inMs = whenMissing(event.tries);
				return inMs === null ? { kind: 'unresolvable', reason: 'upload-not-found' } : again(inMs, 'upload-not-found');
			}
			revealed = 'upload-not-found';
		} else if (!(upload.kind === 'denied' && upload.status === 403 && deps.sendai.canList)) {
			// A key without `upload.read` may still list tasks.
			return failed(deps, event, upload);
		}
	}

	if (!deps.sendai.canList) return { kind: 'unresolvable', reason: revealed };
	const list = await deps.sendai.listTasks(event.projectId, event.uploadId);
	if (list.kind === 'malformed') {
		return event.tries < emptyListTries
			? again(backOff(event.tries, 5_000, 600_000), 'list-not-understood')
			: { kind: 'unresolvable', reason: 'list-not-understood' };
	}
	if (list.kind !== 'listed') return failed(deps, event, list);
	await reopenReadGate(deps, event.projectId);
	if (list.tasks.length === 0) {
		return event.tries < emptyListTries
			? again(backOff(event.tries, 5_000, 600_000), 'none-in-review')
			: { kind: 'unresolvable', reason: 'none-in-review' };
	}
	return {
		kind: 'located',
		tasks: list.tasks.map(({ taskId, projectId }) => ({ taskId, projectId })),
		uploadId: event.uploadId,
	};
}

async function failed(deps: CaseDeps, event: EventClaim['event'], failure: ReadFailure): Promise<EventResult> {
	switch (failure.kind) {
		case 'denied':
			await closeReadGate(deps, event.projectId, failure.status);
			return again(60_000, 'gate');
		case 'rate-limited':
			return again(failure.retryAfterMs, 'rate-limited');
		case 'unavailable':
			return again(failure.retryAfterMs ?? backOff(event.tries, 2_000, 3_600_000), failure.code);
		case 'not-found': {
			const inMs = whenMissing(event.tries);
			return inMs === null ? { kind: 'unresolvable', reason: 'list-not-found' } : again(inMs, 'list-not-found');
		}
	}
}

async function reopenReadGate(deps: CaseDeps, projectId: string): Promise<void> {
	const gates = await deps.ledger.gates();
	if (gates.some((gate) => gate.kind === 'read' && gate.projectId === projectId)) {
		await deps.ledger.openGate(projectId, 'read');
		deps.log.info('read gate opened', { project_id: projectId });
	}
}

function again(inMs: number, reason: string): EventResult {
	return { kind: 'again', inMs, reason };
}
