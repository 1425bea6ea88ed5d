import { describe, expect, it } from 'vitest';
import { findSilence } from '../../src/operations/silence.ts';
import { locate } from '../ledger/ledger-under-test.ts';
import { type AlertsUnderTest, createAlertsUnderTest } from './alerts-under-test.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** A Monday. */
const begin = Date.parse('2026-06-01T00:00:00Z');

/** Documents come every half hour of the office hours, from Monday to Friday. */
function officeHours(at: number): boolean {
	const date = new Date(at);
	const weekday = (date.getUTCDay() + 6) % 7;
	return weekday < 5 && date.getUTCHours() >= 8 && date.getUTCHours() < 18;
}

/** Lets time pass half hour by half hour, documents coming when they come. */
async function live(world: AlertsUnderTest, until: number, comes: (at: number) => boolean, burst = 1): Promise<void> {
	while (world.now() < until) {
		if (comes(world.now())) {
			const tasks = Array.from({ length: burst }, (_none, index) => `task-${world.now()}-${index}`);
			await locate(world.ledger, tasks, { id: `evt-${world.now()}` });
		}
		world.pass(hour / 2);
	}
}

async function silent(world: AlertsUnderTest): Promise<boolean> {
	const { at, lastArrivalAt } = await world.ledger.measures();
	return (await findSilence(world.ledger, at, lastArrivalAt)) !== null;
}

describe('a silence', () => {
	it('is longer than usual in office hours, and not at night or over the weekend', async () => {
		const world = await createAlertsUnderTest(begin);
		const wrong: string[] = [];
		await live(world, begin + 14 * day, officeHours);
		// Two weeks are known: every half hour of the third, a weekend included, is as it always was.
		while (world.now() < begin + 21 * day) {
			await live(world, world.now() + hour / 2, officeHours);
			if (await silent(world)) wrong.push(new Date(world.now()).toISOString());
		}
		expect(wrong).toEqual([]);
		// Then nothing comes any more: Monday at two in the afternoon is six hours into the day.
		world.pass(12 * hour);
		expect(await silent(world)).toBe(false);
		world.pass(hour);
		expect(await silent(world)).toBe(true);
		world.pass(30 * day);
		expect(await silent(world)).toBe(false);
	});

	it('is told once, and over when something comes, not because time passes', async () => {
		const world = await createAlertsUnderTest(begin);
		await live(world, begin + 21 * day, officeHours);
		const desk = world.desk();
		await desk.review();
		world.pass(16 * hour);
		await desk.review();
		expect(world.news()).toContain('nothing-received');
		// Nothing compares with this silence by now, and it still is one.
		world.pass(30 * day);
		expect(await silent(world)).toBe(false);
		await desk.review();
		expect(world.news()).not.toContain('resolved: nothing-received');
		await locate(world.ledger, ['task-late'], { id: 'evt-late' });
		await desk.review();
		expect(world.news()).toContain('resolved: nothing-received');
	});

	it('of less than six hours is none, however busy it usually is', async () => {
		const world = await createAlertsUnderTest(begin);
		while (world.now() < begin + 15 * day) {
			await locate(world.ledger, [`task-${world.now()}`], { id: `evt-${world.now()}` });
			world.pass(hour / 4);
		}
		world.pass(5 * hour);
		expect(await silent(world)).toBe(false);
		world.pass(hour);
		expect(await silent(world)).toBe(true);
	});

	it('of a ledger that is young, or that was never told of anything, is nothing', async () => {
		const world = await createAlertsUnderTest(begin);
		world.pass(10 * day);
		expect(await silent(world)).toBe(false);
		await live(world, begin + 20 * day, officeHours);
		// One week alone has gone before.
		world.pass(3 * day);
		expect(await silent(world)).toBe(false);
	});

	it('is not measured by bursts: a thousand documents once a day are one arrival', async () => {
		const world = await createAlertsUnderTest(begin);
		const atNine = (at: number) => new Date(at).getUTCHours() === 9 && new Date(at).getUTCMinutes() === 0;
		await live(world, begin + 21 * day, atNine, 12);
		world.pass(18 * hour);
		expect(await silent(world)).toBe(false);
		world.pass(5 * day);
		expect(await silent(world)).toBe(false);
	});
});
