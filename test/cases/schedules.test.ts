import { expect, test } from 'vitest';
import type { SendAi } from '../../src/sendai/index.ts';
import { runSchedule, type ScheduleOptions } from './schedule.ts';

// 500 schedules in five tests, so that both workers have some. `GREENLANE_SEED` starts elsewhere, to look further.
const first = Number(process.env.GREENLANE_SEED ?? 1);

for (const block of [0, 1, 2, 3, 4]) {
	test(`100 fault schedules from seed ${first + block * 100} keep every promise`, async () => {
		let completed = 0;
		let faults = 0;
		for (let seed = first + block * 100; seed < first + (block + 1) * 100; seed += 1) {
			const result = await runSchedule(seed);
			expect(result.breaches, `seed ${seed}`).toEqual([]);
			completed += result.completed;
			faults += result.faults;
		}
		// The schedules must bite, and must let something through: else they prove nothing.
		expect(completed).toBeGreaterThan(100);
		expect(faults).toBeGreaterThan(500);
	}, 300_000);
}

/** How many of the first schedules notice that the bot is broken. */
async function countBreaches(
	schedules: number,
	breakSendAi: (sendai: SendAi) => SendAi,
	options: Pick<ScheduleOptions, 'eagerPeople'> = {},
): Promise<number> {
	let caught = 0;
	for (let seed = first; seed < first + schedules; seed += 1) {
		const result = await runSchedule(seed, { ...options, breakSendAi });
		if (result.breaches.length > 0) caught += 1;
	}
	return caught;
}

test('a bot that sends again at once after an unknown outcome is caught', async () => {
	const caught = await countBreaches(60, (sendai) => ({
		...sendai,
		async reserve() {
			const slot = await sendai.reserve();
			return {
				...slot,
				async postComplete(ref, timeoutMs) {
					const answer = await slot.postComplete(ref, timeoutMs);
					if (answer.kind !== 'no-answer' && !(answer.kind === 'answered' && answer.status >= 500)) return answer;
					// The client refuses a second POST on one place: this bot takes another.
					const other = await sendai.reserve();
					try {
						return await other.postComplete(ref, timeoutMs);
					} finally {
						other.release();
					}
				},
			};
		},
	}));
	expect(caught).toBeGreaterThan(0);
}, 120_000);

const skipSecondRead = (sendai: SendAi): SendAi => {
	const reads = new Map<string, Awaited<ReturnType<SendAi['readTask']>>>();
	return {
		...sendai,
		async readTask(ref, signal) {
			const read = await sendai.readTask(ref, signal);
			reads.set(ref.taskId, read);
			return read;
		},
		async reserve() {
			const slot = await sendai.reserve();
			return { ...slot, readTask: async (ref) => reads.get(ref.taskId) ?? (await slot.readTask(ref)) };
		},
	};
};

test('a bot that skips the second read is caught, and the bot as it is keeps its promises among the same people', async () => {
	const eager = { eagerPeople: true };
	expect(await countBreaches(60, skipSecondRead, eager)).toBeGreaterThan(0);
	expect(await countBreaches(60, (sendai) => sendai, eager)).toBe(0);
}, 240_000);
