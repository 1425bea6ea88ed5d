import type { CliIo } from './io.ts';
import { wholeNumber } from './parse-option.ts';
import type { AddCommand } from './simulator-command.ts';

/** Adds `dev-worker`. */
export function addDevWorkerCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	command('dev-worker', 'The Worker on this machine, with a simulated Send AI and no account', 'dev-worker --once')
		.option('--port <port>', 'port to listen on, 0 for a free one', wholeNumber(0, 65_535), 8788)
		.option('--once', 'stop by itself and print what happened', false)
		.option('--tasks <count>', 'tasks after which --once stops', wholeNumber(1, 200), 10)
		.option('--seed <number>', 'the documents follow from it', wholeNumber(0, 4_294_967_295), 1)
		.action(async (options: { port: number; once: boolean; tasks: number; seed: number; json: boolean }) => {
			const { runDevWorker } = await import('./dev-worker.ts');
			const enough = new AbortController();
			for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => enough.abort());
			exit(await runDevWorker({ ...options, signal: enough.signal }, io));
		});
}
