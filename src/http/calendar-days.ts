import { dayOf } from '../cases/calendar.ts';
import type { Between } from '../ledger/index.ts';

export interface CalendarDay extends Between {
	/** `YYYY-MM-DD` */
	readonly day: string;
}

const quarterMs = 900_000;

/** The calendar days of a time zone that end with the one of `now`, oldest first. Their bounds are quarters of an hour. */
export function lastDays(now: number, timeZone: string, count: number): readonly CalendarDay[] {
	const days: CalendarDay[] = [];
	let within = now;
	let until = firstQuarterAfter(now, timeZone);
	while (days.length < count) {
		const since = firstQuarterOf(within, timeZone);
		days.unshift({ day: dayOf(within, timeZone), since, until });
		until = since;
		within = since - 1;
	}
	return days;
}

/** A calendar day by its name; null when it is none. */
export function dayNamed(day: string, timeZone: string): CalendarDay | null {
	const noon = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T12:00:00Z`) : Number.NaN;
	if (Number.isNaN(noon)) return null;
	// No zone is more than 14 hours away from UTC.
	for (const hours of [0, -14, 14]) {
		const [found] = lastDays(noon + hours * 3_600_000, timeZone, 1);
		if (found?.day === day) return found;
	}
	return null;
}

function firstQuarterOf(instant: number, timeZone: string): number {
	const day = dayOf(instant, timeZone);
	return bisect(Math.floor(instant / quarterMs) - 26 * 4, Math.floor(instant / quarterMs), (quarter) => {
		return dayOf(quarter * quarterMs, timeZone) === day;
	});
}

function firstQuarterAfter(instant: number, timeZone: string): number {
	const day = dayOf(instant, timeZone);
	return bisect(Math.floor(instant / quarterMs), Math.floor(instant / quarterMs) + 26 * 4, (quarter) => {
		return quarter * quarterMs > instant && dayOf(quarter * quarterMs, timeZone) !== day;
	});
}

/** The first number that holds, where all after it hold as well and the last one does; as an instant. */
function bisect(low: number, high: number, holds: (quarter: number) => boolean): number {
	let [from, to] = [low, high];
	while (from < to) {
		const middle = (from + to) >> 1;
		if (holds(middle)) to = middle;
		else from = middle + 1;
	}
	return to * quarterMs;
}
