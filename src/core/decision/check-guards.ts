import type { Element, Task, TaskReading } from '../task/index.ts';
import type { GuardResult } from './types.ts';

/** Whether a confidence is one: a finite number from 0 to 1. */
export function isConfidence(value: number | null): value is number {
	return value !== null && Number.isFinite(value) && value >= 0 && value <= 1;
}

/** The checks on the task itself, all of them, in the order in which they matter. */
export function checkGuards(reading: TaskReading, projectKnown: boolean): readonly GuardResult[] {
	const known = guard(
		'project-known',
		projectKnown,
		'The project is one that Greenlane works for.',
		'The project is none that Greenlane is configured for.',
	);
	if (reading.kind === 'malformed') {
		const unread = ['in-review', 'not-exported', 'has-elements', 'confidences-valid'].map(
			(id): GuardResult => ({ id, outcome: 'error', sentence: 'Cannot be told: the task could not be read.' }),
		);
		return [
			{ id: 'readable', outcome: 'error', sentence: `The answer of Send AI is no task: ${firstFault(reading.faults)}` },
			known,
			...unread,
		];
	}
	const { task } = reading;
	return [
		guard(
			'readable',
			task.faults.length === 0,
			'The task is as documented.',
			() => `The task is not as documented: ${firstFault(task.faults)}`,
		),
		known,
		guard(
			'in-review',
			task.status === 'REVIEWING',
			'The task is in review.',
			() => `The task is not in review; its status is ${plainWord(task.status)}.`,
		),
		guard(
			'not-exported',
			task.exportedAt === null,
			'The task has not been exported.',
			'The task has been exported already.',
		),
		...checkElements(task),
	];
}

function checkElements(task: Task): readonly GuardResult[] {
	let [count, wrong] = [0, 0];
	let first: Element | null = null;
	for (const elements of [task.annotations, task.checkboxes, task.segments, task.signatures]) {
		count += elements.length;
		for (const element of elements) {
			if (isConfidence(element.confidence)) continue;
			wrong += 1;
			first ??= element;
		}
	}
	return [
		guard(
			'has-elements',
			count > 0,
			`The task has ${count} elements.`,
			'Nothing was read from the document: the task has no elements.',
		),
		guard(
			'confidences-valid',
			first === null,
			'Every element has a confidence from 0 to 1.',
			() => `${wrong} of ${count} elements have no confidence from 0 to 1, the first on page ${first?.page ?? 0}.`,
		),
	];
}

function guard(id: string, passes: boolean, whenPassed: string, whenFailed: string | (() => string)): GuardResult {
	if (passes) return { id, outcome: 'pass', sentence: whenPassed };
	return { id, outcome: 'fail', sentence: typeof whenFailed === 'string' ? whenFailed : whenFailed() };
}

function firstFault(faults: Task['faults']): string {
	const [first] = faults;
	if (first === undefined) return 'it has no known shape.';
	const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
	return `${first.path === '' ? '' : `${first.path}: `}${first.message.replace(/\.$/, '')}${more}.`;
}

/** Statuses are an open set, and sentences are stored: what is no plain word is not repeated. */
function plainWord(text: string): string {
	return /^[A-Z][A-Z0-9_]{0,40}$/.test(text) ? text : 'unknown';
}
