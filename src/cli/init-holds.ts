import type { Json } from '../core/json.ts';
import { compileLogic } from '../core/language/index.ts';
import { type Task, viewTask } from '../core/task/index.ts';

/** The day on which the document of a task came in, `YYYY-MM-DD`; null when the task does not say. */
export function dayOfArrival(task: Task): string | null {
	const ms = Date.parse(task.createdAt);
	const day = Number.isNaN(ms) ? '' : new Date(ms).toISOString().slice(0, 10);
	return /^\d{4}-/.test(day) ? day : null;
}

/** Whether an expression holds for a task, as of the day on which it came in. An error in it means no. */
export function holds(logic: Json, task: Task, locale: string | null = null): boolean {
	const result = compileLogic(logic, { locale });
	const today = dayOfArrival(task);
	if (!result.ok || today === null) return false;
	return result.compiled.evaluate({ view: viewTask(task), today }).outcome === 'pass';
}

/** The words of an entity id, in lower case: `invoiceDate` and `invoice_date` have the same two. */
export function wordsOf(entity: string): readonly string[] {
	return entity
		.replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
		.toLowerCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => word !== '');
}
