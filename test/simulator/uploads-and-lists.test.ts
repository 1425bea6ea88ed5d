import { describe, expect, it } from 'vitest';
import { createBench, KEY, payloadOf } from './bench.ts';

describe('uploads', () => {
	it('shows an empty object for files, as every public sample does', async () => {
		const { clock, simulator, call } = createBench();
		const { uploadId } = simulator.createUpload();
		await clock.advance(1_000);
		const upload = await payloadOf(await call(`upload/${uploadId}`));
		expect(upload).toMatchObject({ id: uploadId, status: 'IN_REVIEW', files: {}, folder_id: 'fld_inbox' });
		expect((await call('upload/upl_unknown')).status).toBe(404);
	});

	it.each(['keys', 'values', 'nested-id', 'nested-task-id'] as const)(
		'can hold task ids in files: %s',
		async (files) => {
			const { simulator, call } = createBench({ files });
			const { uploadId, taskIds } = simulator.createUpload({ tasks: [{}, {}] });
			const upload = await payloadOf(await call(`upload/${uploadId}`));
			for (const taskId of taskIds) expect(JSON.stringify(upload.files)).toContain(`"${taskId}"`);
		},
	);

	it('is PROCESSING while a task is, then IN_REVIEW, then COMPLETED', async () => {
		const { clock, simulator, call, post } = createBench();
		const { uploadId, taskIds } = simulator.createUpload({ tasks: [{ processingMs: 100 }, { processingMs: 900 }] });
		const status = async () => (await payloadOf(await call(`upload/${uploadId}`))).status;
		await clock.advance(100);
		expect(await status()).toBe('PROCESSING');
		await clock.advance(800);
		expect(await status()).toBe('IN_REVIEW');
		for (const taskId of taskIds) await post(taskId, 'complete');
		await clock.advance(500);
		expect(await status()).toBe('COMPLETED');
	});
});

describe('the task list', () => {
	const path = '/v2/{team_id}/project/{project_id}/tasks?status=REVIEWING';

	it.each([
		['payload', (body: unknown) => (body as { payload: unknown[] }).payload],
		['items', (body: unknown) => (body as { payload: { items: unknown[] } }).payload.items],
		['tasks', (body: unknown) => (body as { payload: { tasks: unknown[] } }).payload.tasks],
		['bare', (body: unknown) => body as unknown[]],
	] as const)('answers in the envelope %s, filtered', async (envelope, unwrap) => {
		const { clock, simulator, call, post } = createBench({ list: { path, envelope } });
		const { uploadId, taskIds } = simulator.createUpload({ tasks: [{}, {}] });
		simulator.createUpload();
		await clock.advance(1_000);
		await post(taskIds[0] ?? '', 'complete');
		const all = unwrap(await (await call('tasks')).json());
		expect(all).toHaveLength(3);
		const filtered = unwrap(await (await call(`tasks?status=REVIEWING&upload_id=${uploadId}`)).json());
		expect(filtered).toMatchObject([
			{ id: taskIds[1], status: 'REVIEWING', step_type: 'EXTRACT', upload_id: uploadId },
		]);
		expect(filtered[0]).not.toHaveProperty('pages');
	});

	it('follows a cursor to the last page, although tasks leave review meanwhile', async () => {
		const { clock, simulator, call, post } = createBench({ list: { path, pagination: 'cursor', pageSize: 4 } });
		const taskIds = simulator.createTasks(10);
		await clock.advance(1_000);
		const seen: string[] = [];
		let cursor: string | null = '';
		let pages = 0;
		while (cursor !== null) {
			const response = await call(`tasks?status=REVIEWING&cursor=${encodeURIComponent(cursor)}`);
			const answer = (await response.json()) as { payload: { id: string }[]; next_cursor: string | null };
			seen.push(...answer.payload.map(({ id }) => id));
			cursor = answer.next_cursor;
			pages += 1;
			await post(taskIds[0] ?? '', 'complete');
		}
		expect(seen).toEqual(taskIds);
		expect(pages).toBe(3);
		expect((await call('tasks?cursor=nonsense')).status).toBe(400);
	});

	it('follows pages, in the body or in the Link header of a bare array', async () => {
		for (const envelope of ['items', 'bare'] as const) {
			const { clock, simulator, call } = createBench({ list: { path, envelope, pagination: 'page', pageSize: 2 } });
			const taskIds = simulator.createTasks(5);
			await clock.advance(1_000);
			const answer = await call('tasks?page=3');
			const body = (await answer.json()) as {
				payload?: { items: { id: string }[]; page: number; total_pages: number };
			};
			if (envelope === 'items')
				expect(body.payload).toMatchObject({ items: [{ id: taskIds[4] }], page: 3, total_pages: 3 });
			const first = await call('tasks?page=1');
			if (envelope === 'bare') {
				const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
				const second = await simulator.fetch(next, { headers: { authorization: `Bearer ${KEY}` } });
				expect(await second.json()).toMatchObject([{ id: taskIds[2] }, { id: taskIds[3] }]);
				expect(answer.headers.get('link')).toBeNull();
			}
		}
	});
});
