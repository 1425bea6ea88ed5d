/** A running server follows its rules folder: by itself, on SIGHUP, and when an operator asks. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Running, serve } from './greenlane-process.ts';
import { brokenRule, shadowRule, soundRule } from './rule-files.ts';

const operatorToken = 'operator-token-0123456789';
let folder = '';
let running: Running;

beforeAll(async () => {
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
		},
	});
});

afterAll(async () => {
	running.signal('SIGTERM');
	await running.end();
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
	expect(running.lines().at(-1)).toMatchObject({ level: 'error', code: 'wrong-mode' });
	const answer = await reload();
	expect([answer.status, ((await answer.json()) as { outcome: string }).outcome]).toEqual([422, 'refused']);
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
