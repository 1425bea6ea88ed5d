import { describe, expect, it } from 'vitest';
import { FAULT_NAMES, type FaultName, ROUGH_FAULTS } from '../../src/simulator/index.ts';
import { type Bench, createBench, outcomeOf, payloadOf } from './bench.ts';

/** POSTs complete with a timeout of the client, under the virtual clock. */
async function completeWithin(bench: Bench, taskId: string, timeoutMs = 30_000): Promise<Response | Error> {
	const giveUp = new AbortController();
	const outcome = outcomeOf(bench.post(taskId, 'complete', { signal: giveUp.signal, redirect: 'manual' }));
	const timer = bench.clock.sleep(timeoutMs).then(() => giveUp.abort(new DOMException('timed out', 'TimeoutError')));
	await bench.clock.advance(timeoutMs);
	await timer;
	return outcome;
}

async function struck(fault: FaultName, ms?: number): Promise<Bench & { taskId: string; answer: Response | Error }> {
	const bench = createBench();
	const taskId = await bench.taskInReview({ right: true });
	bench.simulator.injectFault({ fault: ms === undefined ? fault : { name: fault, ms }, on: 'complete', taskId });
	return { ...bench, taskId, answer: await completeWithin(bench, taskId) };
}

const causeCode = (answer: Response | Error) =>
	answer instanceof TypeError ? (answer.cause as { code: string }).code : undefined;

describe('faults of a completion, in process', () => {
	it.each([
		['refused', 'ECONNREFUSED', 0, 0],
		['reset-before', 'ECONNRESET', 0, 0],
		['reset-after-commit', 'ECONNRESET', 1, 1],
	] as const)('%s rejects like undici with the cause %s', async (fault, code, commits, posts) => {
		const { simulator, answer } = await struck(fault);
		expect(answer).toBeInstanceOf(TypeError);
		expect((answer as Error).message).toBe('fetch failed');
		expect(causeCode(answer)).toBe(code);
		expect(simulator.completions()).toHaveLength(commits);
		expect(simulator.report().posts.received).toBe(posts);
		expect(simulator.report().faults).toEqual({ [fault]: 1 });
	});

	it('hang-after-commit commits at once and answers never', async () => {
		const { simulator, answer } = await struck('hang-after-commit');
		expect(answer).toMatchObject({ name: 'TimeoutError' });
		expect(simulator.completions()).toMatchObject([{ by: 'bot', afterMs: 0 }]);
	});

	it('late-commit commits when the client has long gone', async () => {
		const { simulator, clock, taskId, answer } = await struck('late-commit', 45_000);
		expect(answer).toMatchObject({ name: 'TimeoutError' });
		expect(simulator.completions()).toHaveLength(0);
		expect(simulator.task(taskId)?.status).toBe('REVIEWING');
		await clock.advance(15_000);
		expect(simulator.completions()).toMatchObject([{ taskId, afterMs: 45_000 }]);
	});

	it('late-commit may strike a step or a visit that it was not aimed at, and the report tells', async () => {
		const { simulator, clock, taskId } = await struck('late-commit', 45_000);
		simulator.completeByPerson(taskId);
		await clock.advance(500);
		simulator.reopen(taskId, { force: true });
		await clock.advance(15_000);
		const { strayed, reopened } = simulator.report().violations;
		expect(strayed).toMatchObject([{ by: 'bot', visit: 2, reopened: true, atArrival: { visit: 1, reopened: false } }]);
		expect(reopened).toEqual(strayed);
	});

	it('late-commit is drawn from 1 to 50 s, and does nothing to a task that a person has finished meanwhile', async () => {
		const { simulator, clock, taskId } = await struck('late-commit', 45_000);
		simulator.discardByPerson(taskId);
		await clock.advance(60_000);
		expect(simulator.completions()).toEqual([]);
		expect(simulator.report().posts).toEqual({ received: 1, effective: 0, withoutEffect: 1 });

		const bench = createBench({ seed: 5 });
		const drawn = await bench.taskInReview();
		bench.simulator.injectFault({ fault: 'late-commit', on: 'complete' });
		await completeWithin(bench, drawn, 60_000);
		const [completion] = bench.simulator.completions();
		expect(completion?.afterMs).toBeGreaterThanOrEqual(1_000);
		expect(completion?.afterMs).toBeLessThanOrEqual(50_000);
	});

	it('cut-body gives the status line and half of the JSON', async () => {
		const { simulator, post, taskInReview } = createBench();
		const taskId = await taskInReview();
		simulator.injectFault({ fault: 'cut-body', on: 'complete' });
		const answer = await post(taskId, 'complete');
		expect(answer.status).toBe(200);
		await expect(answer.text()).rejects.toMatchObject({ message: 'terminated', cause: { code: 'UND_ERR_SOCKET' } });
		expect(simulator.completions()).toHaveLength(1);
	});

	it('stall-body gives the status line and half of the JSON, and then nothing until the client gives up', async () => {
		const bench = createBench();
		const taskId = await bench.taskInReview();
		bench.simulator.injectFault({ fault: 'stall-body', on: 'complete' });
		const giveUp = new AbortController();
		const answer = await bench.post(taskId, 'complete', { signal: giveUp.signal });
		const body = answer.text();
		body.catch(() => undefined);
		giveUp.abort(new Error('enough'));
		await expect(body).rejects.toThrow('enough');
		expect(bench.simulator.completions()).toHaveLength(1);
	});

	it('garbage-body answers 2xx with a page of HTML', async () => {
		const { simulator, answer } = await struck('garbage-body');
		expect((answer as Response).headers.get('content-type')).toBe('text/html');
		expect(await (answer as Response).text()).toMatch(/^<!doctype html>/);
		expect(simulator.completions()).toHaveLength(1);
	});

	it.each([
		['error-before', 500, 0],
		['error-after-commit', 500, 1],
		['too-many-requests', 429, 0],
		['unavailable', 503, 0],
		['unauthorized', 401, 0],
		['forbidden', 403, 0],
		['not-found', 404, 0],
		['validation', 422, 0],
		['ignored', 200, 0],
		['multi-status', 207, 1],
		['redirect', 307, 0],
		['redirect-after-commit', 307, 1],
		['slow', 200, 1],
		['fall-back', 200, 1],
		['fail', 200, 1],
	] as const)('%s answers %i', async (fault, status, commits) => {
		const { simulator, answer } = await struck(fault);
		expect((answer as Response).status).toBe(status);
		expect(simulator.completions()).toHaveLength(commits);
	});

	it.each(['too-many-requests', 'unavailable'] as const)(
		'%s says Retry-After in seconds or as a date',
		async (name) => {
			const bench = createBench();
			const taskId = await bench.taskInReview();
			for (const [retryAfterForm, expected] of [
				['seconds', '7'],
				['date', 'Mon, 01 Jun 2026 09:00:09 GMT'],
				['none', null],
			] as const) {
				bench.simulator.injectFault({ fault: { name, retryAfterSeconds: 7, retryAfterForm }, on: 'complete' });
				expect((await bench.post(taskId, 'complete')).headers.get('retry-after')).toBe(expected);
			}
		},
	);

	it.each([
		['redirect', 1],
		['redirect-after-commit', 2],
	] as const)('%s completes %i times for whoever follows it', async (fault, commits) => {
		const { clock, simulator, get, post, taskInReview } = createBench({
			latencyMs: 20,
			delays: { processing: [100, 100], completion: [5, 5] },
		});
		const taskId = await taskInReview({ steps: ['EXTRACT', 'EXTRACT'], nextStepElements: 'identical' });
		simulator.injectFault({ fault, on: 'complete' });
		const following = post(taskId, 'complete');
		await clock.advance(100);
		expect((await following).status).toBe(200);
		expect(simulator.report().posts.received).toBe(2);
		expect(simulator.completions()).toHaveLength(commits);
		simulator.injectFault({ fault, on: 'get-task' });
		const refusing = outcomeOf(get(taskId, { redirect: 'error' }));
		await clock.advance(20);
		expect(await refusing).toBeInstanceOf(TypeError);
	});

	it('fall-back is in review again at the same step and visit, and a second completion there is counted', async () => {
		const { simulator, clock, taskId, post } = await struck('fall-back');
		await clock.advance(500);
		expect(simulator.task(taskId)).toMatchObject({ status: 'REVIEWING', step: 0, visit: 1 });
		expect(simulator.completions()).toMatchObject([{ outcome: 'refused' }]);
		await post(taskId, 'complete');
		expect(simulator.report().violations.repeated).toMatchObject([{ taskId, step: 0, visit: 1, earlier: 1 }]);
	});

	it('fail ends in FAILED', async () => {
		const { simulator, taskId } = await struck('fail');
		expect(simulator.task(taskId)?.status).toBe('FAILED');
		expect(simulator.completions()).toMatchObject([{ outcome: 'failed' }]);
	});
});

describe('faults of a read', () => {
	it('stale-read shows the state from before a commit for as long as it lags', async () => {
		const { clock, simulator, get, post, taskInReview } = createBench();
		const taskId = await taskInReview();
		await post(taskId, 'complete');
		await clock.advance(400);
		const read = async (ms: number) => {
			simulator.injectFault({ fault: { name: 'stale-read', ms }, on: 'get-task' });
			return (await payloadOf(await get(taskId))).status;
		};
		expect(await read(500)).toBe('REVIEWING');
		expect(await read(300)).toBe('PROCESSING');
		await clock.advance(1_500);
		expect(await read(2_000)).toBe('REVIEWING');
		expect((await payloadOf(await get(taskId))).status).toBe('COMPLETED');
	});

	it('not-found heals', async () => {
		const { simulator, get, taskInReview } = createBench();
		const taskId = await taskInReview();
		const fault = simulator.injectFault({ fault: 'not-found', on: 'get-task', taskId, times: 2 });
		expect([(await get(taskId)).status, (await get(taskId)).status, (await get(taskId)).status]).toEqual([
			404, 404, 200,
		]);
		expect(fault.remaining()).toBe(0);
	});

	it('can move last_opened_at by itself, once or always', async () => {
		for (const getOpens of [false, true]) {
			const { simulator, get, taskInReview } = createBench({ getOpens });
			const taskId = await taskInReview();
			if (!getOpens) simulator.injectFault({ fault: 'opens', on: 'get-task' });
			expect((await payloadOf(await get(taskId))).last_opened_at).toBe('2026-06-01T09:00:01.100Z');
		}
	});

	it('a read that hangs ends with the reason of the client', async () => {
		const { simulator, get, taskInReview } = createBench();
		const taskId = await taskInReview();
		simulator.injectFault({ fault: 'hang-after-commit', on: 'get-task' });
		const giveUp = new AbortController();
		const reading = get(taskId, { signal: giveUp.signal });
		giveUp.abort(new Error('enough'));
		await expect(reading).rejects.toThrow('enough');
	});
});

describe('injection', () => {
	it('hits one call, one task, after some, for as often as asked, until it is removed', async () => {
		const { simulator, get, post, taskInReview } = createBench();
		const [taskId, other] = [await taskInReview(), await taskInReview()];
		simulator.injectFault({ fault: 'error-before', on: 'get-task', taskId, after: 1 });
		expect([(await get(other)).status, (await get(taskId)).status, (await get(taskId)).status]).toEqual([
			200, 200, 500,
		]);
		const closed = simulator.injectFault({ fault: 'forbidden', on: 'complete', times: Number.POSITIVE_INFINITY });
		expect([(await post(taskId, 'complete')).status, (await post(other, 'complete')).status]).toEqual([403, 403]);
		expect((await get(taskId)).status).toBe(200);
		closed.remove();
		expect((await post(taskId, 'complete')).status).toBe(200);
	});

	it('can deny everything', async () => {
		const { simulator, get, post, taskInReview } = createBench();
		const taskId = await taskInReview();
		simulator.injectFault({ fault: 'unauthorized', times: Number.POSITIVE_INFINITY });
		expect([(await get(taskId)).status, (await post(taskId, 'complete')).status]).toEqual([401, 401]);
		simulator.calm();
		expect((await get(taskId)).status).toBe(200);
	});

	it('draws by chance, by call, and from the seed alone', async () => {
		const statuses = async (seed: number) => {
			const { get, taskInReview } = createBench({
				seed,
				faults: { 'get-task': { 'error-before': 0.3 }, any: { forbidden: 1 } },
			});
			const taskId = await taskInReview();
			const list: number[] = [];
			for (let i = 0; i < 300; i += 1) list.push((await get(taskId)).status);
			return list;
		};
		const [first, again, other] = [await statuses(11), await statuses(11), await statuses(12)];
		expect(first).toEqual(again);
		expect(first).not.toEqual(other);
		const struckCalls = first.filter((status) => status === 500).length;
		expect(struckCalls).toBeGreaterThan(60);
		expect(struckCalls).toBeLessThan(120);
		expect(new Set(first)).toEqual(new Set([200, 500]));
	});

	it('rough weather leaves most calls alone, and names only faults that exist', () => {
		const chances = Object.entries(ROUGH_FAULTS.any ?? {});
		for (const [name] of chances) expect(FAULT_NAMES).toContain(name);
		expect(chances.reduce((sum, [, chance]) => sum + chance, 0)).toBeLessThan(0.4);
	});
});

describe('hooks and counting of calls', () => {
	it('run before a call is looked at and between commit and answer, with its number', async () => {
		const { simulator, get, post, taskInReview } = createBench();
		const taskId = await taskInReview();
		const seen: string[] = [];
		const remove = simulator.onRequest(({ kind, n, nOfTask, phase, taskId: id }) => {
			seen.push(`${kind} ${n} ${nOfTask} ${phase} ${id === taskId} ${simulator.task(taskId)?.status}`);
		});
		await get(taskId);
		await get(taskId);
		await post(taskId, 'complete');
		remove();
		await get(taskId);
		expect(seen).toEqual([
			'get-task 1 1 before true REVIEWING',
			'get-task 1 1 afterCommit true REVIEWING',
			'get-task 2 2 before true REVIEWING',
			'get-task 2 2 afterCommit true REVIEWING',
			'complete 1 1 before true REVIEWING',
			'complete 1 1 afterCommit true PROCESSING',
		]);
	});

	it('let a person in between the last read and the completion', async () => {
		const { simulator, get, post, taskInReview } = createBench({
			onRequest({ kind, phase, taskId }) {
				if (kind === 'complete' && phase === 'before' && taskId !== undefined) {
					simulator.edit(taskId, { entityId: 'total_amount', content: '€ 1' });
				}
			},
		});
		const taskId = await taskInReview({ kind: 'invoice', right: true });
		await get(taskId);
		await post(taskId, 'complete');
		expect(simulator.completions()).toMatchObject([{ right: false, halfEdited: true, shouldPass: false }]);
	});

	it('counts the most calls in flight as the client sees them', async () => {
		const { clock, simulator, get, post, taskInReview } = createBench({ latencyMs: 20 });
		const taskId = await taskInReview();
		simulator.injectFault({ fault: 'hang-after-commit', on: 'complete' });
		const giveUp = new AbortController();
		const hanging = outcomeOf(post(taskId, 'complete', { signal: giveUp.signal }));
		const reads = [get(taskId), get(taskId), get(taskId)];
		await clock.advance(20);
		await Promise.all(reads);
		expect(simulator.report().maxInFlight).toBe(4);
		giveUp.abort();
		await hanging;
		const more = [1, 2, 3, 4].map(() => get(taskId));
		await clock.advance(20);
		await Promise.all(more);
		expect(simulator.report().maxInFlight).toBe(4);
		expect(simulator.report().requests).toEqual({ complete: 1, 'get-task': 7 });
	});

	it('takes the latency it is told', async () => {
		const { clock, get, taskInReview } = createBench({ latencyMs: 20 });
		const taskId = await taskInReview();
		let answered = false;
		const reading = get(taskId).then(() => {
			answered = true;
		});
		await clock.advance(19);
		expect(answered).toBe(false);
		await clock.advance(1);
		expect(answered).toBe(true);
		await reading;
	});

	it('shows what a hook throws to the caller', async () => {
		const { get, taskInReview } = createBench({
			onRequest() {
				throw new Error('the hook failed');
			},
		});
		await expect(get(await taskInReview())).rejects.toThrow('the hook failed');
	});

	it('breaks the calls that are under way when it is closed', async () => {
		const { clock, simulator, get, taskInReview } = createBench({ latencyMs: 20 });
		const reading = outcomeOf(get(await taskInReview()));
		await clock.advance(5);
		simulator.close();
		await clock.advance(5);
		expect(causeCode(await reading)).toBe('ECONNRESET');
	});
});
