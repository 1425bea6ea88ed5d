import type { AttemptRecord, CaseClaim, CaseProgress, Move } from '../ledger/index.ts';
import { backOff } from './back-off.ts';
import { recoverAttempt } from './complete.ts';
import { move, naming } from './moves.ts';
import { afterFailure, afterRead, type CaseReading, readCase, whenMissing } from './read-case.ts';
import type { CaseDeps } from './types.ts';

const day = 86_400_000;
/** `REVIEWING` at the same step must persist this long after a completion: reads lag behind commits. */
export const persistMs = 30_000;
/** When a completed task is looked at again for a failed export. */
export const followUpMs = [300_000, 3_600_000, day] as const;

/** `completing`: finds out where a completion led, reading with growing pauses until the task is somewhere for certain. */
export async function settle(deps: CaseDeps, claim: CaseClaim): Promise<void> {
	const record = claim.case;
	const attempt = claim.around.attempts.at(-1);
	if (attempt === undefined) {
		await move(deps, claim, { state: 'needs_human', reason: 'no-attempt', dueInMs: null });
		return;
	}
	if (attempt.verdict === null) {
		await recoverAttempt(deps, claim, attempt);
		return;
	}
	const read = await readCase(deps, claim);
	const to = read.kind === 'task' ? whereItLed(claim, attempt, read) : whenUnread(claim, read);
	const moved = await move(deps, claim, to);
	if (moved && to.state === 'needs_human') {
		deps.alert({
			code: 'completion-needs-human',
			message: 'A task did not come through after its completion; look at it in Send AI.',
			fields: { ...naming(record), reason: to.reason ?? '' },
		});
	}
}

function whereItLed(
	claim: CaseClaim,
	attempt: AttemptRecord,
	{ task, fingerprint, readAt }: Extract<CaseReading, { kind: 'task' }>,
): Move {
	const record = claim.case;
	const progress: CaseProgress = {
		...afterRead(record.progress, { task, readAt }, claim.around),
		settleTries: (record.progress.settleTries ?? 0) + 1,
	};
	const ours = attempt.verdict === 'taken';
	const stay = (next: CaseProgress): Move => ({
		state: 'completing',
		reason: record.reason,
		dueInMs: settleDelay(next.settleTries ?? 0),
		progress: next,
	});
	const { refusedSince: _refusedSince, ...without } = progress;

	switch (task.status) {
		case 'PROCESSING': {
			const since = progress.processingSince ?? claim.now;
			if (claim.now - since >= day) return { state: 'needs_human', reason: 'processing-24h', dueInMs: null, progress };
			return stay({ ...without, processingSince: since, leftReview: true });
		}
		case 'COMPLETED':
			return ours ? completedMove('by-us', without) : ended('superseded', 'completed', without);
		case 'DISCARDED':
		case 'FILTERED':
			return ended('superseded', task.status.toLowerCase(), without);
		case 'FAILED':
			return ended('needs_human', 'failed', without);
		case 'REVIEWING':
			break;
		default:
			// A status that we do not know is neither here nor there.
			return claim.now - (attempt.answeredAt ?? attempt.intendedAt) >= day
				? ended('needs_human', 'unknown-status', without)
				: stay(without);
	}

	if (task.stepType !== record.stepType) {
		return {
			...(ours ? completedMove('by-us', without) : ended('superseded', 'step-changed', without)),
			openNext: true,
		};
	}
	// In review at the step that was completed: an old state read late, Send AI's refusal, or the next step of this type.
	const since = progress.refusedSince ?? claim.now;
	if (claim.now - since < persistMs) return stay({ ...progress, refusedSince: since });
	if (ours && fingerprint !== attempt.fingerprint) {
		return { ...completedMove('by-us', without), openNext: true };
	}
	return ended('refused', ours ? 'back-in-review' : (record.reason ?? 'refused'), progress);
}

/** What a read that gave no task means while a completion settles or is verified: stay, and come back. */
export function whenUnread(claim: CaseClaim, read: Exclude<CaseReading, { kind: 'task' }>): Move {
	const record = claim.case;
	if (read.kind === 'missing') {
		const misses = record.progress.misses ?? 0;
		const inMs = whenMissing(misses);
		if (inMs === null) return { state: 'needs_human', reason: 'not-found', dueInMs: null };
		return {
			state: record.state,
			reason: record.reason,
			dueInMs: inMs,
			progress: { ...record.progress, misses: misses + 1 },
		};
	}
	const progress = afterFailure(record.progress);
	if (read.kind === 'later') return { state: record.state, reason: record.reason, dueInMs: read.inMs, progress };
	// What Send AI answers may be mended within the day; who waits for ever looks as if all were well.
	const since = record.progress.malformedSince ?? claim.now;
	if (claim.now - since >= day) return ended('needs_human', 'malformed-24h', progress);
	const inMs = backOff(record.progress.failures ?? 0, 2_000, 300_000);
	return {
		state: record.state,
		reason: record.reason,
		dueInMs: inMs,
		progress: { ...progress, malformedSince: since },
	};
}

/** Completed, with the looks at its export still to come. */
export function completedMove(reason: 'by-us' | 'by-unknown', progress: CaseProgress): Move {
	return { state: 'completed', reason, dueInMs: followUpMs[0], progress: { ...progress, followUps: 0 } };
}

export function ended(state: 'superseded' | 'needs_human' | 'refused', reason: string, progress: CaseProgress): Move {
	return { state, reason, dueInMs: null, progress };
}

/** 1 s, 2 s, 4 s, ... 30 s. */
export function settleDelay(tries: number): number {
	return backOff(tries, 1_000, 30_000);
}
