import { dayOf } from '../cases/calendar.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Alert } from '../platform/index.ts';
import { plainId } from './redact-fields.ts';

const [quarter, hour, day] = [900_000, 3_600_000, 86_400_000];
/** When people begin to work: Monday, by the clock of the time zone. */
const digestHour = 8;
/** A digest later than this is old news. */
const latestMs = 3 * day;
const mostReasons = 3;

/**
 * The week's digest, from Monday 8 o'clock on: counts of the seven days before, the straight-through rate, what left most
 * tasks to people. A task counts where it came. Null when it is too late for the last one, or when nothing came in that
 * week.
 *
 * @param at now, ms since the epoch
 * @param isTold whether people have had the digest of a Monday, which is its `reason` field; then null as well
 */
export async function writeDigest(
	ledger: Pick<Ledger, 'tallies' | 'reasonsBetween'>,
	timeZone: string,
	at: number,
	isTold: (monday: string) => boolean,
): Promise<Alert | null> {
	const { monday, end } = lastMonday(at, timeZone);
	if (at - end > latestMs || isTold(monday)) return null;
	const since = end - 7 * day;
	const [[tally = {}], reasons] = await Promise.all([
		ledger.tallies([{ since, until: end }], null),
		ledger.reasonsBetween(since, end, mostReasons),
	]);
	const { completed = 0, review = 0, audit = 0, refused = 0, superseded = 0, needs_human: needsHuman = 0 } = tally;
	const { 'completed-by-unknown': unknown = 0, gone: _gone, ...others } = tally;
	const received = Object.values(others).reduce((sum, count) => sum + count, unknown + (tally.gone ?? 0));
	if (received === 0) return null;
	const left = review + audit + refused + superseded + needsHuman;
	const settled = completed + unknown + left;
	const share = settled === 0 ? 'none settled yet' : `${((100 * completed) / settled).toFixed(1)} % straight through`;
	const why = reasons.map(({ code, count }) => `${plainId(code)} (${count})`).join(', ');
	const message = `The week to ${monday}: ${received} received, ${completed} completed (${share}), ${left} left to people, ${needsHuman} needing a person${why === '' ? '.' : `; most often for ${why}.`}`;
	return { code: 'weekly-digest', message, fields: { reason: monday, count: received } };
}

/** The last Monday, 8 o'clock, of a time zone: its date, and the quarter of an hour at which it began. */
export function lastMonday(at: number, timeZone: string): { readonly monday: string; readonly end: number } {
	// Before 8 o'clock it is still the day before.
	const dayAt = (instant: number) => dayOf(instant - digestHour * hour, timeZone);
	const noon = Date.parse(`${dayAt(at)}T12:00:00Z`);
	const weekday = (new Date(noon).getUTCDay() + 6) % 7;
	const mondayNoon = noon - weekday * day;
	const monday = new Date(mondayNoon).toISOString().slice(0, 10);
	// The first quarter of that day, looked for a day around its noon in UTC: no zone is further away.
	let low = Math.floor((mondayNoon - 2 * day) / quarter);
	let high = Math.floor((mondayNoon + 2 * day) / quarter);
	while (low < high) {
		const middle = (low + high) >> 1;
		if (dayAt(middle * quarter) >= monday) high = middle;
		else low = middle + 1;
	}
	return { monday, end: low * quarter };
}
