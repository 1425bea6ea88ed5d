/** `test/slow/months.ts` on workerd, by `GREENLANE_MONTHS=1`: a month takes minutes. */
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { makeStatement } from '../../src/evidence/statement.ts';
import { seededRandom } from '../../src/simulator/index.ts';
import { createWorkerWorld, type WorkerWorld } from './worker-world.ts';

const wanted = (env as unknown as Readonly<Record<string, string | undefined>>).GREENLANE_MONTHS !== undefined;
const dayMs = 86_400_000;

async function simulate(
	seed: number,
	days: number,
	perDay: number,
	wrongShare: (day: number) => number,
): Promise<WorkerWorld> {
	const random = seededRandom(seed);
	const world = await createWorkerWorld({
		seed,
		ruleSettings: { auditShare: 0.3, auditRamp: 5, promise: { maxError: 0.02, certainty: 0.95 } },
		simulator: {
			reviewer: {
				...{ opens: 0.9, opensAfter: [400_000, 4 * 3_600_000], edits: 1, editsAfter: [5_000, 30_000] },
				...{ coffee: [0, 120_000], endings: { completes: 18, discards: 1, leaves: 1 }, reopens: 0 },
				reopensAfter: [0, 0],
			},
			notifications: {
				auth: { kind: 'bearer', token: 'bearer-token-of-the-webhook' },
				level: 'task',
				retryAfterMs: [5_000, 60_000, 300_000],
			},
		},
	});
	for (let day = 0; day < days; day += 1) {
		for (let made = 0; made < perDay; made += 1) {
			const right = random() >= wrongShare(day);
			world.simulator.createUpload({
				tasks: [{ kind: 'invoice', language: 'nl', right, malformation: 'none', confidence: 0.98 }],
			});
			await world.clock.advance((0.4 * dayMs) / perDay);
		}
		await world.clock.advance(0.6 * dayMs);
	}
	return world;
}

test.runIf(wanted)(
	'the bound of a month covers what was truly wrong of what the Worker completed',
	async () => {
		const world = await simulate(11, 21, 6, () => 0.1);
		await world.run(24);
		const { total } = makeStatement(await world.ledger.passedBetween(0, world.clock.now() + 900_000), 0.9);
		const byBot = world.simulator.completions().filter(({ by }) => by === 'bot');
		const wrong = byBot.filter(({ right }) => !right).length;
		console.log(JSON.stringify({ completed: byBot.length, wrong, total }));
		expect(total.completed).toBe(byBot.length);
		expect(byBot.length).toBeGreaterThan(40);
		expect(total.bound.outcome === 'bound' ? total.bound.wrong : -1).toBeGreaterThanOrEqual(wrong);
		await world.close();
	},
	1_200_000,
);

test.runIf(wanted)(
	'when the model gets worse the brake trips, and the Worker completes nothing more',
	async () => {
		const world = await simulate(12, 40, 6, (day) => (day < 14 ? 0 : 0.9));
		const [brake] = await world.ledger.brakesSet();
		const after = world.simulator.completions().filter(({ by, at }) => by === 'bot' && at > (brake?.at ?? 0) + 10_000);
		const labels = await world.ledger.labelsAfter(0, 1_000, { audited: true });
		console.log(JSON.stringify({ tripped: brake?.at, labels: labels.length, after: after.length }));
		expect(brake?.by).toBe('brake');
		expect(after).toEqual([]);
		await world.close();
	},
	1_200_000,
);
