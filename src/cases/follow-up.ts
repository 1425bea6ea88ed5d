import type { CaseClaim, Move } from '../ledger/index.ts';
import { move, naming } from './moves.ts';
import { readCase } from './read-case.ts';
import { followUpMs } from './settle.ts';
import type { CaseDeps } from './types.ts';

/**
 * An ended case that is due: looks after 5 minutes, an hour and a day whether the export of a completed task failed,
 * for a completed task that never arrives is a silent loss.
 */
export async function followUp(deps: CaseDeps, claim: CaseClaim): Promise<void> {
	const record = claim.case;
	const rest: Move = { state: record.state, reason: record.reason, dueInMs: null };
	if (record.state !== 'completed') {
		await move(deps, claim, rest);
		return;
	}
	const looks = (record.progress.followUps ?? 0) + 1;
	const from = followUpMs[looks - 1];
	const to = followUpMs[looks];
	const dueInMs = from === undefined || to === undefined ? null : to - from;
	const progress = { ...record.progress, followUps: looks };
	const read = await readCase(deps, claim);
	if (read.kind === 'later' || read.kind === 'malformed' || read.kind === 'missing') {
		await move(deps, claim, { ...rest, dueInMs, progress });
		return;
	}
	const { task } = read;
	if (task.exportFailedAt !== null && task.exportedAt === null) {
		const known = record.progress.exportFailed === true;
		const moved = await move(deps, claim, { ...rest, dueInMs, progress: { ...progress, exportFailed: true } });
		if (moved && !known) {
			deps.alert({
				code: 'export-failed',
				message: 'A completed task could not be exported by Send AI; the receiving system does not have it.',
				fields: naming(record),
			});
		}
		return;
	}
	const { exportFailed, ...mended } = progress;
	if (exportFailed === true && task.exportedAt !== null) {
		deps.alert({
			code: 'export-failed',
			message: 'A completed task that could not be exported by Send AI has been exported after all.',
			fields: naming(record),
			resolved: true,
		});
	}
	if (task.status === 'REVIEWING' && task.stepType === record.stepType) {
		// Reopened, and no event told us.
		await move(deps, claim, { ...rest, progress, openNext: true });
		return;
	}
	const done = task.exportedAt !== null;
	await move(deps, claim, { ...rest, dueInMs: done ? null : dueInMs, progress: done ? mended : progress });
}
