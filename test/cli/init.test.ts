import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/program.ts';
import { readConfig } from '../../src/config.ts';
import { wireAnnotation, wirePage, wireTask } from '../sendai/wire-samples.ts';
import { greenlane, serve } from './greenlane-process.ts';

let dir = '';

beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), 'greenlane-init-'));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (...path: string[]) => join(dir, ...path);
const read = (...path: string[]) => readFileSync(at(...path), 'utf8');
const env = () => parseEnv(read('.env')) as Record<string, string>;

/** Runs `init` in this process, with `.env` and rules in a folder of its own. */
async function init(args: readonly string[] = [], environment: Record<string, string> = {}) {
	const printed: string[] = [];
	const complained: string[] = [];
	const io: CliIo = {
		environment: () => environment,
		readFile: (path) => readFileSync(path, 'utf8'),
		readInput: async () => read('task.json'),
		print: (line) => void printed.push(line),
		write: () => undefined,
		complain: (line) => void complained.push(line),
		paint: (_style, text) => text,
		isTerminal: false,
	};
	const code = await runCli(['init', '--dir', dir, ...args], io);
	return { code, out: printed.join('\n'), err: complained.join('\n') };
}

/** A file with a task that has something to redact. */
function saveTask(name = 'task.json', over: Record<string, unknown> = {}): string {
	const annotations = [
		wireAnnotation(),
		wireAnnotation({ id: 'annotation_2', entity_id: 'supplier', content: 'Jansen & Zonen', confidence: 0.7 }),
	];
	const task = wireTask({ name: 'jansen-42.pdf', pages: [wirePage({ annotations, checkboxes: [] })], ...over });
	writeFileSync(at(name), JSON.stringify({ payload: task }));
	return at(name);
}

describe('the new .env', () => {
	it('has secrets made for it alone, cautious values and a sentence above each, and only its owner may read it', async () => {
		const { code, out } = await init();
		expect(code).toBe(0);
		expect(statSync(at('.env')).mode & 0o777).toBe(0o600);
		const { WEBHOOK_SECRETS = '', OPERATOR_TOKEN = '', SECRET_KEYS = '', ...others } = env();
		expect(others).toEqual({
			SENDAI_API_KEY: '',
			SENDAI_TEAM_ID: '',
			SENDAI_PROJECT_IDS: '',
			DAILY_LIMIT: '50',
			TIMEZONE: 'UTC',
		});
		expect(WEBHOOK_SECRETS).toMatch(/^whsec_/);
		for (const secret of [WEBHOOK_SECRETS.slice('whsec_'.length), OPERATOR_TOKEN, SECRET_KEYS]) {
			expect(Buffer.from(secret, 'base64')).toHaveLength(32);
			expect(out).not.toContain(secret);
		}
		const lines = read('.env').split('\n');
		for (const [index, line] of lines.entries()) {
			if (line.includes('=')) expect(lines[index - 1]).toMatch(/^# [A-Z"].*\.$/);
		}
		expect(out).toContain('Fill in SENDAI_API_KEY, SENDAI_TEAM_ID, SENDAI_PROJECT_IDS.');

		const first = env();
		rmSync(at('.env'));
		await init();
		const second = env();
		for (const name of ['WEBHOOK_SECRETS', 'OPERATOR_TOKEN', 'SECRET_KEYS']) expect(second[name]).not.toBe(first[name]);
	});

	it('lets the server start once the account is filled in', async () => {
		const task = saveTask();
		const ended = await greenlane(['init', task], { cwd: dir });
		expect([ended.code, ended.stderr]).toEqual([0, '']);
		const text = read('.env');
		expect(readConfig(env(), { readFile: () => '' })).toMatchObject({
			problems: [{ name: 'SENDAI_API_KEY' }, { name: 'SENDAI_TEAM_ID' }],
		});
		writeFileSync(
			at('.env'),
			text
				.replace('SENDAI_API_KEY=', 'SENDAI_API_KEY=sk_1')
				.replace('SENDAI_TEAM_ID=', 'SENDAI_TEAM_ID=team_1')
				.replace('SENDAI_PROJECT_IDS=project_1', 'SENDAI_PROJECT_IDS=project_2'),
		);
		const running = await serve({ cwd: dir, env: { PORT: '0' } });
		const headers = { authorization: `Bearer ${env().OPERATOR_TOKEN}` };
		const rules = await (await fetch(`${running.address}/v1/rules`, { headers })).json();
		expect(rules).toMatchObject({ rules: [{ id: 'invoice', mode: 'shadow' }], refused_since: null });
		running.signal('SIGTERM');
		expect((await running.end()).code).toBe(0);
	});

	it('takes ids of the account over, and never a secret', async () => {
		await init([], {
			SENDAI_API_KEY: 'sk_live_must_never_be_seen',
			SENDAI_TEAM_ID: 'team_7',
			SENDAI_PROJECT_IDS: 'proj_1,proj_2',
			SECRET_KEYS: 'k'.repeat(40),
			TIMEZONE: 'Europe/Amsterdam',
		});
		expect(env()).toMatchObject({
			SENDAI_API_KEY: '',
			SENDAI_TEAM_ID: 'team_7',
			SENDAI_PROJECT_IDS: 'proj_1,proj_2',
			TIMEZONE: 'Europe/Amsterdam',
		});
		expect(read('.env')).not.toMatch(/sk_live|kkkk|^SECRET_KEYS/m);
	});

	it.each([
		[{ OPERATORS: 'alice:operate:alice-operates-0123456789' }, 'OPERATOR_TOKEN'],
		[{ WEBHOOK_SECRETS_FILE: 'secret' }, 'WEBHOOK_SECRETS'],
		[{ SENDAI_API_KEY_FILE: 'secret' }, 'SENDAI_API_KEY'],
	])('contradicts nothing that is set already: %j', async (environment, name) => {
		const { out } = await init([], environment);
		expect(env()).not.toHaveProperty(name);
		expect(out).not.toMatch(new RegExp(`Fill in.*${name}`));
		const account = { SENDAI_API_KEY: 'sk_1', SENDAI_TEAM_ID: 'team_1', SENDAI_PROJECT_IDS: '*' };
		const readFile = () => 'a-secret-of-more-than-16-characters';
		const { SENDAI_API_KEY: _key, ...rest } = account;
		const filled = 'SENDAI_API_KEY_FILE' in environment ? rest : account;
		expect(readConfig({ ...env(), ...filled, ...environment }, { readFile })).toMatchObject({ ok: true });
	});

	it('takes no id over that would have to be quoted', async () => {
		await init([], { SENDAI_TEAM_ID: 'team #7', TIMEZONE: 'UTC"' });
		expect(env()).toMatchObject({ SENDAI_TEAM_ID: '', TIMEZONE: 'UTC' });
	});

	it('names the projects of the tasks, and a folder of rules that is not the usual one', async () => {
		await init([saveTask(), '--rules', 'my-rules']);
		expect(env()).toMatchObject({ SENDAI_PROJECT_IDS: 'project_1', RULES_DIR: 'my-rules' });
		expect(readdirSync(at('my-rules'))).toContain('invoice.json');
	});
});

describe('what is there already', () => {
	it('stays: a whole .env is enough', async () => {
		await init([], { SENDAI_TEAM_ID: 'team_1' });
		const before = read('.env');
		const { code, out } = await init([], {});
		expect([code, read('.env')]).toEqual([0, before]);
		expect(out).toContain('is there already and stays as it is');
		expect(out).toContain('Fill in SENDAI_API_KEY, SENDAI_PROJECT_IDS.');
	});

	it('of a .env is completed by lines that the owner adds: 1, and no secret on the screen', async () => {
		writeFileSync(
			at('.env'),
			'SENDAI_API_KEY=sk_1\nSENDAI_TEAM_ID=team_1\nSECRET_KEYS_FILE=keys\nOPERATORS=a:read:b\n',
		);
		const { code, out } = await init();
		expect(code).toBe(1);
		const [, ...lines] = out.split('\n').filter((line) => line.startsWith('  ') && !line.includes('npm run'));
		expect(lines.map((line) => line.trim())).toEqual([
			'SENDAI_PROJECT_IDS=',
			'WEBHOOK_SECRETS=whsec_$(openssl rand -base64 32)',
			'DAILY_LIMIT=50',
			'TIMEZONE=UTC',
		]);
		expect(read('.env')).toContain('sk_1');
		expect(out).not.toContain('sk_1');
	});

	it.each(['invoice.json', 'invoice.test.json'])('of rules stays: %s', async (name) => {
		const task = saveTask();
		await init([task]);
		for (const file of ['invoice.json', 'invoice.test.json']) if (file !== name) rmSync(at('rules', file));
		writeFileSync(at('rules', name), 'mine');
		const { code, err } = await init([task, '--rule', 'invoice']);
		expect(code).toBe(1);
		expect(err).toContain('name another rule with --rule');
		expect(read('rules', name)).toBe('mine');
		expect(readdirSync(at('rules')).filter((file) => file.startsWith('invoice'))).toEqual([name]);

		expect((await init([task])).code).toBe(0);
		expect(existsSync(at('rules', 'first-rule.json'))).toBe(true);
		expect((await init([task])).code).toBe(1);
	});
});

describe('tasks', () => {
	it('become a rule in shadow with tests, without a word of the documents', async () => {
		const { code, out } = await init([saveTask()]);
		expect(code).toBe(0);
		expect(JSON.parse(read('rules', 'invoice.json'))).toMatchObject({
			mode: 'shadow',
			appliesTo: { projects: ['project_1'], stepTypes: ['EXTRACT'], meta: { category: ['invoice'] } },
			requiredEntities: ['total_amount', 'supplier'],
		});
		const test = read('rules', 'invoice.test.json');
		expect(test).toContain('"Xxxxxx & Xxxxx"');
		expect(`${test}${read('rules', 'invoice.json')}${out}`).not.toMatch(/jansen|zonen|1\.210|upl_1/i);
		expect(out).toContain('The text of the documents was replaced');
		const steps = out.split('\n').filter((line) => line.includes('npm run greenlane --'));
		expect(steps.map((line) => line.trim().split(' ')[4])).toEqual(['check', 'test', 'explain', 'probe', 'serve']);
	});

	it('pass the real check and the real test', async () => {
		await init([saveTask(), saveTask('other.json', { id: 'task_2' })]);
		const check = await greenlane(['check', at('rules'), '--against', at('task.json'), '--json']);
		const { findings } = JSON.parse(check.stdout) as { findings: { code: string }[] };
		expect([check.code, findings.map(({ code }) => code)]).toEqual([0, ['no-live-rule']]);
		const test = await greenlane(['test', at('rules'), '--mutate', '--strict']);
		expect([test.code, test.stderr]).toEqual([0, '']);
	}, 20_000);

	it('keep their text where that is asked for, and it is said', async () => {
		const { out } = await init([saveTask(), '--keep-content']);
		expect(read('rules', 'invoice.test.json')).toContain('Jansen & Zonen');
		expect(out).toContain('It holds the text of real documents');
	});

	it('come from files, from standard input, by --task, and together', async () => {
		saveTask();
		const other = saveTask('other.json', { id: 'task_2', project_id: 'project_2' });
		expect((await init(['-', '--task', other, '--rule', 'both'])).code).toBe(0);
		const { appliesTo, description } = JSON.parse(read('rules', 'both.json')) as Record<string, { projects: string[] }>;
		expect(appliesTo?.projects).toEqual(['project_1', 'project_2']);
		expect(description).toContain('made of 2 tasks');
	});

	it('that are live are read by GET and nothing else', async () => {
		const methods: string[] = [];
		const server = createServer((request, response) => {
			methods.push(request.method ?? '');
			response.setHeader('content-type', 'application/json');
			response.end(read('task.json'));
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		saveTask();
		const account = {
			SENDAI_API_KEY: 'sk_live_must_never_be_seen',
			SENDAI_TEAM_ID: 'team_1',
			SENDAI_PROJECT_IDS: 'project_1',
			SENDAI_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		};
		const { code, out } = await init(['task_1'], account);
		server.closeAllConnections();
		server.close();
		expect(code).toBe(0);
		expect(methods).toEqual(['GET']);
		expect(existsSync(at('rules', 'invoice.json'))).toBe(true);
		expect(out).toContain('probe task_1');
		const written = [read('.env'), ...readdirSync(at('rules')).map((name) => read('rules', name)), out].join('\n');
		expect(written).not.toContain('sk_live');
	});

	it('that no rule can be made of are left out, and nothing is written when none remains', async () => {
		const broken = saveTask('broken.json', { pages: [{ id: 1 }] });
		const empty = saveTask('empty.json', {
			pages: [wirePage({ annotations: [], checkboxes: [], segments: [], signatures: [] })],
		});
		const { code, err } = await init([broken, empty]);
		expect(code).toBe(1);
		expect(err).toContain('broken.json was left out: it is not as documented (pages[0].id is a number, not an id).');
		expect(err).toContain('empty.json was left out: nothing was read from its document.');
		expect(existsSync(at('.env'))).toBe(false);

		const some = await init([broken, saveTask()]);
		expect(some.code).toBe(0);
		expect(some.out).toContain('made of 1 task:');
	});

	it.each([
		[['missing.json'], 3],
		[['--rule', 'Not Kebab'], 2],
		[['--bogus'], 2],
	])('%j: %i, and no stack', async (args, wanted) => {
		const { code, err } = await init(args);
		expect(code).toBe(wanted);
		expect(err).not.toMatch(/\n\s+at /);
		expect(existsSync(at('.env'))).toBe(false);
	});
});

describe('what is printed', () => {
	it('with --dry-run is the rule, and nothing is written', async () => {
		const { code, out } = await init([saveTask(), '--dry-run']);
		expect(code).toBe(0);
		expect(out).toContain('"mode": "shadow"');
		expect(out).toContain('would write');
		expect(readdirSync(dir)).toEqual(['task.json']);
	});

	it('with --json is data without a secret', async () => {
		const { out } = await init([saveTask(), '--json'], { SENDAI_TEAM_ID: 'team_1' });
		expect(JSON.parse(out)).toMatchObject({
			env: { path: at('.env'), outcome: 'written', toFill: ['SENDAI_API_KEY'], missing: [] },
			rule: { id: 'invoice', path: at('rules', 'invoice.json'), tasks: 1, redacted: true },
			dryRun: false,
		});
		const { WEBHOOK_SECRETS = '?', OPERATOR_TOKEN = '?', SECRET_KEYS = '?' } = env();
		for (const secret of [WEBHOOK_SECRETS, OPERATOR_TOKEN, SECRET_KEYS]) expect(out).not.toContain(secret);
	});
});
