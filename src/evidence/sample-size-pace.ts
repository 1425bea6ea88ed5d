import type { LedgerEvidence, LedgerQueries } from '../ledger/index.ts';
import type { Label } from './labels-file.ts';
import { createReplaySample, type ReplaySample } from './replay-sample.ts';
import type { Pace } from './sample-size.ts';

const dayMs = 24 * 60 * 60 * 1_000;
const paceDays = 30;
const pageSize = 500;

export interface LedgerPace {
	/** Of the last 30 days, or since the first pass where that is less; null when nothing passed in them. */
	readonly pace: Pace | null;
	/** What audits have found under the logic that decided last. */
	readonly audits: ReplaySample;
	/** Whether anything is known of how right decisions were. */
	readonly labelled: boolean;
}

/**
 * How often tasks pass and are audited by this ledger, and what the audits have found, from its decisions, newest first.
 *
 * @param labels from elsewhere, by task; they go before those that the ledger keeps
 * @param now milliseconds since the epoch
 * @param certainty of the bound
 */
export async function readPace(
	ledger: Pick<LedgerQueries, 'listDecisions'> & Pick<LedgerEvidence, 'labelsAfter' | 'labelsOf'>,
	labels: ReadonlyMap<string, Label> | null,
	certainty: number,
	now: number,
): Promise<LedgerPace> {
	const since = now - paceDays * dayMs;
	const labelled = labels !== null || (await ledger.labelsAfter(0, 1)).length > 0;
	const seen = new Set<string>();
	const sample = createReplaySample(certainty);
	let [passed, audited, first] = [0, 0, now];
	let logic: string | null = null;
	let before: string | null = null;
	do {
		const filter = { outcome: 'complete', limit: pageSize } as const;
		const page = await ledger.listDecisions(before === null ? filter : { ...filter, before });
		const kept = labelled ? await ledger.labelsOf(page.items.map(({ caseId }) => caseId)) : null;
		for (const decision of page.items) {
			// A case that waited was judged anew; what counts is what it came to.
			if (seen.has(decision.caseId)) continue;
			seen.add(decision.caseId);
			logic ??= decision.logicRevision;
			if (decision.decidedAt >= since) {
				passed += 1;
				if (decision.withheld === 'audit') audited += 1;
				first = Math.min(first, decision.decidedAt);
			}
			if (kept !== null && decision.logicRevision === logic) {
				const { auditShare: share = 0, draw } = decision.body as { auditShare?: number; draw?: { u: number } | null };
				const gaveUp = now - decision.decidedAt >= paceDays * dayMs;
				const label = labels?.get(decision.taskId) ?? kept.get(decision.caseId);
				const truth = label ?? (gaveUp ? 'unresolved' : 'pending');
				if (draw !== null && draw !== undefined) sample.add({ draw: draw.u, share }, truth);
			}
		}
		const oldest = page.items.at(-1);
		const enough = !labelled && oldest !== undefined && oldest.decidedAt < since;
		before = enough ? null : page.next;
	} while (before !== null);
	const pace = passed === 0 ? null : { workingDays: countWorkingDays(first, now), passed, audited };
	return { pace, audits: sample.result(), labelled };
}

/** Days from Monday to Friday, in UTC, that the time touches; 1 at least. */
export function countWorkingDays(since: number, until: number): number {
	let days = 0;
	for (let day = Math.floor(since / dayMs); day <= Math.floor(until / dayMs); day += 1) {
		const weekday = new Date(day * dayMs).getUTCDay();
		if (weekday !== 0 && weekday !== 6) days += 1;
	}
	return Math.max(1, days);
}
