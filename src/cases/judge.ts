import { addMargins, decide, disagreements, elementRecords, redactDecision } from '../core/decision/index.ts';
import type { Decision, Draw } from '../core/decision/types.ts';
import type { Json } from '../core/json.ts';
import type { WaitReason } from '../core/lifecycle/index.ts';
import type { Task, TaskReading } from '../core/task/index.ts';
import type { CaseClaim, CaseProgress, CaseRecord, Move, NewDecision, PriorEnd } from '../ledger/index.ts';
import { dayOf, untilNextDay } from './calendar.ts';
import { complete } from './complete.ts';
import { missing, move, moveByDecision, naming, wait } from './moves.ts';
import { ownReadsHide, quietFor } from './quiet.ts';
import { afterFailure, afterRead, readCase } from './read-case.ts';
import type { CaseDeps } from './types.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** Reads lag behind commits by a few seconds; what ends a case for good is read twice, this far apart. */
export const confirmAfterMs = 10_000;

/**
 * `located` and `waiting`: reads the task, judges it, and leaves it, waits, or goes on to complete it under the same
 * claim. Every path writes where the case stands and when to come back.
 */
export async function judge(deps: CaseDeps, claim: CaseClaim): Promise<void> {
	const record = claim.case;
	const read = await readCase(deps, record);
	switch (read.kind) {
		case 'later':
			await move(deps, claim, wait(read.reason, read.inMs, afterFailure(record.progress)));
			return;
		case 'missing':
			await move(deps, claim, missing(record, 'waiting'));
			return;
		case 'malformed': {
			// A garbled answer may come from something on the way; the second one is the API's own.
			const confirmations = record.progress.confirmations ?? 0;
			if (confirmations === 0) {
				await move(deps, claim, wait('confirming', confirmAfterMs, { ...record.progress, confirmations: 1 }));
				return;
			}
			const judged = await judgeReading(deps, record, read.reading, '', claim.now);
			await moveByDecision(deps, claim, judged.stored, {
				state: 'review',
				reason: judged.stored.firstReason ?? 'guard:readable',
				dueInMs: null,
			});
			return;
		}
		case 'task':
			await judgeTask(deps, claim, read.task, read.fingerprint, read.readAt);
	}
}

async function judgeTask(
	deps: CaseDeps,
	claim: CaseClaim,
	task: Task,
	fingerprint: string,
	readAt: number,
): Promise<void> {
	const seen = afterRead(claim.case.progress, task, readAt);
	const left = leftReview(claim, task, seen);
	if (left !== null) {
		await move(deps, claim, left);
		return;
	}

	let record = claim.case;
	let prior: PriorEnd | null = null;
	if (record.stepType === '' && task.stepType !== '') {
		const identified = await deps.ledger.identify(claim, task.stepType, {
			...seen,
			firstFingerprint: seen.firstFingerprint ?? fingerprint,
			heldSince: seen.heldSince ?? claim.now,
		});
		if (identified === null) return;
		record = identified.case;
		prior = identified.prior;
	} else if (record.visit > 1) {
		prior = await priorEnd(deps, record);
	}
	if (record.stepType !== task.stepType) {
		await move(deps, claim, {
			state: 'superseded',
			reason: 'step-changed',
			dueInMs: null,
			progress: seen,
			openNext: true,
		});
		return;
	}

	const progress: CaseProgress = {
		...seen,
		firstFingerprint: seen.firstFingerprint ?? fingerprint,
		heldSince: seen.heldSince ?? claim.now,
	};
	const identifiedClaim: CaseClaim = { ...claim, case: { ...record, progress } };

	if (prior !== null && claim.now - prior.endedAt < 60_000 && (progress.confirmations ?? 0) === 0) {
		// It may be the old state, read late.
		await move(deps, claim, wait('confirming', 30_000, { ...progress, confirmations: 1 }));
		return;
	}

	const judged = await judgeReading(deps, record, { kind: 'task', task }, fingerprint, claim.now);
	const { decision, stored } = judged;
	const leave = async (state: 'review' | 'audit', reason: string) => {
		const kept = stored.firstReason === null ? { ...stored, firstReason: reason } : stored;
		const rested = { ...progress, confirmations: 0 };
		await moveByDecision(deps, identifiedClaim, kept, { state, reason, dueInMs: null, progress: rested });
	};

	if (prior !== null) {
		if (prior.state === 'completed') {
			deps.alert({
				code: 'reopened',
				message: 'A task that had been completed at this step is in review there again; it is left to a person.',
				fields: { ...naming(record), reason: prior.reason ?? '' },
			});
		}
		await leave('review', 'reopened');
		return;
	}
	if (progress.firstFingerprint !== fingerprint || (await wasOtherwise(deps, record, fingerprint))) {
		await leave('review', 'edited');
		return;
	}
	if (decision.outcome === 'review') {
		await leave('review', stored.firstReason ?? 'review');
		return;
	}
	if (decision.withheld === 'braked') {
		await leave('review', 'braked');
		return;
	}
	if (decision.withheld === 'audit') {
		await leave('audit', 'audit');
		return;
	}
	if (decision.auditShare > 0 && decision.draw === null) {
		// Without a key nobody can say whether this one is for the audit.
		await leave('review', 'no-draw');
		return;
	}

	const processedAt = await deps.ledger.processedAt(record.id);
	if (processedAt !== null) {
		// It was done before, and nobody saw it come back. Or this is the old state, read late.
		if (claim.now - processedAt < 60_000 && (progress.confirmations ?? 0) === 0) {
			await move(deps, claim, wait('confirming', 30_000, { ...progress, confirmations: 1 }));
			return;
		}
		await leave('review', 'reopened');
		return;
	}

	const waiting = await whyWait(deps, identifiedClaim, decision, task, readAt);
	if (waiting !== null) {
		await move(deps, claim, wait(waiting.reason, waiting.inMs, progress));
		return;
	}
	await complete(deps, identifiedClaim, { task, fingerprint, decision, stored });
}

/** Whether an attempt of this visit was made on other content: also seen when a crash kept the progress from being written. */
async function wasOtherwise(deps: CaseDeps, record: CaseRecord, fingerprint: string): Promise<boolean> {
	if (record.decisionId === null) return false;
	const attempts = await deps.ledger.attemptsOf(record.id);
	return attempts.some((attempt) => attempt.fingerprint !== fingerprint);
}

/** A judged reading: the decision as it is, and as it is stored. */
export interface Judged {
	readonly decision: Decision;
	readonly stored: NewDecision;
}

/** Decides with the serving rules, and prepares what may be stored of it. */
export async function judgeReading(
	deps: CaseDeps,
	record: CaseRecord,
	reading: TaskReading,
	fingerprint: string,
	now: number,
): Promise<Judged> {
	const { settings, keys, rules, ledger } = deps;
	const ruleSet = rules.current();
	const today = dayOf(now, settings.timeZone);
	const decision = decide({
		reading,
		ruleSet,
		projectKnown: settings.projects === null || settings.projects.includes(record.projectId),
		today,
		version: settings.version,
		fingerprint,
		draw: drawFor(deps, record, reading),
		braked: await ledger.brakes(),
	});
	const disagreeing = disagreements(decision);
	if (disagreeing.length > 0) {
		deps.alert({
			code: 'engines-disagree',
			message: 'The two evaluators of one condition disagree; the task is left to a person. Please report this rule.',
			fields: { ...naming(record), count: disagreeing.length, revision: decision.revision },
		});
	}
	return {
		decision,
		stored: {
			id: deps.newId(),
			outcome: decision.outcome,
			withheld: decision.withheld ?? null,
			firstReason: decision.reasons[0]?.code ?? null,
			revision: decision.revision,
			logicRevision: decision.logicRevision,
			version: decision.version,
			fingerprint,
			rules: decision.applying,
			body: redactDecision(addMargins(decision, { reading, ruleSet, today })) as Json,
			elements: (reading.kind === 'task' && keys !== null
				? elementRecords(reading.task, (text) => keys.hash(text))
				: []) as Json,
		},
	};
}

function drawFor(deps: CaseDeps, record: CaseRecord, reading: TaskReading): Draw | null {
	if (deps.keys === null || reading.kind !== 'task') return null;
	const parts = [record.teamId, record.projectId, record.taskId, reading.task.stepType];
	return { u: deps.keys.draw(JSON.stringify(parts)), keyId: deps.keys.keyId };
}

/** The move for a task that is not in review (any more), or null when it is, or when its status is one we do not know. */
function leftReview(claim: CaseClaim, task: Task, seen: CaseProgress): Move | null {
	switch (task.status) {
		case 'PROCESSING': {
			const since = seen.processingSince ?? claim.now;
			if (claim.now - since >= day) {
				return { state: 'needs_human', reason: 'processing-24h', dueInMs: null, progress: seen };
			}
			return wait('processing', processingDelay(claim.now - since), { ...seen, processingSince: since });
		}
		case 'FAILED':
			return { state: 'needs_human', reason: 'failed', dueInMs: null, progress: seen };
		case 'COMPLETED':
		case 'DISCARDED':
		case 'FILTERED':
			if ((seen.confirmations ?? 0) === 0) return wait('confirming', confirmAfterMs, { ...seen, confirmations: 1 });
			return { state: 'superseded', reason: task.status.toLowerCase(), dueInMs: null, progress: seen };
		default:
			return null;
	}
}

/** A tenth of the time that a task has been processing, at least 2 s, at most 5 min. */
export function processingDelay(elapsed: number): number {
	return Math.min(300_000, Math.max(2_000, Math.round(elapsed / 10)));
}

async function priorEnd(deps: CaseDeps, record: CaseRecord): Promise<PriorEnd | null> {
	const cases = await deps.ledger.casesOfTask(record.projectId, record.taskId);
	const last = cases
		.filter((other) => other.stepType === record.stepType && other.visit < record.visit && other.state !== 'gone')
		.at(-1);
	return last === undefined
		? null
		: { caseId: last.id, visit: last.visit, state: last.state, reason: last.reason, endedAt: last.updatedAt };
}

/** What a task that would be completed still has to wait for, judged again afterwards. The intent checks most of it anew. */
async function whyWait(
	deps: CaseDeps,
	claim: CaseClaim,
	decision: Decision,
	task: Task,
	readAt: number,
): Promise<{ reason: WaitReason; inMs: number } | null> {
	const { ledger, settings } = deps;
	const { progress, projectId } = claim.case;
	const firstSeen = progress.heldSince ?? claim.now;
	const held = firstSeen + decision.holdMinutes * minute - claim.now;
	if (held > 0) return { reason: 'hold', inMs: held };
	// Whoever held it before died with what it had read: a change since then cannot be seen by comparing. A person who is
	// at work goes on changing things, and that will be.
	const { abandonedAt } = claim.case;
	if (abandonedAt !== null && firstSeen >= abandonedAt) {
		const quiet = firstSeen + decision.quietMinutesAfterOpened * minute - claim.now;
		if (quiet > 0) return { reason: 'quiet', inMs: quiet };
	}
	if (!(await ownReadsHide(ledger))) {
		// This very read stands in the list as well: an opening that it caused is ours.
		const quiet = quietFor(
			task,
			decision.quietMinutesAfterOpened,
			progress.ownReads ?? [],
			readAt,
			firstSeen,
			progress,
		);
		if (quiet > 0) return { reason: 'quiet', inMs: quiet };
	}
	// Another process made other rules the serving ones; ours will follow, or are those of an old deployment.
	if ((await ledger.serving()) !== decision.revision) return { reason: 'rules_changed', inMs: 30_000 };
	const pauses = await ledger.pauses();
	if (pauses.some((pause) => pause.scope === '*' || pause.scope === projectId))
		return { reason: 'paused', inMs: 600_000 };
	const gates = await ledger.gates();
	if (gates.some((gate) => gate.projectId === projectId && gate.kind === 'complete'))
		return { reason: 'gate', inMs: 600_000 };
	if (settings.dailyLimit !== null) {
		const today = dayOf(claim.now, settings.timeZone);
		if ((await ledger.completionsOn(projectId, today)) >= settings.dailyLimit)
			return { reason: 'limit', inMs: untilNextDay(claim.now, settings.timeZone) };
	}
	return null;
}
