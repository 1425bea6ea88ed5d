import {
	addMargins,
	decide,
	disagreements,
	elementRecords,
	fitDecision,
	redactDecision,
} from '../core/decision/index.ts';
import type { Decision, Draw } from '../core/decision/types.ts';
import type { WaitReason } from '../core/lifecycle/index.ts';
import type { RuleSet } from '../core/ruleset/types.ts';
import type { Task, TaskReading } from '../core/task/index.ts';
import type { CaseClaim, CaseProgress, CaseRecord, EndedVisit, Move, NewDecision } from '../ledger/index.ts';
import { dayOf, untilNextDay } from './calendar.ts';
import { complete } from './complete.ts';
import { stoppedRules } from './fold-audits.ts';
import { heldOutBy, rampingOf } from './held-out.ts';
import { sealContent } from './kept-content.ts';
import { missing, move, moveByDecision, naming, wait } from './moves.ts';
import { untilNextLook } from './observe-schedule.ts';
import { quietFor, thatMayMove } from './quiet.ts';
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
	const read = await readCase(deps, claim);
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
			const judged = judgeReading(deps, claim, read.reading, '');
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
	const seen = afterRead(claim.case.progress, { task, readAt }, claim.around);
	const left = leftReview(claim, task, seen);
	if (left !== null) {
		await move(deps, claim, left);
		return;
	}

	const isFirst = claim.case.stepType === '' && task.stepType !== '';
	if (!isFirst && claim.case.stepType !== task.stepType) {
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
	const record: CaseRecord = { ...claim.case, stepType: task.stepType, progress };
	const identifiedClaim: CaseClaim = {
		...claim,
		case: record,
		...(isFirst ? { firstRead: { stepType: task.stepType, progress } } : {}),
	};
	const prior = priorVisit(identifiedClaim);

	if (prior !== null && claim.now - prior.endedAt < 60_000 && (progress.confirmations ?? 0) === 0) {
		// It may be the old state, read late.
		await move(deps, identifiedClaim, wait('confirming', 30_000, { ...progress, confirmations: 1 }));
		return;
	}

	const judged = judgeReading(deps, identifiedClaim, { kind: 'task', task }, fingerprint);
	const { decision, stored } = judged;
	const leave = async (state: 'review' | 'audit', reason: string) => {
		const heldOut = state === 'audit' ? rampingOf(deps, decision) : [];
		// What was done to a task before is no audit's doing: it would not have been completed in any case.
		const drawn = state === 'audit' || reason === stored.withheld ? stored : { ...stored, withheld: null };
		const kept = drawn.firstReason === null ? { ...drawn, firstReason: reason } : drawn;
		const leftReadAt = progress.ownReads?.at(-1);
		const rested: CaseProgress = {
			...progress,
			confirmations: 0,
			leftAt: claim.now,
			seenWakes: claim.case.wakes,
			...(leftReadAt === undefined ? {} : { leftReadAt }),
		};
		const dueInMs = untilNextLook(claim.now, claim.now);
		await moveByDecision(deps, identifiedClaim, kept, { state, reason, dueInMs, progress: rested, heldOut });
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
	if (progress.firstFingerprint !== fingerprint || wasOtherwise(identifiedClaim, fingerprint)) {
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

	const { processedAt } = claim.around;
	if (processedAt !== null) {
		// It was done before, and nobody saw it come back. Or this is the old state, read late.
		if (claim.now - processedAt < 60_000 && (progress.confirmations ?? 0) === 0) {
			await move(deps, identifiedClaim, wait('confirming', 30_000, { ...progress, confirmations: 1 }));
			return;
		}
		await leave('review', 'reopened');
		return;
	}

	const waiting = whyWait(deps, identifiedClaim, decision, task, readAt);
	if (waiting !== null) {
		await move(deps, identifiedClaim, wait(waiting.reason, waiting.inMs, progress));
		return;
	}
	await complete(deps, identifiedClaim, { task, fingerprint, decision, stored });
}

/** Whether an attempt of this visit was made on other content: also seen when a crash kept the progress from being written. */
function wasOtherwise({ case: record, around }: CaseClaim, fingerprint: string): boolean {
	if (record.decisionId === null) return false;
	return around.attempts.some((attempt) => attempt.fingerprint !== fingerprint);
}

/** A judged reading: the decision as it is, and as it is stored. */
export interface Judged {
	readonly decision: Decision;
	readonly stored: NewDecision;
}

/** Decides with the serving rules, and prepares what may be stored of it. */
export function judgeReading(deps: CaseDeps, claim: CaseClaim, reading: TaskReading, fingerprint: string): Judged {
	const { settings, keys, rules } = deps;
	const { case: record, around } = claim;
	const ruleSet = rules.current();
	const today = dayOf(claim.now, settings.timeZone);
	const decision = decide({
		reading,
		ruleSet,
		projectKnown: settings.projects === null || settings.projects.includes(record.projectId),
		today,
		version: settings.version,
		fingerprint,
		draw: drawFor(deps, record, reading),
		braked: stoppedRules(ruleSet.rules, around.brakes, around.ruleStates),
		heldOut: (rule) => heldOutBy(deps, rule, around.ruleStates),
	});
	const disagreeing = disagreements(decision);
	if (disagreeing.length > 0) {
		deps.alert({
			code: 'engines-disagree',
			message: 'The two evaluators of one condition disagree; the task is left to a person. Please report this rule.',
			fields: { ...naming(record), count: disagreeing.length, revision: decision.revision },
		});
	}
	const id = deps.newId();
	return {
		decision,
		stored: {
			id,
			outcome: decision.outcome,
			withheld: decision.withheld ?? null,
			firstReason: decision.reasons[0]?.code ?? null,
			revision: decision.revision,
			logicRevision: decision.logicRevision,
			version: decision.version,
			fingerprint,
			rules: decision.applying,
			...fitDecision({
				body: redactDecision(addMargins(decision, { reading, ruleSet, today })),
				elements:
					reading.kind === 'task' && keys !== null
						? elementRecords(reading.task, (text) => keys.hash(text), irrelevantTo(decision, ruleSet))
						: [],
			}),
			...sealContent(deps.seal, id, reading.kind === 'task' ? { task: reading.task, today } : null),
		},
	};
}

/** What every live rule that applied says is irrelevant. */
function irrelevantTo({ applying }: Decision, { rules }: RuleSet): readonly string[] {
	const [first, ...others] = rules.filter(({ id }) => applying.includes(id));
	return (first?.irrelevantEntities ?? []).filter((entity) =>
		others.every(({ irrelevantEntities }) => irrelevantEntities.includes(entity)),
	);
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

/** The last visit of the same step before this one. While a case is open no other visit of its task is, so that none ends. */
function priorVisit({ case: { stepType, visit }, around }: CaseClaim): EndedVisit | null {
	const before = around.endedVisits.filter(
		(other) => other.stepType === stepType && other.state !== 'gone' && (visit === 0 || other.visit < visit),
	);
	return before.at(-1) ?? null;
}

/** What a task that would be completed still has to wait for, judged again afterwards. The intent checks most of it anew. */
function whyWait(
	deps: CaseDeps,
	claim: CaseClaim,
	decision: Decision,
	task: Task,
	readAt: number,
): { reason: WaitReason; inMs: number } | null {
	const { settings } = deps;
	const { around } = claim;
	const { progress } = claim.case;
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
	if (around.ownReads !== 'move') {
		// This very read stands in the list as well: an opening that it caused is ours.
		const quiet = quietFor(
			task,
			decision.quietMinutesAfterOpened,
			thatMayMove(progress.ownReads, around),
			readAt,
			firstSeen,
			progress,
		);
		if (quiet > 0) return { reason: 'quiet', inMs: quiet };
	}
	// Another process made other rules the serving ones; ours will follow, or are those of an old deployment.
	if (around.serving !== decision.revision) return { reason: 'rules_changed', inMs: 30_000 };
	if (around.paused) return { reason: 'paused', inMs: 600_000 };
	if (around.closedGates.has('complete')) return { reason: 'gate', inMs: 600_000 };
	if (settings.dailyLimit !== null) {
		const counted = around.newestDay?.day === dayOf(claim.now, settings.timeZone) ? around.newestDay.completions : 0;
		if (counted >= settings.dailyLimit) {
			return { reason: 'limit', inMs: untilNextDay(claim.now, settings.timeZone) };
		}
	}
	return null;
}
