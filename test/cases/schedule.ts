import { plainRules } from './one-task.ts';
import { runScheduleIn, type ScheduleOptions, type ScheduleResult } from './schedule-in.ts';
import { createWorld } from './world.ts';

export type { ScheduleOptions, ScheduleResult } from './schedule-in.ts';

/** One seeded schedule on Node, with SQLite in memory. */
export async function runSchedule(seed: number, options: ScheduleOptions = {}): Promise<ScheduleResult> {
	return await runScheduleIn((world) => createWorld({ ...world, rules: plainRules }), seed, options);
}
