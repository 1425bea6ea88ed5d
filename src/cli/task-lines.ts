import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Task } from '../core/task/index.ts';
import { nodeClock } from '../platform/node.ts';
import { parseTask } from '../sendai/task-schema.ts';
import type { CliIo } from './io.ts';
import { createProgress } from './progress.ts';
import { readLines } from './read-lines.ts';

/** A task with 5,000 elements has some megabytes. */
const longestLine = 16 * 1024 * 1024;

export interface TaskLines {
	readonly tasks: number;
	/** Lines that hold no task; up to five of their numbers. */
	readonly unreadable: { readonly count: number; readonly lines: readonly number[] };
}

/**
 * Hands every task of a file on, one after the other, as in review whatever became of it since; null when the file cannot
 * be read. `-` is standard input.
 */
export async function forEachTask(path: string, io: CliIo, take: (task: Task) => void): Promise<TaskLines | null> {
	let [bytes, tasks, unreadable] = [0, 0, 0];
	const lines: number[] = [];
	try {
		const size = path === '-' ? null : (await stat(path)).size;
		const progress = createProgress(io, nodeClock, size);
		const source = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 1 << 20 });
		for await (const line of readLines(source, longestLine, (count) => (bytes += count))) {
			const reading = 'text' in line ? parseTask(parseJson(line.text)) : null;
			if (reading?.kind !== 'task') {
				unreadable += 1;
				if (lines.length < 5) lines.push(line.number);
				continue;
			}
			tasks += 1;
			take({ ...reading.task, status: 'REVIEWING', exportedAt: null });
			progress.show(bytes, `${tasks} tasks`);
		}
		progress.end();
	} catch {
		return null;
	}
	return { tasks, unreadable: { count: unreadable, lines } };
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
