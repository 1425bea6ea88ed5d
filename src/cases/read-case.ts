import { fingerprintText, type Task, type TaskReading } from '../core/task/index.ts';
import type { CaseClaim, CaseProgress, CaseRecord, GateKind, Surroundings } from '../ledger/index.ts';
import type { SendAi } from '../sendai/index.ts';
import { backOff } from './back-off.ts';
import { rememberOpenings, thatMayMove } from './quiet.ts';
import type { CaseDeps } from './types.ts';

/** What reading a case's task gave. */
export type CaseReading =
	| {
			readonly kind: 'task';
			readonly task: Task;
			/** SHA-256, hex. */
			readonly fingerprint: string;
			/** When it was read, by the API's clock where its answer says so, else by ours. */
			readonly readAt: number;
	  }
	| { readonly kind: 'malformed'; readonly reading: Extract<TaskReading, { kind: 'malformed' }> }
	| { readonly kind: 'missing' }
	/** Nothing could be read now. */
	| { readonly kind: 'later'; readonly reason: 'gate' | 'rate_limited' | 'unavailable'; readonly inMs: number };

/** While a read gate is closed, one read in so many ms tries whether it may open again. */
const probeEveryMs = 60_000;

/** Reads the task of a case, respecting and keeping the project's read gate, which is as it was when the case was claimed. */
export async function readCase(deps: CaseDeps, { case: record, around }: CaseClaim): Promise<CaseReading> {
	return await readThrough(deps, record, deps.sendai, await passReadGate(deps, record.projectId, around.closedGates));
}

/** Like `readCase`, by a reader of its own, for a caller that has passed the gate. */
export async function readThrough(
	deps: CaseDeps,
	record: CaseRecord,
	reader: Pick<SendAi, 'readTask'>,
	gate: 'open' | 'probing' | 'closed',
): Promise<CaseReading> {
	const { ledger, log } = deps;
	if (gate === 'closed') return { kind: 'later', reason: 'gate', inMs: probeEveryMs };

	const read = await reader.readTask({ projectId: record.projectId, taskId: record.taskId });
	if (read.kind === 'denied') {
		await closeReadGate(deps, record.projectId, read.status);
		return { kind: 'later', reason: 'gate', inMs: probeEveryMs };
	}
	if (gate === 'probing' && (read.kind === 'read' || read.kind === 'not-found')) {
		await ledger.openGate(record.projectId, 'read');
		log.info('read gate opened', { project_id: record.projectId });
	}
	switch (read.kind) {
		case 'not-found':
			return { kind: 'missing' };
		case 'rate-limited':
			return { kind: 'later', reason: 'rate_limited', inMs: read.retryAfterMs };
		case 'unavailable':
			return {
				kind: 'later',
				reason: 'unavailable',
				inMs: read.retryAfterMs ?? backOff(record.progress.failures ?? 0, 2_000, 300_000),
			};
		case 'read':
			if (read.reading.kind === 'malformed') return { kind: 'malformed', reading: read.reading };
			return {
				kind: 'task',
				task: read.reading.task,
				fingerprint: deps.digest.sha256(fingerprintText(read.reading.task)),
				readAt: read.serverTime ?? deps.clock.now(),
			};
	}
}

/**
 * `open`: read freely; `probing`: closed, and this caller may try; `closed`: come back later.
 *
 * @param closedGates of the project, where the caller knows them; asked of the ledger when left out
 */
export async function passReadGate(
	deps: CaseDeps,
	projectId: string,
	closedGates?: ReadonlySet<GateKind>,
): Promise<'open' | 'probing' | 'closed'> {
	const closed = closedGates === undefined ? await isReadGateClosed(deps, projectId) : closedGates.has('read');
	if (!closed) return 'open';
	return (await deps.ledger.takeProbe(projectId, probeEveryMs)) ? 'probing' : 'closed';
}

async function isReadGateClosed(deps: CaseDeps, projectId: string): Promise<boolean> {
	return (await deps.ledger.gates()).some((gate) => gate.kind === 'read' && gate.projectId === projectId);
}

export async function closeReadGate(deps: CaseDeps, projectId: string, status: number): Promise<void> {
	const closedBefore = await isReadGateClosed(deps, projectId);
	await deps.ledger.closeGate(projectId, 'read', `status-${status}`);
	if (closedBefore) return;
	deps.alert({
		code: 'read-gate-closed',
		message: `Send AI answered ${status} to a read: the key may not read this project. Its cases wait until a read succeeds.`,
		fields: { project_id: projectId, status },
	});
}

/** Progress after a read that gave a task: remembers when we read, forgets what went wrong before. */
export function afterRead(
	progress: CaseProgress,
	{ task, readAt }: Pick<Extract<CaseReading, { kind: 'task' }>, 'task' | 'readAt'>,
	around: Pick<Surroundings, 'ownReads'>,
): CaseProgress {
	const { misses: _misses, failures: _failures, malformedSince: _malformedSince, ...rest } = progress;
	const ownReads = [...(progress.ownReads ?? []), readAt].slice(-8);
	const moving = thatMayMove(ownReads, around);
	return { ...rest, ...rememberOpenings(progress, task, moving, progress.firstFingerprint === undefined), ownReads };
}

/** Progress after a read that could not be made. */
export function afterFailure(progress: CaseProgress): CaseProgress {
	return { ...progress, failures: (progress.failures ?? 0) + 1 };
}

/** When to look again for a task that the API does not find, by how often it was not found; after the last: gone. */
const missingScheduleMs = [60_000, 300_000, 1_800_000, 21_600_000] as const;

/** In how many ms to read again after the n-th 404 in a row (from 0), or null when it is gone. */
export function whenMissing(misses: number): number | null {
	return missingScheduleMs[misses] ?? null;
}
