import { fileURLToPath } from 'node:url';
import type { CaseRecord } from '../../src/ledger/index.ts';
import type { TaskSpec } from '../../src/simulator/index.ts';
import { createWorld, projectId, type World, type WorldOptions } from './world.ts';

/** Rules that pass every certain Dutch invoice that adds up, and hold none back for audit. */
export const plainRules = fileURLToPath(new URL('../fixtures/rules', import.meta.url));

/** A task that those rules pass. */
export const certainInvoice: TaskSpec = {
	kind: 'invoice',
	language: 'nl',
	right: true,
	confidence: 0.99,
	malformation: 'none',
	unattended: true,
	exportFails: false,
};

export interface OneTask {
	readonly world: World;
	readonly taskId: string;
	/** The task's visits as the ledger has them, oldest first. */
	cases(): Promise<readonly CaseRecord[]>;
	/** State and reason of the last visit, like `completed by-us`. */
	end(): Promise<string>;
	/** Calls of `complete` that reached Send AI. */
	posts(): number;
	/** Completions that took effect, by the bot. */
	completions(): number;
}

/** A world with exactly one task, whose delays are short and the same every time. */
export async function createOneTask(
	options: Partial<WorldOptions> = {},
	spec: Partial<TaskSpec> = {},
): Promise<OneTask> {
	const { simulator, ...rest } = options;
	const world = await createWorld({
		seed: 1,
		rules: plainRules,
		...rest,
		simulator: {
			latencyMs: 20,
			delays: { processing: [500, 500], completion: [800, 800], exporting: [3_000, 3_000], notification: [50, 50] },
			...simulator,
		},
	});
	const { taskIds } = world.simulator.createUpload({ tasks: [{ ...certainInvoice, ...spec }] });
	const taskId = taskIds[0] ?? '';
	const cases = () => world.ledger.casesOfTask(projectId, taskId);
	return {
		world,
		taskId,
		cases,
		async end() {
			const last = (await cases()).at(-1);
			return last === undefined ? 'no case' : `${last.state} ${last.reason ?? ''}`.trim();
		},
		posts: () => world.simulator.report().posts.received,
		completions: () => world.simulator.report().completedByBot,
	};
}
