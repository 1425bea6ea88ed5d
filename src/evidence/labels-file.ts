import * as z from 'zod';

export type Label = 'right' | 'wrong' | 'unresolved';

/** One line of a file of labels. */
export interface LabelLine {
	readonly taskId: string;
	readonly label: Label;
}

/** One line of what `greenlane export` wrote, after the first. */
export type ExportLine =
	| {
			readonly kind: 'case';
			readonly taskId: string;
			readonly label: Label | null;
			readonly source: 'observed' | 'imported' | null;
	  }
	| { readonly kind: 'end'; readonly cases: number; readonly sha256: string };

const label = z.enum(['right', 'wrong', 'unresolved']);
const schema = z.object({ task_id: z.string().min(1), label });
const exportStart = z.object({ format: z.literal('greenlane-export'), version: z.literal(1) });
const exportEnd = z.object({ end: z.literal(true), cases: z.int(), sha256: z.string() });
const exportCase = z.object({
	case: z.object({ task_id: z.string().min(1) }),
	label: z.object({ label, source: z.enum(['observed', 'imported']) }).nullable(),
});

/** `{"task_id": "...", "label": "right" | "wrong" | "unresolved"}`; more members may stand there. Null when it is none. */
export function readLabelLine(text: string): LabelLine | null {
	const { data } = schema.safeParse(parse(text));
	return data === undefined ? null : { taskId: data.task_id, label: data.label };
}

/** Whether it is the first line of what `greenlane export` wrote. */
export function beginsExport(text: string): boolean {
	return exportStart.safeParse(parse(text)).success;
}

/** Null when it is no line of an export. */
export function readExportLine(text: string): ExportLine | null {
	const value = parse(text);
	const { data: end } = exportEnd.safeParse(value);
	if (end !== undefined) return { kind: 'end', cases: end.cases, sha256: end.sha256 };
	const { data } = exportCase.safeParse(value);
	if (data === undefined) return null;
	const found = data.label;
	return { kind: 'case', taskId: data.case.task_id, label: found?.label ?? null, source: found?.source ?? null };
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/** One hash of all labels, whatever their order, so that anyone can see that these are the same ones. */
export function digestOfLabels(labels: ReadonlyMap<string, Label>, sha256: (text: string) => string): string {
	const lines = [...labels].map(([taskId, label]) => JSON.stringify([taskId, label])).sort();
	return sha256(lines.join('\n'));
}
