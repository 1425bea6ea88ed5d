/** `node src/cli.ts` for real: the test runner accepts syntax that Node's type stripping does not. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { greenlane, type Running, serve } from './greenlane-process.ts';
import { brokenRule, shadowRule, soundRule } from './rule-files.ts';

const commands = ['serve', 'init', 'check', 'test', 'explain', 'probe', 'enqueue', 'simulator', 'demo'];
const apiKey = 'sk_live_must_never_be_seen';
const webhookToken = 'webhook-token-0123456789';
const webhookKey = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const operatorToken = 'operator-token-0123456789';

let folder = '';

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'greenlane-cli-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder of its own with rule files, and the environment that serves it. */
function place(rules: Readonly<Record<string, string>>): { cwd: string; env: Record<string, string> } {
	const cwd = mkdtempSync(join(folder, 'place-'));
	const rulesDir = mkdtempSync(join(cwd, 'rules-'));
	for (const [name, text] of Object.entries(rules)) writeFileSync(join(rulesDir, name), text);
	return {
		cwd,
		env: {
			SENDAI_API_KEY: apiKey,
			SENDAI_TEAM_ID: 'team_1',
			SENDAI_PROJECT_IDS: 'proj_1',
			// Nobody listens there: nothing of these tests leaves the machine.
			SENDAI_BASE_URL: 'http://127.0.0.1:9',
			WEBHOOK_SECRETS: `${webhookToken},whsec_${webhookKey}`,
			OPERATOR_TOKEN: operatorToken,
			SECRET_KEYS: 'k'.repeat(32),
			DATABASE_URL: `file:${join(cwd, 'greenlane.db')}`,
			RULES_DIR: rulesDir,
			PORT: '0',
		},
	};
}

describe('a command whose output nobody reads to its end', () => {
	it.each([
		['0 where all is well', { 'invoice.json': soundRule }, 0],
		['1 where something is wrong', { 'invoice.json': brokenRule }, 1],
	])('ends quietly, with %s', async (_what, rules, code) => {
		const { env } = place(rules);
		const { RULES_DIR = '' } = env;
		for (const more of [[], ['--json']]) {
			const { stdout, ...ended } = await greenlane(['check', RULES_DIR, ...more], { unread: true });
			expect(ended).toEqual({ code, stderr: '' });
			expect(stdout).toBe('');
		}
	});
});

describe('usage', () => {
	it('--help names every command, and each has help with an example', async () => {
		const all = await greenlane(['--help']);
		expect(all.code).toBe(0);
		for (const command of commands) expect(all.stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
		const helps = await Promise.all(commands.map((command) => greenlane([command, '--help'])));
		for (const [index, help] of helps.entries()) {
			expect(help.code).toBe(0);
			expect(help.stdout).toContain(`Example:\n  npm run greenlane -- ${commands[index]}`);
			expect(help.stdout).toContain('--json');
			expect(help.stderr).toBe('');
		}
	}, 60_000);

	it('--version says the version of the package', async () => {
		const { code, stdout } = await greenlane(['--version']);
		expect([code, stdout.trim()]).toEqual([0, '0.1.0']);
	});

	it.each([
		[[]],
		[['approve']],
		[['serve', '--bogus']],
		[['explain']],
		[['explain', 'task.json', '--today', '2026-02-30']],
		[['probe']],
		[['simulator', '--port', 'eighty']],
		[['simulator', '--files', 'many']],
		[['check', 'a', 'b']],
	])('%j is wrong usage: 2, and no stack', async (args) => {
		const { code, stdout, stderr } = await greenlane(args);
		expect(code).toBe(2);
		expect(stderr).not.toBe('');
		expect(`${stdout}${stderr}`).not.toMatch(/\n\s+at /);
	});
});

describe('check', () => {
	it('is good with a sound folder', async () => {
		const { env } = place({ 'invoice.json': soundRule });
		const { code, stdout } = await greenlane(['check', env.RULES_DIR ?? '']);
		expect(stdout).toMatch(/^good: 1 live in .*Revision [0-9a-f]{12}\.$/m);
		expect(code).toBe(0);
		const fromVariable = await greenlane(['check'], { env });
		expect(fromVariable.code).toBe(0);
	});

	it('fails with findings as file:line:col, aligned, with a count', async () => {
		const { env } = place({ 'invoice.json': soundRule, 'broken.json': brokenRule });
		const { code, stdout } = await greenlane(['check', env.RULES_DIR ?? '']);
		expect(code).toBe(1);
		expect(stdout).toMatch(/^\S*broken\.json:\d+:\d+ +error +[a-z-]+ +\S.*$/m);
		expect(stdout).toMatch(/^refused: [1-9]\d* errors?, \d+ warnings? in /m);
		const columns = stdout
			.split('\n')
			.filter((line) => / error +/.test(line))
			.map((line) => line.search(/ error +/));
		expect(new Set(columns).size).toBe(1);
	});

	it('--json gives the same as data', async () => {
		const { env } = place({ 'broken.json': brokenRule });
		const { code, stdout } = await greenlane(['check', env.RULES_DIR ?? '', '--json']);
		expect(code).toBe(1);
		expect(JSON.parse(stdout)).toMatchObject({
			ok: false,
			revision: null,
			findings: expect.arrayContaining([expect.objectContaining({ severity: 'error', line: expect.any(Number) })]),
		});
	});

	it('of a folder that is not there cannot run, and says so', async () => {
		const { code, stdout, stderr } = await greenlane(['check', join(folder, 'nowhere')]);
		expect(code).toBe(3);
		expect(`${stdout}${stderr}`).toContain('nowhere');
	});
});

describe('serve refuses to start', () => {
	it('without its settings, naming each with its remedy', async () => {
		const { cwd } = place({});
		const { code, stdout, stderr } = await greenlane(['serve'], { cwd });
		expect(code).toBe(2);
		expect(stdout).toBe('');
		for (const name of ['SENDAI_API_KEY', 'SENDAI_TEAM_ID', 'SENDAI_PROJECT_IDS', 'WEBHOOK_SECRETS']) {
			expect(stderr).toMatch(new RegExp(`^ {2}${name} is not set; set it to `, 'm'));
		}
	});

	it('with wrong ones, without quoting any', async () => {
		const { cwd, env } = place({ 'invoice.json': soundRule });
		const { SENDAI_API_KEY: _, ...rest } = env;
		const wrong = { ...rest, SENDAI_APIKEY: apiKey, PORT: apiKey, WEBHOOK_SECRETS: 'too-short', HOST: '0.0.0.0' };
		const { OPERATOR_TOKEN: __, ...open } = wrong as Record<string, string>;
		const { code, stderr } = await greenlane(['serve'], { cwd, env: open });
		expect(code).toBe(2);
		expect(stderr).toContain('SENDAI_APIKEY is not a setting; did you mean SENDAI_API_KEY?');
		expect(stderr).toContain('PORT is not a whole number');
		expect(stderr).toContain('OPERATOR_TOKEN is not set although HOST can be reached from other machines');
		expect(stderr).not.toContain(apiKey);
		expect(stderr).not.toContain('too-short');
		expect(stderr).not.toMatch(/\n\s+at /);
	});

	it('with rules that are not sound, with all findings', async () => {
		const { cwd, env } = place({ 'invoice.json': soundRule, 'broken.json': brokenRule });
		const { code, stderr } = await greenlane(['serve'], { cwd, env });
		expect(code).toBe(1);
		expect(stderr).toMatch(/broken\.json:\d+:\d+ +error/);
		expect(stderr).toContain('The rules were refused; nothing was started.');
		expect(stderr).not.toContain(apiKey);
	});

	it('with a live rule and no SECRET_KEYS; a shadow rule needs none', async () => {
		const live = place({ 'invoice.json': soundRule });
		const { SECRET_KEYS: _, ...env } = live.env;
		const refused = await greenlane(['serve'], { cwd: live.cwd, env });
		expect(refused.code).toBe(2);
		expect(refused.stderr).toContain('SECRET_KEYS is not set although a rule is live');

		const shadow = place({ 'invoice.json': shadowRule });
		const { SECRET_KEYS: __, ...rest } = shadow.env;
		const running = await serve({ cwd: shadow.cwd, env: rest });
		running.signal('SIGTERM');
		expect((await running.end()).code).toBe(0);
	});

	it('when the store or the port cannot be had: 3', async () => {
		const { cwd, env } = place({ 'invoice.json': soundRule });
		const noStore = await greenlane(['serve'], { cwd, env: { ...env, DATABASE_URL: 'file:/nowhere/at/all/g.db' } });
		expect(noStore.code).toBe(3);
		expect(noStore.stderr).toContain('DATABASE_URL');

		const running = await serve({ cwd, env });
		const taken = place({ 'invoice.json': soundRule });
		const port = new URL(running.address).port;
		const noPort = await greenlane(['serve'], { cwd: taken.cwd, env: { ...taken.env, PORT: port } });
		expect(noPort.code).toBe(3);
		expect(noPort.stderr).toContain(`Could not listen on 127.0.0.1 port ${port} (EADDRINUSE)`);
		running.signal('SIGTERM');
		expect((await running.end()).code).toBe(0);
	});
});

describe('serve', () => {
	let running: Running;
	let at: ReturnType<typeof place>;

	beforeAll(async () => {
		at = place({ 'invoice.json': soundRule });
		// One of them comes from a .env file, which never overrides.
		const { SENDAI_TEAM_ID: _, ...env } = at.env;
		writeFileSync(join(at.cwd, '.env'), 'SENDAI_TEAM_ID=team_1\nPORT=1\n');
		running = await serve({ cwd: at.cwd, env });
	});

	const notification = (id: string) =>
		JSON.stringify({
			id,
			event: 'upload.in_review',
			team_id: 'team_1',
			project_id: 'proj_1',
			upload: { id: 'upl_1', name: 'must-never-be-logged', files: {} },
			task: null,
		});
	const send = (body: string, headers: Record<string, string>) =>
		fetch(`${running.address}/webhooks/send-ai`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body,
		});

	it('listens on a free port and says where', () => {
		expect(running.address).toMatch(/^http:\/\/127\.0\.0\.1:\d{4,5}$/);
	});

	it('takes a notification with a bearer token', async () => {
		const response = await send(notification('evt_1'), { authorization: `Bearer ${webhookToken}` });
		expect([response.status, await response.json()]).toEqual([202, { event_id: 'evt_1', status: 'accepted' }]);
		const again = await send(notification('evt_1'), { authorization: `Bearer ${webhookToken}` });
		expect(await again.json()).toEqual({ event_id: 'evt_1', status: 'duplicate' });
	});

	it('takes a notification with a Standard Webhooks signature', async () => {
		const body = notification('evt_2');
		const at = Math.floor(Date.now() / 1_000);
		const mac = createHmac('sha256', Buffer.from(webhookKey, 'base64')).update(`msg_2.${at}.${body}`).digest('base64');
		const headers = { 'webhook-id': 'msg_2', 'webhook-timestamp': `${at}`, 'webhook-signature': `v1,${mac}` };
		const response = await send(body, headers);
		expect([response.status, await response.json()]).toEqual([202, { event_id: 'evt_2', status: 'accepted' }]);
		expect((await send(`${body} `, headers)).status).toBe(401);
	});

	it('refuses without', async () => {
		expect((await send(notification('evt_3'), {})).status).toBe(401);
	});

	it('is alive and ready', async () => {
		expect(await (await fetch(`${running.address}/healthz`)).json()).toEqual({ status: 'ok' });
		const ready = await fetch(`${running.address}/readyz`);
		expect([ready.status, ((await ready.json()) as { status: string }).status]).toEqual([200, 'ready']);
	});

	it('takes ids from enqueue, with the token of the environment', async () => {
		writeFileSync(join(at.cwd, 'ids.txt'), '# the backlog\ntsk_1\ntsk_2  # twice\n\ntsk_2\n');
		const args = ['enqueue', 'tsk_3', '--file', 'ids.txt', '--url', running.address, '--json'];
		const done = await greenlane(args, { cwd: at.cwd, env: at.env });
		expect(done.stderr).toBe('');
		expect(done.code).toBe(0);
		const { enqueued, event_ids } = JSON.parse(done.stdout) as { enqueued: number; event_ids: string[] };
		expect([enqueued, event_ids.length]).toEqual([3, 1]);
		const events = (await (
			await fetch(`${running.address}/v1/events`, { headers: { authorization: `Bearer ${operatorToken}` } })
		).json()) as { events: { id: string; task_ids: string[] }[] };
		expect(events.events.find(({ id }) => id === event_ids[0])?.task_ids.toSorted()).toEqual([
			'tsk_1',
			'tsk_2',
			'tsk_3',
		]);

		const { OPERATOR_TOKEN: _, ...env } = at.env;
		const stranger = await greenlane(['enqueue', 'tsk_1', '--url', running.address], { cwd: at.cwd, env });
		expect(stranger.code).toBe(3);
		expect(stranger.stderr).toContain('set OPERATOR_TOKEN');
	});

	it('ends quickly and cleanly on SIGTERM, having told no secret', async () => {
		const begin = performance.now();
		running.signal('SIGTERM');
		const { code, stdout, stderr } = await running.end();
		expect(code).toBe(0);
		expect(performance.now() - begin).toBeLessThan(4_000);
		expect(stderr).toBe('');
		expect(stdout).toContain('"message":"stopped"');
		for (const secret of [apiKey, webhookToken, webhookKey, operatorToken, 'k'.repeat(32), 'must-never-be-logged']) {
			expect(stdout).not.toContain(secret);
		}
	});

	it('has lost nothing when it comes back, not even after SIGKILL', async () => {
		const env = { ...at.env, PORT: '0' };
		const second = await serve({ cwd: at.cwd, env });
		const body = notification('evt_9');
		const response = await fetch(`${second.address}/webhooks/send-ai`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', authorization: `Bearer ${webhookToken}` },
			body,
		});
		expect(response.status).toBe(202);
		second.signal('SIGKILL');
		await second.end();

		const third = await serve({ cwd: at.cwd, env });
		const events = (await (
			await fetch(`${third.address}/v1/events`, { headers: { authorization: `Bearer ${operatorToken}` } })
		).json()) as { events: { id: string }[] };
		const ids = events.events.map(({ id }) => id);
		for (const id of ['evt_1', 'evt_2', 'evt_9']) expect(ids).toContain(id);
		third.signal('SIGINT');
		expect((await third.end()).code).toBe(0);
	}, 30_000);
});

describe('enqueue', () => {
	it('says what is missing or wrong', async () => {
		const { cwd } = place({});
		const cases: [args: string[], code: number, text: RegExp][] = [
			[['enqueue', 'tsk_1'], 2, /--project/],
			[['enqueue', '--project', 'proj_1'], 2, /There are no task ids/],
			[['enqueue', '--project', 'proj_1', '..'], 2, /not a task id/],
			[['enqueue', '--project', 'proj_1', '--file', 'nowhere.txt'], 3, /cannot be read/],
			[['enqueue', '--project', 'proj_1', '--url', 'nonsense', 'tsk_1'], 2, /--url/],
			[['enqueue', '--project', 'proj_1', '--url', 'http://127.0.0.1:9', 'tsk_1'], 3, /There is no answer from/],
		];
		for (const [args, code, text] of cases) {
			const result = await greenlane(args, { cwd });
			expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(text)]);
		}
	}, 30_000);
});
