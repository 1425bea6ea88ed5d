import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../platform/index.ts';
import { createGroupCommit, type GroupRunner, type Outcome } from './group-commit.ts';
import { createSqlLedger } from './sql/create-sql-ledger.ts';
import { openDatabase } from './sqlite-database.ts';
import type { GroupMessage, ThreadAnswer } from './sqlite-thread.ts';
import type { OpenedLedger } from './types.ts';

export interface SqliteOptions {
	/** A file, or `:memory:`. */
	readonly path: string;
	/** The store's clock: instants in the ledger are its, leases end by it. */
	readonly clock: Clock;
	readonly newId: () => string;
	/**
	 * Where the database lives. `thread` (when left out): in one of its own, so that a flush to disk keeps nobody waiting.
	 * `here`: in the caller's, for commands that end soon and for tests under simulated time.
	 */
	readonly mode?: 'thread' | 'here';
	/** A file that is not there is not made. */
	readonly mustExist?: boolean;
}

/** Opens the ledger in a SQLite file: WAL, `synchronous=FULL`, group commit. Never rejects for what a user can mend. */
export async function openSqliteLedger(options: SqliteOptions): Promise<OpenedLedger> {
	const { path, clock, newId, mode = 'thread', mustExist = false } = options;
	if (mustExist && !existsSync(path)) {
		return { ok: false, message: `There is no ledger ${path}; DATABASE_URL says where the server keeps it, or --db.` };
	}
	const opened = mode === 'thread' ? await openInThread(path) : openHere(path);
	if (!opened.ok) return opened;
	// In the caller's thread a turn may be a microtask; under load it is worth waiting for the other requests of a turn.
	const soon = mode === 'thread' ? (work: () => void) => void setImmediate(work) : queueMicrotask;
	return { ok: true, ledger: createSqlLedger(createGroupCommit(opened.runner, clock, soon), newId, sha256) };
}

const sha256 = (text: string) => hash('sha256', text, 'hex');

type OpenedRunner =
	| { readonly ok: true; readonly runner: GroupRunner }
	| { readonly ok: false; readonly message: string };

function openHere(path: string): OpenedRunner {
	const opened = openDatabase(path);
	if (!opened.ok) return opened;
	const { database } = opened;
	return {
		ok: true,
		runner: {
			run: async (group, now) => database.runGroup(group, now),
			close: async () => database.close(),
		},
	};
}

async function openInThread(path: string): Promise<OpenedRunner> {
	const worker = new Worker(new URL('./sqlite-thread.ts', import.meta.url), { workerData: { path } });
	/** The thread has one thing in hand at a time. */
	let answered: { resolve(answer: ThreadAnswer): void; reject(reason: Error): void } | null = null;
	let broken: Error | null = null;
	const fail = (error: Error) => {
		broken ??= error;
		answered?.reject(broken);
		answered = null;
	};
	worker.on('message', (text: string) => {
		answered?.resolve(JSON.parse(text) as ThreadAnswer);
		answered = null;
	});
	worker.on('error', (error) =>
		fail(new Error(`the thread of the ledger broke: ${error instanceof Error ? error.message : 'unknown'}`)),
	);
	worker.on('exit', () => fail(new Error('the thread of the ledger has ended')));
	const next = () =>
		new Promise<ThreadAnswer>((resolve, reject) => {
			if (broken === null) answered = { resolve, reject };
			else reject(broken);
		});
	const ask = (message: GroupMessage | 'close') => {
		const answer = next();
		if (broken === null) worker.postMessage(JSON.stringify(message));
		return answer;
	};

	const first = await next();
	if (first.kind === 'refused') {
		await worker.terminate();
		return { ok: false, message: first.message };
	}
	return {
		ok: true,
		runner: {
			async run(group, now): Promise<readonly Outcome[]> {
				const answer = await ask({ group, now });
				if (answer.kind === 'done') return answer.outcomes;
				throw new Error(answer.kind === 'failed' ? answer.message : 'the thread of the ledger gave no answer');
			},
			async close() {
				// A thread that broke holds nothing any more.
				if (broken !== null) return;
				await ask('close');
				await worker.terminate();
			},
		},
	};
}
