import { Hono } from 'hono';
import { type Answer, type Call, type Calls, failure } from './call.ts';

import type { Wire } from './ending.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { SimulatorOptions } from './options.ts';
import { stateAt, type TaskRecord } from './record.ts';
import { renderTask } from './record-completion.ts';
import { listTasks } from './task-list.ts';

/** The calls that Send AI documents, and the task list that it does not. */
export function createEndpoints(
	calls: Calls,
	lifecycle: Lifecycle,
	options: SimulatorOptions,
	now: () => number,
): Hono<{ Bindings: Wire }> {
	const app = new Hono<{ Bindings: Wire }>();
	const project = '/v2/:team_id/project/:project_id';
	const task = `${project}/task/:task_id`;

	/** Runs `work` on the task of the path; a task of another project is as unknown as one that never was. */
	const withTask = (work: (task: TaskRecord, call: Call, body: unknown) => Answer) => (call: Call, body: unknown) => {
		const record = call.taskId === undefined ? undefined : lifecycle.tasks.get(call.taskId);
		if (record === undefined || record.state.project_id !== call.context.req.param('project_id')) {
			return failure(404, 'not_found', 'No such task.');
		}
		return work(record, call, body);
	};
	const show = (record: TaskRecord, extra: object = {}): Answer => ({
		status: 200,
		body: { payload: renderTask(record, record.state), ...extra },
	});
	const moment = (call: Call) => now() - (call.fault?.name === 'stale-read' ? (call.fault.ms ?? 0) : 0);

	app.get(
		task,
		calls.handler(
			'get-task',
			withTask((record, call) => {
				if (options.getOpens === true || call.fault?.name === 'opens') {
					lifecycle.change(record, { last_opened_at: new Date(now()).toISOString() });
				}
				return { status: 200, body: { payload: renderTask(record, stateAt(record, moment(call))) } };
			}),
		),
	);

	app.post(
		`${task}/complete`,
		calls.handler(
			'complete',
			withTask((record, { fault, arrivedAt, found }) => {
				if (record.state.status !== 'REVIEWING') {
					return options.wrongState === undefined || options.wrongState === 'ignore'
						? show(record)
						: failure(options.wrongState, 'wrong_state', `The task is ${record.state.status}.`);
				}
				if (fault?.name === 'validation') return failure(422, 'validation_failed', 'A required field is not valid.');
				if (fault?.name === 'ignored') return show(record);
				const plan = fault?.name === 'fall-back' || fault?.name === 'fail' ? fault.name : 'advance';
				lifecycle.complete(record, 'bot', { at: arrivedAt, found }, plan);
				return show(record, { message: 'Task review completed, processing has started' });
			}),
		),
	);

	app.post(
		`${task}/discard`,
		calls.handler(
			'discard',
			withTask((record) => {
				lifecycle.discard(record);
				return show(record);
			}),
		),
	);

	app.post(
		`${task}/report`,
		calls.handler(
			'report',
			withTask((record, _call, body) =>
				isReport(body) ? show(record) : failure(400, 'bad_request', 'issues must be a list of {label, value}.'),
			),
		),
	);

	app.post(
		`${task}/unlock`,
		calls.handler(
			'unlock',
			withTask((record) =>
				lifecycle.reopen(record) ? show(record) : failure(409, 'not_allowed', 'The task cannot be unlocked.'),
			),
		),
	);

	for (const [kind, wanted] of [
		['approve', true],
		['disapprove', false],
	] as const) {
		app.post(
			`${task}/${kind}`,
			calls.handler(
				kind,
				withTask((record) => {
					if (record.state.status === 'PROCESSING') return failure(409, 'processing', 'The task is processing.');
					if (record.state.approved === wanted) return failure(409, 'no_change', `The task is already ${kind}d.`);
					lifecycle.change(record, { approved: wanted });
					return show(record);
				}),
			),
		);
	}

	app.get(
		`${project}/upload/:upload_id`,
		calls.handler('get-upload', ({ context }) => {
			const upload = lifecycle.uploads.get(context.req.param('upload_id') ?? '');
			return upload === undefined || upload.projectId !== context.req.param('project_id')
				? failure(404, 'not_found', 'No such upload.')
				: { status: 200, body: { payload: lifecycle.showUpload(upload) } };
		}),
	);

	const { list } = options;
	if (list !== undefined) {
		const path = (list.path.split('?')[0] ?? '').replaceAll(/\{(\w+)\}/g, ':$1');
		app.get(
			path,
			calls.handler('list-tasks', (call) => listTasks(call, lifecycle, list, moment(call))),
		);
	}

	// A failing hook is the test's to see, not an answer of Send AI.
	app.onError((error) => {
		throw error;
	});
	app.notFound((context) => context.json(failure(404, 'not_found', 'No such path.').body as object, 404));
	return app;
}

function isReport(body: unknown): boolean {
	if (typeof body !== 'object' || body === null || !('issues' in body) || !Array.isArray(body.issues)) return false;
	return body.issues.every(
		(issue: unknown) =>
			typeof issue === 'object' &&
			issue !== null &&
			'label' in issue &&
			'value' in issue &&
			typeof issue.label === 'string' &&
			typeof issue.value === 'string',
	);
}
