/** A running server follows its rules folder: by itself, on SIGHUP, and when an operator asks. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Running, serve } from './greenlane-process.ts';
import { brokenRule, shadowRule, soundRule } from './rule-files.ts';

const operatorToken = 'operator-token-0123456789';
let folder = '';
let running: Running;
let alerts: Alerts;

beforeAll(async () => {
	alerts = await receiveAlerts();
	folder = mkdtempSync(join(tmpdir(), 'greenlane-reload-'));
	mkdirSync(join(folder, 'rules'));
	write(shadowRule);
	running = await serve({
		cwd: folder,
		// No SECRET_KEYS: enough while no rule is live.
		env: {
			SENDAI_API_KEY: 'sk_live_must_never_be_seen',
			SENDAI_TEAM_ID: 'team_1',
			SENDAI_PROJECT_IDS: 'proj_1',
			SENDAI_BASE_URL: 'http://127.0.0.1:9',
			WEBHOOK_SECRETS: 'webhook-token-0123456789',
			OPERATOR_TOKEN: operatorToken,
			DATABASE_URL: `file:${join(folder, 'greenlane.db')}`,
			RULES_DIR: join(folder, 'rules'),
			PORT: '0',
			ALERT_WEBHOOK_URL: alerts.url,
		},
	});
});

afterAll(async () => {
	running.signal('SIGTERM');
	await running.end();
	await alerts.close();
	rmSync(folder, { recursive: true, force: true });
});

interface Rules {
	readonly revision: string;
	readonly refused_since: string | null;
	readonly rules: readonly { readonly mode: string; readonly description: string }[];
	readonly findings: readonly { readonly file: string; readonly code: string; readonly message: string }[];
}

const headers = { authorization: `Bearer ${operatorToken}` };
const rules = async () => (await (await fetch(`${running.address}/v1/rules`, { headers })).json()) as Rules;
const notes = async () => {
	const ready = (await (await fetch(`${running.address}/readyz`)).json()) as { notes: { code: string }[] };
	return ready.notes.map(({ code }) => code);
};
const reload = () => fetch(`${running.address}/v1/rules/reload`, { method: 'POST', headers });
const write = (text: string) => writeFileSync(join(folder, 'rules', 'invoice.json'), text);

async function until(isSo: (now: Rules) => boolean): Promise<Rules> {
	for (const end = performance.now() + 8_000; ; ) {
		const now = await rules();
		if (isSo(now)) return now;
		if (performance.now() > end) throw new Error(`it never came: ${JSON.stringify(now)}`);
		await new Promise((resolve) => setTimeout(resolve, 30));
	}
}

it('serves a change by itself', async () => {
	const { revision } = await rules();
	write(shadowRule.replace('Invoices whose', 'Bills whose'));
	const now = await until((one) => one.revision !== revision);
	expect(now.rules[0]?.description).toBe('Bills whose total is certain.');
	expect(now.refused_since).toBeNull();
	expect(running.lines().at(-1)).toMatchObject({ message: 'rules serve', revision: now.revision, count: 1 });
});

it('keeps the last good rules when a file breaks, and says so in /readyz, /v1/rules and the log', async () => {
	const before = await rules();
	write(brokenRule);
	const now = await until((one) => one.refused_since !== null);
	expect([now.revision, now.rules]).toEqual([before.revision, before.rules]);
	expect(now.findings.map(({ code }) => code)).toEqual(['wrong-mode', 'unknown-operator']);
	expect(await notes()).toContain('rules-refused');
	expect(running.lines().at(-1)).toMatchObject({ level: 'error', code: 'rules-refused', reason: 'wrong-mode' });
	const answer = await reload();
	expect([answer.status, ((await answer.json()) as { outcome: string }).outcome]).toEqual([422, 'refused']);
});

it('raises one alert for a refusal, with the place of the first error and since when', async () => {
	const [alert] = await alerts.wait(1);
	const { refused_since: since } = await rules();
	const place = 'first wrong-mode at invoice.json:4:10';
	expect(alert).toEqual({
		text: `Greenlane: The rules folder was refused: 2 errors, 0 warnings, ${place}. The last good rules keep serving, since ${since}; GET /v1/rules lists what is wrong.`,
		code: 'rules-refused',
		fields: { reason: 'wrong-mode' },
	});
	// Read again as it is, and then with another mistake: the same refusal.
	await reload();
	write(brokenRule.replace('alive', 'shadow'));
	await until((now) => now.findings.every(({ code }) => code === 'unknown-operator'));
	expect(running.lines().at(-1)).toMatchObject({ level: 'error', code: 'rules-refused', reason: 'unknown-operator' });
	expect(alerts.received).toHaveLength(1);
});

it('does not let a rule become live without SECRET_KEYS, and says what to set', async () => {
	const before = await rules();
	write(soundRule);
	const now = await until((one) => one.findings.some(({ code }) => code === 'not-taken'));
	expect([now.revision, now.rules[0]?.mode]).toEqual([before.revision, 'shadow']);
	expect(now.findings[0]).toMatchObject({ file: '.', message: expect.stringContaining('SECRET_KEYS is not set') });
});

it('reads the rules again on SIGHUP and goes on', async () => {
	write(shadowRule);
	running.signal('SIGHUP');
	const now = await until((one) => one.refused_since === null);
	expect(now.rules[0]?.description).toBe('Invoices whose total is certain.');
	expect(await notes()).not.toContain('rules-refused');
	expect(running.lines().map(({ message }) => message)).toContain('reading the rules again');
	const answer = await reload();
	expect([answer.status, await answer.json()]).toMatchObject([200, { outcome: 'unchanged', revision: now.revision }]);
});

it('tells once that rules serve again, and raises an alert for the next refusal', async () => {
	const [, over] = await alerts.wait(2);
	expect(over).toEqual({
		text: expect.stringMatching(/^Greenlane: The rules folder is sound again and serves; it was refused since 20\d\d-/),
		code: 'rules-refused',
		fields: { revision: expect.stringMatching(/^[0-9a-f]{64}$/), count: 1 },
		resolved: true,
	});
	write(brokenRule);
	const [, , next] = await alerts.wait(3);
	expect([next?.code, next?.resolved]).toEqual(['rules-refused', undefined]);
	expect(alerts.received).toHaveLength(3);
});

interface Alert {
	readonly text: string;
	readonly code: string;
	readonly fields: unknown;
	readonly resolved?: boolean;
}

interface Alerts {
	readonly url: string;
	readonly received: readonly Alert[];
	/** Waits until there are so many. */
	wait(count: number): Promise<readonly Alert[]>;
	close(): Promise<void>;
}

async function receiveAlerts(): Promise<Alerts> {
	const received: Alert[] = [];
	const server = createServer((request, response) => {
		void json(request).then((body) => {
			received.push(body as Alert);
			response.end();
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
		received,
		async wait(count) {
			for (const end = performance.now() + 8_000; received.length < count; ) {
				if (performance.now() > end) throw new Error(`only ${received.length} alerts came`);
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
			return received;
		},
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
