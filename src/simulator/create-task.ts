import type { Random } from '../platform/index.ts';
import { MALFORMATIONS, makeDocument } from './documents/index.ts';
import type { ProjectOptions, SimulatorOptions, TaskSpec } from './options.ts';
import type { TaskOrigin } from './record.ts';
import { pick, randomText } from './seeded-random.ts';

/** Draws what the specification leaves open. The elements are read from the document afterwards. */
export function createTask(
	spec: TaskSpec,
	uploadId: string,
	project: ProjectOptions,
	options: SimulatorOptions,
	now: number,
	random: Random,
): TaskOrigin {
	const { invoices = 0.7, dutch = 0.6, malformed = 0 } = options.documents ?? {};
	// Drawn whether used or not: one task more precisely specified must not change the tasks that follow.
	const drawn = {
		kind: random() < invoices ? 'invoice' : 'identity',
		language: random() < dutch ? 'nl' : 'en',
		malformation: random() < malformed ? pick(random, MALFORMATIONS) : null,
		exportFails: random() < (options.exportFailures ?? 0),
	} as const;
	const id = `${drawPrefix(options, random)}${randomText(random, 16)}`;
	const made = makeDocument(random, spec.kind ?? drawn.kind, spec.language ?? drawn.language, now);
	const source = spec.document ?? made;
	const steps = spec.steps ?? project.steps ?? (['EXTRACT'] as const);
	const malformation: TaskOrigin['malformation'] =
		spec.malformation === 'none' ? null : (spec.malformation ?? drawn.malformation);
	return {
		id,
		source,
		malformation,
		steps,
		nextStepElements: spec.nextStepElements ?? project.nextStepElements ?? 'new-reading',
		exportFails: spec.exportFails ?? drawn.exportFails,
		unattended: spec.unattended ?? false,
		forced: {
			...(spec.right === undefined ? {} : { right: spec.right }),
			...(spec.confidence === undefined ? {} : { confidence: spec.confidence }),
		},
		truth: { annotations: new Map(), checkboxes: new Map(), signatures: 0, missing: [] },
		state: {
			id,
			name: source.name,
			created_at: new Date(now).toISOString(),
			meta: source.meta,
			status: 'PROCESSING',
			step_type: steps[0],
			upload_id: uploadId,
			project_id: project.id,
			approved: false,
			exported_at: null,
			export_failed_at: null,
			last_opened_at: null,
			pages: [],
		},
	};
}

function drawPrefix({ taskIdPrefix = 'task_' }: SimulatorOptions, random: Random): string {
	const drawn = random() < 0.5 ? 'task_' : 'tsk_';
	return taskIdPrefix === 'mixed' ? drawn : taskIdPrefix;
}
