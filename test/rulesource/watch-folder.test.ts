import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding, RuleSet } from '../../src/core/ruleset/index.ts';
import { readCertificate } from '../../src/evidence/certificate-format.ts';
import { nodeClock, nodeDigest } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { fixedRules } from '../../src/rulesource/index.ts';
import { type WatchedFolder, type WatchFolderOptions, watchFolder } from '../../src/rulesource/watch-folder.ts';
import { ruleText } from './rule-text.ts';

let root = '';
let dir = '';
let watched: WatchedFolder | null = null;
const told: string[] = [];

beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'greenlane-watch-'));
	dir = join(root, 'rules');
	mkdirSync(dir);
	write('invoice.json', ruleText());
	told.length = 0;
});

afterEach(async () => {
	await watched?.stop();
	watched = null;
	rmSync(root, { recursive: true, force: true });
});

const write = (name: string, text: string) => writeFileSync(join(dir, name), text);

async function watch(options: Partial<WatchFolderOptions> = {}): Promise<WatchedFolder> {
	const first = await loadFolder(dir, nodeDigest.sha256);
	if (!first.ok) throw new Error('the first set is not sound');
	watched = await watchFolder({
		dir,
		first,
		sha256: nodeDigest.sha256,
		clock: nodeClock,
		admit: async (next) => {
			told.push(`admit ${describeSet(next)}`);
			return null;
		},
		onServed: (next) => told.push(`served ${describeSet(next)}`),
		onRefused: (findings: readonly Finding[]) => told.push(`refused ${findings[0]?.code}`),
		quietMs: 40,
		lookEveryMs: 10_000,
		...options,
	});
	return watched;
}

const describeSet = (ruleSet: RuleSet) => ruleSet.rules.map(({ description }) => description).join(' ');
const serving = () => (watched === null ? '' : describeSet(watched.current()));

/** Waits for something to become so. */
async function until(isSo: () => boolean, mostMs = 5_000): Promise<void> {
	const end = performance.now() + mostMs;
	while (!isSo()) {
		if (performance.now() > end) throw new Error(`it never came; told: ${told.join(', ')}; serving: ${serving()}`);
		await nodeClock.sleep(10);
	}
}

it('a certificate is read with the rules, again when it changes, and never keeps them from serving', async () => {
	write('invoice.certificate.json', '{"first": true}');
	const folder = await watch();
	expect(folder.certificates()).toEqual(new Map([['invoice', '{"first": true}']]));
	write('invoice.certificate.json', '{"first": false}');
	await until(() => folder.certificates().get('invoice') === '{"first": false}');
	// No text at all: a rule file would be refused for it.
	writeFileSync(join(dir, 'invoice.certificate.json'), Uint8Array.of(0xff, 0xfe, 0x00));
	expect(await folder.reload()).toMatchObject({ outcome: 'unchanged', findings: [] });
	expect(readCertificate(folder.certificates().get('invoice') ?? '')).toBeNull();
	unlinkSync(join(dir, 'invoice.certificate.json'));
	await folder.reload();
	expect(folder.certificates()).toEqual(new Map());
});

describe('a watched folder', () => {
	it('serves what it was started with', async () => {
		const rules = await watch();
		expect([serving(), rules.findings(), rules.refusedSince(), told]).toEqual(['Invoices.', [], null, []]);
	});

	it('serves a change, after it was admitted', async () => {
		await watch();
		write('invoice.json', ruleText({ description: 'Second.' }));
		await until(() => serving() === 'Second.');
		expect(told).toEqual(['admit Second.', 'served Second.']);
	});

	it('waits until a deployment of several files is over', async () => {
		await watch({ quietMs: 150 });
		for (const name of ['a', 'b', 'c', 'd']) {
			write(`${name}.json`, ruleText({ description: name }));
			await nodeClock.sleep(40);
		}
		unlinkSync(join(dir, 'invoice.json'));
		await until(() => serving() === 'a b c d');
		expect(told).toEqual(['admit a b c d', 'served a b c d']);
	});

	it('keeps the last good set when a file breaks, says what is wrong and since when, and recovers', async () => {
		const rules = await watch();
		const before = nodeClock.now();
		write('invoice.json', ruleText({ mode: 'on' }));
		await until(() => rules.refusedSince() !== null);
		expect(serving()).toBe('Invoices.');
		expect(rules.findings()).toMatchObject([{ file: 'invoice.json', code: 'wrong-mode', severity: 'error' }]);
		const since = rules.refusedSince();
		expect(since).toBeGreaterThanOrEqual(before);

		write('invoice.json', '{');
		await until(() => rules.findings()[0]?.code === 'not-json');
		expect(rules.refusedSince()).toBe(since);

		write('invoice.json', ruleText({ description: 'Mended.' }));
		await until(() => serving() === 'Mended.');
		expect([rules.findings(), rules.refusedSince()]).toEqual([[], null]);
		expect(told).toEqual(['refused wrong-mode', 'refused not-json', 'admit Mended.', 'served Mended.']);
	});

	it('keeps the last good set when the folder goes, and follows the one that takes its place', async () => {
		const rules = await watch({ lookEveryMs: 50 });
		renameSync(dir, join(root, 'old'));
		await until(() => rules.refusedSince() !== null);
		expect([serving(), rules.findings()[0]?.code]).toEqual(['Invoices.', 'missing-folder']);
		mkdirSync(dir);
		write('invoice.json', ruleText({ description: 'New folder.' }));
		await until(() => serving() === 'New folder.');
		write('invoice.json', ruleText({ description: 'And changed.' }));
		await until(() => serving() === 'And changed.');
	});

	it('sees a link that is turned to other content, as a ConfigMap is', async () => {
		for (const version of ['1', '2']) {
			mkdirSync(join(dir, `..${version}`));
			write(`..${version}/invoice.json`, ruleText({ description: `Version ${version}.` }));
		}
		unlinkSync(join(dir, 'invoice.json'));
		symlinkSync('..1', join(dir, '..data'));
		symlinkSync('..data/invoice.json', join(dir, 'invoice.json'));
		await watch();
		expect(serving()).toBe('Version 1.');
		symlinkSync('..2', join(dir, '..next'));
		renameSync(join(dir, '..next'), join(dir, '..data'));
		await until(() => serving() === 'Version 2.');
	});

	it('sees a change between loading and watching', async () => {
		const first = await loadFolder(dir, nodeDigest.sha256);
		if (!first.ok) throw new Error('the first set is not sound');
		write('invoice.json', ruleText({ description: 'In between.' }));
		await watch({ first });
		expect(serving()).toBe('In between.');
	});

	it('sees a change that the platform announces to nobody', async () => {
		await watch({ lookEveryMs: 40 });
		// A folder that is exchanged as a whole is another one for the platform's watcher.
		const next = join(root, 'next');
		mkdirSync(next);
		writeFileSync(join(next, 'invoice.json'), ruleText({ description: 'Exchanged.' }));
		renameSync(dir, join(root, 'old'));
		renameSync(next, dir);
		await until(() => serving() === 'Exchanged.');
	});

	it('watches the folder that took the place of another as closely', async () => {
		await watch({ lookEveryMs: 4_000 });
		const next = join(root, 'next');
		mkdirSync(next);
		writeFileSync(join(next, 'invoice.json'), ruleText({ description: 'Exchanged.' }));
		renameSync(dir, join(root, 'old'));
		renameSync(next, dir);
		await until(() => serving() === 'Exchanged.');
		write('invoice.json', ruleText({ description: 'Changed there.' }));
		// By a notice, not by the next look.
		await until(() => serving() === 'Changed there.', 2_500);
	});

	it('does not serve what is not admitted, and asks again', async () => {
		let answer: () => Promise<string | null> = async () => 'SECRET_KEYS is not set.';
		const rules = await watch({ admit: () => answer(), lookEveryMs: 30 });
		write('invoice.json', ruleText({ description: 'Not yet.' }));
		await until(() => rules.refusedSince() !== null);
		expect(serving()).toBe('Invoices.');
		expect(rules.findings()[0]).toMatchObject({
			file: '.',
			severity: 'error',
			code: 'not-taken',
			message: 'SECRET_KEYS is not set.',
		});
		answer = () => Promise.reject(new Error('the store is away: secret detail'));
		await until(() => rules.findings()[0]?.message.startsWith('The store') === true);
		expect(JSON.stringify(rules.findings())).not.toContain('secret detail');
		answer = async () => null;
		await until(() => serving() === 'Not yet.');
		expect(told).toEqual(['refused not-taken', 'refused not-taken', 'served Not yet.']);
	});
});

describe('a reload on demand', () => {
	it('says what came of it', async () => {
		const rules = await watch({ quietMs: 60_000 });
		expect(await rules.reload()).toMatchObject({ outcome: 'unchanged', revision: rules.current().revision });
		const { revision } = rules.current();
		write('invoice.json', ruleText({ description: 'Second.' }));
		const served = await rules.reload();
		expect(served).toMatchObject({ outcome: 'served', findings: [] });
		expect([served.revision, serving()]).toEqual([rules.current().revision, 'Second.']);
		expect(served.revision).not.toBe(revision);

		write('invoice.json', '{');
		expect(await rules.reload()).toMatchObject({ outcome: 'refused', revision: served.revision });
		expect(serving()).toBe('Second.');
		write('invoice.json', ruleText({ description: 'Second.' }));
		expect(await rules.reload()).toMatchObject({ outcome: 'unchanged', findings: [] });
		expect(rules.refusedSince()).toBeNull();
		expect(told).toEqual(['admit Second.', 'served Second.', 'refused not-json', 'served Second.']);
	});

	it('never overlaps another one', async () => {
		let under = 0;
		let most = 0;
		const rules = await watch({
			async admit() {
				under += 1;
				most = Math.max(most, under);
				await nodeClock.sleep(5);
				under -= 1;
				return null;
			},
		});
		const reloads: Promise<unknown>[] = [];
		for (let n = 0; n < 8; n += 1) {
			write('invoice.json', ruleText({ description: `Number ${n}.` }));
			reloads.push(rules.reload());
			await nodeClock.sleep(2);
		}
		await Promise.all(reloads);
		await rules.reload();
		expect([most, serving()]).toEqual([1, 'Number 7.']);
	});
});

describe('a folder that is watched no more', () => {
	it('keeps its set and tells nothing', async () => {
		const rules = await watch({ lookEveryMs: 30 });
		await rules.stop();
		write('invoice.json', ruleText({ description: 'Too late.' }));
		await nodeClock.sleep(200);
		expect([serving(), told]).toEqual(['Invoices.', []]);
	});
});

describe('fixed rules', () => {
	it('serve for good', async () => {
		const first = await loadFolder(dir, nodeDigest.sha256);
		if (!first.ok) throw new Error('the first set is not sound');
		const rules = fixedRules(first.ruleSet);
		expect([rules.current(), rules.findings(), rules.refusedSince(), rules.reload]).toEqual([
			first.ruleSet,
			[],
			null,
			null,
		]);
	});
});
