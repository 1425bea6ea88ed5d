/** A project folder with a program that stands in for wrangler, where an account would be needed, and a deployed Worker. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createRunWrangler, type RunWrangler } from '../../src/cli/run-wrangler.ts';

export interface Call {
	readonly args: readonly string[];
	readonly environment: Readonly<Record<string, string>>;
}

/** What the program answers to a command that begins so, instead of what an account in order would. */
export type Answers = Readonly<
	Record<string, { readonly code?: number; readonly stdout?: string; readonly stderr?: string }>
>;

const secrets = ['SENDAI_API_KEY', 'WEBHOOK_SECRETS', 'OPERATOR_TOKEN', 'SECRET_KEYS'];
const inOrder: Answers = {
	whoami: { stdout: '{"loggedIn":true}' },
	'secret list': { stdout: JSON.stringify(secrets.map((name) => ({ name, type: 'secret_text' }))) },
};

const program = `
import { appendFileSync, readFileSync } from 'node:fs';
const args = process.argv.slice(2);
appendFileSync('calls.ndjson', JSON.stringify({ args, environment: process.env }) + '\\n');
const answers = JSON.parse(readFileSync('answers.json', 'utf8'));
const { code = 0, stdout = '', stderr = '' } = answers[Object.keys(answers).find((key) => args.join(' ').startsWith(key))] ?? {};
const output = process.env.WRANGLER_OUTPUT_FILE_PATH;
if (args[0] === 'deploy' && code === 0) {
	const isDry = args.includes('--dry-run');
	const targets = JSON.parse(readFileSync('targets.json', 'utf8'));
	const uploaded = isDry ? { version_id: null } : { version_id: 'version-1', targets };
	const session = { type: 'wrangler-session', version: 1 };
	const deploy = { type: 'deploy', version: 1, ...uploaded, bundle_size: { raw_bytes: 4096, gzip_bytes: 1024 } };
	appendFileSync(output, JSON.stringify(session) + '\\n' + JSON.stringify(deploy) + '\\n');
}
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
`;

export interface Project {
	readonly root: string;
	readonly rules: string;
	readonly wrangler: RunWrangler;
	/** What was asked of the program so far. */
	calls(): readonly Call[];
}

/** Goes with the test. `toml`: changes wrangler.toml, which is filled in otherwise. */
export function layOutProject(
	rule: string,
	answers: Answers = {},
	{ toml = (text: string) => text, targets = ['https://greenlane.example.workers.dev', 'schedule: * * * * *'] } = {},
): Project {
	const root = mkdtempSync(join(tmpdir(), 'greenlane-deploy-test-'));
	onTestFinished(() => rmSync(root, { recursive: true, force: true }));
	const rules = join(root, 'rules');
	mkdirSync(rules);
	writeFileSync(join(rules, 'invoice.json'), rule);
	const ours = readFileSync(new URL('../../wrangler.toml', import.meta.url), 'utf8')
		.replaceAll('00000000-0000-0000-0000-00000000000', '6f1b2c3d-0000-4000-8000-00000000000')
		.replaceAll('SENDAI_TEAM_ID = ""', 'SENDAI_TEAM_ID = "team_1"')
		.replaceAll('SENDAI_PROJECT_IDS = ""', 'SENDAI_PROJECT_IDS = "proj_1"');
	writeFileSync(join(root, 'wrangler.toml'), toml(ours));
	writeFileSync(join(root, 'targets.json'), JSON.stringify(targets));
	writeFileSync(join(root, 'answers.json'), JSON.stringify({ ...answers, ...rest(inOrder, answers) }));
	const script = join(root, 'wrangler.mjs');
	writeFileSync(script, program);
	const secret = 'must-not-be-handed-on';
	const environment = {
		PATH: process.env.PATH,
		OPERATOR_TOKEN: secret,
		OPERATORS: secret,
		SENDAI_API_KEY: secret,
		WEBHOOK_SECRETS: secret,
		SECRET_KEYS: secret,
		DATABASE_URL: secret,
		ALERT_WEBHOOK_URL: secret,
		ALERT_WEBHOOK_SECRET: secret,
	};
	return {
		root,
		rules,
		wrangler: createRunWrangler({ root, environment, script }),
		calls() {
			try {
				const lines = readFileSync(join(root, 'calls.ndjson'), 'utf8').trim().split('\n');
				return lines.map((line) => JSON.parse(line) as Call);
			} catch {
				return [];
			}
		},
	};
}

function rest(all: Answers, without: Answers): Answers {
	return Object.fromEntries(Object.entries(all).filter(([key]) => !(key in without)));
}

export interface Reply {
	readonly status: number;
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
}

export interface DeployedWorker {
	readonly url: string;
	/** Method, path and token of each call. */
	readonly asked: readonly string[];
}

/** A server on loopback that gives these answers to a path in turn, the last of them again and again. */
export async function serveReplies(replies: Readonly<Record<string, readonly Reply[]>>): Promise<DeployedWorker> {
	const asked: string[] = [];
	const counts = new Map<string, number>();
	const server = createServer((request, response) => {
		const path = request.url ?? '';
		asked.push(`${request.method} ${path} ${request.headers.authorization ?? ''}`.trim());
		const count = counts.get(path) ?? 0;
		counts.set(path, count + 1);
		const list = replies[path] ?? [];
		const reply = list[Math.min(count, list.length - 1)] ?? { status: 404 };
		response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
		response.end(JSON.stringify(reply.body ?? {}));
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(async () => {
		server.closeAllConnections();
		const closed = once(server, 'close');
		server.close();
		await closed;
	});
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
