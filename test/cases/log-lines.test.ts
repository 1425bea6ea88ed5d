import { expect, it, onTestFinished } from 'vitest';
import type { LogFields } from '../../src/platform/index.ts';
import { createWorld } from './world.ts';

it('every line of a case that has a decision names the revision of the rules behind it, also long after', async () => {
	const lines: LogFields[] = [];
	const note = (message: string, fields: LogFields = {}) => {
		if (message === 'case') lines.push(fields);
	};
	const world = await createWorld({ seed: 3, log: { info: note, warn: note, error: note } });
	onTestFinished(() => world.close());
	const certain = { kind: 'invoice', language: 'nl', right: true, confidence: 0.985, malformation: 'none' } as const;
	const unattended = { ...certain, unattended: true };
	for (const taskId of world.simulator.createUpload({ tasks: Array.from({ length: 5 }, () => unattended) }).taskIds) {
		world.simulator.injectFault({ fault: 'reset-after-commit', on: 'complete', taskId });
	}
	world.simulator.createUpload({ tasks: [certain, { ...certain, confidence: 0.5 }, {}, {}] });
	// Long enough for the schedules by which what was completed or left is looked after.
	await world.run(72);
	const decided = lines.filter(({ decision_id }) => decision_id !== undefined);
	const count = (state: string) => decided.filter((line) => Object.values(line).includes(state)).length;
	// Completions, of some of which the answer was lost; and what people do is watched.
	expect([count('completing'), count('verifying'), count('completed')]).not.toContain(0);
	expect(count('review')).toBeGreaterThan((await world.ledger.counts()).cases.review);
	for (const line of decided) expect(line).toHaveProperty('revision', world.ruleSet.revision);
});
