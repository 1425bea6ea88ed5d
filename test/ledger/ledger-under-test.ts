import { onTestFinished } from 'vitest';
import type { CaseState } from '../../src/core/lifecycle/index.ts';
import type {
	AttemptVerdict,
	CaseClaim,
	CaseProgress,
	EventClaim,
	Intent,
	IntentResult,
	Ledger,
	Move,
	NewDecision,
	NewEvent,
} from '../../src/ledger/index.ts';

/** A fresh ledger whose clock is moved by hand. */
export interface LedgerUnderTest {
	readonly ledger: Ledger;
	readonly clock: HandClock;
}

export interface HandClock {
	now(): number;
	pass(ms: number): void;
}

/** What an adapter brings to the contract. Every ledger is closed by the test that opened it. */
export type OpenLedger = () => Promise<LedgerUnderTest>;

export const begin = Date.parse('2026-06-01T08:00:00Z');
export const minute = 60_000;
export const lease = 2 * minute;
export const revision = 'r'.repeat(64);
export const today = '2026-06-01';

export function createHandClock(): HandClock {
	let now = begin;
	return {
		now: () => now,
		pass(ms) {
			now += ms;
		},
	};
}

/** Ids that say nothing and never repeat. */
export function createIds(): () => string {
	let made = 0;
	return () => {
		made += 1;
		return `made-${made}`;
	};
}

/** Opens one and closes it with the test. */
export async function opened(open: OpenLedger): Promise<LedgerUnderTest> {
	const one = await open();
	onTestFinished(() => one.ledger.close());
	return one;
}

export function event(over: Partial<NewEvent> = {}): NewEvent {
	return {
		id: 'evt-1',
		source: 'webhook',
		kind: 'in_review',
		name: 'upload.in_review',
		teamId: 'team-1',
		projectId: 'proj-1',
		uploadId: null,
		taskIds: [],
		ignored: null,
		digest: 'd'.repeat(64),
		...over,
	};
}

export function decision(over: Partial<NewDecision> = {}): NewDecision {
	return {
		id: 'dec-1',
		outcome: 'complete',
		withheld: null,
		firstReason: null,
		revision,
		logicRevision: 'l'.repeat(64),
		version: '1.2.3',
		fingerprint: 'fp-1',
		rules: ['invoices'],
		body: { outcome: 'complete', guards: [] },
		elements: [{ id: 'a', confidence: 0.99 }],
		...over,
	};
}

export function intent(over: Partial<Intent> = {}): Intent {
	return {
		attemptId: 'att-1',
		decisionId: 'dec-1',
		fingerprint: 'fp-1',
		day: today,
		dailyLimit: null,
		leaseMs: 35_000,
		unknownWaitMs: minute,
		maxSends: 3,
		...over,
	};
}

/** The value, or a failed test that says what was missing. */
export function must<T>(value: T | null | undefined, what: string): T {
	if (value === null || value === undefined) throw new Error(`there is no ${what}`);
	return value;
}

export async function claimEvent(ledger: Ledger, id: string): Promise<EventClaim> {
	return must(await ledger.claimEvent(id, lease), `claim of the event ${id}`);
}

export async function claimCase(ledger: Ledger, id: string): Promise<CaseClaim> {
	return must(await ledger.claimCase(id, lease), `claim of the case ${id}`);
}

/** Accepts an event for the tasks and locates it at once. */
export async function locate(
	ledger: Ledger,
	taskIds: readonly string[],
	over: Partial<NewEvent> & { readonly onlyUnknown?: boolean } = {},
): Promise<void> {
	const { onlyUnknown = false, ...rest } = over;
	const id = rest.id ?? `evt-of-${taskIds.join('-')}`;
	const { eventId } = await ledger.accept(event({ id, taskIds, ...rest }));
	const claim = await claimEvent(ledger, eventId);
	const tasks = taskIds.map((taskId) => ({ projectId: claim.event.projectId, taskId }));
	const finished = await ledger.finishEvent(claim, {
		kind: 'located',
		tasks,
		uploadId: claim.event.uploadId,
		...(onlyUnknown ? { onlyUnknown } : {}),
	});
	if (!finished) throw new Error(`the event ${eventId} was not finished`);
}

/** The id of the task's newest case. */
export async function caseIdOf(ledger: Ledger, taskId: string, projectId = 'proj-1'): Promise<string> {
	return must((await ledger.casesOfTask(projectId, taskId)).at(-1), `case of ${taskId}`).id;
}

/** A case for the task, opened by an event, and claimed. */
export async function openCase(ledger: Ledger, taskId = 'task-1', over: Partial<NewEvent> = {}): Promise<CaseClaim> {
	await locate(ledger, [taskId], over);
	return await claimCase(ledger, await caseIdOf(ledger, taskId, over.projectId));
}

/** The claim of somebody who has read the task for the first time: what is written under it binds the case to its step. */
export function afterFirstRead(claim: CaseClaim, stepType = 'EXTRACT', progress: CaseProgress = {}): CaseClaim {
	return { ...claim, firstRead: { stepType, progress } };
}

/** The same, bound to its step, judged complete, and the revision serving: only the intent is missing. */
export async function openJudged(
	ledger: Ledger,
	taskId = 'task-1',
	over: { readonly event?: Partial<NewEvent>; readonly decision?: Partial<NewDecision> } = {},
): Promise<CaseClaim> {
	await ledger.serve(revision, 'l'.repeat(64), '{}');
	const claim = afterFirstRead(await openCase(ledger, taskId, over.event));
	const stored = await ledger.recordDecision(claim, decision(over.decision), null);
	if (!stored) throw new Error('the decision was not stored');
	return claim;
}

/** A case whose intent was granted: `completing`, its attempt open. */
export async function openIntended(ledger: Ledger, taskId = 'task-1', over: Partial<Intent> = {}): Promise<CaseClaim> {
	const claim = await openJudged(ledger, taskId, {
		decision: { id: over.decisionId ?? 'dec-1', fingerprint: over.fingerprint ?? 'fp-1' },
	});
	const granted = await ledger.recordIntent(claim, intent(over));
	if (!granted.granted) throw new Error(`no intent: ${granted.reason}`);
	return claim;
}

export function move(state: CaseState, over: Partial<Move> = {}): Move {
	return { state, reason: null, dueInMs: null, ...over };
}

export function judged(state: CaseState, verdict: AttemptVerdict, over: Partial<Move> = {}): Move {
	return move(state, { attempt: { id: 'att-1', verdict }, ...over });
}

/** A case of the task that stands in the state, not claimed by anybody. The task's name must be new. */
export async function openIn(ledger: Ledger, state: CaseState, taskId: string): Promise<string> {
	const [dec, att] = [`dec-${taskId}`, `att-${taskId}`];
	const via = async (claim: CaseClaim, to: Move) => {
		if (!(await ledger.transition(claim, to))) throw new Error(`the case did not become ${to.state}`);
		return claim.case.id;
	};
	const verdict = { id: att, verdict: 'taken' } as const;
	switch (state) {
		case 'located': {
			const claim = await openCase(ledger, taskId);
			await ledger.releaseCase(claim, null);
			return claim.case.id;
		}
		case 'waiting':
		case 'review':
		case 'audit':
		case 'superseded':
		case 'needs_human':
		case 'gone':
			return await via(await openCase(ledger, taskId), move(state));
		case 'completing':
		case 'completed':
		case 'refused': {
			const claim = await openIntended(ledger, taskId, { attemptId: att, decisionId: dec });
			return await via(claim, move(state, { attempt: verdict }));
		}
		case 'verifying': {
			const claim = await openIntended(ledger, taskId, { attemptId: att, decisionId: dec });
			return await via(claim, move(state, { attempt: { id: att, verdict: 'unknown' } }));
		}
	}
}

/** The reason of a refusal, or `granted`. */
export function told(result: IntentResult): string {
	return result.granted ? 'granted' : result.reason;
}
