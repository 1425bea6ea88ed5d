import { describe, expect, it } from 'vitest';
import {
	type ConfigProblem,
	formatProblem,
	readConfig,
	readSendAiConfig,
	requireSecretKeys,
	secretsOf,
	variableNames,
} from '../../src/config.ts';
import type { Rule, RuleSet } from '../../src/core/ruleset/types.ts';

const apiKey = 'sk_live_0123456789abcdef';
const webhookToken = 'webhook-token-0123456789';

const least = {
	SENDAI_API_KEY: apiKey,
	SENDAI_TEAM_ID: 'team_1',
	SENDAI_PROJECT_IDS: 'proj_1',
	WEBHOOK_SECRETS: webhookToken,
};

function read(env: Record<string, string | undefined>, files: Record<string, string> = {}) {
	return readConfig(env, {
		readFile(path) {
			const text = files[path];
			if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
			return text;
		},
	});
}

function configOf(env: Record<string, string | undefined>, files?: Record<string, string>) {
	const reading = read({ ...least, ...env }, files);
	if (!reading.ok) throw new Error(reading.problems.map(formatProblem).join('\n'));
	return reading.config;
}

function problemsOf(env: Record<string, string | undefined>, files?: Record<string, string>): readonly ConfigProblem[] {
	const reading = read(env, files);
	return reading.ok ? [] : reading.problems;
}

/** Problems with one variable, everything else being in order. */
function faultOf(name: string, value: string): string | undefined {
	const [problem, ...others] = problemsOf({ ...least, [name]: value });
	expect(others).toEqual([]);
	return problem?.name === name ? problem.fault : undefined;
}

describe('the configuration', () => {
	it('has a default for all that is not required', () => {
		expect(configOf({})).toEqual({
			sendai: {
				apiKey,
				teamId: 'team_1',
				projects: ['proj_1'],
				baseUrl: 'https://api.send.ai',
				taskListPath: null,
			},
			taskUrl: null,
			webhookSecrets: [webhookToken],
			operators: [],
			secretKeys: [],
			database: { kind: 'file', path: 'greenlane.db' },
			rulesDir: 'rules',
			host: '127.0.0.1',
			port: 8787,
			operatorPort: null,
			dailyLimit: null,
			webhookRate: 500,
			timeZone: 'UTC',
			concurrency: 8,
			unknownWaitMs: 60_000,
			retention: { eventsMs: 35 * 86_400_000, decisionsMs: 400 * 86_400_000, hashesMs: 30 * 86_400_000, contentMs: 0 },
			alertWebhookUrl: null,
			alertWebhookSecret: null,
		});
	});

	it('reads every variable', () => {
		const [first, second] = ['a'.repeat(32), 'b'.repeat(40)];
		expect(
			configOf({
				SENDAI_PROJECT_IDS: ' proj_1, proj_2 ',
				SENDAI_BASE_URL: 'http://127.0.0.1:9999',
				SENDAI_TASK_LIST_PATH: '/v2/{team_id}/project/{project_id}/tasks?status=REVIEWING',
				SENDAI_TASK_URL: 'https://app.example/projects/{project_id}/tasks/{task_id}',
				WEBHOOK_SECRETS: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw,another-token-0123456789',
				OPERATORS: 'alice:operate:alice-token-0123456789,bob:read:bob-token:with-colons-0123',
				SECRET_KEYS: `${first},${second}`,
				DATABASE_URL: 'file:/var/lib/greenlane/g.db',
				RULES_DIR: 'my-rules',
				PORT: '0',
				HOST: '0.0.0.0',
				OPERATOR_PORT: '9000',
				DAILY_LIMIT: '500',
				WEBHOOK_RATE: '50',
				TIMEZONE: 'Europe/Amsterdam',
				CONCURRENCY: '16',
				UNKNOWN_WAIT_SECONDS: '120',
				RETAIN_EVENTS_DAYS: '7',
				RETAIN_DECISIONS_DAYS: '90',
				RETAIN_HASHES_DAYS: '1',
				STORE_CONTENT_DAYS: '30',
				ALERT_WEBHOOK_URL: 'https://hooks.example.com/T0/B0/secret',
				ALERT_WEBHOOK_SECRET: 'whsec_bFRwcmQ4R0tZcXJUd2pVUEQ4SUxQWklv',
			}),
		).toMatchObject({
			sendai: {
				projects: ['proj_1', 'proj_2'],
				baseUrl: 'http://127.0.0.1:9999',
				taskListPath: '/v2/{team_id}/project/{project_id}/tasks?status=REVIEWING',
			},
			taskUrl: 'https://app.example/projects/{project_id}/tasks/{task_id}',
			webhookSecrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'another-token-0123456789'],
			operators: [
				{ name: 'alice', role: 'operate', token: 'alice-token-0123456789' },
				{ name: 'bob', role: 'read', token: 'bob-token:with-colons-0123' },
			],
			secretKeys: [first, second],
			database: { kind: 'file', path: '/var/lib/greenlane/g.db' },
			rulesDir: 'my-rules',
			port: 0,
			host: '0.0.0.0',
			operatorPort: 9000,
			dailyLimit: 500,
			webhookRate: 50,
			timeZone: 'Europe/Amsterdam',
			concurrency: 16,
			unknownWaitMs: 120_000,
			retention: {
				eventsMs: 7 * 86_400_000,
				decisionsMs: 90 * 86_400_000,
				hashesMs: 86_400_000,
				contentMs: 30 * 86_400_000,
			},
			alertWebhookUrl: 'https://hooks.example.com/T0/B0/secret',
			alertWebhookSecret: 'whsec_bFRwcmQ4R0tZcXJUd2pVUEQ4SUxQWklv',
		});
		expect(configOf({ SENDAI_PROJECT_IDS: '*' }).sendai.projects).toBeNull();
		expect(configOf({ DAILY_LIMIT: 'none' }).dailyLimit).toBeNull();
		expect(configOf({ WEBHOOK_RATE: 'none' }).webhookRate).toBeNull();
		expect(configOf({ DATABASE_URL: 'file:///srv/g.db' }).database).toEqual({ kind: 'file', path: '/srv/g.db' });
		const url = 'postgres://bot:hush%21hush@db.example:5433/greenlane';
		expect(configOf({ DATABASE_URL: url }).database).toEqual({ kind: 'postgres', url });
		expect(configOf({ OPERATOR_TOKEN: 'operator-token-0123' }).operators).toEqual([
			{ name: 'operator', role: 'operate', token: 'operator-token-0123' },
		]);
	});

	it('names all that is missing at once, each with its remedy', () => {
		const problems = problemsOf({});
		expect(problems.map((problem) => problem.name)).toEqual([
			'SENDAI_API_KEY',
			'SENDAI_TEAM_ID',
			'SENDAI_PROJECT_IDS',
			'WEBHOOK_SECRETS',
		]);
		for (const problem of problems) {
			expect(problem.fault).toBe('is not set');
			expect(problem.remedy).toMatch(/^set it to /);
		}
		// Compose files write `NAME=` for what is not given.
		expect(problemsOf({ ...least, SENDAI_API_KEY: '  ' })).toHaveLength(1);
	});

	it.each([
		['SENDAI_API_KEY', 'two words', 'holds characters that no key has'],
		['SENDAI_TEAM_ID', '..', 'is not an id'],
		['SENDAI_PROJECT_IDS', ',', 'names no project'],
		['SENDAI_PROJECT_IDS', '*,proj_1', 'names * beside other projects'],
		['SENDAI_PROJECT_IDS', 'proj_1,proj_1', 'names a project twice'],
		['SENDAI_PROJECT_IDS', 'proj_1,a\u0000b', 'holds something that is not an id'],
		['SENDAI_BASE_URL', 'api.send.ai', 'is not a URL'],
		['SENDAI_BASE_URL', 'http://api.send.ai', 'must be https (http only for this machine): it is sent the API key'],
		['SENDAI_BASE_URL', 'https://user:pw@api.send.ai', 'must hold no user name or password'],
		['SENDAI_TASK_URL', 'app.example/{task_id}', 'is not an http address'],
		['SENDAI_TASK_URL', 'javascript:alert(1)//{task_id}', 'is not an http address'],
		['SENDAI_TASK_URL', 'https://app.example/tasks', 'does not say where the {task_id} stands'],
		[
			'SENDAI_TASK_URL',
			'https://app.example/{team_id}/{task_id}',
			'holds another placeholder than {task_id} and {project_id}',
		],
		['SENDAI_TASK_LIST_PATH', 'v2/tasks', 'must begin with one slash: it is a path at SENDAI_BASE_URL'],
		[
			'WEBHOOK_SECRETS',
			'short',
			'holds a bearer token with fewer than 16 characters, or with others than visible ASCII',
		],
		['WEBHOOK_SECRETS', 'whsec_not*base64*at*all*', 'holds a whsec_ secret that is not valid base64'],
		['WEBHOOK_SECRETS', 'whsec_AAAA', 'holds a whsec_ secret that is too short'],
		['WEBHOOK_SECRETS', ' , ', 'names no secret'],
		['OPERATOR_TOKEN', 'short', 'has fewer than 16 characters, or others than visible ASCII'],
		[
			'OPERATORS',
			'brake:operate:0123456789abcdef',
			'names an operator brake, which is what a brake that trips calls itself',
		],
		['OPERATORS', 'alice:admin:alice-token-0123456789', 'holds an entry whose role is neither read nor operate'],
		['OPERATORS', 'alice:read:short', 'holds a token with fewer than 16 characters'],
		['OPERATORS', ':read:alice-token-0123456789', 'holds an entry without a name of letters, digits and . _ @ -'],
		['OPERATORS', 'a:read:token-0123456789-a,a:read:token-0123456789-b', 'names an operator twice'],
		['OPERATORS', 'a:read:token-0123456789,b:operate:token-0123456789', 'gives two operators the same token'],
		['SECRET_KEYS', 'short', 'holds a key with fewer than 32 characters'],
		['DATABASE_URL', 'postgres://user:hush-hush@/greenlane', 'is no postgres: address with a host'],
		['DATABASE_URL', 'postgres://db.example', 'names no database'],
		['DATABASE_URL', 'postgresql://db.example/a/b', 'names no database'],
		['DATABASE_URL', 'greenlane.db', 'is neither a file: nor a postgres: address'],
		['DATABASE_URL', 'file:', 'names no file'],
		['DATABASE_URL', 'file::memory:', 'asks for memory, where a crash would lose accepted events'],
		['DATABASE_URL', 'file:a.db?mode=ro', 'holds a query or a fragment'],
		['PORT', '80a', 'is not a whole number'],
		['PORT', '65536', 'is not between 0 and 65535'],
		['OPERATOR_PORT', '70000', 'is not a port'],
		['OPERATOR_PORT', '8787', 'is the same as PORT'],
		['DAILY_LIMIT', 'some', 'is neither a whole number nor none'],
		['WEBHOOK_RATE', '0', 'is neither a whole number above 0 nor none'],
		['DAILY_LIMIT', '-1', 'is neither a whole number nor none'],
		['TIMEZONE', 'Amsterdam', 'is not a time zone that this machine knows'],
		['CONCURRENCY', '0', 'is not between 1 and 100'],
		['CONCURRENCY', '1e2', 'is not a whole number'],
		['UNKNOWN_WAIT_SECONDS', '0', 'is not between 10 and 86400'],
		['RETAIN_EVENTS_DAYS', '401', 'is more than RETAIN_DECISIONS_DAYS'],
		['RETAIN_HASHES_DAYS', '0', 'is not between 1 and 3650'],
		['RETAIN_DECISIONS_DAYS', '400d', 'is not a whole number'],
		['STORE_CONTENT_DAYS', 'forever', 'is not a whole number'],
		['ALERT_WEBHOOK_URL', 'http://hooks.example.com', 'must be https (http only for this machine)'],
		['ALERT_WEBHOOK_URL', 'nonsense', 'is not a URL'],
	])('%s=%s %s', (name, value, fault) => {
		expect(faultOf(name, value)).toBe(fault);
	});

	it.each([
		['plain-secret-0123456789', 'does not begin with whsec_'],
		['whsec_not base64', 'is not valid base64 after whsec_'],
		['whsec_c2hvcnQ=', 'is too short'],
	])('takes no ALERT_WEBHOOK_SECRET that %s', (value, fault) => {
		const problems = problemsOf({
			...least,
			ALERT_WEBHOOK_URL: 'https://hooks.example.com',
			ALERT_WEBHOOK_SECRET: value,
		});
		expect(problems).toMatchObject([{ name: 'ALERT_WEBHOOK_SECRET', fault }]);
	});

	it('keeps what documents say only under a key, and for no longer than decisions', () => {
		const keys = { SECRET_KEYS: 'k'.repeat(32) };
		const kept = { ...least, STORE_CONTENT_DAYS: '30' };
		expect(problemsOf(kept)).toMatchObject([
			{ name: 'STORE_CONTENT_DAYS', fault: expect.stringContaining('SECRET_KEYS') },
		]);
		expect(problemsOf({ ...kept, ...keys })).toEqual([]);
		const longer = problemsOf({ ...kept, ...keys, RETAIN_DECISIONS_DAYS: '35', STORE_CONTENT_DAYS: '36' });
		expect(longer).toMatchObject([{ name: 'STORE_CONTENT_DAYS', fault: 'is more than RETAIN_DECISIONS_DAYS' }]);
	});

	it('wants an address for alerts that are to be signed', () => {
		const problems = problemsOf({ ...least, ALERT_WEBHOOK_SECRET: 'whsec_bFRwcmQ4R0tZcXJUd2pVUEQ4SUxQWklv' });
		expect(problems.map((problem) => problem.fault)).toEqual(['is set although ALERT_WEBHOOK_URL is not']);
	});

	it('wants an operator off loopback, and only there', () => {
		const open = problemsOf({ ...least, HOST: '0.0.0.0' });
		expect(open.map(formatProblem)).toEqual([
			expect.stringMatching(/^OPERATOR_TOKEN is not set although HOST can be reached from other machines; set it to /),
		]);
		for (const HOST of ['127.0.0.1', '127.1.2.3', '::1', 'localhost'])
			expect(problemsOf({ ...least, HOST })).toEqual([]);
		expect(problemsOf({ ...least, HOST: '::', OPERATOR_TOKEN: 'operator-token-0123' })).toEqual([]);
	});

	it('wants a host that can be listened on', () => {
		const problems = problemsOf({ ...least, HOST: 'not a host', OPERATOR_TOKEN: 'operator-token-0123' });
		expect(problems).toMatchObject([{ name: 'HOST', fault: 'is not an address' }]);
	});

	it('takes one of OPERATOR_TOKEN and OPERATORS', () => {
		const both = { OPERATOR_TOKEN: 'operator-token-0123', OPERATORS: 'alice:read:alice-token-0123456789' };
		expect(problemsOf({ ...least, ...both }).map((problem) => problem.fault)).toEqual(['is set, and so is OPERATORS']);
	});
});

describe('_FILE twins', () => {
	it('give any variable from a file, without the line end', () => {
		for (const name of variableNames)
			expect(problemsOf({ ...least, [`${name}_FILE`]: '/nowhere' }).length).toBeGreaterThan(0);
		const { SENDAI_API_KEY: _, ...rest } = least;
		const reading = read({ ...rest, SENDAI_API_KEY_FILE: '/run/key' }, { '/run/key': `${apiKey}\r\n` });
		expect(reading.ok && reading.config.sendai.apiKey).toBe(apiKey);
	});

	it('must not stand beside the variable itself', () => {
		expect(problemsOf({ ...least, SENDAI_API_KEY_FILE: '/run/key' }, { '/run/key': 'x' })).toEqual([
			{
				name: 'SENDAI_API_KEY',
				fault: 'is set, and so is SENDAI_API_KEY_FILE',
				remedy: 'unset SENDAI_API_KEY or SENDAI_API_KEY_FILE',
			},
		]);
	});

	it('that cannot be read, or are empty, are one problem each', () => {
		const { SENDAI_API_KEY: _, ...rest } = least;
		expect(problemsOf({ ...rest, SENDAI_API_KEY_FILE: '/run/none' })).toMatchObject([
			{ name: 'SENDAI_API_KEY_FILE', fault: 'names a file that cannot be read' },
		]);
		expect(problemsOf({ ...rest, SENDAI_API_KEY_FILE: '/run/key' }, { '/run/key': '\n' })).toMatchObject([
			{ name: 'SENDAI_API_KEY_FILE', fault: 'names an empty file' },
		]);
	});
});

describe('names that are nearly right', () => {
	it.each([
		['SENDAI_APIKEY', 'SENDAI_API_KEY'],
		['SENDAI_API_KEYS', 'SENDAI_API_KEY'],
		['SENDAI_TEAMID', 'SENDAI_TEAM_ID'],
		['SENDAI_PROJECT_ID', 'SENDAI_PROJECT_IDS'],
		['sendai_project_ids', 'SENDAI_PROJECT_IDS'],
		['WEBHOOK_SECRET', 'WEBHOOK_SECRETS'],
		['WEBHOOK_SECRET_FILE', 'WEBHOOK_SECRETS'],
	] as const)('%s: did you mean %s?', (name, meant) => {
		const { [meant]: value, ...rest } = least;
		// One problem: the misspelt name. That the right one is missing goes without saying.
		expect(problemsOf({ ...rest, [name]: value }).map(formatProblem)).toEqual([
			`${name} is not a setting; did you mean ${meant}?; rename it to ${meant}, or unset it.`,
		]);
	});

	it('are found for optional settings too, which would be ignored without a word otherwise', () => {
		for (const [name, meant] of [
			['DAILY_LIMITS', 'DAILY_LIMIT'],
			['TIME_ZONE', 'TIMEZONE'],
			['SECRET_KEY', 'SECRET_KEYS'],
			['UNKNOWN_WAIT_SECOND', 'UNKNOWN_WAIT_SECONDS'],
		] as const) {
			expect(problemsOf({ ...least, [name]: '5' })).toMatchObject([
				{ name, fault: `is not a setting; did you mean ${meant}?` },
			]);
		}
	});

	it('are left alone when the right name is set, or when they mean something else', () => {
		expect(problemsOf({ ...least, WEBHOOK_SECRET: 'x', DATABASE_URL: 'file:g.db', DATABASE_URI: 'x' })).toEqual([]);
		const usual = [
			'HOME',
			'PATH',
			'HOSTNAME',
			'LANG',
			'PWD',
			'USER',
			'SHELL',
			'TERM',
			'TZ',
			'NODE_ENV',
			'EDITOR',
			'PORTS',
		];
		expect(problemsOf({ ...least, ...Object.fromEntries(usual.map((name) => [name, 'x'])) })).toEqual([]);
	});
});

describe('secrets', () => {
	it('never stand in a problem, whatever is wrong with them', () => {
		const secret = 'Sup3r$ecret';
		for (const name of variableNames) {
			for (const value of [
				secret,
				`${secret} x`,
				`${secret},${secret}`,
				`alice:${secret}`,
				`https://${secret}:x@host`,
			]) {
				const problems = problemsOf({ ...least, [name]: value, [`${name}S`]: value, [`${name}_FILE`]: value });
				expect(problems.length).toBeGreaterThan(0);
				expect(JSON.stringify(problems)).not.toContain(secret);
			}
		}
	});

	it('are all known to the log', () => {
		const config = configOf({
			OPERATOR_TOKEN: 'operator-token-0123',
			SECRET_KEYS: 'k'.repeat(32),
			ALERT_WEBHOOK_URL: 'https://hooks.example.com/secret',
			ALERT_WEBHOOK_SECRET: 'whsec_bFRwcmQ4R0tZcXJUd2pVUEQ4SUxQWklv',
		});
		expect(secretsOf(config)).toEqual([
			apiKey,
			webhookToken,
			'operator-token-0123',
			'k'.repeat(32),
			'https://hooks.example.com/secret',
			'whsec_bFRwcmQ4R0tZcXJUd2pVUEQ4SUxQWklv',
		]);
		const inAddress = secretsOf(configOf({ DATABASE_URL: 'postgres://bot:hush%21hush@db.example/greenlane' }));
		expect(inAddress).toEqual(expect.arrayContaining(['hush%21hush', 'hush!hush']));
	});

	it('SECRET_KEYS is wanted as soon as a rule is live', () => {
		const ruleSet = (...modes: Rule['mode'][]) => ({ rules: modes.map((mode) => ({ mode })) }) as unknown as RuleSet;
		expect(requireSecretKeys(configOf({}), ruleSet('shadow', 'off'))).toBeNull();
		expect(requireSecretKeys(configOf({}), ruleSet('shadow', 'live'))).toMatchObject({ name: 'SECRET_KEYS' });
		expect(requireSecretKeys(configOf({ SECRET_KEYS: 'k'.repeat(32) }), ruleSet('live'))).toBeNull();
	});
});

describe('the part that commands need which only read', () => {
	it('asks for nothing else', () => {
		const { WEBHOOK_SECRETS: _, ...account } = least;
		const reading = readSendAiConfig(
			{ ...account, PORT: 'nonsense', WEBHOOK_SECRET: 'x', HOST: '0.0.0.0' },
			{ readFile: () => '' },
		);
		expect(reading).toMatchObject({
			ok: true,
			sendai: { teamId: 'team_1' },
			timeZone: 'UTC',
			database: { kind: 'file', path: 'greenlane.db' },
		});
	});

	it('says what is missing', () => {
		const reading = readSendAiConfig({ SENDAI_APIKEY: 'x' }, { readFile: () => '' });
		expect(reading.ok ? [] : reading.problems.map((problem) => problem.name)).toEqual([
			'SENDAI_APIKEY',
			'SENDAI_TEAM_ID',
			'SENDAI_PROJECT_IDS',
		]);
	});
});
