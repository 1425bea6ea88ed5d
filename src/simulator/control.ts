import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { MALFORMATIONS } from './documents/index.ts';
import type { Wire } from './ending.ts';
import { FAULT_NAMES, REQUEST_KINDS } from './fault.ts';
import type { Simulator } from './simulator.ts';

const taskSpec = z.strictObject({
	kind: z.enum(['invoice', 'identity']).optional(),
	language: z.enum(['nl', 'en']).optional(),
	right: z.boolean().optional(),
	confidence: z.number().optional(),
	malformation: z.enum([...MALFORMATIONS, 'none']).optional(),
	steps: z.tuple([z.string()], z.string()).optional(),
	nextStepElements: z.enum(['new-reading', 'same-content', 'identical']).optional(),
	processingMs: z.number().min(0).optional(),
	exportFails: z.boolean().optional(),
	unattended: z.boolean().optional(),
});

const upload = z.strictObject({ projectId: z.string().optional(), tasks: z.array(taskSpec).min(1).optional() });

const tasks = z.strictObject({ count: z.number().int().min(1).max(10_000), projectId: z.string().optional() });

const injection = z.strictObject({
	fault: z.union([
		z.enum(FAULT_NAMES),
		z.strictObject({
			name: z.enum(FAULT_NAMES),
			ms: z.number().min(0).optional(),
			retryAfterSeconds: z.number().min(0).optional(),
			retryAfterForm: z.enum(['seconds', 'date', 'none']).optional(),
		}),
	]),
	on: z.enum([...REQUEST_KINDS, 'any']).optional(),
	taskId: z.string().optional(),
	/** JSON has no infinity: null is "for good". */
	times: z.number().int().min(1).nullable().optional(),
	after: z.number().int().min(0).optional(),
});

const edit = z.strictObject({
	elementId: z.string().optional(),
	entityId: z.string().optional(),
	content: z.string().optional(),
	confidence: z.union([z.number(), z.literal('unchanged')]).optional(),
	checked: z.boolean().optional(),
});

const reopening = z.strictObject({ force: z.boolean().optional() });

/**
 * The routes under `/_simulator/` that steer a simulator from another process. They ask for no key: the server
 * listens on loopback only. The list of them stands in `serve.ts`.
 */
export function addControlRoutes(app: Hono<{ Bindings: Wire }>, simulator: Simulator): void {
	app.get('/_simulator/report', (context) => context.json(simulator.report()));
	app.get('/_simulator/completions', (context) => context.json(simulator.completions()));
	app.get('/_simulator/notifications', (context) => context.json(simulator.notifications()));
	app.get('/_simulator/tasks', (context) => context.json(simulator.tasks()));
	app.get('/_simulator/tasks/:task_id', (context) => {
		const task = simulator.task(context.req.param('task_id'));
		return task === undefined ? context.json({ error: 'no such task' }, 404) : context.json(task);
	});
	app.post('/_simulator/uploads', async (context) => {
		const body = await read(context, upload);
		return body.success ? context.json(simulator.createUpload(body.data), 201) : refuse(context, body.error);
	});
	app.post('/_simulator/tasks', async (context) => {
		const body = await read(context, tasks);
		if (!body.success) return refuse(context, body.error);
		return context.json({ taskIds: simulator.createTasks(body.data.count, body.data.projectId) }, 201);
	});
	app.post('/_simulator/faults', async (context) => {
		const body = await read(context, injection);
		if (!body.success) return refuse(context, body.error);
		simulator.injectFault({
			...body.data,
			times: body.data.times === null ? Number.POSITIVE_INFINITY : body.data.times,
		});
		return context.body(null, 204);
	});
	app.post('/_simulator/calm', (context) => {
		simulator.calm();
		return context.body(null, 204);
	});
	const done = (context: Context, allowed: boolean) =>
		allowed
			? context.body(null, 204)
			: context.json({ error: 'the task is unknown, or its status does not allow it' }, 409);
	const task = '/_simulator/tasks/:task_id';
	app.post(`${task}/open`, (context) => done(context, simulator.open(context.req.param('task_id'))));
	app.post(`${task}/finish-editing`, (context) => done(context, simulator.finishEditing(context.req.param('task_id'))));
	app.post(`${task}/complete`, (context) => done(context, simulator.completeByPerson(context.req.param('task_id'))));
	app.post(`${task}/discard`, (context) => done(context, simulator.discardByPerson(context.req.param('task_id'))));
	app.post(`${task}/edit`, async (context) => {
		const body = await read(context, edit);
		return body.success
			? done(context, simulator.edit(context.req.param('task_id'), body.data))
			: refuse(context, body.error);
	});
	app.post(`${task}/reopen`, async (context) => {
		const body = await read(context, reopening);
		return body.success
			? done(context, simulator.reopen(context.req.param('task_id'), { force: body.data.force ?? false }))
			: refuse(context, body.error);
	});
}

/** An empty body stands for `{}`. */
async function read<T>(context: Context, schema: z.ZodType<T>): Promise<z.ZodSafeParseResult<T>> {
	const text = await context.req.text();
	try {
		return schema.safeParse(text.trim() === '' ? {} : JSON.parse(text));
	} catch {
		return schema.safeParse(undefined);
	}
}

function refuse(context: Context, error: z.ZodError): Response {
	return context.json({ error: 'the body is not as expected', issues: error.issues }, 400);
}
