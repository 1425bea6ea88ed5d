import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf } from '../../src/cases/calendar.ts';
import { lastMonday } from '../../src/operations/weekly-digest.ts';
import { decision, move, openCase, openIn } from '../ledger/ledger-under-test.ts';
import { createAlertsUnderTest } from './alerts-under-test.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** A Wednesday. */
const begin = Date.parse('2026-06-03T08:00:00Z');
/** Monday, 8 o'clock in Amsterdam. */
const monday = Date.parse('2026-06-08T06:00:00Z');

describe('the weekly digest', () => {
	it('comes once, on Monday at eight, with the counts of the week and what left most tasks to people', async () => {
		const { ledger, desk, news, sent, pass, now, logged } = await createAlertsUnderTest(begin);
		await openIn(ledger, 'completed', 'task-1');
		await openIn(ledger, 'completed', 'task-2');
		await openIn(ledger, 'needs_human', 'task-3');
		await openIn(ledger, 'located', 'task-4');
		const reasons = [{ code: 'rule:invoices:adds-up', sentence: 'The amounts do not add up.' }];
		const left = decision({
			id: 'dec-left',
			outcome: 'review',
			firstReason: reasons[0]?.code ?? '',
			body: { reasons },
		});
		await ledger.recordDecision(await openCase(ledger, 'task-5'), left, move('review'));
		for (const { caseId } of await ledger.unhandled(1)) await ledger.handleCase(caseId, 'alice');

		const [one, two] = [desk(), desk()];
		pass(monday - now() - 1);
		await one.review();
		expect(news()).toEqual([]);
		pass(1);
		await Promise.all([one.review(), two.review()]);
		pass(day);
		await desk().review();
		expect(news()).toEqual(['weekly-digest']);
		expect(sent[0]?.text).toBe(
			'Greenlane: The week to 2026-06-08: 5 received, 2 completed (50.0 % straight through), 2 left to people, 1 needing a person; most often for rule:invoices:adds-up (1).',
		);
		expect(sent[0]?.fields).toEqual({ reason: '2026-06-08', count: 5 });
		expect(logged.find(({ message }) => message.startsWith('The week'))?.level).toBe('info');
		pass(7 * day);
		await one.review();
		expect(news()).toEqual([]);
	});

	it('does not come to a ledger that was begun since, nor days late', async () => {
		const { ledger, desk, news, pass, now } = await createAlertsUnderTest(monday + hour);
		await openIn(ledger, 'completed', 'task-1');
		await desk().review();
		expect(news()).toEqual([]);
		pass(monday + 7 * day + 3 * day + 1 - now());
		await desk().review();
		expect(news()).toEqual([]);
		pass(-2);
		await desk().review();
		expect(news()).toEqual(['weekly-digest']);
	});

	it('is due at eight on Monday by the clock of any time zone', () => {
		const zones = [
			'UTC',
			'Europe/Amsterdam',
			'America/St_Johns',
			'Asia/Kathmandu',
			'Pacific/Kiritimati',
			'Pacific/Niue',
		];
		const instants = fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2035-01-01') });
		fc.assert(
			fc.property(instants, fc.constantFrom(...zones), (at, timeZone) => {
				const found = lastMonday(at, timeZone);
				expect(found.end).toBeLessThanOrEqual(at);
				expect(at - found.end).toBeLessThanOrEqual(7 * day + hour);
				const clock = new Intl.DateTimeFormat('en-GB', {
					timeZone,
					weekday: 'long',
					hour: '2-digit',
					minute: '2-digit',
				});
				expect(clock.format(found.end)).toMatch(/Monday[ ,]+08:00/);
				expect(dayOf(found.end, timeZone)).toBe(found.monday);
			}),
			{ seed: 5, numRuns: 150 },
		);
	});
});
