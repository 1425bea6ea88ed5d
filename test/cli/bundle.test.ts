import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { nodeDigest } from '../../src/platform/node.ts';
import { unpackRules } from '../../src/rulesource/bundle.ts';
import type { PackedRules } from '../../src/rulesource/bundle-module.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { greenlane, root } from './greenlane-process.ts';
import { brokenRule, shadowRule, soundRule } from './rule-files.ts';

/** A folder that goes with the test: `rules` with these files, and room for the module. */
function layOut(files: Readonly<Record<string, string>>): { readonly rules: string; readonly out: string } {
	const folder = mkdtempSync(join(tmpdir(), 'greenlane-bundle-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const rules = join(folder, 'rules');
	mkdirSync(rules);
	for (const [name, text] of Object.entries(files)) writeFileSync(join(rules, name), text);
	return { rules, out: join(folder, 'made', 'rules.js') };
}

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
	const printed: string[] = [];
	const complained: string[] = [];
	const code = await runCli(['bundle', ...args], {
		environment: () => environment,
		readFile: (path) => readFileSync(path, 'utf8'),
		readInput: async () => '',
		print: (line) => void printed.push(line),
		write: (text) => void printed.push(text),
		complain: (line) => void complained.push(line),
		paint: (_style, text) => text,
		isTerminal: false,
	});
	return { code, printed: printed.join('\n'), complained: complained.join('\n') };
}

async function packedIn(path: string): Promise<PackedRules> {
	const { packed } = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as { packed: PackedRules };
	return packed;
}

test('what it packs is at the same revision as the folder, on Node and in a Worker', async () => {
	const { rules, out } = layOut({
		'invoice.json': soundRule,
		'receipt.json': shadowRule,
		'README.md': 'Ours.',
	});
	const { code, printed } = await run([rules, '--out', out]);
	expect([code, printed]).toEqual([0, expect.stringContaining('good: 2 rules of ')]);
	const folder = await loadFolder(rules, nodeDigest.sha256);
	if (!folder.ok) throw new Error('the rules do not load');
	const packed = await packedIn(out);
	expect(packed.files.map(({ name }) => name)).toEqual(['invoice.json', 'receipt.json']);
	const unpacked = unpackRules(packed, nodeDigest.sha256);
	if (!unpacked.ok) throw new Error(unpacked.message);
	const { revision, logicRevision, canonical } = folder.ruleSet;
	expect(unpacked.ruleSet).toMatchObject({ revision, logicRevision, canonical });
	expect(unpacked.rules.findings()).toEqual(folder.findings);
	expect(printed).toContain(revision.slice(0, 12));
});

test('a folder with an error is refused with the findings of check, and an earlier module stays', async () => {
	const { rules, out } = layOut({ 'invoice.json': soundRule });
	await run([rules, '--out', out]);
	const before = readFileSync(out, 'utf8');
	writeFileSync(join(rules, 'broken.json'), brokenRule);
	const { code, printed } = await run([rules, '--out', out]);
	expect(code).toBe(1);
	expect(printed).toMatch(/broken\.json:\d+:\d+ {2}error {2}unknown-operator/);
	expect(printed).toMatch(/refused: 2 errors, \d warnings? in .*; nothing was written\.$/);
	expect(readFileSync(out, 'utf8')).toBe(before);
});

test('what is the same is not written again, so that nobody builds for nothing', async () => {
	const { rules, out } = layOut({ 'invoice.json': soundRule });
	const told = async () => JSON.parse((await run([rules, '--out', out, '--json'])).printed) as Record<string, unknown>;
	expect(await told()).toMatchObject({ ok: true, written: true });
	const { ino, mtimeMs } = statSync(out);
	expect(await told()).toMatchObject({ ok: true, written: false });
	expect(statSync(out)).toMatchObject({ ino, mtimeMs });
	writeFileSync(join(rules, 'invoice.json'), shadowRule);
	expect(await told()).toMatchObject({ ok: true, written: true });
	// Nothing half-written is left beside it.
	expect(readdirSync(join(out, '..'))).toEqual(['rules.js']);
});

test('the folder is the one of RULES_DIR when none is given', async () => {
	const { rules, out } = layOut({ 'invoice.json': soundRule });
	expect(await run(['--out', out], { RULES_DIR: rules })).toMatchObject({ code: 0 });
	expect((await packedIn(out)).files).toEqual([{ name: 'invoice.json', text: soundRule }]);
});

test('a folder that is not there, and a module that cannot be written, are said', async () => {
	const { rules, out } = layOut({ 'invoice.json': soundRule });
	expect(await run([join(rules, 'nowhere'), '--out', out, '--json'])).toMatchObject({ code: 3 });
	const under = join(rules, 'invoice.json', 'rules.js');
	expect(await run([rules, '--out', under])).toMatchObject({
		code: 3,
		complained: `${under} cannot be written; name another file by --out, or see who may write in its folder.`,
	});
});

test('the build that wrangler runs packs the rules where #rules leads', async () => {
	const { out } = layOut({});
	const ended = await greenlane(['bundle', '--out', out], { cwd: root });
	expect(ended).toMatchObject({ code: 0, stderr: '' });
	const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
		imports: Record<string, Record<string, string>>;
	};
	const wrangler = readFileSync(join(root, 'wrangler.toml'), 'utf8');
	expect(wrangler).toContain('\ncommand = "node src/cli.ts bundle"\n');
	expect((await greenlane(['bundle', '--help'])).stdout).toContain(imports['#rules']?.default?.replace('./', ''));
});
