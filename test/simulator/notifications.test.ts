import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { NotificationOptions } from '../../src/simulator/index.ts';
import { createBench, PROJECT, TEAM } from './bench.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

async function eventsOf(notifications: NotificationOptions, seed = 1, uploads = 1) {
	const bench = createBench({ notifications, seed });
	for (let i = 0; i < uploads; i += 1) bench.simulator.createUpload();
	await bench.clock.advance(2_000_000);
	return { ...bench, bodies: bench.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>) };
}

describe('notifications', () => {
	it('come at upload level, with task null, when all tasks are through, and when the upload is done', async () => {
		const { clock, simulator, received, post } = createBench({ notifications: { spelling: 'dotted' } });
		const { uploadId, taskIds } = simulator.createUpload({ tasks: [{ processingMs: 100 }, { processingMs: 300 }] });
		await clock.advance(400);
		expect(received.map(({ body }) => JSON.parse(body))).toEqual([
			expect.objectContaining({
				id: expect.stringMatching(/^evt_/),
				event: 'upload.in_review',
				event_level: 'UPLOAD',
				team_id: TEAM,
				project_id: PROJECT,
				upload: expect.objectContaining({ id: uploadId, status: 'IN_REVIEW', files: {} }),
				task: null,
			}),
		]);
		for (const taskId of taskIds) await post(taskId, 'complete');
		await clock.advance(600);
		expect(JSON.parse(received.at(-1)?.body ?? '')).toMatchObject({
			event: 'upload.processed',
			upload: { status: 'COMPLETED' },
		});
	});

	it('come for each task at task level, in another shape than the API has', async () => {
		const { clock, simulator, received } = createBench({
			notifications: { level: 'task', spelling: 'prefixed' },
			taskIdPrefix: 'tsk_',
		});
		const { taskIds } = simulator.createUpload({ tasks: [{ kind: 'invoice' }, { kind: 'invoice' }] });
		await clock.advance(1_100);
		const bodies = received.map(({ body }) => JSON.parse(body));
		expect(bodies.map(({ task }) => task.id).sort()).toEqual([...taskIds].sort());
		expect(bodies[0]).toMatchObject({
			event: 'TASK_IN_REVIEW',
			event_level: 'TASK',
			task: {
				id: expect.stringMatching(/^tsk_/),
				document_type: 'invoice',
				extracted_data: { total_amount: expect.any(String) },
			},
		});
	});

	it.each([
		['dotted', 'upload.in_review'],
		['bare', 'IN_REVIEW'],
		['prefixed', 'UPLOAD_IN_REVIEW'],
		['lower', 'upload_in_review'],
	] as const)('are spelled %s', async (spelling, event) => {
		expect((await eventsOf({ spelling })).bodies).toMatchObject([{ event }]);
	});

	it('are spelled all four ways by default, with fields that no page documents', async () => {
		const { bodies } = await eventsOf({}, 1, 40);
		expect(new Set(bodies.map(({ event }) => event)).size).toBe(4);
		expect(bodies[0]).toHaveProperty('schema');
		expect((await eventsOf({ unknownFields: false })).bodies[0]).not.toHaveProperty('schema');
	});

	it('verify with the standardwebhooks library', async () => {
		// The library compares with the real time, so the clock starts there.
		const bench = createBench({
			start: Date.now(),
			notifications: { auth: { kind: 'standard-webhooks', secret: SECRET } },
		});
		await bench.taskInReview();
		const [notification] = bench.received;
		const webhook = new Webhook(SECRET);
		const headers = { ...notification?.headers };
		expect(webhook.verify(notification?.body ?? '', headers)).toMatchObject({ id: headers['webhook-id'] });
		expect(() => webhook.verify(`${notification?.body} `, headers)).toThrow();
		expect(notification?.headers['content-type']).toBe('application/json');
	});

	it('carry a bearer token, or nothing', async () => {
		const { received } = await eventsOf({ auth: { kind: 'bearer', token: 'secret-token' } });
		expect(received[0]?.headers.authorization).toBe('Bearer secret-token');
		expect((await eventsOf({})).received[0]?.headers).not.toHaveProperty('authorization');
	});

	it('arrive twice with one id, out of order, late, or never, by chance', async () => {
		const { received, bodies, simulator } = await eventsOf(
			{ faults: { duplicate: 0.3, reorder: 0.3, delay: 0.2, lose: 0.2 } },
			3,
			60,
		);
		const counts = simulator.report().notifications;
		expect(counts.events).toBe(60);
		for (const name of ['lost', 'duplicated', 'reordered', 'delayed'] as const) expect(counts[name]).toBeGreaterThan(3);
		const ids = bodies.map(({ id }) => id as string);
		const arrived = new Set(ids);
		expect(arrived.size).toBe(60 - counts.lost);
		expect(ids.length).toBe(arrived.size + counts.duplicated);
		const inOrder = simulator
			.notifications()
			.map(({ id }) => id)
			.filter((id) => arrived.has(id));
		expect([...arrived]).not.toEqual(inOrder);
		expect(Math.max(...received.map(({ at }) => at)) - Math.min(...received.map(({ at }) => at))).toBeGreaterThan(
			30_000,
		);
	});

	it('are repeated when the bot refuses them, as often as the option says', async () => {
		const answers = [503, 0, 202];
		const sent: string[] = [];
		const { clock, simulator, taskInReview } = createBench({
			notifications: { retryAfterMs: [1_000, 5_000, 5_000] },
			async deliver({ headers, body }) {
				sent.push(`${JSON.parse(body).id} ${Object.keys(headers).length > 0}`);
				const status = answers[sent.length - 1] ?? 202;
				if (status === 0) throw new TypeError('fetch failed');
				return { status };
			},
		});
		await taskInReview();
		await clock.advance(60_000);
		expect(sent).toHaveLength(3);
		expect(new Set(sent).size).toBe(1);
		expect(simulator.notifications()).toMatchObject([{ statuses: [503, 0, 202], lost: false }]);
		expect(simulator.report().notifications).toMatchObject({ events: 1, attempts: 3, accepted: 1, refused: 2 });
	});

	it('come again when the task is in review again', async () => {
		const { clock, simulator, received, post } = createBench({
			notifications: { spelling: 'bare' },
			unlockProcessedUploads: true,
		});
		const [taskId = ''] = simulator.createUpload().taskIds;
		await clock.advance(1_100);
		await post(taskId, 'complete');
		await clock.advance(600);
		expect(simulator.reopen(taskId)).toBe(true);
		await clock.advance(100);
		expect(received.map(({ body }) => JSON.parse(body).event)).toEqual(['IN_REVIEW', 'PROCESSED', 'IN_REVIEW']);
	});

	it('stop with the simulator', async () => {
		const { clock, simulator, received } = createBench();
		simulator.createUpload();
		simulator.close();
		await clock.runUntilIdle();
		expect(received).toEqual([]);
		expect(clock.sleeping()).toBe(0);
	});
});
