/**
 * A whole server, with a secret and document text in every input there is: configuration, rule files, webhooks, tasks,
 * errors of Send AI, operators' requests. Neither may come out anywhere.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { type RunningServer, startServer } from '../../src/cli/serve.ts';
import { readConfig, secretsOf } from '../../src/config.ts';
import { createLog } from '../../src/operations/log.ts';
import type { Clock } from '../../src/platform/index.ts';
import { createIo } from '../cli/io-under-test.ts';
import {
	answerAsSendAi,
	findPlanted,
	findWords,
	projectOf,
	rule,
	secret,
	secrets,
	taskIds,
	teamId,
	text,
	words,
} from './planted-inputs.ts';
import { recordSpans } from './recorded-spans.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenlane-planted-'));
const rulesDir = join(folder, 'rules');
const logged: string[] = [];
const alerts: { code: string; text: string; body: string }[] = [];
const answers: { what: string; status: number; said: string }[] = [];
const posts: string[] = [];
const spans = recordSpans();
let server: RunningServer;
const commands: { what: string; said: string }[] = [];
let metrics = '';
let ledgerBytes = '';
let contentsKept = 0;
let contents = '';

/** A minute passes in a second. */
const began = Date.now();
const pace = 60;
const clock: Clock = {
	now: () => began + (Date.now() - began) * pace,
	sleep: (ms, signal) => wait(Math.min(ms / pace, 2 ** 31 - 1), undefined, signal === undefined ? {} : { signal }),
};

async function ask(path: string, init: RequestInit & { readonly token?: string | null } = {}): Promise<Response> {
	const { token = secrets.operator, headers, ...rest } = init;
	const response = await fetch(`${server.address}${path}`, {
		redirect: 'manual',
		...rest,
		headers: {
			...(token === null ? {} : { authorization: `Bearer ${token}` }),
			...(headers as Record<string, string>),
		},
	});
	const said = await response.clone().text();
	const head = JSON.stringify([...response.headers]);
	answers.push({ what: `${rest.method ?? 'GET'} ${path}`, status: response.status, said: `${head}\n${said}` });
	return response;
}

async function showTo(path: string, token: string): Promise<string> {
	const response = await fetch(`${server.address}${path}`, { headers: { authorization: `Bearer ${token}` } });
	return await response.text();
}

const post = (path: string, body: unknown, more: RequestInit & { readonly token?: string | null } = {}) =>
	ask(path, {
		method: 'POST',
		...more,
		headers: { 'content-type': 'application/json', ...(more.headers as Record<string, string>) },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});

async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
	for (const end = Date.now() + 12_000; !(await isSo()); await wait(30)) {
		if (Date.now() > end) throw new Error(`it never came: ${what}\n${logged.slice(-20).join('\n')}`);
	}
}

async function sendWebhooks(): Promise<void> {
	const notification = (id: string, over: Record<string, unknown>) => ({
		id,
		event: 'task.in_review',
		event_level: 'TASK',
		team_id: teamId,
		project_id: 'proj_1',
		comment: text(`webhook-${id}`),
		upload: {
			id: 'upl_1',
			name: text(`upload-${id}`),
			status: 'IN_REVIEW',
			files: {},
			meta: [{ name: text(`upload-meta-name-${id}`), value: text(`upload-meta-${id}`) }],
			folder_id: 'fld_1',
			created_at: '2026-06-01T08:00:00Z',
		},
		task: null,
		...over,
	});
	const headers = {
		'x-debug': secret('webhook-header'),
		cookie: `a=${secret('webhook-cookie')}`,
		'user-agent': text('agent'),
	};
	const path = '/webhooks/send-ai';
	const send = (body: unknown, more: RequestInit & { readonly token?: string } = {}) =>
		post(path, body, {
			token: secrets.webhook,
			...more,
			headers: { ...headers, ...(more.headers as Record<string, string>) },
		});
	for (const id of taskIds) {
		const task = { id, name: text(`webhook-task-${id}`), status: 'REVIEWING', step_type: 'EXTRACT', meta: [] };
		await send(notification(`evt-${id}`, { project_id: projectOf(id), task }));
		await send(notification(`evt-${id}`, { project_id: projectOf(id), task }));
	}
	await send(notification('evt-upload', { event: 'upload.in_review', event_level: 'UPLOAD' }));
	await send(notification('evt-team', { team_id: text('other-team') }));
	await send(notification('evt-shape', { project_id: { a: text('shape') } }));
	await send(`{"a": "${text('broken-json')}`);
	await send(notification('evt-token', {}), { token: secret('wrong-token') });
	await send({ text: text('not-json') }, { headers: { 'content-type': text('content-type') } });
	await send(notification('evt-long', { filling: text('too-long').padEnd(70_000) }));
}

async function actAsOperators(): Promise<void> {
	const { items } = await server.ledger.listDecisions({ limit: 100 });
	const cases = (await server.ledger.listCases({ limit: 100 })).items;
	const gets = [
		...['/', '/tasks', '/upcoming', '/rules', '/events', '/controls', '/login', '/healthz', '/readyz', '/openapi.json'],
		...['/v1/decisions', '/v1/events', '/v1/rules', '/v1/summary', '/v1/cases', '/v1/cases.csv', '/v1/cases.jsonl'],
		...['/v1/upcoming', '/v1/rules/results', '/v1/controls', '/v1/statement', '/v1/proof', '/metrics'],
		...['/proof', '/statement'],
		...items.map(({ id }) => `/v1/decisions/${id}`),
		...cases.flatMap(({ id }) => [`/v1/cases/${id}`, `/tasks/${id}`]),
	];
	for (const path of gets) await ask(path);
	for (const { id, caseId } of items) {
		const paths = [`/v1/decisions/${id}/content`, `/tasks/${caseId}/content`];
		for (const path of paths) expect((await ask(path, { token: secrets.reader })).status).toBe(403);
		// Who may see it does; of that nothing may go elsewhere either.
		for (const path of paths) contents += await showTo(path, secrets.operator);
	}
	for (const path of gets.slice(0, 12)) await ask(path, { token: secret('wrong-operator') });
	const [one] = cases;
	for (const path of ['/v1/cases', '/v1/decisions', '/v1/events', '/nowhere']) {
		await ask(`${path}?limit=${encodeURIComponent(text('query'))}`);
		await ask(`${path}/${encodeURIComponent(text('path'))}`);
	}
	for (const path of ['/v1/pause', '/v1/resume', '/v1/tasks', '/v1/simulate', '/v1/events/redeliver', '/login']) {
		await post(path, { [text('key')]: text('value') });
		await post(path, `{"a": "${text('operator-json')}`);
		await post(path, { project_id: { a: text('type') }, task_ids: [7, text('list')] });
		await post(path, { project_id: 'proj_1' }, { token: secrets.reader });
	}
	await ask('/login', {
		method: 'POST',
		token: null,
		headers: { 'content-type': 'application/x-www-form-urlencoded', origin: server.address },
		body: new URLSearchParams({ token: secret('login-token'), next: text('next') }).toString(),
	});
	expect((await post('/v1/pause', { scope: 'proj_1', why: words('why') })).status).toBe(200);
	expect((await post('/v1/resume', { scope: 'proj_1', why: words('why') })).status).toBe(200);
	if (one !== undefined) await post(`/v1/cases/${one.id}/retry`, { note: text('retry') });
}

beforeAll(async () => {
	mkdirSync(rulesDir);
	writeFileSync(join(rulesDir, 'invoice.json'), JSON.stringify(rule('live')));
	writeFileSync(join(rulesDir, 'trial.json'), JSON.stringify(rule('shadow')));
	const reading = readConfig(
		{
			SENDAI_API_KEY: secrets.SENDAI_API_KEY,
			SENDAI_TEAM_ID: teamId,
			SENDAI_PROJECT_IDS: 'proj_1,proj_2,proj_3,proj_4',
			SENDAI_BASE_URL: 'http://127.0.0.1:9',
			WEBHOOK_SECRETS: secrets.webhook,
			OPERATORS: `alice:operate:${secrets.operator},bob:read:${secrets.reader}`,
			SECRET_KEYS: secrets.SECRET_KEYS,
			DATABASE_URL: `file:${join(folder, 'greenlane.db')}`,
			RULES_DIR: rulesDir,
			PORT: '0',
			DAILY_LIMIT: '4',
			// Sealed: it is in the ledger, and no word of it.
			STORE_CONTENT_DAYS: '7',
			ALERT_WEBHOOK_URL: secrets.ALERT_WEBHOOK_URL,
			ALERT_WEBHOOK_SECRET: secrets.ALERT_WEBHOOK_SECRET,
		},
		{ readFile: () => '' },
	);
	if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
	expect(secretsOf(reading.config).every((one) => findPlanted(one).length > 0)).toBe(true);
	trace.setGlobalTracerProvider(spans.provider);
	const started = await startServer({
		config: reading.config,
		// Without the list of secrets: what is blotted out at the last moment has come too far already.
		log: createLog({ format: 'json', write: (line) => logged.push(line) }),
		clock,
		random: () => 0.5,
		lookEveryMs: 6_000,
		fetch: async (address, init) => {
			if (!address.startsWith('https://hooks.')) return answerAsSendAi(address, init?.method ?? 'GET', posts);
			const body = String(init?.body);
			alerts.push({
				...(JSON.parse(body) as { code: string; text: string }),
				body: `${body}${JSON.stringify(init?.headers)}`,
			});
			return new Response(`${secrets.ALERT_WEBHOOK_SECRET}`, { status: alerts.length % 3 === 0 ? 500 : 200 });
		},
	});
	if (!started.ok) throw new Error(JSON.stringify(started));
	server = started;

	await sendWebhooks();
	const codes = () => new Set(alerts.map(({ code }) => code));
	await until('alerts', () =>
		['completed-other-data', 'complete-gate-closed', 'read-gate-closed', 'needs-human'].every((code) =>
			codes().has(code),
		),
	);
	await until('completions', () => ['tsk-denied', 'tsk-refused', 'tsk-unknown'].every((id) => posts.includes(id)));
	await until('decisions', async () => (await server.ledger.listDecisions({ limit: 100 })).items.length >= 4);
	writeFileSync(join(rulesDir, 'trial.json'), `{"mode": "${words('bad-mode')}", "${words('bad-key')}": 1}`);
	await server.reload();
	await actAsOperators();
	metrics = await (await ask('/metrics', { token: secrets.reader })).text();
	const kept = await Promise.all(
		(await server.ledger.listDecisions({ limit: 100 })).items.map(({ id }) =>
			server.ledger.contentOf(id, 8 * 86_400_000),
		),
	);
	contentsKept = kept.filter((one) => one !== null).length;
	await server.stop();
	const path = join(folder, 'greenlane.db');
	for (const args of [
		['export'],
		['statement', '--month', '2026-06'],
		['sample-size', '--max-error', '1%', '--certainty', '95%'],
		['replay', rulesDir],
		['backup', '--out', join(folder, 'copy.db')],
		['forget', 'tsk-low', '--project', projectOf('tsk-low')],
		['forget', text('no-such-task'), '--project', 'proj_1'],
	]) {
		for (const json of [[], ['--json']]) {
			const { io, out, err } = createIo({ environment: () => ({ OPERATOR_TOKEN: secrets.operator }) });
			await runCli([...args, '--db', path, ...json], io);
			commands.push({ what: args.join(' '), said: `${out()}\n${err()}` });
		}
	}
	ledgerBytes = readdirSync(folder)
		.filter((name) => name.startsWith('greenlane.db') || name === 'copy.db')
		.map((name) => readFileSync(join(folder, name), 'latin1'))
		.join('\n');
}, 40_000);

afterAll(() => {
	trace.disable();
	rmSync(folder, { recursive: true, force: true });
});

describe('what is planted in every input', () => {
	it('went everywhere: the bot met errors, judged, completed, and told people', () => {
		const paths = new Set(answers.map(({ what }) => what.split(' ')[1]?.split('?')[0]));
		expect(paths.size).toBeGreaterThan(40);
		for (const status of [200, 202, 400, 401, 403, 404, 413, 415]) {
			expect(
				answers.map((answer) => answer.status),
				String(status),
			).toContain(status);
		}
		for (const id of ['tsk-other', 'tsk-denied', 'tsk-refused', 'tsk-unknown']) expect(posts).toContain(id);
		expect(logged.length).toBeGreaterThan(30);
		expect(ledgerBytes).toContain('tsk-garbled');
		expect(metrics).toContain('greenlane_condition_failures_total{rule="invoice",condition="certain"}');
		// And if it were anywhere, it would be found.
		expect(findPlanted(JSON.stringify({ a: text('proof') }))).not.toEqual([]);
		expect(findPlanted(`Bearer ${secrets.operator}`)).not.toEqual([]);
	});

	it('is in no line of the log', () => {
		expect(findPlanted(logged.join('\n'))).toEqual([]);
		expect(findWords(logged.join('\n'))).toEqual([]);
	});

	it('is in no metric', () => {
		expect(findPlanted(metrics)).toEqual([]);
		expect(findWords(metrics)).toEqual([]);
	});

	it('is in no page, and in no answer or error of the API', () => {
		const found = answers.flatMap(({ what, said }) => {
			const [, path = ''] = what.split(' ');
			return findPlanted(said)
				.filter((one) => !findPlanted(path).includes(one))
				.map((one) => `${what}: ${one}`);
		});
		expect(found).toEqual([]);
	});

	it('is in nothing that a command says of the ledger', () => {
		expect(commands.some(({ said }) => said.includes('"greenlane-export"'))).toBe(true);
		const found = commands.flatMap(({ what, said }) =>
			findPlanted(said)
				.filter((one) => !findPlanted(what).includes(one))
				.map((one) => `${what}: ${one}`),
		);
		expect(found).toEqual([]);
	});

	it('is in no alert', () => {
		const told = alerts.map(({ body }) => body).join('\n');
		expect(findPlanted(told)).toEqual([]);
		expect(findWords(told)).toEqual([]);
	});

	it('is in no trace', () => {
		const names = new Set(spans.recorded.map(({ name }) => name));
		expect([...names]).toEqual(expect.arrayContaining(['event', 'case', 'send-ai read-task', 'send-ai complete']));
		const told = JSON.stringify(spans.recorded);
		expect(findPlanted(told)).toEqual([]);
		expect(findWords(told)).toEqual([]);
	});

	it('is in no byte of the ledger, though it keeps what documents said', () => {
		expect(contentsKept).toBeGreaterThan(2);
		expect(findPlanted(contents)).not.toEqual([]);
		expect(findPlanted(ledgerBytes)).toEqual([]);
	});

	it('and each line of a step names what it is about', () => {
		const lines = logged.map((line) => JSON.parse(line) as Record<string, unknown>);
		const decidedLines = lines.filter(({ message, decision_id }) => message === 'case' && decision_id !== undefined);
		expect(decidedLines.length).toBeGreaterThan(8);
		for (const line of decidedLines) expect(line).toHaveProperty('revision', expect.stringMatching(/^[0-9a-f]{64}$/));
		const judged = lines.filter(({ message, task_id }) => message === 'case' && task_id === 'tsk-low');
		const [decided] = judged.filter(({ state }) => state === 'review');
		expect(decided).toMatchObject({
			event_id: 'evt-tsk-low',
			case_id: expect.any(String),
			decision_id: expect.any(String),
			revision: expect.stringMatching(/^[0-9a-f]{64}$/),
		});
		const [sent] = lines.filter(
			({ message, task_id, state }) => message === 'case' && task_id === 'tsk-other' && state === 'completing',
		);
		expect(sent).toMatchObject({
			event_id: 'evt-tsk-other',
			decision_id: expect.any(String),
			revision: expect.any(String),
		});
		const [span] = spans.recorded.filter(
			({ name, attributes }) => name === 'send-ai complete' && attributes['greenlane.task_id'] === 'tsk-other',
		);
		expect(span?.attributes).toEqual({
			'greenlane.project_id': 'proj_3',
			'greenlane.task_id': 'tsk-other',
			'greenlane.status': 200,
		});
	});
});
