import { describe, expect, it } from 'vitest';
import type { Pruned } from '../../src/ledger/index.ts';
import { keepRetention } from '../../src/operations/retention.ts';
import type { LogFields } from '../../src/platform/index.ts';
import { createVirtualClock } from '../virtual-clock.ts';

const times = { eventsMs: 1, decisionsMs: 2, hashesMs: 3, contentMs: 4 };
const nothing: Pruned = { events: 0, cases: 0, hashes: 0, contents: 0 };

/** Retention over a ledger of which so much is old on the first day, each batch taking at most `most` of it. */
function keep(old: number, fails = 0) {
	const clock = createVirtualClock(0);
	const [calls, lines]: [number[], [string, LogFields | undefined][]] = [[], []];
	let [left, failures] = [old, fails];
	const log = (message: string, fields?: LogFields) => void lines.push([message, fields]);
	const kept = keepRetention({
		ledger: {
			async prune(_times, most) {
				calls.push(clock.now());
				if (failures-- > 0) throw new TypeError('a secret path');
				const events = Math.min(left, most);
				left -= events;
				return { ...nothing, events };
			},
		},
		log: { info: log, warn: log, error: log },
		clock,
		times,
	});
	return { clock, calls, lines, kept, left: () => left };
}

describe('what is old', () => {
	it('goes a minute after the start and once a day, in small batches with a pause after each', async () => {
		const { clock, calls, lines, kept, left } = keep(500);
		await clock.advance(59_000);
		expect(calls).toEqual([]);
		await clock.advance(60_000);
		expect(left()).toBe(0);
		expect(calls).toEqual([60_000, 60_100, 60_200, 60_300]);
		expect(lines).toEqual([['pruned events', { count: 500 }]]);
		await clock.advance(86_400_000);
		expect(calls.slice(4)).toEqual([60_300 + 86_400_000]);
		await kept.stop();
	});

	it('is tried again the next day when the store fails, and nothing of the fault but its kind is told', async () => {
		const { clock, calls, lines, kept, left } = keep(10, 1);
		await clock.advance(61_000);
		expect(lines).toEqual([['pruning failed', { code: 'TypeError' }]]);
		expect(calls).toHaveLength(1);
		await clock.advance(86_400_000);
		expect(left()).toBe(0);
		await kept.stop();
	});

	it('stays where it is once the server stops', async () => {
		const { clock, calls, kept } = keep(100_000);
		await clock.advance(60_150);
		await kept.stop();
		await clock.advance(10 * 86_400_000);
		expect(calls).toHaveLength(2);
	});
});
