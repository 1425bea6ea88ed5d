import type { RuleSet } from '../core/ruleset/types.ts';
import type { DecisionRecord } from '../ledger/index.ts';
import type { Label } from './labels-file.ts';
import type { Replayed } from './replay-decision.ts';
import { createReplaySample, type ReplaySample } from './replay-sample.ts';
import { settlingMs, wasTouched } from './settling.ts';

/** Decisions that flip in one direction, by each condition that they are because of. */
export interface ReplayGroup {
	readonly direction: 'newly-completes' | 'newly-left';
	/** As in decisions: `rule:<rule>:<condition>`, `rule:<rule>:applies`, `guard:<id>`, `no-live-rule`. */
	readonly because: string;
	count: number;
	/** A few, to look at with `explain --decision`. */
	readonly examples: { readonly decision_id: string; readonly task_id: string }[];
}

/** Of tasks that are or would be completed: what reviewers have said of them. The rest has no label. */
export interface Reviewed {
	readonly right: number;
	readonly wrong: number;
	readonly unresolved: number;
}

export interface ReplayReport {
	/** The revision that was replayed. */
	readonly rules: string;
	/** Cases that were decided, each by its last decision. */
	readonly decisions: number;
	/** Cases without a decision: nothing was judged yet, or ever. */
	readonly undecided: number;
	/** Tasks that are right to be completed by the rules of then, and by those replayed: before audits, pauses and limits. */
	readonly completed: { readonly before: number; readonly after: number };
	readonly newly_completes: number;
	readonly newly_left: number;
	/** Count as left to a person, and as newly left where they were completed before. */
	readonly not_replayable: { readonly count: number; readonly because: readonly (readonly [string, number])[] };
	/** A decision counts for each of its conditions. */
	readonly groups: readonly ReplayGroup[];
	readonly reviewed: {
		readonly before: Reviewed;
		readonly after: Reviewed;
		readonly newly_completes: Reviewed;
		readonly newly_left: Reviewed;
	};
	readonly exploratory: { readonly certainty: number } & ReplaySample;
	/** Would be completed and carry no draw, so that they are in no sample: no secret key was set then. */
	readonly without_draw: number;
}

const mostExamples = 5;

interface Body {
	readonly auditShare?: number;
	readonly draw?: { readonly u: number } | null;
	readonly reasons?: readonly { readonly code: string }[];
}

/** Adds decisions up, one after the other, as they were and as they would be. Memory does not grow with their number. */
export function createReplayTally(ruleSet: Pick<RuleSet, 'revision'>, certainty: number, now: number) {
	let [decisions, before, after, newlyCompletes, newlyLeft, notReplayable, withoutDraw] = [0, 0, 0, 0, 0, 0, 0];
	const groups = new Map<string, ReplayGroup>();
	const open = new Map<string, number>();
	const reviewed = { before: none(), after: none(), newly_completes: none(), newly_left: none() };
	const sample = createReplaySample(certainty);

	const flip = (direction: ReplayGroup['direction'], because: readonly string[], decision: DecisionRecord) => {
		for (const reason of because) {
			const key = `${direction} ${reason}`;
			let group = groups.get(key);
			if (group === undefined) {
				group = { direction, because: reason, count: 0, examples: [] };
				groups.set(key, group);
			}
			group.count += 1;
			if (group.examples.length < mostExamples) {
				group.examples.push({ decision_id: decision.id, task_id: decision.taskId });
			}
		}
	};

	return {
		add(decision: DecisionRecord, replayed: Replayed, label: Label | null): void {
			decisions += 1;
			const { auditShare = 0, draw = null, reasons = [] } = decision.body as Body;
			const was = decision.outcome === 'complete';
			const is = replayed.outcome === 'complete';
			if (was) before += 1;
			if (is) after += 1;
			if (was) count(reviewed.before, label);
			if (is) count(reviewed.after, label);
			if (replayed.outcome === 'not-replayable') {
				notReplayable += 1;
				for (const code of replayed.because) open.set(code, (open.get(code) ?? 0) + 1);
			}
			if (is && !was) {
				newlyCompletes += 1;
				count(reviewed.newly_completes, label);
				flip(
					'newly-completes',
					reasons.map(({ code }) => code),
					decision,
				);
			}
			if (was && replayed.outcome !== 'complete') {
				newlyLeft += 1;
				count(reviewed.newly_left, label);
				flip('newly-left', replayed.because, decision);
			}
			if (draw === null) {
				if (is) withoutDraw += 1;
				return;
			}
			if (wasTouched(decision)) return;
			const settled = now - decision.decidedAt >= settlingMs;
			// What was left to a person for its own sake had all the chance there is to be looked at.
			const share = was ? auditShare : 1;
			sample.add({ draw: draw.u, share }, is ? (settled ? (label ?? 'unresolved') : 'pending') : null);
		},
		result(undecided: number): ReplayReport {
			return {
				rules: ruleSet.revision,
				decisions,
				undecided,
				completed: { before, after },
				newly_completes: newlyCompletes,
				newly_left: newlyLeft,
				not_replayable: { count: notReplayable, because: [...open].toSorted(([, a], [, b]) => b - a) },
				groups: [...groups.values()].toSorted(
					(a, b) => a.direction.localeCompare(b.direction) || b.count - a.count || a.because.localeCompare(b.because),
				),
				reviewed,
				exploratory: { certainty, ...sample.result() },
				without_draw: withoutDraw,
			};
		},
	};
}

type Counting = { -readonly [name in keyof Reviewed]: number };

const none = (): Counting => ({ right: 0, wrong: 0, unresolved: 0 });

function count(reviewed: Counting, label: Label | null): void {
	if (label !== null) reviewed[label] += 1;
}
