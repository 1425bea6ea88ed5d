import { createHash } from 'node:crypto';
import { worse } from '../evidence/label-of-case.ts';
import { type Label, readExportLine } from '../evidence/labels-file.ts';

/** Takes the labels out of what `greenlane export` wrote, line by line after the first one. */
export interface ExportedLabels {
	/** By task; of several cases of one task the worst. */
	readonly labels: ReadonlyMap<string, Label>;
	/** False when the line is none of an export, or comes after its last one. */
	take(text: string): boolean;
	/** Whether there were labels, and all are what people did to the tasks, none brought from elsewhere. */
	allObserved(): boolean;
	/** Whether it ends as it was written: one that broke off, or that somebody changed, may lack the labels that count. */
	isWhole(): boolean;
}

/** @param first its first line */
export function createExportedLabels(first: string): ExportedLabels {
	const labels = new Map<string, Label>();
	const hash = createHash('sha256').update(`${first}\n`, 'utf8');
	let [cases, imported] = [0, 0];
	let whole: boolean | null = null;
	return {
		labels,
		take(text) {
			const line = readExportLine(text);
			if (line === null || whole !== null) {
				whole = false;
				return false;
			}
			if (line.kind === 'end') {
				whole = line.cases === cases && line.sha256 === hash.digest('hex');
				return true;
			}
			hash.update(`${text}\n`, 'utf8');
			cases += 1;
			if (line.label === null) return true;
			labels.set(line.taskId, worse(line.label, labels.get(line.taskId) ?? null) ?? line.label);
			if (line.source === 'imported') imported += 1;
			return true;
		},
		allObserved: () => labels.size > 0 && imported === 0,
		isWhole: () => whole === true,
	};
}
