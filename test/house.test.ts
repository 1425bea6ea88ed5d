import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Breach, findBreaches } from './house/laws.ts';
import { readSource } from './house/read-source.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the house', () => {
	it('keeps its laws', () => {
		const sources = filesUnder('src')
			.filter((path) => path.endsWith('.ts'))
			.map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
		expect(sources.length).toBeGreaterThan(50);
		expect(findBreaches(sources)).toEqual([]);
	});

	it('is bare at the top', () => {
		const allowed = new Set([
			...['src', 'test', 'rules', 'docs', 'package.json', 'package-lock.json', 'tsconfig.json', 'biome.json'],
			...['README.md', 'LICENSE', 'wrangler.toml', 'node_modules'],
		]);
		const others = readdirSync(root).filter(
			// Databases of a local run are ignored by git as well.
			(name) => !allowed.has(name) && !name.startsWith('.') && !/\.db(?:-shm|-wal)?$/.test(name),
		);
		expect(others).toEqual([]);
	});

	it('gives files names in kebab-case', () => {
		const others = [...filesUnder('src'), ...filesUnder('test')].filter(
			(path) =>
				!/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(posix.basename(path)) && !/^[A-Z]+\.md$/.test(posix.basename(path)),
		);
		expect(others).toEqual([]);
	});

	it('names no machine', () => {
		const machine = new RegExp(
			['/ho' + 'me/', '/Us' + 'ers/', '/ro' + 'ot/', '/wo' + 'rk/', '[A-Z]:\\\\\\\\'].join('|'),
		);
		const texts = new Set(['.ts', '.json', '.md', '.sql', '.toml', '.yml', '.yaml', '.html', '.css']);
		const files = ['src', 'test', 'rules', 'docs'].flatMap(filesUnder).filter((path) => texts.has(extname(path)));
		const found = [...files, 'README.md', 'package.json'].filter((path) =>
			machine.test(readFileSync(join(root, path), 'utf8')),
		);
		expect(found).toEqual([]);
	});
});

/** The same checker on small offending houses: a law that nothing breaks would prove nothing. */
describe('the laws bite', () => {
	const offences: readonly (readonly [law: string, files: Readonly<Record<string, string>>])[] = [
		['no import leads upward', { 'src/core/task/task.ts': "import type { Ledger } from '../../ledger/types.ts';" }],
		['no import leads upward', { 'src/ledger/sqlite.ts': "export { judge } from '../cases/judge.ts';" }],
		['no import leads upward', { 'src/cases/judge.ts': "const app = await import('../http/app.ts');" }],
		['no import leads upward', { 'src/http/app.ts': "type Io = import('../cli/io.ts').CliIo;" }],
		['no import leads upward', { 'src/cases/a.ts': "new Worker(new URL('../cli/worker.ts', import.meta.url));" }],
		['no import leads upward', { 'src/http/app.ts': "import { run } from '../cli.ts';" }],
		['there is no circle', { 'src/cases/a.ts': "import './b.ts';", 'src/cases/b.ts': "import type {} from './a.ts';" }],
		[
			'there is no circle',
			{
				'src/ledger/types.ts': "import type {} from '../wakeups/index.ts';",
				'src/wakeups/in-process.ts': "import type {} from '../ledger/lease.ts';",
			},
		],
		[
			'there is no circle',
			{
				'src/core/task/view.ts': "import type {} from '../language/types.ts';",
				'src/core/language/run.ts': "import '../task/task.ts';",
			},
		],
		['platforms stand in adapters and doors', { 'src/cases/judge.ts': "import { hash } from 'node:crypto';" }],
		['platforms stand in adapters and doors', { 'src/http/app.ts': "import type { Server } from 'node:http';" }],
		['platforms stand in adapters and doors', { 'src/http/app.ts': "import { serve } from '@hono/node-server';" }],
		['platforms stand in adapters and doors', { 'src/ledger/types.ts': "import type { Pool } from 'pg';" }],
		['platforms stand in adapters and doors', { 'src/wakeups/index.ts': "import { env } from 'cloudflare:workers';" }],
		[
			'platforms stand in adapters and doors',
			{ 'src/ledger/sql/rows.ts': "import type { D1Result } from '@cloudflare/workers-types';" },
		],
		['only a door imports what a build has made', { 'src/rulesource/bundle.ts': "import { packed } from '#rules';" }],
		['no import leads upward', { 'src/ledger/d1.ts': "import type { Env } from '../worker/env.ts';" }],
		['the core imports pure libraries alone', { 'src/core/task/task.ts': "import pRetry from 'p-retry';" }],
		[
			'an index exports nothing of an adapter',
			{
				'src/ledger/index.ts': "export { open } from './sqlite.ts';",
				'src/ledger/sqlite.ts': "import { DatabaseSync } from 'node:sqlite';",
			},
		],
		['nothing in production imports the simulator', { 'src/cases/a.ts': "import '../simulator/index.ts';" }],
		['the simulator knows nothing of Greenlane', { 'src/simulator/a.ts': "import '../sendai/types.ts';" }],
		['only sendai knows a Send AI address', { 'src/cases/a.ts': "const url = 'https://api.send.ai';" }],
		['only sendai knows a Send AI address', { 'src/http/a.ts': 'const path = `/v2/team/`;' }],
		['clock, randomness, network and process are handed in', { 'src/cases/a.ts': 'const now = Date.now();' }],
		['clock, randomness, network and process are handed in', { 'src/cases/a.ts': 'const now = new Date();' }],
		['clock, randomness, network and process are handed in', { 'src/core/task/a.ts': 'const u = Math.random();' }],
		['clock, randomness, network and process are handed in', { 'src/sendai/a.ts': "await fetch('x');" }],
		['clock, randomness, network and process are handed in', { 'src/sendai/a.ts': 'const go = globalThis.fetch;' }],
		['clock, randomness, network and process are handed in', { 'src/cases/a.ts': 'setTimeout(() => {}, 1);' }],
		['clock, randomness, network and process are handed in', { 'src/http/a.ts': 'const key = process.env.KEY;' }],
		['clock, randomness, network and process are handed in', { 'src/operations/a.ts': "console.log('x');" }],
		['imports can be read', { 'src/cases/a.ts': 'await import(name);' }],
		['relative imports end in .ts or .json', { 'src/cases/a.ts': "import './b';" }],
		['src imports nothing from outside', { 'src/cases/a.ts': "import '../../test/world.ts';" }],
		['every file stands in a room', { 'src/attic/a.ts': '' }],
		['file names are kebab-case', { 'src/cases/judgeTask.ts': '' }],
		['a name says what is in the file', { 'src/cases/utils.ts': '' }],
		['a name says what is in the file', { 'src/cases/helpers/a.ts': '' }],
	];

	it.each(offences)('%s: %j', (law, files) => {
		expect(judge(files).map((breach) => breach.law)).toContain(law);
	});

	const innocent: readonly Readonly<Record<string, string>>[] = [
		{ 'src/cases/a.ts': "// import '../http/app.ts'\nconst text = \"import 'node:fs'; Date.now()\";" },
		{ 'src/sendai/client.ts': 'export function create({ fetch }: { fetch: F }) { return fetch("x"); }' },
		{ 'src/sendai/client.ts': 'export const create = (options: O) => options.fetch("x", { console: 1 });' },
		{ 'src/sendai/addresses.ts': "const path = '/v2/';" },
		{ 'src/cases/a.ts': 'const then = new Date(0); type Port = { fetch(input: string): void; process: string };' },
		{ 'src/ledger/sqlite-store.ts': "import { DatabaseSync } from 'node:sqlite'; setTimeout(() => {}, 1);" },
		{ 'src/platform/node.ts': "import { hash } from 'node:crypto'; export const now = () => Date.now();" },
		{ 'src/ledger/d1-store.ts': "import type { D1Database } from '@cloudflare/workers-types';" },
		{ 'src/worker/rules.ts': "import { packed } from '#rules'; import { env } from 'cloudflare:workers';" },
		{ 'src/cli/demo.ts': "import '../simulator/index.ts'; import '../http/index.ts'; console.log(process.env);" },
		{ 'src/ledger/index.ts': "export type * from './sqlite.ts';", 'src/ledger/sqlite.ts': "import 'node:sqlite';" },
	];

	it.each(innocent)('and let others be: %j', (files) => {
		expect(judge(files)).toEqual([]);
	});

	function judge(files: Readonly<Record<string, string>>): readonly Breach[] {
		return findBreaches(Object.entries(files).map(([path, code]) => readSource(path, code)));
	}
});

/** Every file below a folder of the repository, by its path with slashes. */
function filesUnder(folder: string): string[] {
	return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}
