import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOf } from '../../src/cases/calendar.ts';
import { dayNamed, lastDays } from '../../src/http/calendar-days.ts';
import { localInstant } from '../../src/http/pages/local-instant.ts';

const zones = [
	'UTC',
	'Europe/Amsterdam',
	'America/New_York',
	'Asia/Kathmandu',
	'Australia/Lord_Howe',
	'Pacific/Kiritimati',
	'Pacific/Pago_Pago',
];
const instant = fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2035-01-01') });

test('days follow each other without a gap, and each holds exactly the instants of its name', () => {
	fc.assert(
		fc.property(instant, fc.constantFrom(...zones), (now, zone) => {
			const days = lastDays(now, zone, 4);
			expect(days.at(-1)?.day).toBe(dayOf(now, zone));
			for (const [index, { day, since, until }] of days.entries()) {
				expect(since % 900_000).toBe(0);
				expect([dayOf(since, zone), dayOf(until - 1, zone)]).toEqual([day, day]);
				expect(dayOf(since - 1, zone)).not.toBe(day);
				expect(until).toBe(days[index + 1]?.since ?? until);
				expect(dayNamed(day, zone)).toEqual({ day, since, until });
			}
		}),
		{ seed: 3, numRuns: 60 },
	);
});

test('what is no day has no bounds', () => {
	for (const text of ['2026-02-30', '2026-13-01', 'today', '', '2026-6-1']) expect(dayNamed(text, 'UTC')).toBeNull();
});

test('a wall clock and its instant say the same', () => {
	fc.assert(
		fc.property(instant, fc.constantFrom(...zones), (at, zone) => {
			const minute = Math.floor(at / 60_000) * 60_000;
			const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(
				minute,
			);
			const back = localInstant(parts.replace(' ', 'T'), zone);
			// In the hour that a clock repeats there are two.
			expect([minute, minute - 3_600_000, minute - 1_800_000]).toContain(back);
		}),
		{ seed: 4, numRuns: 200 },
	);
	expect(localInstant('2026-06-01T10:00', 'Europe/Amsterdam')).toBe(Date.parse('2026-06-01T08:00:00Z'));
	for (const text of ['', 'x', '2026-06-01', '2026-06-01T99:00']) expect(localInstant(text, 'UTC')).toBeNull();
});
