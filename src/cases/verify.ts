import type { AttemptRecord, CaseClaim, CaseProgress, Move } from '../ledger/index.ts';
import { complete } from './complete.ts';
import { judgeReading } from './judge.ts';
import { move, moveByDecision, naming } from './moves.ts';
import { afterRead, readCase } from './read-case.ts';
import { completedMove, ended, persistMs, settleDelay, whenUnread } from './settle.ts';
import type { CaseDeps } from './types.ts';

const day = 86_400_000;
/** Reads lag behind commits by up to two seconds: the two reads that allow a resend are further apart. */
const betweenReadsMs = 5_000;

/**
 * `verifying`: nobody knows whether the last completion was done. It is sent again only when two reads, the later one
 * after `UNKNOWN_WAIT_SECONDS`, both show the same step in review with the same content, and nothing else was seen in
 * between. Anything else that is seen forbids it for good.
 */
export async function verify(deps: CaseDeps, claim: CaseClaim): Promise<void> {
	const { settings } = deps;
	const record = claim.case;
	const { attempts } = claim.around;
	// A later one that was never sent, or refused before any work, changes nothing about the one that nobody knows of.
	const attempt = attempts.filter((one) => one.verdict === 'unknown').at(-1);
	if (attempt === undefined) {
		await move(deps, claim, ended('needs_human', 'no-attempt', record.progress));
		return;
	}
	const read = await readCase(deps, claim);
	if (read.kind !== 'task') {
		await moveOrTell(deps, claim, whenUnread(claim, read));
		return;
	}
	const { task, fingerprint } = read;
	const progress: CaseProgress = {
		...afterRead(record.progress, read, claim.around),
		settleTries: (record.progress.settleTries ?? 0) + 1,
	};
	const done = { id: attempt.id, verdict: 'done-by-unknown' } as const;

	switch (task.status) {
		case 'PROCESSING': {
			const since = progress.processingSince ?? claim.now;
			if (claim.now - since >= day) {
				await giveUp(deps, claim, 'processing-24h', progress);
				return;
			}
			await move(deps, claim, {
				state: 'verifying',
				reason: record.reason,
				dueInMs: settleDelay(progress.settleTries ?? 0),
				progress: { ...progress, processingSince: since, leftReview: true },
			});
			return;
		}
		case 'COMPLETED':
			await move(deps, claim, { ...completedMove('by-unknown', progress), attempt: done });
			return;
		case 'DISCARDED':
		case 'FILTERED':
			await move(deps, claim, ended('superseded', task.status.toLowerCase(), progress));
			return;
		case 'REVIEWING':
			break;
		default:
			await giveUp(deps, claim, task.status === 'FAILED' ? 'failed' : 'unknown-status', progress);
			return;
	}

	if (task.stepType !== record.stepType) {
		await move(deps, claim, { ...completedMove('by-unknown', progress), attempt: done, openNext: true });
		return;
	}
	if (progress.leftReview === true) {
		// It was away and is back: refused by Send AI, or the next step of the same type. Never sent again either way.
		const since = progress.refusedSince ?? claim.now;
		if (claim.now - since >= persistMs) {
			await move(deps, claim, ended('refused', 'back-in-review', progress));
			return;
		}
		await move(deps, claim, {
			state: 'verifying',
			reason: record.reason,
			dueInMs: settleDelay(progress.settleTries ?? 0),
			progress: { ...progress, refusedSince: since },
		});
		return;
	}
	if (fingerprint !== attempt.fingerprint) {
		await giveUp(deps, claim, 'changed-while-unknown', progress);
		return;
	}

	const waited = claim.now - attempt.intendedAt;
	const first = progress.verifiedAt;
	const mayResend = first !== undefined && claim.now - first >= betweenReadsMs && waited >= settings.unknownWaitMs;
	if (!mayResend) {
		await move(deps, claim, {
			state: 'verifying',
			reason: record.reason,
			dueInMs: Math.max(betweenReadsMs, Math.min(settings.unknownWaitMs - waited, 15_000)),
			progress: { ...progress, verifiedAt: first ?? claim.now },
		});
		return;
	}
	await resend(deps, { ...claim, case: { ...record, progress } }, { task, fingerprint }, attempt);
}

async function resend(
	deps: CaseDeps,
	claim: CaseClaim,
	seen: { readonly task: Parameters<typeof complete>[2]['task']; readonly fingerprint: string },
	attempt: AttemptRecord,
): Promise<void> {
	const record = claim.case;
	const judged = judgeReading(deps, claim, { kind: 'task', task: seen.task }, seen.fingerprint);
	if (judged.decision.outcome !== 'complete' || judged.decision.withheld !== undefined) {
		// The rules or the day changed meanwhile. What was sent may still come through; it is not sent again.
		const reason = judged.stored.firstReason ?? judged.decision.withheld ?? 'review';
		await moveByDecision(deps, claim, judged.stored, {
			state: 'review',
			reason,
			dueInMs: null,
			progress: record.progress,
		});
		return;
	}
	const { id: decisionId, revision } = judged.stored;
	deps.log.warn('completion is sent again', {
		...{ ...naming(record), attempt_id: attempt.id, decision_id: decisionId, revision, count: record.sends },
	});
	await complete(deps, claim, { ...seen, ...judged });
}

async function giveUp(deps: CaseDeps, claim: CaseClaim, reason: string, progress: CaseProgress): Promise<void> {
	await moveOrTell(deps, claim, ended('needs_human', reason, progress));
}

/** Moves the case, and tells of it when only a person can go on. */
async function moveOrTell(deps: CaseDeps, claim: CaseClaim, to: Move): Promise<void> {
	const moved = await move(deps, claim, to);
	if (!moved || to.state !== 'needs_human') return;
	deps.alert({
		code: 'completion-unknown',
		message: 'Nobody knows whether a completion was done, and it is not sent again; look at the task in Send AI.',
		fields: { ...naming(claim.case), reason: to.reason ?? '' },
	});
}
