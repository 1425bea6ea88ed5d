import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/platform/index.ts';
import { deliverByFetch } from '../../src/simulator/deliver-by-fetch.ts';
import { type FaultName, seededRandom } from '../../src/simulator/index.ts';
import { type ServedSimulator, type ServeSimulatorOptions, startSimulator } from '../../src/simulator/serve.ts';
import { KEY, PROJECT, TEAM } from './bench.ts';

const clock: Clock = {
	now: () => Date.now(),
	async sleep(ms, signal) {
		await wait(ms, undefined, signal === undefined ? {} : { signal });
	},
};

let served: ServedSimulator | undefined;

afterEach(async () => {
	await served?.close();
	served = undefined;
});

async function serve(options: Partial<ServeSimulatorOptions> = {}) {
	served = await startSimulator({
		clock,
		random: seededRandom(1),
		teamId: TEAM,
		apiKey: KEY,
		projects: [{ id: PROJECT }],
		delays: { processing: [0, 0], completion: [10, 10], exporting: [10, 10], notification: [0, 0] },
		...options,
	});
	const { url, simulator } = served;
	const [taskId = ''] = simulator.createUpload({ tasks: [{ right: true }] }).taskIds;
	while (simulator.task(taskId)?.status !== 'REVIEWING') await wait(2);
	const task = `${url}/v2/${TEAM}/project/${PROJECT}/task/${taskId}`;
	const call = (address: string, init: RequestInit = {}) =>
		fetch(address, { redirect: 'manual', ...init, headers: { authorization: `Bearer ${KEY}`, connection: 'close' } });
	return {
		url,
		simulator,
		taskId,
		get: () => call(task),
		complete: (init: RequestInit = {}) => call(`${task}/complete`, { method: 'POST', ...init }),
		control: (path: string, body?: unknown) =>
			fetch(`${url}/_simulator/${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
	};
}

const rejection = (promise: Promise<unknown>) =>
	promise.then(
		() => undefined,
		(error: unknown) => error as Error & { cause?: { code?: string } },
	);

describe('over a socket', () => {
	it('answers like Send AI, with the Date of its clock', async () => {
		const { get, complete, simulator } = await serve({
			clock: { ...clock, now: () => Date.parse('2026-06-01T09:00:00Z') },
		});
		const answer = await get();
		expect(answer.headers.get('date')).toBe('Mon, 01 Jun 2026 09:00:00 GMT');
		expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
		expect(await answer.json()).toMatchObject({ payload: { status: 'REVIEWING' } });
		expect(await (await complete()).json()).toMatchObject({ payload: { status: 'PROCESSING' } });
		expect(simulator.completions()).toHaveLength(1);
	});

	it.each([
		['reset-after-commit', 1],
		['reset-before', 0],
		['refused', 0],
	] as const)('%s breaks the connection', async (fault, commits) => {
		const { complete, simulator } = await serve();
		simulator.injectFault({ fault, on: 'complete' });
		const error = await rejection(complete());
		expect(error).toBeInstanceOf(TypeError);
		expect(error?.cause?.code).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
		expect(simulator.completions()).toHaveLength(commits);
	});

	it.each([
		['hang-after-commit', 1],
		['late-commit', 0],
	] as const)('%s is never answered, and the client gives up', async (name, commits) => {
		const { complete, simulator } = await serve();
		simulator.injectFault({ fault: { name, ms: 300 }, on: 'complete' });
		const error = await rejection(complete({ signal: AbortSignal.timeout(150) }));
		expect(error?.name).toBe('TimeoutError');
		expect(simulator.completions()).toHaveLength(commits);
		await wait(300);
		expect(simulator.completions()).toHaveLength(1);
		expect(simulator.report().maxInFlight).toBe(1);
	});

	it('cut-body and stall-body give the status line and half of the JSON', async () => {
		for (const fault of ['cut-body', 'stall-body'] as const satisfies FaultName[]) {
			const { complete, simulator } = await serve();
			simulator.injectFault({ fault, on: 'complete' });
			const answer = await complete({ signal: AbortSignal.timeout(400) });
			expect(answer.status).toBe(200);
			const error = await rejection(answer.text());
			expect(error?.name).toBe(fault === 'cut-body' ? 'TypeError' : 'TimeoutError');
			expect(simulator.completions()).toHaveLength(1);
			await served?.close();
		}
	});

	it('redirects to the same call', async () => {
		const { complete, simulator } = await serve();
		simulator.injectFault({ fault: 'redirect', on: 'complete' });
		const answer = await complete();
		expect(answer.status).toBe(307);
		expect(answer.headers.get('location')).toMatch(/\/complete\?followed=1$/);
		expect(simulator.completions()).toEqual([]);
	});

	it('takes 40 calls at once', async () => {
		const { get, simulator } = await serve({ latencyMs: 20 });
		const answers = await Promise.all(Array.from({ length: 40 }, get));
		expect(answers.every(({ status }) => status === 200)).toBe(true);
		expect(simulator.report().maxInFlight).toBeGreaterThan(20);
	});

	it('closes although calls hang', async () => {
		const { complete, simulator } = await serve();
		simulator.injectFault({ fault: 'hang-after-commit', on: 'complete' });
		const hanging = rejection(complete());
		while (simulator.completions().length === 0) await wait(2);
		await served?.close();
		served = undefined;
		expect(await hanging).toBeInstanceOf(TypeError);
	});

	it('listens on loopback only', async () => {
		await expect(serve({ host: '0.0.0.0' })).rejects.toThrow('loopback only');
	});

	it('sends signed notifications to the bot', async () => {
		const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
		const seen: { headers: IncomingMessage['headers']; body: string }[] = [];
		const bot = createServer((request, response) => {
			let body = '';
			request.on('data', (chunk) => {
				body += String(chunk);
			});
			request.on('end', () => {
				seen.push({ headers: request.headers, body });
				response.writeHead(202).end('{}');
			});
		}).listen(0, '127.0.0.1');
		await new Promise((resolve) => bot.once('listening', resolve));
		const { port } = bot.address() as AddressInfo;
		const { simulator } = await serve({
			deliver: deliverByFetch(fetch, `http://127.0.0.1:${port}/webhooks/send-ai`),
			notifications: { auth: { kind: 'standard-webhooks', secret } },
		});
		while (simulator.report().notifications.accepted === 0) await wait(5);
		const [first] = seen;
		expect(new Webhook(secret).verify(first?.body ?? '', first?.headers as Record<string, string>)).toHaveProperty(
			'upload',
		);
		bot.close();
	});
});

describe('the control routes', () => {
	it('create tasks and tell the truth about them', async () => {
		const { control, simulator } = await serve();
		const made = await control('uploads', {
			tasks: [{ kind: 'identity', language: 'en', right: true, confidence: 0.99 }],
		});
		expect(made.status).toBe(201);
		const { taskIds } = (await made.json()) as { taskIds: string[] };
		const [id = ''] = taskIds;
		expect(await (await control(`tasks/${id}`)).json()).toMatchObject({
			id,
			right: true,
			document: { kind: 'identity' },
		});
		expect((await control('tasks/task_none')).status).toBe(404);
		expect(await (await control('tasks', { count: 3 })).json()).toMatchObject({ taskIds: expect.any(Array) });
		expect(await (await control('report')).json()).toMatchObject({ tasks: 5, uploads: 5 });
		expect(await (await control('tasks')).json()).toHaveLength(simulator.tasks().length);
	});

	it('inject faults and take them back', async () => {
		const { control, get, complete } = await serve();
		expect((await control('faults', { fault: 'forbidden', on: 'complete', times: null })).status).toBe(204);
		expect((await complete()).status).toBe(403);
		expect((await get()).status).toBe(200);
		expect((await control('calm', {})).status).toBe(204);
		expect((await complete()).status).toBe(200);
		expect((await control('faults', { fault: 'no-such-fault' })).status).toBe(400);
		expect((await control('faults', { fault: 'forbidden', whenever: true })).status).toBe(400);
	});

	it('act as a person', async () => {
		const { control, simulator, taskId } = await serve();
		expect((await control(`tasks/${taskId}/open`, {})).status).toBe(204);
		expect((await control(`tasks/${taskId}/edit`, { entityId: 'total_amount', content: '1' })).status).toBe(204);
		expect(simulator.task(taskId)?.halfEdited).toBe(true);
		expect((await control(`tasks/${taskId}/finish-editing`, {})).status).toBe(204);
		expect((await control(`tasks/${taskId}/complete`, {})).status).toBe(204);
		expect((await control(`tasks/${taskId}/discard`, {})).status).toBe(409);
		while (simulator.task(taskId)?.status !== 'COMPLETED') await wait(5);
		expect((await control(`tasks/${taskId}/reopen`, { force: true })).status).toBe(204);
		expect((await control(`tasks/${taskId}/edit`, '{')).status).toBe(400);
		expect(await (await control('completions')).json()).toMatchObject([{ taskId, by: 'person' }]);
		expect(await (await control('notifications')).json()).not.toEqual([]);
	});
});
