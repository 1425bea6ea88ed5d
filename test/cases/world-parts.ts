/** What worlds have in common, whatever they run on. */
import { createHash } from 'node:crypto';
import { decide } from '../../src/core/decision/index.ts';
import type { RuleSet } from '../../src/core/ruleset/types.ts';
import { fingerprintText, type Task } from '../../src/core/task/index.ts';
import type { Digest } from '../../src/platform/index.ts';
import { parseTask } from '../../src/sendai/task-schema.ts';

export const teamId = 'team_1';
export const projectId = 'proj_1';
export const apiKey = 'key-of-the-simulated-account';
export const webhookToken = 'bearer-token-of-the-webhook';
export const listPath = '/v2/{team_id}/project/{project_id}/tasks?status=REVIEWING&upload_id={upload_id}';

export const digest: Digest = { sha256: (text) => createHash('sha256').update(text).digest('hex') };

/** What a completion in the simulator's book looked like to a judge: the independent check of the bot's work. */
export function judgeSnapshot(ruleSet: RuleSet, snapshot: unknown, today: string) {
	const reading = parseTask({ payload: snapshot });
	const fingerprint = reading.kind === 'task' ? digest.sha256(fingerprintText(reading.task)) : '';
	const decision = decide({
		reading,
		ruleSet,
		projectKnown: true,
		today,
		version: 'check',
		fingerprint,
		draw: { u: 1, keyId: 'check' },
		braked: new Set(),
	});
	return { decision, fingerprint, task: reading.kind === 'task' ? (reading.task as Task) : null };
}
