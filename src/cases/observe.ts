import type { CaseClaim, Move } from '../ledger/index.ts';
import { confirmAfterMs, processingDelay } from './judge.ts';
import { missing, move } from './moves.ts';
import { afterFailure, afterRead, readCase } from './read-case.ts';
import type { CaseDeps } from './types.ts';

/**
 * `review` and `audit`: somebody reports news of a task that was left to a person. The decision stands; but when the
 * person is done with this step, the visit ends, and a next step is taken up.
 */
export async function observe(deps: CaseDeps, claim: CaseClaim): Promise<void> {
	const record = claim.case;
	if (record.state !== 'review' && record.state !== 'audit') return;
	const { state, reason } = record;
	const read = await readCase(deps, claim);
	const stay = (dueInMs: number | null, progress: Move['progress']): Move => ({
		state,
		reason,
		dueInMs,
		...(progress === undefined ? {} : { progress }),
	});
	switch (read.kind) {
		case 'later':
			await move(deps, claim, stay(read.inMs, afterFailure(record.progress)));
			return;
		case 'missing':
			await move(deps, claim, missing(record, state));
			return;
		case 'malformed':
			await move(deps, claim, stay(null, undefined));
			return;
		case 'task':
			break;
	}
	const { task } = read;
	const progress = afterRead(record.progress, read.task, read.readAt);
	if (task.status === 'PROCESSING') {
		const since = progress.processingSince ?? claim.now;
		await move(deps, claim, stay(processingDelay(claim.now - since), { ...progress, processingSince: since }));
	} else if (task.status === 'REVIEWING' && task.stepType === record.stepType) {
		// Perhaps an old state, read late: looked at once more, then left alone until there is news again.
		const again = (progress.confirmations ?? 0) === 0;
		await move(deps, claim, stay(again ? confirmAfterMs : null, { ...progress, confirmations: again ? 1 : 0 }));
	} else if (task.status === 'REVIEWING' && record.stepType !== '') {
		await move(deps, claim, { state: 'superseded', reason: 'step-changed', dueInMs: null, progress, openNext: true });
	} else if (task.status === 'REVIEWING') {
		await move(deps, claim, stay(null, progress));
	} else {
		await move(deps, claim, { state: 'superseded', reason: task.status.toLowerCase(), dueInMs: null, progress });
	}
}
