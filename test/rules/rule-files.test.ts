/** The example rules are held against their own tests, as the command `test` will: each case by its rule alone, as if it were live. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decision/index.ts';
import {
	buildTestTask,
	loadRuleTests,
	type RuleSet,
	type RuleTestCase,
	type RuleTests,
	usualTestDay,
} from '../../src/core/ruleset/index.ts';
import { nodeDigest } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { parseTask } from '../../src/sendai/task-schema.ts';

const folder = fileURLToPath(new URL('../../rules', import.meta.url));
const loaded = await loadFolder(folder, nodeDigest.sha256);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.findings));
const { ruleSet } = loaded;

function testsOf(id: string): RuleTests {
	const name = `${id}.test.json`;
	const { tests, findings } = loadRuleTests({ name, text: readFileSync(`${folder}/${name}`, 'utf8') }, null);
	if (tests === null) throw new Error(JSON.stringify(findings));
	return tests;
}

function judge(id: string, tests: RuleTests, test: RuleTestCase) {
	const alone: RuleSet = {
		...ruleSet,
		rules: ruleSet.rules.filter((rule) => rule.id === id).map((rule) => ({ ...rule, mode: 'live' })),
	};
	const reading = parseTask(buildTestTask(tests, test));
	if (reading.kind !== 'task') throw new Error('the task of the test is malformed');
	return decide({
		reading,
		ruleSet: alone,
		projectKnown: true,
		today: test.today ?? usualTestDay,
		version: 'test',
		fingerprint: '',
		draw: null,
		braked: new Set(),
	});
}

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
});

describe.each(ruleSet.rules.map(({ id }) => id))('%s', (id) => {
	const tests = testsOf(id);

	it.each(tests.tests)('$name', (test) => {
		const { outcome, rules } = judge(id, tests, test);
		const failed = rules.flatMap((rule) => rule.conditions.filter((condition) => condition.outcome !== 'pass'));
		expect([outcome, failed.map((condition) => condition.id).toSorted()]).toEqual([
			test.expect,
			[...(test.because ?? [])].toSorted(),
		]);
	});

	it('has every condition seen to hold and not to hold', () => {
		const seen = new Map<string, Set<string>>();
		for (const test of tests.tests) {
			for (const { id: condition, outcome } of judge(id, tests, test).rules.flatMap((rule) => rule.conditions)) {
				if (condition.startsWith('required:')) continue;
				seen.set(condition, (seen.get(condition) ?? new Set()).add(outcome === 'pass' ? 'holds' : 'does not'));
			}
		}
		const conditions = ruleSet.rules.find((rule) => rule.id === id)?.conditions.map((condition) => condition.id) ?? [];
		expect(conditions.filter((condition) => seen.get(condition)?.size !== 2)).toEqual([]);
	});
});
