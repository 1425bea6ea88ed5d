/** The example rules are held against their own tests, as `npm run greenlane -- test rules --mutate --strict` does. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../../src/cli/test-rules.ts';
import { nodeDigest } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';

const folder = fileURLToPath(new URL('../../rules', import.meta.url));
const loaded = await loadFolder(folder, nodeDigest.sha256);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.findings));
const { ruleSet } = loaded;
const report = await testFolder(folder, { mutate: true, strict: true }, () => undefined);

describe('the example rules', () => {
	it('have nothing wrong and nothing doubtful', () => {
		expect(loaded.findings).toEqual([]);
	});

	it('begin cautiously: one live, each with a share for the audit', () => {
		expect(ruleSet.rules.map(({ id, mode }) => [id, mode])).toEqual([
			['everything-certain', 'shadow'],
			['identity-document', 'shadow'],
			['invoice', 'live'],
		]);
		for (const { auditShare } of ruleSet.rules) expect(auditShare).toBeGreaterThan(0);
	});

	it('are all tested', () => {
		expect(report.rules.map(({ id, tested }) => [id, tested])).toEqual(ruleSet.rules.map(({ id }) => [id, true]));
	});
});

describe.each(report.rules)('$id', ({ cases, coverage, mutants }) => {
	it.each(cases)('$name', ({ expected, found, passed }) => {
		expect(found).toEqual({ outcome: expected.outcome, because: expect.any(Array) });
		expect(found.because.toSorted()).toEqual([...(expected.because ?? [])].toSorted());
		expect(passed).toBe(true);
	});

	it('has every part seen to hold and not to hold', () => {
		expect(coverage?.filter(({ covered }) => !covered)).toEqual([]);
	});

	it('has no small mistake that its cases would not notice', () => {
		expect(mutants?.total).toBeGreaterThan(40);
		expect(mutants?.survivors).toEqual([]);
	});
});
