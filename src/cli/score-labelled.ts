import { dayOf } from '../cases/calendar.ts';
import type { CalibrationFile } from '../evidence/calibration-file.ts';
import type { Label } from '../evidence/labels-file.ts';
import type { LabelledScore } from '../evidence/run-calibration.ts';
import { createTightness } from '../evidence/tightness.ts';
import { nodeClock } from '../platform/node.ts';
import type { CliIo } from './io.ts';
import type { RuleUnderCalibration } from './rule-under-calibration.ts';
import { forEachTask } from './task-lines.ts';

/** What the tasks and labels came to. */
export interface Labelled {
	readonly scores: readonly LabelledScore[];
	/** The labels that were used, by task. */
	readonly used: ReadonlyMap<string, Label>;
	readonly period: { readonly from: string; readonly to: string };
	/** Labelled tasks that the rule would not pass whatever its thresholds were, or that it is not for. */
	readonly apart: number;
	/** Created before the declaration looked at tasks: those thresholds were chosen by them. */
	readonly early: number;
	/** Tasks without a label. */
	readonly unlabelled: number;
}

/** Null when the tasks cannot be read. */
export async function scoreLabelled(
	rule: RuleUnderCalibration,
	file: CalibrationFile,
	labels: ReadonlyMap<string, Label>,
	{ tasks, today = dayOf(nodeClock.now(), 'UTC') }: { readonly tasks: string; readonly today?: string },
	io: CliIo,
): Promise<Labelled | null> {
	const tightness = createTightness(rule, rule.thresholds);
	const from = Date.parse(file.unlabelled.until);
	const scores = new Map<string, LabelledScore>();
	const used = new Map<string, Label>();
	let [first, last, apart, early, unlabelled] = [Number.POSITIVE_INFINITY, 0, 0, 0, 0];
	const read = await forEachTask(tasks, io, (task) => {
		const label = labels.get(task.id);
		if (label === undefined) {
			unlabelled += 1;
			return;
		}
		const createdAt = Date.parse(task.createdAt);
		if (!(createdAt > from)) {
			early += 1;
			return;
		}
		// A task that stands there twice counts once.
		if (used.has(task.id)) return;
		const score = tightness.score(task, today);
		if (score === null) {
			apart += 1;
			return;
		}
		used.set(task.id, label);
		scores.set(task.id, { score, label });
		first = Math.min(first, createdAt);
		last = Math.max(last, createdAt);
	});
	if (read === null) return null;
	const at = (ms: number) => new Date(Number.isFinite(ms) ? ms : 0).toISOString();
	return { scores: [...scores.values()], used, period: { from: at(first), to: at(last) }, apart, early, unlabelled };
}
