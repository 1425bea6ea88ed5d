import type { Element, Task, TaskFault } from '../core/task/index.ts';
import type { Clock } from '../platform/index.ts';
import { probeOpening } from './probe-opening.ts';
import type {
	Counted,
	ProbedConfidences,
	ProbedKey,
	ProbedList,
	ProbedTask,
	ProbedUpload,
	ProbeReport,
	ProbeVerdict,
} from './probe-report.ts';
import type { ReadFailure, SendAi, TaskRead } from './types.ts';

export type { ProbeReport } from './probe-report.ts';

export interface ProbeSubject {
	readonly projectIds: readonly string[];
	readonly taskIds: readonly string[];
	readonly uploadIds?: readonly string[];
}

/**
 * Finds out what an account allows, by GET alone: whether the key is good, how tasks can be located, whether our own
 * reads move `last_opened_at`, and what tasks look like there.
 *
 * @param subject each task and upload is looked for in each of the projects
 */
export async function probe(
	deps: { readonly sendai: Pick<SendAi, 'readTask' | 'readUpload' | 'canList' | 'listTasks'>; readonly clock: Clock },
	subject: ProbeSubject,
): Promise<ProbeReport> {
	const { sendai } = deps;
	const tasks: ProbedTask[] = [];
	const read: Task[] = [];
	const faults: TaskFault[] = [];
	for (const taskId of new Set(subject.taskIds)) {
		const found = await findIn(subject.projectIds, (projectId) => sendai.readTask({ projectId, taskId }));
		const task =
			found.result.kind === 'read' && found.result.reading.kind === 'task' ? found.result.reading.task : null;
		if (found.result.kind === 'read') {
			faults.push(
				...(found.result.reading.kind === 'task' ? found.result.reading.task.faults : found.result.reading.faults),
			);
		}
		if (task !== null) read.push(task);
		tasks.push({
			taskId,
			projectId: found.projectId,
			outcome: outcomeOf(found.result),
			status: task?.status ?? null,
			stepType: task?.stepType ?? null,
			uploadId: task?.uploadId ?? null,
		});
	}

	const uploads = await probeUploads(deps, subject, read);
	const lists = await probeLists(deps, subject, read);
	const [first] = read;
	return {
		key: judgeKey([...tasks, ...uploads, ...lists].map(({ outcome }) => outcome)),
		tasks,
		uploads,
		lists,
		locate: {
			taskIds: verdictOf(tasks, ({ outcome }) => outcome === 'read'),
			uploadFiles: verdictOf(
				uploads,
				({ outcome, taskIds, holdsKnownTasks }) =>
					outcome === 'read' && taskIds.length > 0 && holdsKnownTasks !== false,
			),
			listCall: verdictOf(lists, ({ outcome, holdsKnownTasks }) => outcome === 'read' && holdsKnownTasks !== false),
		},
		lastOpenedAt:
			first === undefined
				? { verdict: 'cannot tell', because: 'no task could be read' }
				: await probeOpening(deps, { projectId: first.projectId, taskId: first.id }),
		stepTypes: countNames(read.map((task) => task.stepType)),
		statuses: countNames(read.map((task) => task.status)),
		metaNames: countNames(read.flatMap((task) => [...new Set(task.meta.map(({ name }) => name))])),
		entities: groupConfidences(
			read.flatMap((task) => task.annotations.map((annotation) => [annotation.entityId, annotation] as const)),
		),
		otherElements: groupConfidences(
			read.flatMap((task) =>
				(['checkboxes', 'segments', 'signatures'] as const).flatMap((kind) =>
					task[kind].map((element) => [kind, element] as const),
				),
			),
		),
		faults: countFaults(faults),
	};
}

type Deps = Parameters<typeof probe>[0];

async function probeUploads({ sendai }: Deps, subject: ProbeSubject, read: readonly Task[]): Promise<ProbedUpload[]> {
	const ofTasks = read.filter(({ uploadId }) => uploadId !== '');
	const uploads: ProbedUpload[] = [];
	for (const uploadId of new Set([...(subject.uploadIds ?? []), ...ofTasks.map((task) => task.uploadId)])) {
		const known = ofTasks.filter((task) => task.uploadId === uploadId);
		const [task] = known;
		const projects = task === undefined ? subject.projectIds : [task.projectId];
		const { projectId, result } = await findIn(projects, (project) => sendai.readUpload(project, uploadId));
		const taskIds = result.kind === 'read' ? result.taskIds : [];
		uploads.push({
			uploadId,
			projectId: projectId ?? '',
			outcome: outcomeOf(result),
			taskIds,
			holdsKnownTasks: known.length === 0 ? null : known.every(({ id }) => taskIds.includes(id)),
		});
	}
	return uploads;
}

async function probeLists({ sendai }: Deps, subject: ProbeSubject, read: readonly Task[]): Promise<ProbedList[]> {
	if (!sendai.canList) return [];
	const lists: ProbedList[] = [];
	for (const projectId of subject.projectIds) {
		const list = await sendai.listTasks(projectId, null);
		const listed = list.kind === 'listed' ? list.tasks.map(({ taskId }) => taskId) : [];
		const known = read.filter((task) => task.projectId === projectId && task.status === 'REVIEWING');
		lists.push({
			projectId,
			outcome: list.kind === 'listed' ? 'read' : outcomeOf(list),
			count: listed.length,
			holdsKnownTasks: known.length === 0 ? null : known.every(({ id }) => listed.includes(id)),
		});
	}
	return lists;
}

type Result = TaskRead | Awaited<ReturnType<SendAi['readUpload']>>;

/** Asks in each project until one has it; else the most telling failure: the last that is not "not found". */
async function findIn<T extends Result>(
	projectIds: readonly string[],
	ask: (projectId: string) => Promise<T>,
): Promise<{ readonly projectId: string | null; readonly result: T | { readonly kind: 'not-found' } }> {
	let result: T | { readonly kind: 'not-found' } = { kind: 'not-found' };
	for (const projectId of projectIds) {
		const answer = await ask(projectId);
		if (answer.kind === 'read') return { projectId, result: answer };
		if (answer.kind !== 'not-found') result = answer;
	}
	return { projectId: null, result };
}

function outcomeOf(
	result: TaskRead | ReadFailure | { readonly kind: 'read' } | { readonly kind: 'malformed' },
): string {
	switch (result.kind) {
		case 'read':
			return 'reading' in result ? (result.reading.kind === 'task' ? 'read' : 'malformed') : 'read';
		case 'denied':
			return `status-${result.status}`;
		case 'unavailable':
			return result.code;
		default:
			return result.kind;
	}
}

function judgeKey(outcomes: readonly string[]): ProbedKey {
	if (outcomes.length === 0) {
		return { verdict: 'not tried', remedy: 'Give the id of a task, which the address of its review screen shows.' };
	}
	if (outcomes.includes('status-401')) {
		return {
			verdict: 'unknown key',
			remedy:
				'Send AI does not know this key: see whether SENDAI_API_KEY was copied whole, and whether it was revoked.',
		};
	}
	// A key may have `task.read` and not `upload.read`, so one good answer says that the key is good.
	if (outcomes.some((outcome) => outcome === 'read' || outcome === 'malformed'))
		return { verdict: 'good', remedy: null };
	if (outcomes.includes('status-403')) {
		return {
			verdict: 'no access',
			remedy:
				'Send AI knows the key and refuses it: give it task.read and upload.read (shown as tasks.view and uploads.view on some pages), task.edit once a rule is live, and see whether it belongs to SENDAI_TEAM_ID.',
		};
	}
	if (outcomes.every((outcome) => outcome === 'not-found')) {
		return {
			verdict: 'nothing found',
			remedy:
				'Nothing was refused and nothing was found: compare SENDAI_TEAM_ID, SENDAI_PROJECT_IDS and the ids given with those in Send AI. A key of another team may see the same.',
		};
	}
	return {
		verdict: 'unreachable',
		remedy: 'Send AI did not answer as it should: see the outcome of each call, SENDAI_BASE_URL and the network.',
	};
}

function verdictOf<T>(tried: readonly T[], works: (one: T) => boolean): ProbeVerdict {
	if (tried.length === 0) return 'not tried';
	return tried.some(works) ? 'works' : 'does not work';
}

/** Most frequent first. */
function countNames(names: readonly string[]): Counted[] {
	const counts = new Map<string, number>();
	for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
	return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
}

function groupConfidences(elements: readonly (readonly [string, Element])[]): ProbedConfidences[] {
	const groups = Map.groupBy(elements, ([name]) => name);
	return [...groups].map(([name, group]) => {
		const numbers = group
			.map(([, { confidence }]) => confidence)
			.filter((confidence) => confidence !== null)
			.sort((a, b) => a - b);
		return {
			name,
			count: group.length,
			without: group.length - numbers.length,
			outOfRange: numbers.filter((number) => number < 0 || number > 1).length,
			min: numbers[0] ?? null,
			median: medianOf(numbers),
			max: numbers.at(-1) ?? null,
		};
	});
}

function medianOf(sorted: readonly number[]): number | null {
	const upper = sorted[Math.floor(sorted.length / 2)];
	const lower = sorted[Math.floor((sorted.length - 1) / 2)];
	return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

function countFaults(faults: readonly TaskFault[]): ProbeReport['faults'] {
	const general = faults.map(({ path, message }) => ({ path: path.replace(/\[\d+\]/g, '[]'), message }));
	return [...Map.groupBy(general, ({ path, message }) => `${path}\n${message}`).values()].flatMap((group) => {
		const [first] = group;
		return first === undefined ? [] : [{ ...first, count: group.length }];
	});
}
