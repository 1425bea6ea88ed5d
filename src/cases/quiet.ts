import type { Task } from '../core/task/index.ts';
import { type Ledger, ownReadsSetting, type Surroundings, toOwnReads } from '../ledger/index.ts';

const minute = 60_000;

/** What earlier reads of the same visit saw of openings, kept in the case's progress. */
export interface SeenOpenings {
	/** The latest opening that was not ours, by the API's clock: a read of our own may since have put its own in its place. */
	readonly personOpenedAt?: number;
	/** An opening close to a read of ours that may be ours or a person's; the first such one counts as a person's. */
	readonly maybeOpenedAt?: number;
	/** The first read of the visit showed an opening of its own making: who had the task open before cannot be known. */
	readonly openingHidden?: boolean;
}

/** Our reads that may have moved `last_opened_at`: none where `probe` found that they do not. */
export function thatMayMove(
	ownReads: readonly number[] | undefined,
	around: Pick<Surroundings, 'ownReads'>,
): readonly number[] {
	return around.ownReads === 'stay' ? [] : (ownReads ?? []);
}

/**
 * How long to wait because a person may have the task open, in ms; 0 for not at all. An opening between one second
 * before and five seconds after a read of our own (the API's `Date` has whole seconds) is taken for ours, but for the
 * first of a visit that an earlier read had not shown: that one may be a person's, and waits as such.
 *
 * @param ownReads our reads of the task that may move its opening, by the API's clock
 * @param readAt when this state of the task was read, by the same clock
 * @param firstSeen when the task was first seen in review: stands in for an opening whose time cannot be read
 */
export function quietFor(
	task: Task,
	quietMinutes: number,
	ownReads: readonly number[],
	readAt: number,
	firstSeen: number,
	seen: SeenOpenings = {},
): number {
	if (quietMinutes <= 0) return 0;
	const openings: number[] = [];
	if (task.lastOpenedAt !== null) {
		const opened = readInstant(task.lastOpenedAt) ?? firstSeen;
		if (!isOurs(opened, ownReads)) openings.push(opened);
	}
	if (seen.personOpenedAt !== undefined) openings.push(seen.personOpenedAt);
	if (seen.maybeOpenedAt !== undefined) openings.push(seen.maybeOpenedAt);
	if (seen.openingHidden === true) openings.push(firstSeen);
	return openings.reduce((longest, opened) => Math.max(longest, opened + quietMinutes * minute - readAt), 0);
}

/** What is remembered of openings after a read that showed the task in review. */
export function rememberOpenings(
	before: SeenOpenings,
	task: Task,
	ownReads: readonly number[],
	isFirstRead: boolean,
): SeenOpenings {
	const { personOpenedAt, maybeOpenedAt, openingHidden } = before;
	const known = {
		...(personOpenedAt === undefined ? {} : { personOpenedAt }),
		...(maybeOpenedAt === undefined ? {} : { maybeOpenedAt }),
		...(openingHidden === undefined ? {} : { openingHidden }),
	};
	const opened = task.lastOpenedAt === null ? null : readInstant(task.lastOpenedAt);
	if (task.status !== 'REVIEWING' || opened === null) return known;
	if (!isOurs(opened, ownReads)) return { ...known, personOpenedAt: Math.max(opened, personOpenedAt ?? opened) };
	if (isFirstRead) return { ...known, openingHidden: true };
	// Where our reads move it, they do so each time: whoever has waited for one need not wait for the next.
	return openingHidden === true || maybeOpenedAt !== undefined ? known : { ...known, maybeOpenedAt: opened };
}

/** The latest opening that is known and was not ours, by the API's clock; null when there is none. */
export function lastPersonOpening(task: Task, ownReads: readonly number[], seen: SeenOpenings): number | null {
	const opened = task.lastOpenedAt === null ? null : readInstant(task.lastOpenedAt);
	const known = [
		...(opened === null || isOurs(opened, ownReads) ? [] : [opened]),
		...(seen.personOpenedAt === undefined ? [] : [seen.personOpenedAt]),
	];
	return known.length === 0 ? null : Math.max(...known);
}

function isOurs(opened: number, ownReads: readonly number[]): boolean {
	return ownReads.some((own) => opened >= own - 1_000 && opened <= own + 5_000);
}

function readInstant(text: string): number | null {
	const parsed = Date.parse(text);
	return Number.isNaN(parsed) ? null : parsed;
}

/** Whether our own reads hide who opened a task; the quiet period is off then, and `/readyz` says so. */
export async function ownReadsHide(ledger: Pick<Ledger, 'setting'>): Promise<boolean> {
	return toOwnReads(await ledger.setting(ownReadsSetting)) === 'move';
}
