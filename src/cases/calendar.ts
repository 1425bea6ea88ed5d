/** The calendar day of an instant in a time zone, `YYYY-MM-DD`. */
export function dayOf(instant: number, timeZone: string): string {
	const parts = formatOf(timeZone).formatToParts(new Date(instant));
	const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
	return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

/** One per zone: making one costs far more than using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
	let format = formats.get(timeZone);
	if (format === undefined) {
		format = new Intl.DateTimeFormat('en-US', {
			timeZone,
			calendar: 'iso8601',
			numberingSystem: 'latn',
			year: 'numeric',
			month: '2-digit',
			day: '2-digit',
		});
		formats.set(timeZone, format);
	}
	return format;
}

/** Milliseconds until the calendar day changes in a time zone, to the minute, never more than a day and an hour. */
export function untilNextDay(instant: number, timeZone: string): number {
	const today = dayOf(instant, timeZone);
	const minute = 60_000;
	// Days have 23 to 25 hours; the first minute of the next one is found by bisection over the minutes.
	let low = 0;
	let high = 25 * 60 + 1;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (dayOf(instant + middle * minute, timeZone) === today) low = middle + 1;
		else high = middle;
	}
	return low * minute;
}

/** When the calendar day of a UTC midnight begins elsewhere: at most 14 hours before it, or 12 after it. */
export function dayBegins(utcMidnight: number, timeZone: string): number {
	const day = new Date(utcMidnight).toISOString().slice(0, 10);
	let at = utcMidnight - 15 * 3_600_000;
	while (dayOf(at, timeZone) < day) at += untilNextDay(at, timeZone);
	return at;
}

/** When a month, `YYYY-MM`, begins and ends in a time zone, ms since the epoch. */
export function monthIn(month: string, timeZone: string): readonly [since: number, until: number] {
	const [year = 0, number = 0] = month.split('-').map(Number);
	return [dayBegins(Date.UTC(year, number - 1, 1), timeZone), dayBegins(Date.UTC(year, number, 1), timeZone)];
}

/** The same day and time so many months later, in UTC; the last of that month where it has no such day. Ms since the epoch. */
export function monthsLater(instant: number, months: number): number {
	const later = new Date(instant);
	const day = later.getUTCDate();
	later.setUTCMonth(later.getUTCMonth() + months);
	// Day 0 of a month is the last of the one before.
	if (later.getUTCDate() !== day) later.setUTCDate(0);
	return later.getTime();
}
