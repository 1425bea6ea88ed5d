import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseFaultRates, runSimulator, SIMULATOR_DEFAULTS, SIMULATOR_HELP } from '../../src/cli/simulator.ts';
import { FAULT_NAMES, ROUGH_FAULTS } from '../../src/simulator/index.ts';

describe('greenlane simulator', () => {
	it('serves until it is stopped, says how to reach it, and ends with a summary', async () => {
		const lines: string[] = [];
		const stop = new AbortController();
		const running = runSimulator(
			{ ...SIMULATOR_DEFAULTS, port: 0, tasks: 3, every: 0.05, json: true, faults: 'rough' },
			{ print: (line) => lines.push(line), stop: stop.signal },
		);
		while (lines.length === 0) await wait(5);
		const { url, environment } = JSON.parse(lines[0] ?? '') as { url: string; environment: Record<string, string> };
		expect(environment).toMatchObject({ SENDAI_BASE_URL: url, SENDAI_API_KEY: 'simulator-key' });
		const report = async () => (await (await fetch(`${url}/_simulator/report`)).json()) as { tasks: number };
		expect((await report()).tasks).toBeGreaterThanOrEqual(3);
		while ((await report()).tasks < 5) await wait(20);
		stop.abort();
		expect(await running).toBe(0);
		expect(JSON.parse(lines.at(-1) ?? '')).toHaveProperty('violations');
		await expect(fetch(url)).rejects.toThrow();
	});

	it('speaks to people too', async () => {
		const lines: string[] = [];
		const stop = AbortSignal.timeout(100);
		const code = await runSimulator(
			{
				...SIMULATOR_DEFAULTS,
				port: 0,
				webhookUrl: 'http://127.0.0.1:1/',
				webhookSecret: 'token',
				listPath: '/v2/{team_id}/tasks',
			},
			{ print: (line) => lines.push(line), stop },
		);
		expect(code).toBe(0);
		expect(lines.join('\n')).toMatch(
			/SENDAI_TASK_LIST_PATH=\/v2\/\{team_id\}\/tasks\n.*WEBHOOK_SECRETS=token\nEvents go to/s,
		);
		expect(lines.at(-1)).toMatch(/^10 tasks, 0 completed by the bot/);
	});

	it('refuses what it cannot do, and says why', async () => {
		const lines: string[] = [];
		const io = { print: (line: string) => lines.push(line), stop: AbortSignal.timeout(1_000) };
		expect(await runSimulator({ ...SIMULATOR_DEFAULTS, faults: 'sunshine=1' }, io)).toBe(2);
		expect(await runSimulator({ ...SIMULATOR_DEFAULTS, host: '0.0.0.0' }, io)).toBe(3);
		expect(lines).toEqual([expect.stringContaining('no fault "sunshine"'), expect.stringContaining('loopback only')]);
	});

	it('reads chances of faults', () => {
		expect(parseFaultRates('none')).toEqual({});
		expect(parseFaultRates('rough')).toBe(ROUGH_FAULTS);
		expect(parseFaultRates('stale-read=0.1, complete:forbidden=1,complete:slow=.5')).toEqual({
			any: { 'stale-read': 0.1 },
			complete: { forbidden: 1, slow: 0.5 },
		});
		for (const text of ['stale-read', 'stale-read=2', 'stale-read=x', 'upload:slow=1']) {
			expect(parseFaultRates(text)).toEqual(expect.stringContaining('--faults'));
		}
	});

	it('names every fault in its help', () => {
		for (const name of FAULT_NAMES) expect(SIMULATOR_HELP).toContain(name);
	});
});
