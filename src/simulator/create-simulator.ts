import { createCalls } from './call.ts';
import { addControlRoutes } from './control.ts';
import type { Ending, Wire } from './ending.ts';
import { createEndpoints } from './endpoints.ts';
import { createFaults } from './fault.ts';
import { createInProcessFetch } from './in-process-fetch.ts';
import { createLifecycle } from './lifecycle.ts';
import { createNotifier } from './notification.ts';
import { DEFAULT_DELAYS, DEFAULT_REVIEWER, type SimulatorOptions } from './options.ts';
import { createPerson } from './person.ts';
import type { TaskRecord } from './record.ts';
import { renderTask, tellTruth } from './record-completion.ts';
import { findViolations, type SimulatorReport } from './report.ts';
import { createReviewer } from './reviewer.ts';
import { forkRandom } from './seeded-random.ts';
import type { SimulatedTask, Simulator } from './simulator.ts';
import { createSleeps } from './sleeps.ts';

/**
 * Builds a simulator. Everything that it does follows from `options.random`, `options.clock` and the calls made to it.
 *
 * ```ts
 * const simulator = createSimulator({
 * 	clock, random: seededRandom(7), teamId: 'team', apiKey: 'key', projects: [{ id: 'project' }],
 * 	deliver: async ({ headers, body }) => bot.fetch(new Request('http://bot/webhooks/send-ai', { method: 'POST', headers, body })),
 * });
 * simulator.injectFault({ fault: 'hang-after-commit', on: 'complete' });
 * const { taskIds } = simulator.createUpload({ tasks: [{ kind: 'invoice', right: true }] });
 * ```
 */
export function createSimulator(options: SimulatorOptions): Simulator {
	const { clock, random } = options;
	const sleeps = createSleeps(clock);
	// The order of these lines is part of what a seed means.
	const [documentRandom, delayRandom] = [forkRandom(random), forkRandom(random)];
	const [faultRandom, notificationRandom, reviewerRandom] = [
		forkRandom(random),
		forkRandom(random),
		forkRandom(random),
	];
	const delays = { ...DEFAULT_DELAYS, ...options.delays };
	const faults = createFaults(options.faults ?? {}, faultRandom);
	const lifecycle = createLifecycle({
		clock,
		sleeps,
		options,
		delays,
		documentRandom,
		delayRandom,
		notifier: () => notifier,
		onReview: (task) => reviewer?.taskEnteredReview(task),
		onCompleted: (task) => reviewer?.taskCompleted(task),
	});
	const notifier = createNotifier({
		clock,
		random: notificationRandom,
		teamId: options.teamId,
		projectOf: (uploadId) => lifecycle.uploads.get(uploadId)?.projectId ?? '',
		deliver: options.deliver,
		delay: delays.notification,
		sleeps,
		options: options.notifications ?? {},
	});
	const person = createPerson(clock, lifecycle);
	const reviewer =
		options.reviewer === undefined
			? null
			: createReviewer(reviewerRandom, person, { ...DEFAULT_REVIEWER, ...options.reviewer }, sleeps);
	const calls = createCalls({
		clock,
		sleeps,
		options,
		faults,
		observe(taskId) {
			const task = lifecycle.tasks.get(taskId);
			return task === undefined ? null : tellTruth(task);
		},
	});
	const app = createEndpoints(calls, lifecycle, options, () => clock.now());
	let inFlight = 0;
	let maxInFlight = 0;

	/** A call that closing the simulator interrupts ends like one to a server that goes down. */
	async function answer(request: Request, wire: Wire): Promise<Ending> {
		try {
			const response = await app.fetch(request, wire);
			return wire.ending ?? { kind: 'answer', response };
		} catch (error) {
			if (sleeps.closed()) return { kind: 'reset' };
			throw error;
		}
	}

	/** Open from the request until the answer, or, for one that hangs, until the client gives up. */
	async function exchange(request: Request, closed: AbortSignal | undefined): Promise<Ending> {
		inFlight += 1;
		maxInFlight = Math.max(maxInFlight, inFlight);
		let open = true;
		const end = () => {
			if (open) inFlight -= 1;
			open = false;
		};
		closed?.addEventListener('abort', end, { once: true });
		const wire: Wire = {};
		const ending = await answer(request, wire);
		if (ending.kind !== 'hang') {
			closed?.removeEventListener('abort', end);
			end();
		}
		return ending;
	}

	const act = (taskId: string, action: (task: TaskRecord) => boolean): boolean => {
		const task = lifecycle.tasks.get(taskId);
		return task !== undefined && action(task);
	};

	function describe(task: TaskRecord): SimulatedTask {
		return {
			id: task.id,
			uploadId: task.state.upload_id,
			projectId: task.state.project_id,
			...tellTruth(task),
			document: task.source,
			wire: renderTask(task, task.state),
			completions: [...task.completions],
		};
	}

	function report(): SimulatorReport {
		const byStatus: Record<string, number> = {};
		let leftThoughRight = 0;
		for (const task of lifecycle.tasks.values()) {
			const { status } = task.state;
			byStatus[status] = (byStatus[status] ?? 0) + 1;
			if (status === 'REVIEWING' && tellTruth(task).shouldPass) leftThoughRight += 1;
		}
		const completedByBot = lifecycle.completions.filter(({ by }) => by === 'bot').length;
		const received = calls.completePosts();
		return {
			uploads: lifecycle.uploads.size,
			tasks: lifecycle.tasks.size,
			byStatus,
			completedByBot,
			completedByPerson: lifecycle.completions.length - completedByBot,
			violations: findViolations(lifecycle.completions),
			leftThoughRight,
			posts: { received, effective: completedByBot, withoutEffect: received - completedByBot },
			requests: Object.fromEntries(calls.requests),
			maxInFlight,
			faults: Object.fromEntries(faults.counts),
			notifications: notifier.counts(),
		};
	}

	const simulator: Simulator = {
		app,
		fetch: createInProcessFetch(exchange),
		exchange,
		createUpload(spec = {}) {
			const upload = lifecycle.createUpload(spec);
			return { uploadId: upload.id, taskIds: [...upload.taskIds] };
		},
		createTasks(count, projectId) {
			const ids: string[] = [];
			while (ids.length < count) ids.push(...lifecycle.createUpload({ projectId }).taskIds);
			return ids;
		},
		injectFault: (injection) => faults.inject(injection),
		calm() {
			faults.calm();
			reviewer?.goHome();
		},
		onRequest: (hook) => calls.addHook(hook),
		open: (taskId) => act(taskId, person.open),
		edit: (taskId, edit) => act(taskId, (task) => person.edit(task, edit)),
		finishEditing: (taskId) => act(taskId, person.finishEditing),
		completeByPerson: (taskId) => act(taskId, person.complete),
		discardByPerson: (taskId) => act(taskId, person.discard),
		reopen: (taskId, { force = false } = {}) => act(taskId, (task) => person.reopen(task, force)),
		task(taskId) {
			const task = lifecycle.tasks.get(taskId);
			return task === undefined ? undefined : describe(task);
		},
		tasks: () => Array.from(lifecycle.tasks.values(), describe),
		completions: () => lifecycle.completions,
		notifications: () => notifier.records,
		report,
		close: () => sleeps.close(),
	};
	addControlRoutes(app, simulator);
	return simulator;
}
