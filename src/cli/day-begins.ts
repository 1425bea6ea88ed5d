import { dayOf, untilNextDay } from '../cases/calendar.ts';

/** When the calendar day of a UTC midnight begins elsewhere: at most 14 hours before it, or 12 after it. */
export function dayBegins(utcMidnight: number, timeZone: string): number {
	const day = new Date(utcMidnight).toISOString().slice(0, 10);
	let at = utcMidnight - 15 * 3_600_000;
	while (dayOf(at, timeZone) < day) at += untilNextDay(at, timeZone);
	return at;
}
