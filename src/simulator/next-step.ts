import type { Random } from '../platform/index.ts';
import { type ExtractionOptions, extractDocument } from './documents/index.ts';
import { changeState, type TaskRecord } from './record.ts';
import { randomText } from './seeded-random.ts';

/** Moves the task to its next step, with the elements that the project's option asks for. It is not yet in review. */
export function enterNextStep(task: TaskRecord, extraction: ExtractionOptions, now: number, random: Random): void {
	task.step += 1;
	task.visit = 0;
	const step_type = task.steps[task.step] ?? task.state.step_type;
	switch (task.nextStepElements) {
		case 'identical':
			changeState(task, now, { step_type });
			return;
		case 'same-content':
			changeState(task, now, { step_type, pages: renameElements(task, random) });
			return;
		case 'new-reading': {
			const { pages, truth } = extractDocument(task.source, { ...extraction, ...task.forced }, random);
			task.truth = truth;
			changeState(task, now, { step_type, pages });
		}
	}
}

/** The same elements under new ids; what is true of each goes with it. */
function renameElements(task: TaskRecord, random: Random): TaskRecord['state']['pages'] {
	const annotations = new Map<string, string>();
	const checkboxes = new Map<string, boolean>();
	const rename = <T extends { readonly id: string }>(element: T): T => {
		const id = `${element.id.slice(0, 4)}${randomText(random, 12)}`;
		const content = task.truth.annotations.get(element.id);
		if (content !== undefined) annotations.set(id, content);
		const checked = task.truth.checkboxes.get(element.id);
		if (checked !== undefined) checkboxes.set(id, checked);
		return { ...element, id };
	};
	const pages = task.state.pages.map((page) => ({
		...page,
		annotations: page.annotations.map(rename),
		checkboxes: page.checkboxes.map(rename),
		segments: page.segments.map(rename),
		signatures: page.signatures.map(rename),
	}));
	task.truth = { ...task.truth, annotations, checkboxes };
	return pages;
}
