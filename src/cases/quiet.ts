import type { Task } from '../core/task/index.ts';
import type { Ledger } from '../ledger/index.ts';

const minute = 60_000;

/**
 * How long to wait because a person may have the task open, in ms; 0 for not at all. An opening between one second
 * before and five seconds after a read of our own (the API's `Date` has whole seconds) is taken for ours.
 *
 * @param ownReads our reads of the task, by the API's clock
 * @param readAt when this state of the task was read, by the same clock
 * @param firstSeen when the task was first seen in review: stands in for an opening whose time cannot be read
 */
export function quietFor(
	task: Task,
	quietMinutes: number,
	ownReads: readonly number[],
	readAt: number,
	firstSeen: number,
): number {
	if (quietMinutes <= 0 || task.lastOpenedAt === null) return 0;
	const parsed = Date.parse(task.lastOpenedAt);
	const opened = Number.isNaN(parsed) ? firstSeen : parsed;
	if (ownReads.some((own) => opened >= own - 1_000 && opened <= own + 5_000)) return 0;
	return Math.max(0, opened + quietMinutes * minute - readAt);
}

/** The setting that `probe` writes: `yes` when our own GET moves `last_opened_at`, so that it says nothing about people. */
export const ownReadsSetting = 'own_reads_move_last_opened';

/** Whether our own reads hide who opened a task; the quiet period is off then, and `/readyz` says so. */
export async function ownReadsHide(ledger: Pick<Ledger, 'setting'>): Promise<boolean> {
	return (await ledger.setting(ownReadsSetting)) === 'yes';
}
