import type { Random } from '../platform/index.ts';
import type { ReviewerOptions } from './options.ts';
import { halfTyped, type Person } from './person.ts';
import type { TaskRecord } from './record.ts';
import { drawFrom } from './seeded-random.ts';
import type { Sleeps } from './sleeps.ts';

export interface Reviewer {
	taskEnteredReview(task: TaskRecord): void;
	taskCompleted(task: TaskRecord): void;
	/** From here on nobody opens or reopens anything; who is at work finishes. */
	goHome(): void;
}

/** A seeded person at the review screen, who does the things that race with a bot. */
export function createReviewer(random: Random, person: Person, script: ReviewerOptions, sleeps: Sleeps): Reviewer {
	let atWork = true;

	async function review(task: TaskRecord): Promise<void> {
		await sleeps.sleep(drawFrom(random, script.opensAfter));
		const { generation } = task;
		const gone = () => task.generation !== generation;
		if (!atWork || task.state.status !== 'REVIEWING') return;
		person.open(task);
		const edits = random() < script.edits;
		const elements = task.state.pages.flatMap((page) => page.annotations);
		if (edits) {
			for (const annotation of elements.filter(() => random() < 0.5)) {
				await sleeps.sleep(drawFrom(random, script.editsAfter));
				if (gone()) return;
				const typing = random() < 0.4;
				person.edit(task, {
					elementId: annotation.id,
					content: typing ? halfTyped(annotation.content) : undefined,
					confidence: random() < 0.5 ? 1 : 'unchanged',
				});
			}
			await sleeps.sleep(drawFrom(random, script.coffee));
		} else await sleeps.sleep(drawFrom(random, script.editsAfter));
		if (gone()) return;
		const { completes, discards, leaves } = script.endings;
		const u = random() * (completes + discards + leaves);
		if (u >= completes && u < completes + discards) {
			person.discard(task);
			return;
		}
		if (edits) person.finishEditing(task);
		if (u < completes) {
			person.finishEditing(task);
			person.complete(task);
		}
	}

	async function reopen(task: TaskRecord): Promise<void> {
		await sleeps.sleep(drawFrom(random, script.reopensAfter));
		if (atWork && person.reopen(task)) person.open(task);
	}

	/** Only the sleep that closing the simulator aborts can fail. */
	function run(promise: Promise<void>): void {
		promise.catch(() => undefined);
	}

	return {
		taskEnteredReview(task) {
			const u = random();
			if (atWork && !task.unattended && u < script.opens) run(review(task));
		},
		taskCompleted(task) {
			const u = random();
			if (atWork && !task.unattended && u < script.reopens) run(reopen(task));
		},
		goHome() {
			atWork = false;
		},
	};
}
