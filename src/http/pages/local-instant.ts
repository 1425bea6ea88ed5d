/** The instant of a wall clock in a time zone, `YYYY-MM-DDTHH:MM`; null when it is none. In the hour that a clock repeats: the first. */
export function localInstant(text: string, timeZone: string): number | null {
	if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/.test(text)) return null;
	const wall = Date.parse(`${text}Z`);
	if (Number.isNaN(wall)) return null;
	const guesses = [wall - offset(wall - 86_400_000, timeZone), wall - offset(wall + 86_400_000, timeZone)];
	return guesses.find((guess) => guess + offset(guess, timeZone) === wall) ?? guesses[0] ?? null;
}

/** How far the zone's clock is ahead of UTC, ms. */
function offset(instant: number, timeZone: string): number {
	const parts = new Intl.DateTimeFormat('en-US', {
		timeZone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	}).formatToParts(new Date(instant));
	const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value ?? 0);
	const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
	return wall - Math.floor(instant / 1_000) * 1_000;
}
