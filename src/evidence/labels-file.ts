import * as z from 'zod';

export type Label = 'right' | 'wrong' | 'unresolved';

/** One line of a file of labels. */
export interface LabelLine {
	readonly taskId: string;
	readonly label: Label;
}

const schema = z.object({ task_id: z.string().min(1), label: z.enum(['right', 'wrong', 'unresolved']) });

/** `{"task_id": "...", "label": "right" | "wrong" | "unresolved"}`; more members may stand there. Null when it is none. */
export function readLabelLine(text: string): LabelLine | null {
	try {
		const { data } = schema.safeParse(JSON.parse(text));
		return data === undefined ? null : { taskId: data.task_id, label: data.label };
	} catch {
		return null;
	}
}

/** One hash of all labels, whatever their order, so that anyone can see that these are the same ones. */
export function digestOfLabels(labels: ReadonlyMap<string, Label>, sha256: (text: string) => string): string {
	const lines = [...labels].map(([taskId, label]) => JSON.stringify([taskId, label])).sort();
	return sha256(lines.join('\n'));
}
