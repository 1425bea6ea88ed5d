import type { Clock } from '../platform/index.ts';
import type { BatchResult, Row, SqlStore } from './sql/sql-store.ts';
import type { BoundStatement } from './sql/statements.ts';

export type Batch = readonly BoundStatement[];

/** What became of one batch of a group. Plain data: it travels from a thread. */
export type Outcome =
	| { readonly ok: true; readonly rows: readonly (readonly Row[])[] }
	| { readonly ok: false; readonly message: string };

/** Runs groups one after the other, wherever the database lives. */
export interface GroupRunner {
	/** Rejects when nothing of the group was done, or when nobody can tell. */
	run(group: readonly Batch[], now: number): Promise<readonly Outcome[]>;
	close(): Promise<void>;
}

/** Most batches of one transaction: past that a flush is no longer what takes the time. */
export const mostInGroup = 64;

interface Waiting {
	readonly batch: Batch;
	readonly resolve: (result: BatchResult) => void;
	readonly reject: (reason: Error) => void;
}

/**
 * Batches that arrive together share one transaction and so one flush to disk. There is no timer: what gathers while a
 * group is being committed is the next group, and the first one waits only for the end of the turn in which it came. Each
 * is answered after its commit.
 *
 * @param soon runs something at the end of the turn
 */
export function createGroupCommit(
	runner: GroupRunner,
	clock: Pick<Clock, 'now'>,
	soon: (work: () => void) => void,
): SqlStore {
	const waiting: Waiting[] = [];
	let running: Promise<void> | null = null;
	let scheduled = false;
	let closing: Promise<void> | null = null;

	function schedule(): void {
		if (scheduled || running !== null) return;
		scheduled = true;
		soon(() => {
			scheduled = false;
			void start();
		});
	}

	function start(): Promise<void> {
		running ??= drain().finally(() => {
			running = null;
			// Whoever was answered last may have asked again before this was known to be over.
			if (waiting.length > 0) schedule();
		});
		return running;
	}

	async function drain(): Promise<void> {
		while (waiting.length > 0) {
			const group = waiting.splice(0, mostInGroup);
			// One clock for the group: it runs at once, for the runner is idle.
			// Instants are whole milliseconds in the store, whatever the clock that is handed in.
			const now = Math.floor(clock.now());
			try {
				const outcomes = await runner.run(
					group.map(({ batch }) => batch),
					now,
				);
				for (const [index, { resolve, reject }] of group.entries()) {
					const outcome = outcomes[index];
					if (outcome?.ok === true) resolve(outcome.rows);
					else reject(new Error(`the ledger failed: ${outcome?.message ?? 'no answer'}`));
				}
			} catch (error) {
				const failure = new Error(`the ledger failed: ${error instanceof Error ? error.message : 'unknown'}`);
				for (const { reject } of group) reject(failure);
			}
		}
	}

	return {
		run: (batch) =>
			new Promise((resolve, reject) => {
				if (closing !== null) {
					reject(new Error('the ledger is closed'));
					return;
				}
				waiting.push({ batch, resolve, reject });
				schedule();
			}),
		close() {
			closing ??= (async () => {
				while (running !== null || waiting.length > 0) await start();
				await runner.close();
			})();
			return closing;
		},
	};
}
