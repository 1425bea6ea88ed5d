/**
 * What needs an account runs against a program that stands in for wrangler: no account exists here. The dry run, at the
 * end, runs the real one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runDeployWorker } from '../../src/cli/deploy-worker.ts';
import { nodeDigest, nodeFetch } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { greenlane, root } from './greenlane-process.ts';
import { brokenRule, shadowRule, soundRule } from './rule-files.ts';
import { type Answers, layOutProject, type Project, type Reply, serveReplies } from './stand-in-wrangler.ts';

const token = 'operator-token-0123456789';
const ready: Reply = { status: 200, body: { status: 'ready', checks: { store: 'ok', rules: 'ok' }, notes: [] } };

interface Setting {
	readonly rule?: string;
	readonly answers?: Answers;
	readonly toml?: (text: string) => string;
	readonly targets?: string[];
	readonly reload?: (revision: string) => readonly Reply[];
	readonly readyz?: Reply;
	readonly options?: Partial<Parameters<typeof runDeployWorker>[0]>;
	readonly environment?: Readonly<Record<string, string>>;
	/** Where the Worker is: told to the command, or found in what wrangler says. */
	readonly found?: 'told' | 'in output';
}

const inForce = (revision: string): Reply => ({ status: 200, body: { outcome: 'unchanged', revision } });
const justPut = (revision: string): Reply => ({ status: 200, body: { outcome: 'served', revision } });

async function deploy(setting: Setting = {}) {
	const { rule = soundRule, found = 'told' } = setting;
	const project: Project = layOutProject(rule, setting.answers, setting);
	const loaded = await loadFolder(project.rules, nodeDigest.sha256);
	const revision = loaded.ok ? loaded.ruleSet.revision : 'none';
	const worker = await serveReplies({
		'/v1/rules/reload': setting.reload?.(revision) ?? [justPut(revision), inForce(revision)],
		'/readyz': [setting.readyz ?? ready],
	});
	const printed: string[] = [];
	const complained: string[] = [];
	const environment = { RULES_DIR: project.rules, OPERATOR_TOKEN: token, ...setting.environment };
	let now = 0;
	const code = await runDeployWorker(
		{ env: '', dryRun: false, json: false, ...(found === 'told' ? { url: `${worker.url}/` } : {}), ...setting.options },
		{
			root: project.root,
			wrangler: project.wrangler,
			fetch: (input, init) =>
				nodeFetch(input.replace(/^https:\/\/greenlane\.example\.workers\.dev(?=\/)/, worker.url), init),
			clock: {
				now: () => now,
				sleep: async (ms) => {
					now += ms;
				},
			},
			patienceMs: 20_000,
		},
		{
			environment: () => environment,
			readFile: (path) => readFileSync(path, 'utf8'),
			readInput: async () => '',
			print: (line) => void printed.push(line),
			write: (text) => void printed.push(text),
			complain: (line) => void complained.push(line),
			paint: (_style, text) => text,
			isTerminal: false,
		},
	);
	const commands = project.calls().map(({ args }) => args.join(' '));
	return {
		code,
		revision,
		worker,
		commands,
		calls: project.calls(),
		printed: printed.join('\n'),
		complained: complained.join('\n'),
	};
}

const changing = (commands: readonly string[]) =>
	commands.filter((command) => command.startsWith('d1') || /^deploy (?!--dry-run)/.test(command));

describe('a deployment', () => {
	it('looks at everything first, then migrates, uploads, and puts the rules in force, in this order', async () => {
		const { code, commands, worker, printed, complained, revision } = await deploy();
		expect([code, complained]).toEqual([0, '']);
		expect(commands).toEqual([
			'deploy --dry-run --env=',
			'whoami --json --env=',
			'queues info greenlane-events --env=',
			'queues info greenlane-dead --env=',
			'secret list --format json --env=',
			'd1 migrations apply LEDGER --remote --env=',
			'deploy --env=',
		]);
		expect(worker.asked).toEqual([
			`POST /v1/rules/reload Bearer ${token}`,
			`POST /v1/rules/reload Bearer ${token}`,
			`GET /readyz Bearer ${token}`,
		]);
		expect(printed).toContain(
			`deployed: ${worker.url}, version version-1, 1.0 KiB gzip; revision ${revision.slice(0, 12)} is in force, and it is ready.`,
		);
		expect(printed).toContain('npx wrangler rollback --env=');
		for (const command of commands) expect(printed).toContain(`$ wrangler ${command}`);
	});

	it('of another environment says so to every command of wrangler', async () => {
		const { code, commands } = await deploy({ options: { env: 'staging' } });
		expect(code).toBe(0);
		for (const command of commands) expect(command).toMatch(/ --env=staging$/);
		expect(commands).toContain('queues info greenlane-staging-dead --env=staging');
	});

	it('finds the address in what wrangler says', async () => {
		const { code, worker } = await deploy({ found: 'in output' });
		expect([code, worker.asked.length]).toEqual([0, 3]);
	});

	it('takes the address of GREENLANE_URL as well', async () => {
		const elsewhere = await serveReplies({ '/v1/rules/reload': [{ status: 401 }] });
		const { code } = await deploy({ found: 'in output', environment: { GREENLANE_URL: elsewhere.url } });
		expect([code, elsewhere.asked.length]).toEqual([3, 1]);
	});

	it('gives the token of the operator to nobody but the Worker, and no secret to wrangler', async () => {
		const { calls, printed, complained } = await deploy();
		expect(calls).not.toEqual([]);
		expect(JSON.stringify(calls)).not.toMatch(/operator-token|must-not-be-handed-on/);
		expect(printed + complained).not.toContain(token);
	});

	it('says with --json what it did, and nothing else', async () => {
		const { printed, revision, worker } = await deploy({ options: { json: true } });
		expect(JSON.parse(printed)).toEqual({
			ok: true,
			dry_run: false,
			revision,
			url: worker.url,
			version_id: 'version-1',
			gzip_bytes: 1024,
			notes: [],
			unfilled: [],
		});
	});

	it('passes on what the Worker notes', async () => {
		const readyz = { ...ready, body: { notes: [{ code: 'paused', message: 'Everything is paused.' }] } };
		expect((await deploy({ readyz })).printed).toContain('note: Everything is paused.');
	});
});

describe('the rules are in force', () => {
	it('once nothing had to change: while the one before still answers, it is asked again', async () => {
		const older = 'a'.repeat(64);
		const { code, worker } = await deploy({
			reload: (revision) => [
				{ status: 503, body: { code: 'misconfigured' } },
				justPut(older),
				justPut(revision),
				// The one before answered in between and put its own back.
				justPut(older),
				justPut(revision),
				inForce(revision),
			],
		});
		expect([code, worker.asked.length]).toEqual([0, 7]);
	});

	it('or it says, after a while, what was answered last, and that nothing is lost', async () => {
		const { code, complained, worker } = await deploy({ reload: () => [inForce('a'.repeat(64))] });
		expect(code).toBe(3);
		expect(complained).toContain('it serves revision aaaaaaaaaaaa.');
		expect(complained).toContain('Events are accepted meanwhile and wait.');
		expect(worker.asked).toHaveLength(11);
	});

	it.each([
		[401, 'does not know the token in OPERATOR_TOKEN'],
		[403, 'but it may not operate'],
	])('not where the token is refused with %i, which is not tried again', async (status, said) => {
		const { code, complained, worker } = await deploy({ reload: () => [{ status }] });
		expect([code, worker.asked.length]).toEqual([3, 1]);
		expect(complained).toContain(said);
	});

	it('not where it is redirected: the token goes nowhere else', async () => {
		const other = await serveReplies({ '/v1/rules/reload': [inForce('x')], '/login': [{ status: 200 }] });
		const location = { location: `${other.url}/login` };
		const { code, complained } = await deploy({ reload: () => [{ status: 302, headers: location }] });
		expect([code, other.asked]).toEqual([3, []]);
		expect(complained).toContain('it answered 302');
	});

	it('and the Worker may still not be ready, which is told apart', async () => {
		const readyz = { status: 503, body: { checks: { store: 'failing', rules: 'ok' } } };
		const { code, complained } = await deploy({ readyz });
		expect(code).toBe(1);
		expect(complained).toContain('it is not ready: store failing.');
	});
});

describe('what is wrong is said before anything is changed', () => {
	const cases: readonly (readonly [what: string, setting: Setting, code: number, said: string])[] = [
		['rules with an error', { rule: brokenRule }, 1, 'are refused; nothing was deployed.'],
		['no token', { environment: { OPERATOR_TOKEN: '' } }, 2, 'OPERATOR_TOKEN is not set here'],
		['an address in the clear', { options: { url: 'http://greenlane.example' } }, 3, '--url (or GREENLANE_URL) is not'],
		['an environment that is not there', { options: { env: 'nope' } }, 1, 'No environment found'],
		[
			'a database that is a placeholder',
			{
				toml: (text) =>
					text.replace(/database_id = "6f1b2c3d-[\d-]+"/, 'database_id = "00000000-0000-0000-0000-000000000000"'),
			},
			1,
			'npx wrangler d1 create greenlane --jurisdiction eu',
		],
		[
			'a variable that is empty',
			{ toml: (text) => text.replace('"team_1"', '""') },
			1,
			'SENDAI_TEAM_ID of [vars] is empty',
		],
		[
			'a Worker that does not build',
			{ answers: { 'deploy --dry-run': { code: 1, stderr: 'no such module' } } },
			1,
			'no such module',
		],
		['nobody logged in', { answers: { whoami: { stdout: '{"loggedIn":false}' } } }, 3, 'npx wrangler login'],
		[
			'a queue that is missing',
			{
				answers: { 'queues info greenlane-dead': { code: 1, stderr: 'Queue "greenlane-dead" does not exist.' } },
			},
			1,
			'npx wrangler queues create greenlane-dead --message-retention-period-secs 1209600',
		],
		[
			'a queue that cannot be looked up',
			{ answers: { 'queues info': { code: 1, stderr: 'Authentication error [code: 10000]' } } },
			3,
			'Authentication error',
		],
		[
			'secrets that cannot be listed',
			{ answers: { 'secret list': { code: 1, stderr: 'Authentication error [code: 10000]' } } },
			3,
			'Wrangler could not list the secrets',
		],
		[
			'a secret that is missing',
			{ answers: { 'secret list': { stdout: '[{"name":"SENDAI_API_KEY"},{"name":"OPERATORS"}]' } } },
			1,
			'npx wrangler secret put WEBHOOK_SECRETS --env=\n  npx wrangler secret put SECRET_KEYS --env=',
		],
		[
			'a Worker that has never been deployed and has no secrets',
			{ answers: { 'secret list': { code: 1, stderr: 'This Worker does not exist [code: 10007]' } } },
			1,
			'npx wrangler secret put OPERATOR_TOKEN --env=',
		],
	];

	it.each(cases)('%s', async (_what, setting, exitCode, said) => {
		const { code, complained, commands, worker } = await deploy(setting);
		expect([complained, code]).toEqual([expect.stringContaining(said), exitCode]);
		expect(changing(commands)).toEqual([]);
		expect(worker.asked).toEqual([]);
	});

	it('but SECRET_KEYS may be missing while no rule is live', async () => {
		const names = ['SENDAI_API_KEY', 'WEBHOOK_SECRETS', 'OPERATORS'].map((name) => ({ name }));
		const answers = { 'secret list': { stdout: JSON.stringify(names) } };
		expect((await deploy({ rule: shadowRule, answers })).code).toBe(0);
	});
});

describe('what fails on the way', () => {
	it('at the tables: the code is not uploaded', async () => {
		const answers = { d1: { code: 1, stderr: 'incomplete input: SQLITE_ERROR' } };
		const { code, complained, commands, worker } = await deploy({ answers });
		expect([code, commands.at(-1), worker.asked]).toEqual([3, 'd1 migrations apply LEDGER --remote --env=', []]);
		expect(complained).toContain('incomplete input: SQLITE_ERROR');
	});

	it('at the upload: no rules are put in force', async () => {
		const answers = { 'deploy --env': { code: 1, stderr: 'Could not upload.' } };
		const { code, complained, worker } = await deploy({ answers });
		expect([code, worker.asked]).toEqual([3, []]);
		expect(complained).toContain('Could not upload.');
	});

	it('at the address: there is none, and it says how to go on', async () => {
		const { code, complained } = await deploy({ found: 'in output', targets: ['schedule: * * * * *'] });
		expect(code).toBe(3);
		expect(complained).toContain('Run this again with --url https://');
	});
});

it('a dry run needs no account and no token, and says what is still to be filled in', async () => {
	const setting: Setting = {
		options: { dryRun: true },
		environment: { OPERATOR_TOKEN: '' },
		toml: (text) => text.replace('"team_1"', '""'),
	};
	const { code, commands, printed } = await deploy(setting);
	expect([code, commands]).toEqual([0, ['deploy --dry-run --env=']]);
	expect(printed).toContain('good: it builds, 1.0 KiB gzip');
	expect(printed).toContain('to fill in: wrangler.toml: SENDAI_TEAM_ID of [vars] is empty.');
});

it('migrations only ever add, so that the deployment before can go on with the tables of the next', () => {
	const folder = join(root, 'src/ledger/migrations');
	const files = readdirSync(folder);
	expect(files.length).toBeGreaterThan(1);
	for (const file of files) {
		const text = readFileSync(join(folder, file), 'utf8').replace(/--.*$/gm, '');
		expect([file, text.match(/\bDROP\s+(?:TABLE|COLUMN|VIEW)\b|\bRENAME\b/gi)]).toEqual([file, null]);
	}
});

it('the real wrangler builds on a dry run, what it would upload is small, and a broken rule stops it', async () => {
	const good = await greenlane(['deploy-worker', '--dry-run', '--json'], { withinMs: 60_000 });
	expect([good.stderr, good.code]).toEqual(['', 0]);
	expect(JSON.parse(good.stdout)).toMatchObject({ ok: true, dry_run: true, version_id: null });
	const { gzip_bytes: bytes } = JSON.parse(good.stdout) as { gzip_bytes: number };
	expect(bytes).toBeGreaterThan(50 * 1024);

	const { rules } = layOutProject(brokenRule);
	const bad = await greenlane(['deploy-worker', '--dry-run'], { env: { RULES_DIR: rules } });
	expect(bad.code).toBe(1);
	expect(bad.stdout).toContain('unknown-operator');
	expect(bad.stdout).not.toContain('$ wrangler');
}, 80_000);
