import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDigest } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { ruleText } from './rule-text.ts';

let dir = '';

beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), 'greenlane-rules-'));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

const load = () => loadFolder(dir, nodeDigest.sha256);
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(dir, name), content);
const findings = async () => (await load()).findings.map(({ file, line, code }) => `${file}:${line} ${code}`);

describe('a rules folder', () => {
	it('is loaded whole, and its revisions are the digests of its canonical texts', async () => {
		write('invoice.json', ruleText());
		write('README.md', 'Anything.');
		write('rule.schema.json', 'not read');
		const loaded = await load();
		if (!loaded.ok) throw new Error(JSON.stringify(loaded.findings));
		expect(loaded.findings).toEqual([]);
		expect(loaded.ruleSet.rules.map(({ id }) => id)).toEqual(['invoice']);
		expect(loaded.ruleSet.revision).toBe(nodeDigest.sha256(loaded.ruleSet.canonical));

		write('invoice.json', ruleText({ description: 'Invoices, said otherwise.' }));
		const reworded = await load();
		expect(reworded.ok && reworded.ruleSet.logicRevision).toBe(loaded.ruleSet.logicRevision);
		expect(reworded.ok && reworded.ruleSet.revision).not.toBe(loaded.ruleSet.revision);
	});

	it('that is not there, or is a file, is a finding', async () => {
		expect(await loadFolder(join(dir, 'nowhere'), nodeDigest.sha256)).toMatchObject({
			ok: false,
			findings: [{ file: '.', code: 'missing-folder', message: expect.stringContaining('nowhere is not there') }],
		});
		write('file', '');
		expect(await loadFolder(join(dir, 'file'), nodeDigest.sha256)).toMatchObject({
			ok: false,
			findings: [{ code: 'missing-folder', message: expect.stringContaining('is no folder') }],
		});
	});

	it('may be empty', async () => {
		expect(await load()).toMatchObject({ ok: true, findings: [{ code: 'no-rules' }] });
	});

	it('is refused for what does not belong there', async () => {
		write('invoice.json', ruleText());
		write('notes.txt', '');
		write('.hidden.json', ruleText());
		mkdirSync(join(dir, 'old'));
		mkdirSync(join(dir, 'folder.json'));
		mkdirSync(join(dir, 'README.md'));
		expect((await load()).ok).toBe(false);
		expect(await findings()).toEqual([
			'.hidden.json:1 stray-file',
			'README.md:1 stray-file',
			'folder.json:1 stray-file',
			'notes.txt:1 stray-file',
			'old:1 stray-file',
		]);
	});

	it('may hold hidden things that are no rules', async () => {
		write('invoice.json', ruleText());
		write('.gitkeep', '');
		write('.invoice.json.swp', 'half');
		mkdirSync(join(dir, '.git'));
		expect(await findings()).toEqual([]);
	});

	it('may be mounted as Kubernetes mounts a ConfigMap: links to files in a hidden folder', async () => {
		mkdirSync(join(dir, '..2026_06_01'));
		writeFileSync(join(dir, '..2026_06_01', 'invoice.json'), ruleText());
		symlinkSync('..2026_06_01', join(dir, '..data'));
		symlinkSync(join('..data', 'invoice.json'), join(dir, 'invoice.json'));
		const loaded = await load();
		expect(loaded.ok && loaded.ruleSet.rules.map(({ id }) => id)).toEqual(['invoice']);
	});

	it('is refused for links that lead nowhere, to a folder, or in a circle', async () => {
		mkdirSync(join(dir, '.elsewhere'));
		symlinkSync('gone.json', join(dir, 'a.json'));
		symlinkSync('.elsewhere', join(dir, 'b.json'));
		symlinkSync('c.json', join(dir, 'c.json'));
		expect((await load()).ok).toBe(false);
		expect(await findings()).toEqual(['a.json:1 unreadable-file', 'b.json:1 stray-file', 'c.json:1 unreadable-file']);
	});

	it.skipIf(process.getuid?.() === 0)('is refused for a file that may not be read', async () => {
		write('a.json', ruleText());
		chmodSync(join(dir, 'a.json'), 0);
		expect(await findings()).toEqual(['a.json:1 unreadable-file']);
	});

	it('is refused for a file that is not UTF-8, at the line where it stops being so', async () => {
		write('a.json', Buffer.concat([Buffer.from('{\n"description": "caf'), Buffer.from([0xe9]), Buffer.from('"}')]));
		expect(await findings()).toEqual(['a.json:2 not-utf8']);
		write('a.json', Buffer.from(ruleText(), 'utf16le'));
		expect((await load()).ok).toBe(false);
	});

	it('is refused for a file that is too large, and does not ask for the rule of its tests', async () => {
		write('a.json', `${ruleText()}${' '.repeat(256 * 1_024)}`);
		write('a.test.json', '{}');
		expect(await findings()).toEqual(['a.json:1 file-too-large']);
	});

	it('tells all findings of all files at once', async () => {
		write('b.json', ruleText({ mode: 'on' }));
		write('a.json', '{');
		write('c.txt', '');
		expect(await findings()).toEqual(['a.json:1 not-json', 'b.json:1 wrong-mode', 'c.txt:1 stray-file']);
	});
});
