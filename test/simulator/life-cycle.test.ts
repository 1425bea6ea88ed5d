import { describe, expect, it } from 'vitest';
import { createBench, KEY, PROJECT, payloadOf, TEAM } from './bench.ts';

describe('the life cycle of a task', () => {
	it('goes from PROCESSING to REVIEWING, by complete to PROCESSING and COMPLETED, and is exported', async () => {
		const { clock, simulator, get, post } = createBench();
		const [taskId = ''] = simulator.createUpload({ tasks: [{ right: true }] }).taskIds;
		expect((await payloadOf(await get(taskId))).status).toBe('PROCESSING');
		await clock.advance(1_000);
		expect((await payloadOf(await get(taskId))).status).toBe('REVIEWING');

		const answer = await post(taskId, 'complete');
		expect(answer.status).toBe(200);
		expect(await answer.json()).toMatchObject({
			payload: { id: taskId, status: 'PROCESSING', step_type: 'EXTRACT', approved: false, exported_at: null },
			message: expect.any(String),
		});
		await clock.advance(500);
		expect(await payloadOf(await get(taskId))).toMatchObject({ status: 'COMPLETED', exported_at: null });
		await clock.advance(5_000);
		expect(await payloadOf(await get(taskId))).toMatchObject({
			status: 'COMPLETED',
			exported_at: '2026-06-01T09:00:06.500Z',
			export_failed_at: null,
		});
	});

	it('carries the Date of the clock', async () => {
		const { get, taskInReview } = createBench();
		const answer = await get(await taskInReview());
		expect(answer.headers.get('date')).toBe('Mon, 01 Jun 2026 09:00:01 GMT');
	});

	it('says export_failed_at when the export fails', async () => {
		const { clock, get, post, taskInReview } = createBench();
		const taskId = await taskInReview({ exportFails: true });
		await post(taskId, 'complete');
		await clock.advance(6_000);
		const task = await payloadOf(await get(taskId));
		expect(task.exported_at).toBeNull();
		expect(task.export_failed_at).toEqual(expect.any(String));
	});

	it('passes the steps of the project in order, each a completion of its own', async () => {
		const { clock, simulator, get, post, taskInReview } = createBench();
		const taskId = await taskInReview({ steps: ['CLASSIFY', 'EXTRACT'] });
		expect(await payloadOf(await post(taskId, 'complete'))).toMatchObject({ step_type: 'CLASSIFY' });
		await clock.advance(500);
		expect(await payloadOf(await get(taskId))).toMatchObject({ status: 'REVIEWING', step_type: 'EXTRACT' });
		await post(taskId, 'complete');
		await clock.advance(500);
		expect(simulator.completions()).toMatchObject([
			{ step: 0, stepType: 'CLASSIFY', visit: 1, outcome: 'advanced' },
			{ step: 1, stepType: 'EXTRACT', visit: 1, outcome: 'completed' },
		]);
		expect(simulator.report().violations.repeated).toEqual([]);
	});

	it.each([
		['new-reading', { ids: 'new' }],
		['same-content', { ids: 'new', content: 'same' }],
		['identical', { ids: 'same', content: 'same' }],
	] as const)('shows %s elements at a second step of the same type', async (nextStepElements, expected) => {
		const { clock, simulator, get, post, taskInReview } = createBench();
		const taskId = await taskInReview({ steps: ['EXTRACT', 'EXTRACT'], nextStepElements, right: true });
		const before = elementsOf(await payloadOf(await get(taskId)));
		await post(taskId, 'complete');
		await clock.advance(500);
		const task = await payloadOf(await get(taskId));
		expect(task).toMatchObject({ status: 'REVIEWING', step_type: 'EXTRACT' });
		const after = elementsOf(task);
		const ids = (list: typeof after) => list.map(({ id }) => id);
		const contents = (list: typeof after) => list.map(({ content, confidence }) => [content, confidence]);
		if (expected.ids === 'new') expect(ids(after)).not.toEqual(ids(before));
		else expect(ids(after)).toEqual(ids(before));
		if ('content' in expected) expect(contents(after)).toEqual(contents(before));
		expect(simulator.task(taskId)).toMatchObject({ step: 1, visit: 1, right: true });
	});

	it.each([
		['ignore', 200],
		[409, 409],
		[422, 422],
	] as const)('answers a completion from another state with %s', async (wrongState, status) => {
		const { simulator, post, taskInReview } = createBench({ wrongState });
		const taskId = await taskInReview();
		await post(taskId, 'complete');
		expect((await post(taskId, 'complete')).status).toBe(status);
		expect(simulator.report().posts).toEqual({ received: 2, effective: 1, withoutEffect: 1 });
		expect(simulator.completions()).toHaveLength(1);
	});

	it('discards only from review, and ignores it otherwise', async () => {
		const { post, taskInReview } = createBench();
		const taskId = await taskInReview();
		expect(await payloadOf(await post(taskId, 'discard'))).toMatchObject({ status: 'DISCARDED' });
		const again = await post(taskId, 'discard');
		expect(again.status).toBe(200);
		expect(await payloadOf(again)).toMatchObject({ status: 'DISCARDED' });
	});

	it('unlocks only while it is not exported and the upload is not fully processed', async () => {
		const { clock, simulator, get, post } = createBench();
		const { taskIds } = simulator.createUpload({ tasks: [{}, {}] });
		const [first = '', second = ''] = taskIds;
		await clock.advance(1_000);
		await post(first, 'complete');
		await clock.advance(500);
		expect((await post(first, 'unlock')).status).toBe(200);
		expect(await payloadOf(await get(first))).toMatchObject({ status: 'REVIEWING' });
		expect(simulator.task(first)).toMatchObject({ visit: 2, reopened: true, shouldPass: false });

		await post(second, 'complete');
		await clock.advance(10_000);
		expect((await post(second, 'unlock')).status).toBe(409);
	});

	it('does not unlock the only task of an upload once it is completed, unless an option says so', async () => {
		for (const unlockProcessedUploads of [false, true]) {
			const { clock, post, taskInReview } = createBench({ unlockProcessedUploads });
			const taskId = await taskInReview();
			await post(taskId, 'complete');
			await clock.advance(500);
			expect((await post(taskId, 'unlock')).status).toBe(unlockProcessedUploads ? 200 : 409);
		}
	});

	it('approves and disapproves by the flag alone', async () => {
		const { simulator, post } = createBench();
		const [fresh = ''] = simulator.createUpload().taskIds;
		expect((await post(fresh, 'approve')).status).toBe(409);
		const bench = createBench();
		const taskId = await bench.taskInReview();
		expect(await payloadOf(await bench.post(taskId, 'approve'))).toMatchObject({ approved: true, status: 'REVIEWING' });
		expect((await bench.post(taskId, 'approve')).status).toBe(409);
		expect(await payloadOf(await bench.post(taskId, 'disapprove'))).toMatchObject({ approved: false });
	});

	it('takes a report of labelled issues and nothing else', async () => {
		const { post, taskInReview } = createBench();
		const taskId = await taskInReview();
		const report = (body: unknown) => post(taskId, 'report', { body: JSON.stringify(body) });
		expect((await report({ issues: [{ label: 'Poor quality', value: 'poor_quality' }] })).status).toBe(200);
		expect((await report({ issues: ['poor_quality'] })).status).toBe(400);
		expect((await post(taskId, 'report', { body: '{' })).status).toBe(400);
	});
});

describe('access', () => {
	it.each([
		['no key', {}, `${TEAM}/project/${PROJECT}`, 401],
		['another key', { authorization: 'Bearer nope' }, `${TEAM}/project/${PROJECT}`, 401],
		['another project', { authorization: `Bearer ${KEY}` }, `${TEAM}/project/other`, 403],
		['another team', { authorization: `Bearer ${KEY}` }, `other/project/${PROJECT}`, 403],
	])('refuses %s', async (_name, headers, place, status) => {
		const { simulator, taskInReview } = createBench();
		const taskId = await taskInReview();
		const answer = await simulator.fetch(`http://send.ai/v2/${place}/task/${taskId}/complete`, {
			method: 'POST',
			headers,
		});
		expect(answer.status).toBe(status);
		expect(await answer.json()).toMatchObject({ error: { code: expect.any(String) } });
		expect(simulator.completions()).toEqual([]);
	});

	it('refuses what the scopes of the key do not hold', async () => {
		const { get, post, taskInReview } = createBench({ scopes: ['task.read'] });
		const taskId = await taskInReview();
		expect((await get(taskId)).status).toBe(200);
		expect((await post(taskId, 'complete')).status).toBe(403);
	});

	it('knows no task of another project, and no path that does not exist', async () => {
		const { simulator, clock, get, call } = createBench({ projects: [{ id: PROJECT }, { id: 'project_2' }] });
		const [taskId = ''] = simulator.createUpload({ projectId: 'project_2' }).taskIds;
		await clock.advance(1_000);
		expect((await get(taskId)).status).toBe(404);
		expect((await get('task_unknown')).status).toBe(404);
		expect((await call('tasks')).status).toBe(404);
	});
});

function elementsOf(task: Record<string, unknown>): { id: string; content: string; confidence: number }[] {
	const pages = task.pages as { annotations: { id: string; content: string; confidence: number }[] }[];
	return pages.flatMap((page) => page.annotations);
}
