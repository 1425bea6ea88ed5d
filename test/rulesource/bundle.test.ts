import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadRules } from '../../src/core/ruleset/index.ts';
import { nodeDigest } from '../../src/platform/node.ts';
import { unpackRules } from '../../src/rulesource/bundle.ts';
import { type PackedRules, writeBundleModule } from '../../src/rulesource/bundle-module.ts';
import { ruleText } from './rule-text.ts';

/** What a runtime makes of the module. */
async function runModule(text: string): Promise<unknown> {
	const url = `data:text/javascript;base64,${Buffer.from(text, 'utf8').toString('base64')}`;
	const { packed } = (await import(/* @vite-ignore */ url)) as { packed: unknown };
	return packed;
}

const file = (text: string, name = 'invoice.json') => ({ name, text });
const unpack = (packed: PackedRules) => unpackRules(packed, nodeDigest.sha256);

function pack(...files: PackedRules['files']): PackedRules {
	const loaded = loadRules(files);
	if (!loaded.ok) throw new Error('the rules do not load');
	return { files, revision: nodeDigest.sha256(loaded.canonical), findings: loaded.findings };
}

test('whatever text a rule file holds comes out of the module as it was', async () => {
	const texts = fc.oneof(
		fc.string({ unit: 'binary' }),
		fc.constantFrom('{"__proto__": {"mode": "live"}}', '`\u2028`', '</script>', '\\"\\', '\ud800', '\0'),
	);
	await fc.assert(
		fc.asyncProperty(fc.array(fc.tuple(texts, texts), { maxLength: 4 }), async (named) => {
			const packed = { files: named.map(([name, text]) => file(text, name)), revision: 'r', findings: [] };
			expect(await runModule(writeBundleModule(packed))).toEqual(packed);
		}),
		{ numRuns: 60, seed: 4 },
	);
});

test('a key __proto__ comes through as a key, and is refused as in a folder', async () => {
	const text = ruleText().replace('{', '{"__proto__": {"mode": "off"},');
	const odd = JSON.parse('{"__proto__": 1}') as object;
	const written = { files: [file(text)], revision: 'r', findings: [], odd };
	const packed = (await runModule(writeBundleModule(written))) as typeof written;
	expect(Object.keys(packed.odd)).toEqual(['__proto__']);
	expect(packed.files).toEqual(written.files);
	// A key that got lost on the way would let the rule serve.
	expect(unpack(packed)).toEqual({ ok: false, message: expect.stringContaining('invoice.json:1 unsafe-key') });
});

test('a bundle serves what was packed, and cannot be read again', async () => {
	const packed = pack(file(ruleText()), file(ruleText({ mode: 'shadow' }), 'receipt.json'));
	const unpacked = unpack((await runModule(writeBundleModule(packed))) as PackedRules);
	if (!unpacked.ok) throw new Error(unpacked.message);
	expect(unpacked.ruleSet.revision).toBe(packed.revision);
	expect(unpacked.ruleSet.rules.map(({ id, mode }) => [id, mode])).toEqual([
		['invoice', 'live'],
		['receipt', 'shadow'],
	]);
	expect(unpacked.rules.current()).toBe(unpacked.ruleSet);
	expect(unpacked.rules.findings()).toEqual(packed.findings);
	const certified = unpack({ ...packed, certificates: { invoice: '{}' } });
	expect(certified.ok && certified.rules.certificates()).toEqual(new Map([['invoice', '{}']]));
	expect([unpacked.rules.reload, unpacked.rules.refusedSince()]).toEqual([null, null]);
});

test.each([
	['a text that was changed since', [file(ruleText({ auditShare: 0.5 }))], 'not the ones that were packed'],
	['a file that is missing', [], 'not the ones that were packed'],
	['a text that is no rule', [file('{')], 'invoice.json:1 not-json'],
])('%s is refused, with what to do', (_what, files, why) => {
	const unpacked = unpack({ ...pack(file(ruleText())), files });
	expect(unpacked).toEqual({ ok: false, message: expect.stringContaining(why) });
	expect(unpacked).toEqual({ ok: false, message: expect.stringContaining('greenlane -- bundle') });
});
