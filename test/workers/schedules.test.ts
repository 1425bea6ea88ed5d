import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { runScheduleIn, type ScheduleOptions } from '../cases/schedule-in.ts';
import { createWorkerWorld, type WorkerWorldOptions } from './worker-world.ts';

// `GREENLANE_SEED` starts elsewhere, `GREENLANE_SCHEDULES` runs fewer or more of them: docs/workers.md tells of 200.
const { GREENLANE_SEED, GREENLANE_SCHEDULES } = env as unknown as Readonly<Record<string, string | undefined>>;
const first = Number(GREENLANE_SEED ?? 1);
const many = Number(GREENLANE_SCHEDULES ?? 40);

async function run(seed: number, over: Partial<WorkerWorldOptions> = {}, options: ScheduleOptions = {}) {
	let deliveries = 0;
	const blind: string[] = [];
	const result = await runScheduleIn(
		async (world) => {
			const made = await createWorkerWorld({ ...world, databaseFaults: { refused: 0.01, lost: 0.01 }, ...over });
			return {
				...made,
				async close() {
					deliveries = made.deliveries();
					blind.push(...made.blind);
					await made.close();
				},
			};
		},
		seed,
		{ tasks: 5, restHours: 6, ...options },
	);
	const again = blind.map((taskId) => `${taskId} was sent twice without a read in between`);
	return { ...result, breaches: [...result.breaches, ...again], deliveries };
}

/** So many in one test. */
const block = 20;

for (let begin = first; begin < first + many; begin += block) {
	const end = Math.min(begin + block, first + many);
	test(`fault schedules from seed ${begin} to ${end - 1} keep every promise on workerd`, async () => {
		let [completed, faults, deaths, deliveries] = [0, 0, 0, 0];
		for (let seed = begin; seed < end; seed += 1) {
			const result = await run(seed);
			expect(result.breaches, `seed ${seed}`).toEqual([]);
			completed += result.completed;
			faults += result.faults;
			deaths += result.deaths;
			deliveries += result.deliveries;
		}
		// The schedules must bite, and must let something through: else they prove nothing.
		const count = end - begin;
		if (count < block) return;
		expect(completed).toBeGreaterThan(count * 0.5);
		expect(faults).toBeGreaterThan(count * 3);
		expect(deaths).toBeGreaterThan(count * 0.3);
		expect(deliveries).toBeGreaterThan(count * 8);
	}, 600_000);
}

test('a Worker that sends again at once after an unknown outcome is caught', async () => {
	let caught = 0;
	for (let seed = first; seed < first + 30 && caught === 0; seed += 1) {
		const result = await run(seed, {
			breakFetch: (fetch) => async (input, init) => {
				const once = async () => await fetch(input, init);
				if (init?.method !== 'POST') return await once();
				const response = await once().catch(() => null);
				return response === null || response.status >= 500 ? await once() : response;
			},
		});
		if (result.breaches.length > 0) caught += 1;
	}
	expect(caught).toBeGreaterThan(0);
}, 300_000);
