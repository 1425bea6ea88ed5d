import { expect, test } from 'vitest';
import type { SimulatedTask } from '../../src/simulator/index.ts';
import { plainRules } from './one-task.ts';
import { createWorld, projectId } from './world.ts';

interface Shown {
	readonly status: string;
	readonly last_opened_at: string | null;
	readonly pages: unknown;
}

const shown = (task: SimulatedTask) => task.wire as Shown;
/** What stands on the task, confidences aside: a person is certain of whatever they leave. */
const contents = (task: SimulatedTask) =>
	JSON.stringify(shown(task).pages, (key, value: unknown) => (key === 'confidence' ? undefined : value));

test('over a day of reviewers who change, discard or never look, every label is what they did', async () => {
	const world = await createWorld({
		seed: 6,
		rules: plainRules,
		simulator: {
			reviewer: {
				opens: 0.7,
				// Between two looks of ours: an opening within seconds of one is taken for ours, and resolves nothing.
				opensAfter: [360_000, 840_000],
				edits: 0.5,
				editsAfter: [30_000, 60_000],
				coffee: [0, 60_000],
				endings: { completes: 5, discards: 2, leaves: 1 },
				reopens: 0,
			},
		},
	});
	world.simulator.createTasks(60, projectId);
	await world.run(0.1);
	const before = new Map(world.simulator.tasks().map((task) => [task.id, contents(task)]));
	await world.run(24);

	const labels = new Map((await world.ledger.labelsAfter(0, 1_000)).map((one) => [one.taskId, one]));
	const told: Record<string, number> = {};
	for (const task of world.simulator.tasks()) {
		const { status } = shown(task);
		const ours = task.completions.some(({ by }) => by === 'bot');
		const expected =
			ours || status === 'REVIEWING'
				? 'none'
				: status === 'DISCARDED'
					? 'unresolved'
					: contents(task) === before.get(task.id)
						? 'right'
						: 'wrong';
		expect([task.id, labels.get(task.id)?.label ?? 'none']).toEqual([task.id, expected]);
		const kind = ours ? 'completed' : expected;
		told[kind] = (told[kind] ?? 0) + 1;
	}
	// Each of them happened, so that none of it was held by chance.
	for (const kind of ['completed', 'none', 'unresolved', 'right', 'wrong'])
		expect(told[kind] ?? 0, kind).toBeGreaterThan(0);
	await world.close();
});
