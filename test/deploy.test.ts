import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../src/cli/local-worker.ts';
import { runCli } from '../src/cli/program.ts';
import { variableNames } from '../src/config.ts';
import { nodeClock, nodeFetch } from '../src/platform/node.ts';
import { createIo } from './cli/io-under-test.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const dockerfile = read('docs/deploy/Dockerfile');

/** What stands in the final stage of the Dockerfile. */
const instructions = dockerfile
	.slice(dockerfile.lastIndexOf('\nFROM '))
	.split('\n')
	.filter((line) => /^[A-Z]+ /.test(line));
const argumentsOf = (name: string) =>
	instructions.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

test('the command of the image runs from a plain copy of the files that it names, and stops on its signal', async () => {
	const app = mkdtempSync(join(tmpdir(), 'greenlane-image-'));
	onTestFinished(() => rmSync(app, { recursive: true, force: true }));
	for (const copy of argumentsOf('COPY').filter((one) => !one.startsWith('--from'))) {
		const [to = '', ...from] = copy.split(' ').toReversed();
		for (const name of from) {
			const target = to === './' ? name : to.replace(/^\//, '').replace(/^\.\//, '');
			cpSync(join(root, name), join(app, target), { recursive: true });
		}
	}
	symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'));
	expect(existsSync(join(app, 'test'))).toBe(false);

	const port = await findFreePort();
	const settings = Object.fromEntries(
		argumentsOf('ENV').flatMap((line) =>
			line.split(' ').map((pair): [string, string] => {
				const at = pair.indexOf('=');
				return [pair.slice(0, at), pair.slice(at + 1)];
			}),
		),
	);
	const [command, ...args] = JSON.parse(argumentsOf('CMD').at(-1) ?? '[]') as string[];
	expect(command).toBe('node');
	const child = spawn(process.execPath, args, {
		cwd: app,
		env: {
			PATH: process.env.PATH ?? '',
			...settings,
			...{ HOST: '127.0.0.1', PORT: String(port), RULES_DIR: join(app, 'rules') },
			DATABASE_URL: `file:${join(app, 'greenlane.db')}`,
			...{ SENDAI_API_KEY: 'a-key-of-nobody-0123456789', SENDAI_TEAM_ID: 'team_1', SENDAI_PROJECT_IDS: 'proj_1' },
			...{ SENDAI_BASE_URL: 'http://127.0.0.1:9', WEBHOOK_SECRETS: 'a-webhook-token-0123456789' },
			...{ OPERATOR_TOKEN: 'an-operator-token-0123456789', SECRET_KEYS: 'k'.repeat(32) },
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let said = '';
	child.stdout.on('data', (data) => {
		said += String(data);
	});
	child.stderr.on('data', (data) => {
		said += String(data);
	});
	onTestFinished(() => void child.kill('SIGKILL'));

	const health = JSON.parse(/CMD (\[.*\])$/.exec(argumentsOf('HEALTHCHECK')[0] ?? '')?.[1] ?? '[]') as string[];
	const check = async () => {
		const one = spawn(process.execPath, health.slice(1), { env: { PORT: String(port) }, stdio: 'ignore' });
		const [code] = (await once(one, 'exit')) as [number];
		return code;
	};
	for (let tries = 0; (await check()) !== 0; tries += 1) {
		if (tries === 60 || child.exitCode !== null) throw new Error(`it did not become ready: ${said}`);
		await nodeClock.sleep(250);
	}
	expect((await nodeFetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
	child.kill(argumentsOf('STOPSIGNAL')[0] as 'SIGTERM');
	expect(await once(child, 'exit')).toEqual([0, null]);
	expect(await check()).toBe(1);
}, 60_000);

test('the image runs as somebody who is not root', () => {
	expect(argumentsOf('USER')).toEqual(['node']);
	expect(read('docs/deploy/compose.yaml')).toContain('no-new-privileges:true');
});

test('every command of the sample workflow is one, with options that it has', async () => {
	const workflow = read('docs/ci/greenlane.yml');
	const commands = [...workflow.matchAll(/npm run greenlane -- (.+)$/gm)].map(([, line = '']) => line.split(' '));
	expect(commands.map(([name]) => name)).toEqual(['check', 'test', 'diff', 'replay']);
	for (const [name = '', ...args] of commands) {
		const { io, out } = createIo({});
		await runCli([name, '--help'], io);
		for (const option of args.filter((one) => one.startsWith('--')))
			expect(out(), `${name} ${option}`).toContain(option);
	}
	// Two of them for real; what the others need is no part of the project.
	for (const [name = '', ...options] of [['check'], ['test', '--strict']]) {
		const { io, err } = createIo({});
		expect([await runCli([name, join(root, 'rules'), ...options], io), err()]).toEqual([0, '']);
	}
});

test('the README names every setting and every command', async () => {
	const readme = read('README.md');
	for (const name of variableNames) expect(readme, name).toContain(`\`${name}\``);
	const { io, out } = createIo({});
	await runCli(['--help'], io);
	const commands = [...out().matchAll(/^ {2}([a-z][a-z-]*)\b(?=.* {2})/gm)].map(([, name = '']) => name);
	expect(commands.length).toBeGreaterThan(15);
	for (const name of commands.filter((one) => one !== 'help')) expect(readme, name).toContain(`\`${name}\``);
});

test('every link of the documents leads to a file', () => {
	for (const path of [
		'README.md',
		'docs/deploy/README.md',
		'docs/ci/README.md',
		'docs/threat-model.md',
		'docs/operations.md',
		'docs/proof.md',
		'docs/workers.md',
		'rules/README.md',
	]) {
		for (const [, target = ''] of read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
			expect(existsSync(join(root, dirname(path), target)), `${path}: ${target}`).toBe(true);
		}
		for (const [, named = ''] of read(path).matchAll(/`((?:test|src|docs)\/[\w./-]+\.(?:ts|md|sql|yml|yaml|json))`/g)) {
			expect(existsSync(join(root, named)), `${path}: ${named}`).toBe(true);
		}
	}
});
