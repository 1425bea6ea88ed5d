import type { Json } from '../core/json.ts';
import type { DecisionRecord, Ledger } from '../ledger/index.ts';
import type { CliIo } from './io.ts';

/** What is remembered of a decision for the summary. */
export interface SeenDecision {
	readonly outcome: 'complete' | 'review';
	readonly withheld: 'audit' | 'braked' | null;
	readonly firstReason: string | null;
}

/** Follows the ledger's decisions and prints each as one aligned line: time, task, outcome, the first reason. */
export function watchDecisions(ledger: Ledger, io: CliIo, print: ((line: string) => void) | null) {
	const seen = new Map<string, SeenDecision>();
	const judgedBefore = new Set<string>();

	/** Prints what was decided since the last look, oldest first. */
	async function look(): Promise<void> {
		const fresh: DecisionRecord[] = [];
		let before: string | undefined;
		for (;;) {
			const page = await ledger.listDecisions({ limit: 50, ...(before === undefined ? {} : { before }) });
			const unseen = page.items.filter(({ id }) => !seen.has(id));
			fresh.push(...unseen);
			if (unseen.length < page.items.length || page.next === null) break;
			before = page.next;
		}
		for (const decision of fresh.toReversed()) {
			const { outcome, withheld, firstReason } = decision;
			seen.set(decision.id, { outcome, withheld, firstReason });
			// Judged anew after a call that was refused before any work, a pause, or the like.
			print?.(toLine(decision, io, judgedBefore.has(decision.taskId)));
			judgedBefore.add(decision.taskId);
		}
	}

	return { look, seen: (): readonly SeenDecision[] => [...seen.values()] };
}

function toLine(decision: DecisionRecord, io: CliIo, again: boolean): string {
	const time = new Date(decision.decidedAt).toISOString().slice(11, 19);
	const complete = decision.outcome === 'complete' && decision.withheld === null;
	const outcome = complete ? io.paint('good', 'complete') : io.paint('doubtful', 'review  ');
	return `${io.paint('quiet', time)}  ${decision.taskId.padEnd(24)}  ${outcome}  ${again ? 'judged again: ' : ''}${sayWhy(decision)}`;
}

function sayWhy({ outcome, withheld, firstReason, rules, body }: DecisionRecord): string {
	if (outcome === 'review') return firstSentence(body) ?? firstReason ?? 'left to a person';
	if (withheld === 'audit') return 'would pass; drawn for the audit: a person checks it all the same';
	if (withheld === 'braked') return 'would pass; the brake is on a rule that applies';
	if (firstReason !== null) return `would pass; left to a person: ${firstReason}`;
	return `every condition of ${rules.join(' and ')} holds`;
}

function firstSentence(body: Json): string | null {
	const reasons = typeof body === 'object' && body !== null && 'reasons' in body ? body.reasons : null;
	const first: unknown = Array.isArray(reasons) ? reasons[0] : null;
	const sentence = typeof first === 'object' && first !== null && 'sentence' in first ? first.sentence : null;
	return typeof sentence === 'string' ? sentence : null;
}
