import type { DecisionRecord } from '../ledger/index.ts';

/**
 * So long after a decision its task is taken into a sample, with a label or without; without one it counts as wrong. Chosen by
 * the time of the decision alone: were a task taken in as soon as its label is there, those whose truth takes long to find,
 * which may be the wrong ones, would be missing.
 */
export const settlingMs = 7 * 24 * 60 * 60 * 1_000;

/** Left to people for what had happened to the task before: nobody would have completed it, whatever the rules say. */
export function wasTouched({ outcome, firstReason }: Pick<DecisionRecord, 'outcome' | 'firstReason'>): boolean {
	return outcome === 'complete' && (firstReason === 'reopened' || firstReason === 'edited');
}
