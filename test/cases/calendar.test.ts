import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOf, monthsLater, untilNextDay } from '../../src/cases/calendar.ts';

test.each([
	['2026-03-28T23:30:00Z', 'Europe/Amsterdam', '2026-03-29'],
	['2026-03-28T22:59:59Z', 'Europe/Amsterdam', '2026-03-28'],
	['2026-10-25T21:30:00Z', 'Europe/Amsterdam', '2026-10-25'],
	['2026-10-25T23:30:00Z', 'Europe/Amsterdam', '2026-10-26'],
	['2026-12-31T23:59:59Z', 'UTC', '2026-12-31'],
	['2027-01-01T03:00:00Z', 'America/New_York', '2026-12-31'],
])('%s in %s is %s', (instant, zone, day) => {
	expect(dayOf(Date.parse(instant), zone)).toBe(day);
});

test('the next day begins when it is said to, also where clocks change', () => {
	const zones = ['UTC', 'Europe/Amsterdam', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'];
	fc.assert(
		fc.property(
			fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-12-31') }),
			fc.constantFrom(...zones),
			(instant, zone) => {
				const ms = untilNextDay(instant, zone);
				expect(ms).toBeGreaterThan(0);
				expect(ms).toBeLessThanOrEqual(25 * 3_600_000 + 60_000);
				expect(dayOf(instant + ms, zone) > dayOf(instant, zone)).toBe(true);
				expect(dayOf(instant + ms - 60_000, zone)).toBe(dayOf(instant, zone));
			},
		),
		{ numRuns: 200 },
	);
});

test.each([
	['2026-01-15T08:30:00Z', 6, '2026-07-15T08:30:00.000Z'],
	['2026-08-31T23:59:59Z', 6, '2027-02-28T23:59:59.000Z'],
	['2027-08-31T00:00:00Z', 6, '2028-02-29T00:00:00.000Z'],
	['2026-12-31T12:00:00Z', 2, '2027-02-28T12:00:00.000Z'],
	['2026-03-31T12:00:00Z', 1, '2026-04-30T12:00:00.000Z'],
])('%s and %i months are %s', (from, months, to) => {
	expect(new Date(monthsLater(Date.parse(from), months)).toISOString()).toBe(to);
});
