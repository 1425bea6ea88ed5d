import type { LedgerEvidence, LedgerQueries, LedgerReports } from '../ledger/index.ts';
import { createLabelOfCase } from './label-of-case.ts';
import type { Label } from './labels-file.ts';
import { createReplaySample, type ReplaySample } from './replay-sample.ts';
import type { Pace } from './sample-size.ts';
import { settlingMs, wasTouched } from './settling.ts';

const dayMs = 24 * 60 * 60 * 1_000;
const paceDays = 30;
/** From the opening of a case to its last decision, at most, where only the pace is asked for. */
const longestWaitMs = 30 * dayMs;
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
 * How often tasks pass and are audited by this ledger, and what the audits have found, from its cases, newest first, page by
 * page.
 *
 * @param labels from elsewhere, by task; see `createLabelOfCase`
 * @param now milliseconds since the epoch
 * @param certainty of the bound
 */
export async function readPace(
	ledger: Pick<LedgerQueries, 'getDecision'> &
		Pick<LedgerReports, 'listCases'> &
		Pick<LedgerEvidence, 'labelsAfter' | 'labelsOf'>,
	labels: ReadonlyMap<string, Label> | null,
	certainty: number,
	now: number,
): Promise<LedgerPace> {
	const since = now - paceDays * dayMs;
	const labelled = labels !== null || (await ledger.labelsAfter(0, 1)).length > 0;
	const labelOf = createLabelOfCase(labels);
	const sample = createReplaySample(certainty);
	let [passed, audited, first] = [0, 0, now];
	let logic: string | null = null;
	let before: string | null = null;
	do {
		const page = await ledger.listCases({ limit: pageSize, ...(before === null ? {} : { before }) });
		const kept = labelled ? await ledger.labelsOf(page.items.map(({ id }) => id)) : new Map<string, Label>();
		for (const { id, taskId, decisionId, decision: summary } of page.items) {
			if (summary === null || decisionId === null) continue;
			// Asked of every decided case, so that a label from elsewhere is not passed on to an older one.
			const label = labelOf(taskId, kept.get(id) ?? null);
			if (summary.outcome !== 'complete' || wasTouched(summary)) continue;
			if (summary.decidedAt >= since) {
				passed += 1;
				if (summary.withheld === 'audit') audited += 1;
				first = Math.min(first, summary.decidedAt);
			}
			if (!labelled) continue;
			const decision = await ledger.getDecision(decisionId);
			logic ??= decision?.logicRevision ?? null;
			if (decision === null || decision.logicRevision !== logic) continue;
			const { auditShare: share = 0, draw } = decision.body as { auditShare?: number; draw?: { u: number } | null };
			const settled = now - decision.decidedAt >= settlingMs;
			if (draw !== null && draw !== undefined) {
				sample.add({ draw: draw.u, share }, settled ? (label ?? 'unresolved') : 'pending');
			}
		}
		const oldest = page.items.at(-1);
		const enough = !labelled && oldest !== undefined && oldest.openedAt < since - longestWaitMs;
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
