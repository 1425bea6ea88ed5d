import { userInfo } from 'node:os';
import type { Forgetting } from '../ledger/index.ts';
import { validId } from '../sendai/valid-id.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { openLedger } from './open-ledger.ts';

export interface ForgetOptions {
	readonly project?: string;
	readonly by?: string;
	readonly db?: string;
	readonly json: boolean;
}

/**
 * `greenlane forget`: 0 when the task is forgotten, also when it was before; 1 when it is open still, or not known; 2
 * when it is not said which project; 3 when the ledger cannot be written.
 */
export async function runForget(taskId: string, options: ForgetOptions, io: CliIo): Promise<ExitCode> {
	const listed = (io.environment().SENDAI_PROJECT_IDS ?? '').split(',').map((id) => id.trim());
	const projectId = options.project ?? (listed.length === 1 ? listed[0] : undefined);
	if (projectId === undefined || !validId(projectId)) {
		io.complain('Say with --project in which project the task is.');
		return exitCodes.wrongUsage;
	}
	if (!validId(taskId)) {
		io.complain('That is no id of a task.');
		return exitCodes.wrongUsage;
	}
	const ledger = await openLedger(options.db, io);
	if (typeof ledger === 'number') return ledger;
	try {
		const result = await ledger.forget(projectId, taskId, options.by ?? userInfo().username);
		if (options.json) io.print(JSON.stringify(result, null, '\t'));
		else if (result.kind === 'forgotten' || result.kind === 'already-forgotten') io.print(sentenceOf(result));
		else io.complain(sentenceOf(result));
		return result.kind === 'forgotten' || result.kind === 'already-forgotten' ? exitCodes.good : exitCodes.failed;
	} catch {
		io.complain('The ledger could not be written; nothing was forgotten. Run it again.');
		return exitCodes.couldNotRun;
	} finally {
		await ledger.close();
	}
}

function sentenceOf(result: Forgetting): string {
	switch (result.kind) {
		case 'forgotten':
			return `Forgotten: ${result.cases} cases, ${result.decisions} decisions, ${result.events} events. What is left says that a task was there, and how it ended.`;
		case 'already-forgotten':
			return 'It was forgotten before.';
		case 'unknown-task':
			return 'The ledger has no such task in that project.';
		case 'open':
			return result.caseId === null
				? 'An event that names the task is not worked off yet. Run it again in a moment.'
				: `The task is open still (case ${result.caseId}). It ends once it is done at Send AI, or no longer there; run it again then.`;
	}
}
