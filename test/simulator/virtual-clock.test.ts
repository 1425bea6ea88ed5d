import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../virtual-clock.ts';

describe('the virtual clock', () => {
	it('wakes sleepers in order, those of one moment in the order in which they fell asleep', async () => {
		const clock = createVirtualClock(1_000);
		const woken: string[] = [];
		const sleep = async (name: string, ms: number) => {
			await clock.sleep(ms);
			woken.push(`${name}@${clock.now()}`);
		};
		const sleepers = [sleep('late', 30), sleep('first', 10), sleep('second', 10), sleep('now', 0)];
		await clock.advance(10);
		expect(woken).toEqual(['now@1000', 'first@1010', 'second@1010']);
		expect(clock.now()).toBe(1_010);
		expect(await clock.runUntilIdle()).toBe(20);
		expect(woken.at(-1)).toBe('late@1030');
		await Promise.all(sleepers);
	});

	it('lets what a sleeper does come before later sleepers', async () => {
		const clock = createVirtualClock(0);
		const seen: number[] = [];
		const chain = (async () => {
			await clock.sleep(1);
			await new Response('body').text();
			await clock.sleep(1);
			seen.push(clock.now());
		})();
		const other = clock.sleep(5).then(() => seen.push(clock.now()));
		await clock.advance(5);
		await Promise.all([chain, other]);
		expect(seen).toEqual([2, 5]);
	});

	it('rejects an aborted sleep with the reason, and forgets it', async () => {
		const clock = createVirtualClock(0);
		const giveUp = new AbortController();
		const sleeping = clock.sleep(1_000, giveUp.signal);
		expect(clock.sleeping()).toBe(1);
		giveUp.abort(new Error('enough'));
		await expect(sleeping).rejects.toThrow('enough');
		await expect(clock.sleep(1, giveUp.signal)).rejects.toThrow('enough');
		expect(clock.sleeping()).toBe(0);
		expect(await clock.runUntilIdle()).toBe(0);
	});

	it('stops at the limit when somebody always sleeps', async () => {
		const clock = createVirtualClock(0);
		const stop = new AbortController();
		const forever = (async () => {
			for (;;) await clock.sleep(100, stop.signal);
		})().catch(() => undefined);
		expect(await clock.runUntilIdle(1_050)).toBe(1_050);
		expect(clock.now()).toBe(1_050);
		stop.abort();
		await forever;
	});

	it('keeps its order over many sleepers, some of them aborted', async () => {
		const clock = createVirtualClock(0);
		const woken: number[] = [];
		for (let i = 0; i < 2_000; i += 1) {
			const giveUp = new AbortController();
			clock.sleep((i * 7_919) % 1_000, giveUp.signal).then(
				() => woken.push(clock.now()),
				() => undefined,
			);
			if (i % 3 === 0) giveUp.abort();
		}
		await clock.runUntilIdle();
		expect(woken).toHaveLength(2_000 - 667);
		expect(woken).toEqual(woken.toSorted((a, b) => a - b));
	});
});
