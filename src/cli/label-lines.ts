import { createReadStream } from 'node:fs';
import { beginsExport, type Label, readLabelLine } from '../evidence/labels-file.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { createExportedLabels, type ExportedLabels } from './exported-labels.ts';
import type { CliIo } from './io.ts';
import { readLines } from './read-lines.ts';

/** A case of an export brings all its decisions along. */
const longestLine = 16 * 1024 * 1024;

export interface LabelFile {
	/** By task id. */
	readonly labels: ReadonlyMap<string, Label>;
	/** `reviewers`: of an export, and all are what people did to the tasks. */
	readonly truth: 'labels-file' | 'reviewers';
}

/** Labels by task id, or what is wrong with the file has been said, by its lines. */
export async function readLabels(path: string, io: CliIo): Promise<ReadonlyMap<string, Label> | ExitCode> {
	const read = await readLabelFile(path, io);
	return typeof read === 'number' ? read : read.labels;
}

/** Lines of labels, or what `greenlane export` wrote: like `readLabels`, with how it is known what was wrong. */
export async function readLabelFile(path: string, io: CliIo): Promise<LabelFile | ExitCode> {
	const labels = new Map<string, Label>();
	const wrong: string[] = [];
	let exported: ExportedLabels | null = null;
	let begun = false;
	try {
		for await (const line of readLines(createReadStream(path), longestLine)) {
			const isFirst = !begun;
			begun = true;
			if (isFirst && 'text' in line && beginsExport(line.text)) {
				exported = createExportedLabels(line.text);
				continue;
			}
			if (exported !== null) {
				if (!('text' in line && exported.take(line.text))) wrong.push(`${path}:${line.number} is no line of an export`);
				continue;
			}
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
	if (exported === null && wrong.length === 0) return { labels, truth: 'labels-file' };
	for (const one of wrong.slice(0, 5)) io.complain(one);
	if (exported !== null) {
		if (wrong.length === 0 && exported.isWhole()) {
			return { labels: exported.labels, truth: exported.allObserved() ? 'reviewers' : 'labels-file' };
		}
		io.complain(
			`${path} is not as \`export\` wrote it: it broke off, or was changed. Export anew; for a part of the labels give lines of {"task_id": "...", "label": "..."}.`,
		);
		return exitCodes.failed;
	}
	io.complain(
		`${wrong.length} lines cannot be used; each is {"task_id": "...", "label": "right" | "wrong" | "unresolved"}, once a task.`,
	);
	return exitCodes.failed;
}
