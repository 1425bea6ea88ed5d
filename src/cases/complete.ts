import pRetry from 'p-retry';
import type { Decision } from '../core/decision/types.ts';
import { type AnswerMeaning, interpretStatus } from '../core/lifecycle/index.ts';
import { elementsText, type Task, type TaskReading } from '../core/task/index.ts';
import type { AttemptRecord, CaseClaim, IntentRefusal, Move, NewDecision, RawOutcome } from '../ledger/index.ts';
import type { CompleteAnswer } from '../sendai/index.ts';
import { backOff } from './back-off.ts';
import { dayOf, untilNextDay } from './calendar.ts';
import { move, naming } from './moves.ts';
import { quietFor, thatMayMove } from './quiet.ts';
import { afterFailure, afterRead, type CaseReading, passReadGate, readThrough } from './read-case.ts';
import type { CaseDeps } from './types.ts';

/** What was judged, and is to be completed only as long as it is still so. */
export interface Passed {
	readonly task: Task;
	/** SHA-256, hex, of the task as judged. */
	readonly fingerprint: string;
	readonly decision: Decision;
	readonly stored: NewDecision;
}

/** A process that was frozen this long between asking for the intent and having it does not send any more. */
const frozenMs = 5_000;
/** Added to the POST's time-out for the lease: time to store the answer, and for clocks to differ. */
const leaseMarginMs = 15_000;
/** Completions sent per visit, in all. */
const maxSends = 3;
/** Tries within one claim of the wakeup, when no connection could be made. */
const triesInProcess = 3;
/** How long after a 2xx or a refusal the task is first read. */
const firstSettleMs = 1_000;

/** What the body of a 2xx held. */
type CompletedBody = Awaited<ReturnType<Extract<CompleteAnswer, { kind: 'answered' }>['body']>>;

/** No connection was ever made: nothing was sent, so that another try, from its own read on, is safe. */
class NeverConnected extends Error {
	override readonly name = 'NeverConnected';
}

/**
 * The dangerous step, promise 2 of the design: second read and comparison, intent, one POST, raw status stored, then
 * interpreted. A connection that was never made is tried again here a few times, each try with a claim, a read and an
 * intent of its own; everything else is written down and left to the wakeup.
 *
 * @param claim of a case in `located`, `waiting` or `verifying`
 */
export async function complete(deps: CaseDeps, claim: CaseClaim, passed: Passed): Promise<void> {
	const resumable = new Set(['waiting', claim.case.state]);
	await pRetry(
		async (attemptNumber) => {
			const current = attemptNumber === 1 ? claim : await deps.ledger.claimCase(claim.case.id, deps.settings.leaseMs);
			if (current === null) return;
			if (!resumable.has(current.case.state)) return await deps.ledger.releaseCase(current, null);
			// Whoever comes here for the first time has just read through the gate, and may have opened it by that.
			const gate =
				attemptNumber === 1 ? 'open' : await passReadGate(deps, current.case.projectId, current.around.closedGates);
			await tryOnce(deps, current, passed, gate, attemptNumber === triesInProcess);
		},
		{
			retries: triesInProcess - 1,
			minTimeout: 0,
			shouldRetry: ({ error }) => error instanceof NeverConnected,
			onFailedAttempt: async ({ error, attemptNumber }) => {
				if (error instanceof NeverConnected) {
					await deps.clock.sleep(deps.random() * backOff(attemptNumber, 250, 2_000));
				}
			},
		},
	);
}

async function tryOnce(
	deps: CaseDeps,
	claimed: CaseClaim,
	passed: Passed,
	gate: 'open' | 'probing' | 'closed',
	last: boolean,
): Promise<void> {
	const { ledger, settings, clock } = deps;
	// Written before the second read, so that a crash from here on leaves what was judged to compare with.
	if (claimed.case.decisionId !== passed.stored.id && !(await ledger.recordDecision(claimed, passed.stored, null)))
		return;
	const { firstRead: _written, ...claim } = claimed;
	// The place comes before the intent: between that and the POST nothing may queue. Whatever can be asked of the ledger
	// before is, since a place that waits for the ledger keeps others waiting.
	const slot = await deps.sendai.reserve();
	try {
		const ready = checkAgain(claim, passed, await readThrough(deps, claim.case, slot, gate));
		if (ready !== null) {
			await move(deps, claim, ready, passed.stored);
			return;
		}
		const attemptId = deps.newId();
		const asked = clock.now();
		const intent = await ledger.recordIntent(claim, {
			attemptId,
			decisionId: passed.stored.id,
			fingerprint: passed.fingerprint,
			day: dayOf(asked, settings.timeZone),
			dailyLimit: settings.dailyLimit,
			leaseMs: settings.postTimeoutMs + leaseMarginMs,
			unknownWaitMs: settings.unknownWaitMs,
			maxSends,
		});
		if (!intent.granted) {
			const refused = afterRefusedIntent(deps, claim, intent.reason);
			if (refused !== null) await move(deps, claim, refused, passed.stored);
			return;
		}
		if (clock.now() - asked > frozenMs) {
			const late = backToWaiting(claim, 'unavailable', 1_000, { id: attemptId, verdict: 'not-sent' });
			await move(deps, claim, late, passed.stored);
			return;
		}

		// Nothing is awaited between the intent and this line.
		const answer = await slot.postComplete(
			{ projectId: claim.case.projectId, taskId: claim.case.taskId },
			settings.postTimeoutMs,
		);
		// The body comes in while the raw status is stored; nothing is made of either before that is done.
		const body = answer.kind === 'answered' && answer.status >= 200 && answer.status < 300 ? answer.body() : null;
		await storeOutcome(deps, attemptId, rawOf(answer));
		const said = await body;
		slot.release();
		await actOn(deps, claim, attemptId, answer, said, passed, last);
	} finally {
		slot.release();
	}
}

/** The second read: null when the task is still exactly what was judged, else where the case goes instead. */
function checkAgain(claim: CaseClaim, passed: Passed, read: CaseReading): Move | null {
	const record = claim.case;
	if (read.kind === 'later') {
		return { ...backToWaiting(claim, read.reason, read.inMs), progress: afterFailure(record.progress) };
	}
	// Gone, garbled or changed: judging anew finds out which, and says why.
	if (read.kind !== 'task') return backToWaiting(claim, 'confirming', 1_000);
	const { task } = read;
	const unchanged =
		task.status === 'REVIEWING' &&
		task.exportedAt === null &&
		task.stepType === record.stepType &&
		read.fingerprint === passed.fingerprint;
	const progress = afterRead(record.progress, read, claim.around);
	if (!unchanged) return { ...backToWaiting(claim, 'confirming', 1_000), progress };
	if (claim.around.ownReads !== 'move') {
		const quiet = quietFor(
			task,
			passed.decision.quietMinutesAfterOpened,
			thatMayMove(progress.ownReads, claim.around),
			read.readAt,
			record.progress.heldSince ?? claim.now,
			progress,
		);
		if (quiet > 0) return { ...backToWaiting(claim, 'quiet', quiet), progress };
	}
	return null;
}

/** Where a case goes whose intent was refused; null when it is somebody else's by now. */
function afterRefusedIntent(deps: CaseDeps, claim: CaseClaim, reason: IntentRefusal): Move | null {
	switch (reason) {
		case 'claim-lost':
			return null;
		case 'not-completable':
			// Nothing will make it completable again, and what was sent before is still unknown.
			if (claim.case.state === 'verifying') {
				return { state: 'needs_human', reason: 'done-and-back-while-unknown', dueInMs: null };
			}
			return backToWaiting(claim, 'rules_changed', 5_000);
		case 'rules-changed':
		case 'braked':
			return backToWaiting(claim, 'rules_changed', 5_000);
		case 'paused':
			return backToWaiting(claim, 'paused', 600_000);
		case 'gate-closed':
			return backToWaiting(claim, 'gate', 600_000);
		case 'limit':
			return backToWaiting(claim, 'limit', untilNextDay(deps.clock.now(), deps.settings.timeZone));
		case 'sends-exhausted':
			return { state: 'needs_human', reason: 'sends-exhausted', dueInMs: null };
		case 'unresolved':
			return backToWaiting(claim, 'confirming', deps.settings.unknownWaitMs);
		case 'new-event':
			return { state: 'needs_human', reason: 'new-event-while-unknown', dueInMs: null };
	}
}

/** Back to where it came from: a case that verifies goes on verifying, every other waits to be judged anew. */
function backToWaiting(claim: CaseClaim, reason: string, inMs: number, attempt?: Move['attempt']): Move {
	const verifying = claim.case.state === 'verifying';
	return {
		state: verifying ? 'verifying' : 'waiting',
		reason: verifying ? claim.case.reason : reason,
		// A resume wakes what waits, not what verifies: that looks for itself every minute.
		dueInMs: Math.max(0, verifying ? Math.min(inMs, 60_000) : inMs),
		progress: claim.case.progress,
		...(attempt === undefined ? {} : { attempt }),
	};
}

function rawOf(answer: CompleteAnswer): RawOutcome {
	return answer.kind === 'answered'
		? { kind: 'status', status: answer.status }
		: { kind: answer.kind, code: answer.code };
}

/** Stores what came back, stubbornly: only if the store stays away does the attempt count as unknown. */
async function storeOutcome(deps: CaseDeps, attemptId: string, raw: RawOutcome): Promise<void> {
	await pRetry(() => deps.ledger.recordOutcome(attemptId, raw), {
		retries: 4,
		minTimeout: 0,
		shouldRetry: () => true,
		onFailedAttempt: ({ attemptNumber }) => deps.clock.sleep(backOff(attemptNumber, 50, 1_000)),
	});
}

async function actOn(
	deps: CaseDeps,
	claim: CaseClaim,
	attemptId: string,
	answer: CompleteAnswer,
	said: CompletedBody | null,
	passed: Passed,
	last: boolean,
): Promise<void> {
	if (answer.kind === 'never-connected') {
		const again = backToWaiting(claim, 'unavailable', last ? 15_000 : 5_000, { id: attemptId, verdict: 'not-sent' });
		if ((await move(deps, claim, again, passed.stored)) && !last) throw new NeverConnected(answer.code);
		return;
	}
	if (answer.kind === 'no-answer') {
		await move(deps, claim, toVerifying(claim, attemptId, answer.code), passed.stored);
		return;
	}
	const meaning = interpretStatus(answer.status, answer.retryAfterMs !== null);
	if (meaning === 'taken' && said !== null) {
		await compareAnswer(deps, claim, passed.task, said.reading, said.inspect || answer.status === 207);
	}
	await actOnMeaning(deps, claim, attemptId, meaning, answer.status, answer.retryAfterMs, passed.stored);
}

/**
 * Goes on after a crash between the intent and the writing of where it led: by the raw status if one was stored, else
 * as unknown.
 *
 * @param claim of a case in `completing`
 * @param attempt its last one, without a verdict
 */
export async function recoverAttempt(deps: CaseDeps, claim: CaseClaim, attempt: AttemptRecord): Promise<void> {
	const { raw } = attempt;
	if (raw === null) {
		await move(deps, claim, toVerifying(claim, attempt.id, 'interrupted'));
	} else if (raw.kind === 'status') {
		// Whether a 503 came with `Retry-After` is not known any more: it counts as unknown.
		await actOnMeaning(deps, claim, attempt.id, interpretStatus(raw.status, false), raw.status, null);
	} else if (raw.kind === 'never-connected') {
		await move(deps, claim, backToWaiting(claim, 'unavailable', 5_000, { id: attempt.id, verdict: 'not-sent' }));
	} else {
		await move(deps, claim, toVerifying(claim, attempt.id, raw.code));
	}
}

async function actOnMeaning(
	deps: CaseDeps,
	claim: CaseClaim,
	attemptId: string,
	meaning: AnswerMeaning,
	status: number,
	retryAfterMs: number | null,
	decision?: NewDecision,
): Promise<void> {
	const { progress } = claim.case;
	const go = (to: Move) => move(deps, claim, to, decision);
	switch (meaning) {
		case 'taken':
			await go({
				state: 'completing',
				reason: 'settling',
				dueInMs: firstSettleMs,
				attempt: { id: attemptId, verdict: 'taken' },
				progress: { ...progress, settleTries: 0 },
			});
			return;
		case 'refused':
			await go({
				state: 'completing',
				reason: `refused-${status}`,
				dueInMs: firstSettleMs,
				attempt: { id: attemptId, verdict: 'refused' },
				progress: { ...progress, settleTries: 0 },
			});
			return;
		case 'refused-before-work': {
			const inMs = Math.min(retryAfterMs ?? backOff(progress.failures ?? 0, 15_000, 600_000), 3_600_000);
			await go({
				...backToWaiting(claim, 'rate_limited', inMs, { id: attemptId, verdict: 'refused-before-work' }),
				progress: afterFailure(progress),
			});
			return;
		}
		case 'denied':
			await deps.ledger.closeGate(claim.case.projectId, 'complete', `status-${status}`);
			deps.alert({
				code: 'complete-gate-closed',
				message: `Send AI answered ${status} to a completion: the key may not complete tasks of this project. Nothing is completed there until an operator resumes it or Greenlane is restarted.`,
				fields: { ...naming(claim.case), status },
			});
			await go(backToWaiting(claim, 'gate', 600_000, { id: attemptId, verdict: 'refused-before-work' }));
			return;
		case 'unknown':
			await go(toVerifying(claim, attemptId, `status-${status}`));
			return;
	}
}

function toVerifying(claim: CaseClaim, attemptId: string, reason: string): Move {
	const { verifiedAt: _verifiedAt, ...progress } = claim.case.progress;
	return {
		state: 'verifying',
		reason,
		dueInMs: firstSettleMs,
		attempt: { id: attemptId, verdict: 'unknown' },
		progress,
	};
}

/** Promise 3: what was completed must be what was judged. A difference closes the gate, for it cannot be undone. */
async function compareAnswer(
	deps: CaseDeps,
	claim: CaseClaim,
	judged: Task,
	reading: TaskReading | null,
	inspect: boolean,
): Promise<void> {
	const fields = naming(claim.case);
	if (inspect) {
		deps.alert({
			code: 'completion-to-inspect',
			message: 'Send AI took a completion and reported a problem with it; look at the task.',
			fields,
		});
	}
	if (reading === null || reading.kind !== 'task' || reading.task.stepType !== judged.stepType) return;
	if (elementsText(reading.task) === elementsText(judged)) return;
	await deps.ledger.closeGate(claim.case.projectId, 'complete', 'completed-other-data');
	deps.alert({
		code: 'completed-other-data',
		message:
			'A task was completed with other data than had been judged: somebody changed it in the last moment. Nothing more is completed in this project until an operator resumes it.',
		fields,
	});
}
