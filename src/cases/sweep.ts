import { foldAll } from './fold-audits.ts';
import { closeReadGate, passReadGate } from './read-case.ts';
import type { CaseDeps } from './types.ts';

/**
 * What is looked after now and then. Folds audit labels into brakes where nobody has. Asks the list call, where one is
 * configured, for tasks in review that no event told us of, and opens cases for them: repairs lost notifications. What is
 * due, or was dropped by a crash, needs no sweep: the ledger's due times bring it back.
 *
 * @returns how many cases were opened
 */
export async function sweep(deps: CaseDeps): Promise<{ readonly found: number }> {
	const { sendai, ledger, settings, log } = deps;
	await foldAll(deps);
	if (!sendai.canList || settings.projects === null) return { found: 0 };
	let found = 0;
	for (const projectId of settings.projects) {
		if ((await passReadGate(deps, projectId)) === 'closed') continue;
		const list = await sendai.listTasks(projectId, null);
		if (list.kind === 'denied') await closeReadGate(deps, projectId, list.status);
		if (list.kind !== 'listed') {
			log.warn('list of tasks in review not available', { project_id: projectId, reason: list.kind });
			continue;
		}
		const tasks = list.tasks.map(({ taskId, stepType }) => ({ projectId, taskId, stepType: stepType ?? '' }));
		const opened = await ledger.openUnknown(settings.teamId, tasks, null);
		if (opened > 0) log.info('tasks found by the list call', { project_id: projectId, count: opened });
		found += opened;
	}
	return { found };
}
