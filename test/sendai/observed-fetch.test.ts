import { describe, expect, it } from 'vitest';
import type { ObserveCall, Trace } from '../../src/platform/index.ts';
import { observeCalls } from '../../src/sendai/observed-fetch.ts';

const silentClock = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };
const fields = { project_id: 'proj_1', task_id: 'tsk_1' };

describe('watching a call', () => {
	it('begins the call before it returns, with what it was given', async () => {
		const called: unknown[] = [];
		const answer = new Response('', { status: 200 });
		const trace: Trace = async (_name, _fields, work) => await work(() => undefined);
		const observed = observeCalls({
			fetch: (...given) => {
				called.push(...given);
				return Promise.resolve(answer);
			},
			clock: silentClock,
			observe: () => undefined,
			trace,
		})('complete', fields);
		const init = { method: 'POST' };
		const pending = observed('http://127.0.0.1/x', init);
		expect(called).toEqual(['http://127.0.0.1/x', init]);
		expect(called[1]).toBe(init);
		expect(await pending).toBe(answer);
		expect(called).toHaveLength(2);
	});

	it('tells the result and the time, once, and passes the very error on', async () => {
		const told: Parameters<ObserveCall>[] = [];
		const noted: unknown[] = [];
		let now = 1_000;
		const refused = Object.assign(new TypeError('fetch failed'), {
			cause: Object.assign(new Error('to 10.0.0.1'), { code: 'ECONNREFUSED', syscall: 'connect' }),
		});
		const reset = Object.assign(new TypeError('fetch failed'), {
			cause: Object.assign(new Error(), { code: 'ECONNRESET' }),
		});
		const outcomes: (Response | Error)[] = [new Response('', { status: 429 }), refused, reset];
		const observed = observeCalls({
			fetch: async () => {
				now += 40;
				const outcome = outcomes.shift();
				if (outcome instanceof Response) return outcome;
				throw outcome;
			},
			clock: { ...silentClock, now: () => now },
			observe: (...call) => void told.push(call),
			trace: async (name, about, work) => await work((more) => void noted.push({ name, ...about, ...more })),
		})('read-task', fields);
		await observed('http://127.0.0.1/');
		await expect(observed('http://127.0.0.1/')).rejects.toBe(refused);
		await expect(observed('http://127.0.0.1/')).rejects.toBe(reset);
		expect(told).toEqual([
			['read-task', '429', 40],
			['read-task', 'never-connected', 40],
			['read-task', 'no-answer', 40],
		]);
		const about = { name: 'send-ai read-task', ...fields };
		expect(noted).toEqual([
			{ ...about, status: 429 },
			{ ...about, code: 'ECONNREFUSED' },
			{ ...about, code: 'ECONNRESET' },
		]);
	});

	it('is not made to fail by who watches', async () => {
		const observed = observeCalls({
			fetch: async () => new Response('', { status: 200 }),
			clock: silentClock,
			observe: () => {
				throw new Error('the counter broke');
			},
		})('complete', fields);
		expect((await observed('http://127.0.0.1/')).status).toBe(200);
	});
});
