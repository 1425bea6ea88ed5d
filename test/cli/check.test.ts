import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CheckOptions, runCheck } from '../../src/cli/check.ts';
import type { CliIo } from '../../src/cli/io.ts';
import { writeSchemas } from '../../src/core/ruleset/index.ts';
import { greenlane } from './greenlane-process.ts';
import { brokenRule, shadowRule, soundRule } from './rule-files.ts';

let dir = '';

beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), 'greenlane-check-'));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(dir, name), text);
const read = (name: string) => readFileSync(join(dir, name), 'utf8');

/** Runs the command in this process. Styles show as `<bad:...>`. */
async function check(options: Partial<CheckOptions> = {}, folder = dir) {
	const printed: string[] = [];
	const complained: string[] = [];
	const io: CliIo = {
		environment: () => ({}),
		readFile: (path) => readFileSync(path, 'utf8'),
		readInput: async () => '',
		print: (line) => void printed.push(line),
		write: () => undefined,
		complain: (line) => void complained.push(line),
		paint: (style, text) => (style === 'quiet' ? text : `<${style}:${text}>`),
		isTerminal: false,
	};
	const all = { writeSchema: false, against: [], fix: false, watch: false, json: false, ...options };
	const running = runCheck(folder, all, io);
	return { running, printed, complained };
}

async function checked(options: Partial<CheckOptions> = {}, folder = dir) {
	const { running, printed, complained } = await check(options, folder);
	return { code: await running, out: printed.join('\n'), err: complained.join('\n'), printed };
}

describe('what is printed', () => {
	it('is each finding, its line with a caret under the place, what was meant, and a count', async () => {
		write('broken.json', brokenRule);
		const { code, printed } = await checked();
		expect(code).toBe(1);
		const [first = '', line = '', caret = '', meant = ''] = printed;
		expect(first.replace(/ +/g, ' ')).toBe(
			`${dir}/broken.json:4:10 <bad:error> wrong-mode "mode" must be "live", "shadow" or "off".`,
		);
		expect(line).toBe('     4 |   "mode": "alive",');
		expect(caret.indexOf('^')).toBe(line.indexOf('"alive"'));
		expect(caret.trim()).toMatch(/^\|\s+\^$/);
		expect(meant).toBe('    did you mean <strong:live>?');
		expect(printed.at(-1)).toBe(`<bad:refused>: 2 errors, 0 warnings in ${dir}.`);
	});

	it('does not say twice what was meant', async () => {
		write('broken.json', brokenRule.replace('alive', 'live').replace('"greater"', '"gte"'));
		const { printed } = await checked();
		expect(printed[0]).toContain('Did you mean >=?');
		expect(printed.filter((line) => line.includes('did you mean'))).toEqual([]);
	});

	it('is the part of a long line where the finding is', async () => {
		write('broken.json', JSON.stringify({ ...JSON.parse(brokenRule), description: 'x'.repeat(500) }));
		const { printed } = await checked();
		const caret = printed[2] ?? '';
		expect(caret.length).toBeLessThan(120);
		expect((printed[1] ?? '').slice(caret.indexOf('^'))).toMatch(/^"alive"/);
	});

	it('is nothing that steers the terminal', async () => {
		write('broken.json', `{ "mode": "\u001b[2J\u202e", "x\u009b": 1 }`);
		const { out } = await checked();
		expect(out).toContain('control-character');
		expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
	});

	it('names the modes, and what follows from a rule that is not live', async () => {
		write('a.json', soundRule);
		expect((await checked()).out).not.toContain('no vote');
		write('b.json', shadowRule);
		const { code, out } = await checked();
		expect(code).toBe(0);
		expect(out).toMatch(/<good:good>: 1 live, 1 shadow in /);
		expect(out).toContain('taking one out of live can only let more through');
	});

	it('is everything as data with --json', async () => {
		write('a.json', soundRule);
		const good = JSON.parse((await checked({ json: true })).out) as Record<string, unknown>;
		expect(good).toMatchObject({
			ok: true,
			revision: expect.stringMatching(/^[0-9a-f]{64}$/),
			logicRevision: expect.stringMatching(/^[0-9a-f]{64}$/),
			rules: [{ id: 'a', mode: 'live' }],
			rewritten: [],
		});
		write('b.json', brokenRule);
		const bad = await checked({ json: true });
		expect(bad.code).toBe(1);
		expect(JSON.parse(bad.out)).toMatchObject({
			ok: false,
			revision: null,
			findings: expect.arrayContaining([
				{
					file: 'b.json',
					line: 4,
					column: 10,
					severity: 'error',
					code: 'wrong-mode',
					message: expect.any(String),
					pointer: '/mode',
					didYouMean: 'live',
				},
			]),
		});
	});
});

describe('a folder that cannot be read', () => {
	it('is 3', async () => {
		const { code, out } = await checked({}, join(dir, 'nowhere'));
		expect(code).toBe(3);
		expect(out).toMatch(/nowhere:1:1 +<bad:error> +missing-folder/);
		expect((await checked({ json: true }, join(dir, 'nowhere'))).code).toBe(3);
		expect((await checked({ writeSchema: true }, join(dir, 'nowhere'))).code).toBe(3);
	});
});

describe('--write-schema', () => {
	it('writes both schemas, whether or not the rules are sound', async () => {
		write('broken.json', brokenRule);
		expect((await checked({ writeSchema: true })).code).toBe(1);
		for (const [name, text] of Object.entries(writeSchemas())) expect(read(name)).toBe(text);
	});
});

describe('--against', () => {
	const task = (name: string, entities: readonly string[], meta: readonly string[]) => {
		const path = join(dir, '..', `${name}-${Math.trunc(performance.now())}.json`);
		writeFileSync(
			path,
			JSON.stringify({
				id: name,
				status: 'REVIEWING',
				step_type: 'EXTRACT',
				meta: meta.map((one) => ({ name: one, value: 'x' })),
				pages: [{ id: 'p', annotations: entities.map((entity_id, n) => ({ id: `a${n}`, entity_id, content: 'x' })) }],
			}),
		);
		return path;
	};

	it('warns of what no task has, at its place, with what was probably meant', async () => {
		write(
			'invoice.json',
			soundRule
				.replace(
					'"logic": {',
					'"logic": { "or": [{ "present": "iban" }, { "hasMeta": "categry" }, { "!": [{ "==": [{ "count": "line" }, 0] }] },\n{',
				)
				.replace(/\}(\s+\}\s+\])/, '}]}$1'),
		);
		const path = task('seen', ['total_amounts', 'iban'], ['category']);
		const { code, printed, out } = await checked({ against: [path] });
		rmSync(path);
		expect(code).toBe(0);
		expect(
			printed.filter((line) => line.includes('never-seen')).map((line) => line.replace(/^.*<doubtful/, '')),
		).toEqual([
			expect.stringMatching(/^:warning> +entity-never-seen +None .* the entity "total_amount"\.$/),
			expect.stringMatching(/^:warning> +meta-never-seen +None .* the meta field "categry"\.$/),
			expect.stringMatching(/^:warning> +entity-never-seen +None .* the entity "line"\.$/),
			expect.stringMatching(/^:warning> +entity-never-seen +None .* the entity "total_amount"\.$/),
		]);
		expect(out).toContain('did you mean <strong:total_amounts>?');
		expect(out).toContain('did you mean <strong:category>?');
	});

	it('takes several tasks together', async () => {
		write('invoice.json', soundRule);
		const paths = [task('one', ['total_amount'], []), task('two', [], ['category'])];
		const { out } = await checked({ against: paths });
		for (const path of paths) rmSync(path);
		expect(out).not.toContain('never-seen');
	});

	it('is 3 when a task cannot be read', async () => {
		write('invoice.json', soundRule);
		expect((await checked({ against: [join(dir, 'nowhere.json')] })).code).toBe(3);
		const { code, err } = await checked({ against: [join(dir, 'invoice.json')] });
		expect([code, err]).toEqual([3, expect.stringContaining('does not hold a task')]);
	});
});

describe('--fix', () => {
	it('rewrites what is sound without changing what it means, and leaves the rest', async () => {
		write('a.json', JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(soundRule)).toReversed())));
		write('broken.json', brokenRule);
		const { code, out } = await checked({ fix: true });
		expect(code).toBe(1);
		expect(out).toContain(`rewritten: ${join(dir, 'a.json')}`);
		expect(out).not.toContain('rewritten: broken.json');
		expect(read('broken.json')).toBe(brokenRule);
		expect(Object.keys(JSON.parse(read('a.json')) as object)).toEqual(Object.keys(JSON.parse(soundRule) as object));

		rmSync(join(dir, 'broken.json'));
		const again = await checked({ fix: true, json: true });
		expect(JSON.parse(again.out)).toMatchObject({ ok: true, rewritten: [] });
	});

	it('keeps the revision', async () => {
		write('a.json', soundRule);
		const before = JSON.parse((await checked({ json: true })).out) as { revision: string };
		const after = JSON.parse((await checked({ json: true, fix: true })).out) as {
			revision: string;
			rewritten: string[];
		};
		expect(after.rewritten).toEqual(['a.json']);
		expect(after.revision).toBe(before.revision);
	});
});

describe('--watch', () => {
	it('checks again after a change, until it is interrupted, and ends as the last check did', async () => {
		write('a.json', soundRule);
		const enough = new AbortController();
		const { running, printed } = await check({ watch: true, signal: enough.signal });
		const until = async (text: string) => {
			for (const end = performance.now() + 5_000; !printed.join('\n').includes(text); ) {
				if (performance.now() > end) throw new Error(`"${text}" never came: ${printed.join('\n')}`);
				await new Promise((resolve) => setTimeout(resolve, 10));
			}
		};
		await until('Watching');
		write('a.json', brokenRule);
		await until('refused');
		enough.abort();
		expect(await running).toBe(1);
	});
});

describe('the command line', () => {
	it('takes --against several times, before or after the folder, and colours nothing with NO_COLOR', async () => {
		write('invoice.json', soundRule);
		const tasks = mkdtempSync(join(tmpdir(), 'greenlane-tasks-'));
		const paths = ['a', 'b'].map((name) => {
			const path = join(tasks, `${name}.json`);
			writeFileSync(path, JSON.stringify({ id: name, status: 'REVIEWING', step_type: 'EXTRACT', meta: [], pages: [] }));
			return path;
		});
		const args = ['check', '--against', paths[0] ?? '', dir, '--against', paths[1] ?? ''];
		const { code, stdout } = await greenlane(args);
		rmSync(tasks, { recursive: true });
		expect(code).toBe(0);
		expect(stdout).toContain('meta-never-seen');
		expect(stdout).not.toContain('\u001b');
	});

	it.each([[['check', 'a', 'b']], [['check', '--against']], [['check', '--bogus']]])('%j is 2', async (args) => {
		expect((await greenlane(args)).code).toBe(2);
	});

	it('leaves no file behind', () => {
		expect(readdirSync(dir)).toEqual([]);
	});
});
