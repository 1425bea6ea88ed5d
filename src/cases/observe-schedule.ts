const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

/** When a task that was left to a person is looked at, after it was left: thinning out. The last look is the end of it. */
export const observeAfterMs = [
	5 * minute,
	15 * minute,
	hour,
	4 * hour,
	day,
	3 * day,
	7 * day,
	14 * day,
	30 * day,
] as const;

/** The last look, after this long. */
export const observeForMs = 30 * day;

/** How long until the next look; null when the last one is over. Both instants by the store's clock, ms. */
export function untilNextLook(leftAt: number, now: number): number | null {
	const next = observeAfterMs.find((after) => leftAt + after > now);
	return next === undefined ? null : leftAt + next - now;
}
