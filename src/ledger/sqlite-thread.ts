/** The thread in which a ledger's database lives: its flushes to disk keep nobody else waiting. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Batch, Outcome } from './group-commit.ts';
import { openDatabase } from './sqlite-database.ts';

/** Both ways as JSON text: a text is copied whole, where a tree would be cloned leaf by leaf, at three times the cost. */
export interface GroupMessage {
	readonly group: readonly Batch[];
	readonly now: number;
}

export type ThreadAnswer =
	| { readonly kind: 'opened' }
	| { readonly kind: 'refused'; readonly message: string }
	| { readonly kind: 'done'; readonly outcomes: readonly Outcome[] }
	| { readonly kind: 'failed'; readonly message: string }
	| { readonly kind: 'closed' };

const port = parentPort;
if (port === null) throw new Error('This file runs as a thread of the ledger.');
const answer = (message: ThreadAnswer) => port.postMessage(JSON.stringify(message));

const opened = openDatabase((workerData as { readonly path: string }).path);
if (!opened.ok) {
	answer({ kind: 'refused', message: opened.message });
} else {
	const { database } = opened;
	port.on('message', (text: string) => {
		const message = JSON.parse(text) as GroupMessage | 'close';
		try {
			if (message === 'close') {
				database.close();
				answer({ kind: 'closed' });
				port.close();
				return;
			}
			answer({ kind: 'done', outcomes: database.runGroup(message.group, message.now) });
		} catch (error) {
			answer({ kind: 'failed', message: error instanceof Error ? error.message : 'unknown' });
		}
	});
	answer({ kind: 'opened' });
}
