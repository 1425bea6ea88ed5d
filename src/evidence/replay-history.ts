import type { JudgedContent } from '../core/decision/index.ts';
import type { RuleSet } from '../core/ruleset/types.ts';
import type { Between, LedgerEvidence, LedgerQueries, LedgerReports } from '../ledger/index.ts';
import { createLabelOfCase } from './label-of-case.ts';
import type { Label } from './labels-file.ts';
import { createReplay, judgeAgain } from './replay-decision.ts';
import { createReplayTally, type ReplayReport } from './replay-report.ts';

export interface ReplayInput {
	readonly ledger: Pick<LedgerReports, 'listCases'> &
		Pick<LedgerQueries, 'getDecision' | 'rulesOf'> &
		Pick<LedgerEvidence, 'labelsOf'>;
	readonly ruleSet: RuleSet;
	/** When the cases were opened; all when left out. */
	readonly opened?: Between;
	readonly projectId?: string;
	/** Labels from elsewhere, by task; see `createLabelOfCase`. */
	readonly labels: ReadonlyMap<string, Label> | null;
	/** What a document said when it was judged; null: not kept, or not to be read. Left out: nothing is. */
	readonly contentOf?: (decisionId: string) => Promise<JudgedContent | null>;
	/** Of the bound, strictly between 0 and 1. */
	readonly certainty: number;
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** Called after each page with how many cases were looked at. */
	readonly onPage?: (cases: number) => void;
}

const pageSize = 500;

/**
 * Replays a rule folder over what the ledger remembers, newest first, page by page. What a case came to is its last
 * decision; a case without one is counted apart.
 */
export async function replayHistory(input: ReplayInput): Promise<ReplayReport> {
	const { ledger, ruleSet, opened, projectId, labels, contentOf, certainty, now, onPage } = input;
	const served = new Map<string, string | null>();
	const replay = createReplay(ruleSet, (revision) => served.get(revision) ?? null);
	const labelOf = createLabelOfCase(labels);
	const tally = createReplayTally(ruleSet, certainty, now);
	const filter = {
		limit: pageSize,
		...(opened === undefined ? {} : { opened }),
		...(projectId === undefined ? {} : { projectId }),
	};
	let [cases, undecided] = [0, 0];
	let before: string | null = null;
	do {
		const page = await ledger.listCases(before === null ? filter : { ...filter, before });
		// Page by page as well: there can be as many labels as cases.
		const kept = await ledger.labelsOf(page.items.map(({ id }) => id));
		for (const { id, decisionId } of page.items) {
			cases += 1;
			const decision = decisionId === null ? null : await ledger.getDecision(decisionId);
			if (decision === null) {
				undecided += 1;
				continue;
			}
			const { revision } = decision;
			if (!served.has(revision)) served.set(revision, await ledger.rulesOf(revision));
			let replayed = replay(decision);
			if (replayed.outcome === 'not-replayable' && contentOf !== undefined) {
				const content = await contentOf(decision.id);
				if (content !== null) replayed = judgeAgain(ruleSet, decision, content);
			}
			tally.add(decision, replayed, labelOf(decision.taskId, kept.get(id) ?? null));
		}
		onPage?.(cases);
		before = page.next;
	} while (before !== null);
	return tally.result(undecided);
}
