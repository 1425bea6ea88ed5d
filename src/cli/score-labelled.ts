import type { CalibrationFile } from '../evidence/calibration-file.ts';
import type { Label } from '../evidence/labels-file.ts';
import type { LabelledScore } from '../evidence/run-calibration.ts';
import { createTightness } from '../evidence/tightness.ts';
import type { CliIo } from './io.ts';
import type { RuleUnderCalibration } from './rule-under-calibration.ts';
import { forEachTask, type TaskLines } from './task-lines.ts';

/** What the tasks and labels came to. */
export interface Labelled {
	readonly scores: readonly LabelledScore[];
	/** The labels that were used, by task. */
	readonly used: ReadonlyMap<string, Label>;
	readonly period: { readonly from: string; readonly to: string };
	/** Labelled tasks that the rule would not pass whatever its thresholds were, or that it is not for. */
	readonly apart: number;
	/** Created before the declaration looked at tasks, or seen by an earlier run: what is tested was chosen by them. */
	readonly early: number;
	/** Later tasks without a label that pass everything but the thresholds: wrong, unless the labels are a random sample. */
	readonly unlabelled: number;
	readonly sampled: boolean;
	/** Lines that hold no task; up to five of their numbers. */
	readonly unreadable: TaskLines['unreadable'];
	/** Ids that have a label, and whose task is not there. */
	readonly withoutTask: readonly string[];
}

/**
 * Null when the tasks cannot be read. A task without a label counts as unresolved, for whoever leaves the difficult ones out
 * would prove anything.
 */
export async function scoreLabelled(
	rule: RuleUnderCalibration,
	file: CalibrationFile,
	labels: ReadonlyMap<string, Label>,
	{ tasks, sampled, today }: { readonly tasks: string; readonly sampled: boolean; readonly today: string },
	io: CliIo,
): Promise<Labelled | null> {
	const tightness = createTightness(rule, rule.thresholds);
	const from = Date.parse(file.after ?? file.unlabelled.until);
	const scores = new Map<string, LabelledScore>();
	const used = new Map<string, Label>();
	const missing = new Set(labels.keys());
	let [first, last, apart, early, unlabelled] = [Number.POSITIVE_INFINITY, 0, 0, 0, 0];
	const read = await forEachTask(tasks, io, (task) => {
		const label = labels.get(task.id);
		missing.delete(task.id);
		const createdAt = Date.parse(task.createdAt);
		if (!(createdAt > from)) {
			if (label !== undefined) early += 1;
			return;
		}
		// A task that stands there twice counts once.
		if (used.has(task.id)) return;
		const score = tightness.score(task, today);
		if (score === null) {
			if (label !== undefined) apart += 1;
			return;
		}
		if (label === undefined) {
			unlabelled += 1;
			if (sampled) return;
		}
		used.set(task.id, label ?? 'unresolved');
		scores.set(task.id, { score, label: label ?? 'unresolved' });
		first = Math.min(first, createdAt);
		last = Math.max(last, createdAt);
	});
	if (read === null) return null;
	const at = (ms: number) => new Date(Number.isFinite(ms) ? ms : 0).toISOString();
	return {
		...{ scores: [...scores.values()], used, period: { from: at(first), to: at(last) }, apart, early, unlabelled },
		...{ sampled, unreadable: read.unreadable, withoutTask: [...missing] },
	};
}
