import { elementRecords } from '../core/decision/index.ts';
import type { Json } from '../core/json.ts';
import type { Task } from '../core/task/index.ts';
import type { CaseClaim, CaseProgress, DecisionRecord, Move, NewLabel } from '../ledger/index.ts';
import { compareElements } from './compare-elements.ts';
import { foldAudits } from './fold-audits.ts';
import { confirmAfterMs, processingDelay } from './judge.ts';
import { missing, move } from './moves.ts';
import { observeForMs, untilNextLook } from './observe-schedule.ts';
import { lastPersonOpening, thatMayMove } from './quiet.ts';
import { afterFailure, afterRead, readCase } from './read-case.ts';
import type { CaseDeps } from './types.ts';

/** An opening this much before the read that was decided on is still taken for one after it: clocks and whole seconds. */
const openingSlackMs = 1_000;

/**
 * `review` and `audit`: comes back on news and on a schedule to see what a person made of a task that was left. The
 * decision stands; but when the person is done with this step, the visit ends, a next step is taken up, and what became
 * of the elements labels the decision.
 */
export async function observe(deps: CaseDeps, claim: CaseClaim): Promise<void> {
	const record = claim.case;
	if (record.state !== 'review' && record.state !== 'audit') return;
	const { state, reason } = record;
	const read = await readCase(deps, claim);
	const news = record.wakes > (record.progress.seenWakes ?? record.wakes);
	const leftAt = record.progress.leftAt ?? claim.now;
	const seen = (progress: CaseProgress): CaseProgress => ({ ...progress, leftAt, seenWakes: record.wakes });
	const nextMs = untilNextLook(leftAt, claim.now);
	const stay = (dueInMs: number | null, progress: CaseProgress): Move => ({
		...{ state, reason, dueInMs, progress: seen(progress) },
		...(dueInMs === null && claim.now - leftAt >= observeForMs ? { label: unresolved('time-over') } : {}),
	});
	switch (read.kind) {
		case 'later':
			await move(deps, claim, stay(read.inMs, afterFailure(record.progress)));
			return;
		case 'missing': {
			const to = missing(record, state);
			await move(deps, claim, to.state === 'gone' ? { ...to, label: unresolved('gone') } : to);
			return;
		}
		case 'malformed':
			await move(deps, claim, stay(nextMs, record.progress));
			return;
		case 'task':
			break;
	}
	const { task } = read;
	const progress = afterRead(record.progress, read, claim.around);
	if (task.status === 'PROCESSING') {
		const since = progress.processingSince ?? claim.now;
		await move(deps, claim, stay(processingDelay(claim.now - since), { ...progress, processingSince: since }));
	} else if (task.status === 'REVIEWING' && (task.stepType === record.stepType || record.stepType === '')) {
		// After news it is perhaps an old state, read late: looked at once more.
		const again = news && record.stepType !== '' && (progress.confirmations ?? 0) === 0;
		await move(deps, claim, stay(again ? confirmAfterMs : nextMs, { ...progress, confirmations: again ? 1 : 0 }));
	} else {
		const isNext = task.status === 'REVIEWING';
		const finished = isNext || task.status === 'COMPLETED';
		const label = finished ? await labelOf(deps, claim, task, progress) : unresolved(task.status.toLowerCase());
		const moved = await move(deps, claim, {
			...{ state: 'superseded', dueInMs: null, progress, label },
			reason: isNext ? 'step-changed' : task.status.toLowerCase(),
			...(isNext ? { openNext: true } : {}),
		});
		if (moved && state === 'audit' && label.label !== 'unresolved') await foldAudits(deps, claim);
	}
}

function unresolved(reason: string, detail: Json = {}): NewLabel {
	return { label: 'unresolved', reason, detail };
}

/** What a finished task says of the decision. In doubt it says nothing. */
async function labelOf(deps: CaseDeps, claim: CaseClaim, task: Task, progress: CaseProgress): Promise<NewLabel> {
	const { keys, ledger } = deps;
	const { decisionId } = claim.case;
	const decision = decisionId === null ? null : await ledger.getDecision(decisionId);
	if (decision === null || keys === null) return unresolved('no-decision');
	if (keyIdOf(decision) !== keys.keyId) return unresolved('other-key');
	if (claim.around.ownReads === 'move') return unresolved('openings-hidden');
	const opened = lastPersonOpening(task, thatMayMove(progress.ownReads, claim.around), progress);
	const since = progress.leftReadAt;
	// Nobody looked: that nothing was changed says nothing.
	if (opened === null || since === undefined || opened < since - openingSlackMs) return unresolved('never-opened');
	const compared = compareElements(
		decision.elements,
		elementRecords(task, (text) => keys.hash(text)),
	);
	switch (compared.outcome) {
		case 'equal':
			return { label: 'right', reason: null, detail: {} };
		case 'different':
			return { label: 'wrong', reason: null, detail: compared.differences };
		case 'incomparable':
			return unresolved(compared.why);
	}
}

function keyIdOf({ body }: DecisionRecord): string | null {
	const draw = typeof body === 'object' && body !== null && 'draw' in body ? body.draw : null;
	return typeof draw === 'object' && draw !== null && 'keyId' in draw && typeof draw.keyId === 'string'
		? draw.keyId
		: null;
}
