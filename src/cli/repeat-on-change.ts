import { nodeClock } from '../platform/node.ts';
import { watchChanges } from '../rulesource/watch-changes.ts';
import type { CliIo } from './io.ts';

export interface RepeatOptions {
	readonly dir: string;
	/** Whether what is printed is for programs: then nothing is said about the watching itself. */
	readonly json: boolean;
	/** Ends it; without one, it ends at once. */
	readonly signal: AbortSignal | undefined;
	/** Must not reject. */
	readonly again: () => Promise<void>;
}

/** For `--watch`: does something again after each change of a folder, until the signal. */
export async function repeatOnChange({ dir, json, signal, again }: RepeatOptions, io: CliIo): Promise<void> {
	const watching = await watchChanges({
		dir,
		clock: nodeClock,
		quietMs: 150,
		lookEveryMs: 2_000,
		async onChange() {
			if (!json) io.print('');
			await again();
		},
	});
	if (!json) io.print(io.paint('quiet', `Watching ${dir}; interrupt to end.`));
	await new Promise<void>((resolve) => {
		if (signal === undefined || signal.aborted) resolve();
		else signal.addEventListener('abort', () => resolve(), { once: true });
	});
	await watching.stop();
}
