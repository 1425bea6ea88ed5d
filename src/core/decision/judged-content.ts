import type { Task } from '../task/index.ts';

/** What a decision was made of: all that rules see of a document, and the day on which they saw it. */
export interface JudgedContent {
	readonly task: Task;
	/** `YYYY-MM-DD` */
	readonly today: string;
}

/** Raised when the shape of `Task` changes in a way that a reader of an older text would notice. */
const format = 1;

/** As text, for `readJudgedContent`. */
export function judgedContentText({ task, today }: JudgedContent): string {
	return JSON.stringify({ format, today, task });
}

/** Null: of another format. Trusts the rest, since only `judgedContentText` writes it and what was sealed is not changed. */
export function readJudgedContent(text: string): JudgedContent | null {
	const kept = JSON.parse(text) as JudgedContent & { readonly format: number };
	return kept.format === format ? { task: kept.task, today: kept.today } : null;
}
