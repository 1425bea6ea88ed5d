import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../src/platform/index.ts';
import type { SendAiClientOptions } from '../../src/sendai/client.ts';
import { type ProbeReport, type ProbeSubject, probe } from '../../src/sendai/index.ts';
import { probeOpening } from '../../src/sendai/probe-opening.ts';
import type { SimulatorOptions } from '../../src/simulator/index.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { clientOf, ref } from './loopback.ts';
import { simulate } from './simulated.ts';
import { wireTask, wireTaskWith } from './wire-samples.ts';

const list = { path: '/v2/{team_id}/project/{project_id}/tasks' };

/** Probes one upload of two tasks in the simulator, an hour after it came. */
async function probeSimulator(
	options: Partial<SimulatorOptions> = {},
	client: Partial<SendAiClientOptions> = {},
	subject: Partial<ProbeSubject> = {},
) {
	const calls: string[] = [];
	const world = simulate(options, {});
	const fetch: Fetch = (input, init) => {
		calls.push(init?.method ?? 'GET');
		return world.simulator.fetch(input, init);
	};
	const sendai = clientOf('https://api.send.ai', { fetch, clock: world.clock, ...client });
	const { taskIds, uploadId } = world.simulator.createUpload({ tasks: [{ kind: 'invoice' }, { kind: 'identity' }] });
	await world.clock.advance(3_600_000);
	const report = probe({ sendai, clock: world.clock }, { projectIds: ['project_1'], taskIds, ...subject });
	await world.clock.runUntilIdle();
	return { report: await report, taskIds, uploadId, calls };
}

describe('an account whose uploads reveal their tasks and that has a list call', () => {
	it('is reported so, by GET alone', async () => {
		const { report, taskIds, uploadId, calls } = await probeSimulator(
			{ list, files: 'nested-task-id' },
			{ taskListPath: list.path },
		);
		expect(report.key).toEqual({ verdict: 'good', remedy: null });
		expect(report.locate).toEqual({ taskIds: 'works', uploadFiles: 'works', listCall: 'works' });
		expect(report.tasks.map(({ taskId, outcome, status }) => [taskId, outcome, status])).toEqual(
			taskIds.map((id) => [id, 'read', 'REVIEWING']),
		);
		expect(report.uploads).toEqual([
			{ uploadId, projectId: 'project_1', outcome: 'read', taskIds, holdsKnownTasks: true },
		]);
		expect(report.lists).toEqual([{ projectId: 'project_1', outcome: 'read', count: 2, holdsKnownTasks: true }]);
		expect(report.stepTypes).toEqual([{ name: 'EXTRACT', count: 2 }]);
		expect(report.statuses).toEqual([{ name: 'REVIEWING', count: 2 }]);
		expect(report.metaNames.length).toBeGreaterThan(0);
		expect(report.entities.map(({ name }) => name)).toContain('total_amount');
		for (const { min, median, max, without, outOfRange } of report.entities) {
			expect([without, outOfRange]).toEqual([0, 0]);
			expect(min).toBeLessThanOrEqual(median ?? -1);
			expect(median).toBeLessThanOrEqual(max ?? -1);
		}
		expect(report.faults).toEqual([]);
		expect(new Set(calls)).toEqual(new Set(['GET']));
	});
});

describe('ways to find tasks that do not work', () => {
	it('files that are empty, and no list call', async () => {
		const { report } = await probeSimulator();
		expect(report.locate).toEqual({ taskIds: 'works', uploadFiles: 'does not work', listCall: 'not tried' });
	});
	it('a key that may read tasks but no uploads is good all the same', async () => {
		const { report } = await probeSimulator({ scopes: ['task.read'] });
		expect(report.key.verdict).toBe('good');
		expect(report.uploads[0]?.outcome).toBe('status-403');
		expect(report.locate.uploadFiles).toBe('does not work');
	});
	it('a list call that does not exist', async () => {
		const { report } = await probeSimulator({}, { taskListPath: list.path });
		expect(report.locate.listCall).toBe('does not work');
		expect(report.lists[0]?.outcome).toBe('not-found');
	});
	it('a list and files that hide the task we know', async () => {
		const fetch: Fetch = async (input) => {
			if (input.includes('/upload/')) return Response.json({ payload: { id: 'upl_1', files: { task_9: {} } } });
			if (input.endsWith('/tasks')) return Response.json({ payload: [{ id: 'task_9' }] });
			return Response.json({ payload: wireTask() });
		};
		const report = await probeWith(fetch, { taskListPath: list.path });
		expect(report.locate).toMatchObject({ uploadFiles: 'does not work', listCall: 'does not work' });
		expect(report.uploads[0]?.holdsKnownTasks).toBe(false);
	});
});

async function probeWith(
	fetch: Fetch,
	over: Partial<SendAiClientOptions> = {},
	subject: Partial<ProbeSubject> = {},
): Promise<ProbeReport> {
	const clock = createVirtualClock(Date.UTC(2026, 10, 1));
	const sendai = clientOf('https://api.send.ai', { fetch, clock, ...over });
	const report = probe({ sendai, clock }, { projectIds: ['project_1'], taskIds: ['task_1'], ...subject });
	await clock.runUntilIdle();
	return report;
}

describe('the key', () => {
	it.each<[string, number, string, RegExp]>([
		['401', 401, 'unknown key', /SENDAI_API_KEY/],
		['403', 403, 'no access', /task\.read/],
		['404', 404, 'nothing found', /SENDAI_PROJECT_IDS/],
		['500', 500, 'unreachable', /SENDAI_BASE_URL/],
	])('answered with %s is told apart, with the remedy', async (_what, status, verdict, remedy) => {
		const { key } = await probeWith(async () => new Response(null, { status }));
		expect(key).toEqual({ verdict, remedy: expect.stringMatching(remedy) });
	});
	it('cannot be judged without anything to read', async () => {
		const report = await probeWith(() => Promise.reject(new Error('called')), {}, { taskIds: [] });
		expect(report.key.verdict).toBe('not tried');
		expect(report.locate).toEqual({ taskIds: 'not tried', uploadFiles: 'not tried', listCall: 'not tried' });
		expect(report.lastOpenedAt.verdict).toBe('cannot tell');
	});
	it('is tried with uploads alone', async () => {
		const fetch: Fetch = async () => Response.json({ payload: { id: 'upl_1', files: { task_7: {} } } });
		const report = await probeWith(fetch, {}, { taskIds: [], uploadIds: ['upl_1'] });
		expect(report.key.verdict).toBe('good');
		expect(report.locate.uploadFiles).toBe('works');
	});
	it('is tried in each project until one has the task', async () => {
		const fetch: Fetch = async (input) =>
			input.includes('/project_2/task/')
				? Response.json(wireTask({ project_id: 'project_2' }))
				: new Response(null, { status: 404 });
		const report = await probeWith(fetch, {}, { projectIds: ['project_1', 'project_2'] });
		expect(report.tasks[0]).toMatchObject({ projectId: 'project_2', outcome: 'read' });
	});
});

describe('last_opened_at', () => {
	it('moves when every GET of the simulator moves it', async () => {
		expect((await probeSimulator({ getOpens: true })).report.lastOpenedAt.verdict).toBe('moves');
	});
	it('does not when none does', async () => {
		expect((await probeSimulator()).report.lastOpenedAt.verdict).toBe('does not');
	});

	const start = Date.UTC(2026, 10, 1);
	const at = (ms: number) => new Date(start + ms).toISOString();
	it.each<[string, (string | null)[], 'moves' | 'does not' | 'cannot tell']>([
		['never opened', [null, null, null], 'does not'],
		['opened long ago', [at(-86_400_000), at(-86_400_000)], 'does not'],
		['follows each read', [at(0), at(2_000), at(4_000)], 'moves'],
		['follows each read, shown by the next', [null, at(0), at(2_000)], 'moves'],
		['follows one read only: a person', [null, at(1_000), at(1_000)], 'cannot tell'],
		['opened just now, and stays', [at(-1_000), at(-1_000)], 'cannot tell'],
		['changes to some other time', [null, at(-3_600_000)], 'cannot tell'],
		['changes to nothing', [at(-86_400_000), null], 'cannot tell'],
		['no time at all', ['yesterday', 'today'], 'cannot tell'],
	])('%s', async (_what, values, verdict) => {
		const clock = createVirtualClock(start);
		let reads = 0;
		const fetch: Fetch = async () => {
			const last_opened_at = values[Math.min(reads, values.length - 1)];
			reads += 1;
			return Response.json(wireTask({ last_opened_at }), { headers: { date: new Date(clock.now()).toUTCString() } });
		};
		const found = probeOpening({ sendai: clientOf('https://api.send.ai', { fetch, clock }), clock }, ref);
		await clock.runUntilIdle();
		expect((await found).verdict).toBe(verdict);
	});

	it('cannot be told without a Date, even when nothing moves', async () => {
		expect((await probeWith(async () => Response.json(wireTask()))).lastOpenedAt.verdict).toBe('cannot tell');
	});
});

it('what is not as documented is counted by its place, and no text of the document is told', async () => {
	const secret = 'NL91ABNA0417164300';
	const task = wireTaskWith({ confidence: secret, content: secret });
	const { pages } = task;
	const report = await probeWith(async () =>
		Response.json({
			...task,
			name: secret,
			meta: [{ name: 'iban', value: secret }],
			pages: [...(pages as unknown[]), ...(pages as unknown[])],
		}),
	);
	expect(report.faults).toEqual([
		{ path: 'pages[].annotations[].confidence', message: 'is text, not a number', count: 2 },
	]);
	expect(report.entities).toEqual([
		{ name: 'total_amount', count: 2, without: 2, outOfRange: 0, min: null, median: null, max: null },
	]);
	expect(report.metaNames).toEqual([{ name: 'iban', count: 1 }]);
	expect(report.otherElements.map(({ name, count, median }) => [name, count, median])).toEqual([
		['checkboxes', 2, 0.97],
		['segments', 2, 0.9],
		['signatures', 2, 0.88],
	]);
	expect(JSON.stringify(report)).not.toContain(secret);
});
