import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRaiseAlert } from '../../src/operations/raise-alert.ts';
import type { Fetch, Log, LogFields } from '../../src/platform/index.ts';
import { createVirtualClock } from '../virtual-clock.ts';

function set(fetch: Fetch, webhookUrl: string | null = 'https://hooks.example.com/secret-path') {
	const lines: [level: string, message: string, fields: LogFields | undefined][] = [];
	const log: Log = {
		info: (message, fields) => lines.push(['info', message, fields]),
		warn: (message, fields) => lines.push(['warn', message, fields]),
		error: (message, fields) => lines.push(['error', message, fields]),
	};
	const clock = createVirtualClock(0);
	return { lines, clock, raise: createRaiseAlert({ log, webhookUrl, fetch, clock, secrets: ['sk_live_0123456789'] }) };
}

const alert = { code: 'reopened', message: 'A task is back.', fields: { task_id: 'tsk_1' } } as const;

describe('an alert', () => {
	it('is an error in the log, and nothing else where no webhook is set', () => {
		const { lines, raise } = set(() => Promise.reject(new Error('must not be called')), null);
		raise(alert);
		expect(lines).toEqual([['error', 'A task is back.', { task_id: 'tsk_1', code: 'reopened' }]]);
	});

	it('goes to the webhook as JSON with a text line and nothing that may not leave the house', async () => {
		const sent: { url: string; init: RequestInit | undefined }[] = [];
		const { raise } = set(async (url, init) => {
			sent.push({ url, init });
			return new Response('ok');
		});
		const fields = { task_id: 'tsk_1', content: 'Jansen', reason: 'sk_live_0123456789' };
		raise({ ...alert, fields });
		await nextTurn();
		expect(sent).toHaveLength(1);
		expect(sent[0]?.url).toBe('https://hooks.example.com/secret-path');
		expect(sent[0]?.init).toMatchObject({ method: 'POST', redirect: 'manual' });
		expect(JSON.parse(String(sent[0]?.init?.body))).toEqual({
			text: 'Greenlane: A task is back.',
			code: 'reopened',
			fields: { task_id: 'tsk_1', reason: '[secret]' },
		});
	});

	it('that something is over is a warning, and says so to the webhook', async () => {
		const sent: unknown[] = [];
		const { lines, raise } = set(async (_url, init) => {
			sent.push(JSON.parse(String(init?.body)));
			return new Response('ok');
		});
		raise({ ...alert, resolved: true });
		await nextTurn();
		expect(lines.map(([level]) => level)).toEqual(['warn']);
		expect(sent).toMatchObject([{ code: 'reopened', resolved: true }]);
	});

	it('that cannot be sent is noted without the address, and never thrown', async () => {
		const { lines, raise } = set(() => Promise.reject(new TypeError('fetch failed: hooks.example.com/secret-path')));
		raise(alert);
		await nextTurn();
		expect(lines.map(([, message]) => message)).toEqual(['A task is back.', 'the alert webhook could not be reached']);
		expect(JSON.stringify(lines)).not.toContain('secret-path');

		const refused = set(async () => new Response('', { status: 410 }));
		refused.raise(alert);
		await nextTurn();
		expect(refused.lines.at(-1)).toEqual([
			'warn',
			'the alert webhook refused an alert',
			{ code: 'reopened', status: 410 },
		]);
	});

	it('gives up after five seconds, and sends at most four at once', async () => {
		let calls = 0;
		const { lines, clock, raise } = set((_url, init) => {
			calls += 1;
			return new Promise((_resolve, reject) => {
				init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
			});
		});
		for (let i = 0; i < 6; i += 1) raise(alert);
		await nextTurn();
		expect(calls).toBe(4);
		expect(lines.filter(([level]) => level === 'error')).toHaveLength(6);
		expect(lines.filter(([, message]) => message.startsWith('too many'))).toHaveLength(2);
		await clock.advance(5_001);
		expect(lines.filter(([, message]) => message.includes('could not be reached'))).toHaveLength(4);
		expect(clock.sleeping()).toBe(0);
		raise(alert);
		await nextTurn();
		expect(calls).toBe(5);
		await clock.advance(5_001);
	});
});
