/** States that end a visit. A task in one of them is taken up again only as a new visit. */
export const terminalStates = ['completed', 'refused', 'superseded', 'needs_human', 'gone'] as const;
export type TerminalState = (typeof terminalStates)[number];

/** States of a visit that is still open. There is at most one open visit per task. */
export const activeStates = ['located', 'waiting', 'review', 'audit', 'completing', 'verifying'] as const;
export type ActiveState = (typeof activeStates)[number];

export const caseStates = [...activeStates, ...terminalStates] as const;
export type CaseState = (typeof caseStates)[number];

/** Why a case in `waiting` waits. `settling` and the like are phases of `completing` and `verifying`, not waits. */
export type WaitReason =
	| 'processing'
	| 'quiet'
	| 'hold'
	| 'paused'
	| 'limit'
	| 'gate'
	| 'rate_limited'
	| 'unavailable'
	| 'not_found'
	| 'confirming'
	| 'rules_changed';

/**
 * The moves of a case. `completing` is entered by the ledger's intent alone (see `Ledger.recordIntent`), from `located`,
 * `waiting` or `verifying`; it is listed here so that the whole machine stands in one place.
 */
const moves: Readonly<Record<CaseState, readonly CaseState[]>> = {
	located: ['located', 'waiting', 'review', 'audit', 'completing', 'superseded', 'needs_human', 'gone'],
	waiting: ['waiting', 'review', 'audit', 'completing', 'superseded', 'needs_human', 'gone'],
	// A decision is final per visit: a task in review leaves it only because somebody else moved it.
	review: ['review', 'superseded', 'gone', 'located'],
	audit: ['audit', 'superseded', 'gone'],
	// Back to `waiting` only when the call was refused before any work was done.
	completing: ['completing', 'verifying', 'waiting', 'completed', 'refused', 'superseded', 'needs_human'],
	verifying: ['verifying', 'completing', 'completed', 'refused', 'superseded', 'needs_human', 'review'],
	completed: ['completed'],
	refused: ['refused'],
	superseded: ['superseded'],
	needs_human: ['needs_human'],
	gone: ['gone'],
};

export function isTerminal(state: CaseState): state is TerminalState {
	return (terminalStates as readonly string[]).includes(state);
}

/** Whether a case may go from one state to another. Staying in a state (to come back later) is a move as well. */
export function mayMove(from: CaseState, to: CaseState): boolean {
	return moves[from].includes(to);
}

/**
 * Whether a new event for the task should make an open case look at it at once. Waits that an event cannot shorten
 * (a rate limit, a pause, a closed gate, the day's limit) are left alone.
 */
export function wokenByEvent(state: CaseState, reason: string | null): boolean {
	if (isTerminal(state)) return false;
	if (state !== 'waiting') return true;
	return reason !== 'rate_limited' && reason !== 'paused' && reason !== 'limit' && reason !== 'gate';
}
