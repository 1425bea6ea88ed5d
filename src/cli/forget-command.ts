import type { CliIo } from './io.ts';
import type { AddCommand } from './simulator-command.ts';

/** Adds `forget`. */
export function addForgetCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	command(
		'forget',
		'Take out of the ledger, for good, what could identify a task; it is never completed after that',
		'forget tsk_1 --project prj_1',
	)
		.argument('<task>', 'id of the task at Send AI')
		.option('--project <id>', 'its project (default: SENDAI_PROJECT_IDS when that is one)')
		.option('--by <name>', 'who asks for it; kept (default: the user of this machine)')
		.option('--db <file>', 'the ledger; that of DATABASE_URL when left out')
		.action(async (task: string, options: { project?: string; by?: string; db?: string; json: boolean }) => {
			const { runForget } = await import('./forget.ts');
			exit(await runForget(task, options, io));
		});
}
