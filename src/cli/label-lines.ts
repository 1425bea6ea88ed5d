import { createReadStream } from 'node:fs';
import { type Label, readLabelLine } from '../evidence/labels-file.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { readLines } from './read-lines.ts';

const longestLine = 64 * 1024;

/** Labels by task id, or what is wrong with the file has been said, by its lines. */
export async function readLabels(path: string, io: CliIo): Promise<ReadonlyMap<string, Label> | ExitCode> {
	const labels = new Map<string, Label>();
	const wrong: string[] = [];
	try {
		for await (const line of readLines(createReadStream(path), longestLine)) {
			const read = 'text' in line ? readLabelLine(line.text) : null;
			if (read === null) wrong.push(`${path}:${line.number} holds no label`);
			else if ((labels.get(read.taskId) ?? read.label) !== read.label) {
				wrong.push(`${path}:${line.number} contradicts an earlier label of ${read.taskId}`);
			} else labels.set(read.taskId, read.label);
		}
	} catch {
		io.complain(`${path} cannot be read.`);
		return exitCodes.couldNotRun;
	}
	if (wrong.length === 0) return labels;
	for (const one of wrong.slice(0, 5)) io.complain(one);
	io.complain(
		`${wrong.length} lines cannot be used; each is {"task_id": "...", "label": "right" | "wrong" | "unresolved"}, once a task.`,
	);
	return exitCodes.failed;
}
