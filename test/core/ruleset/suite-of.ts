import type { Json } from '../../../src/core/json.ts';
import { loadRules, type RuleSuite, readRuleSuites } from '../../../src/core/ruleset/index.ts';

/** A rule, with tests where they are given, loaded for real as `invoice.json`. */
export function suiteOf(rule: Json, tests: Json | null = null): RuleSuite {
	const files = [
		{ name: 'invoice.json', text: JSON.stringify(rule) },
		...(tests === null ? [] : [{ name: 'invoice.test.json', text: JSON.stringify(tests) }]),
	];
	const loaded = loadRules(files);
	if (!loaded.ok) throw new Error(loaded.findings.map(({ file, message }) => `${file}: ${message}`).join('\n'));
	const [suite] = readRuleSuites(files, loaded.rules);
	if (suite === undefined) throw new Error('no suite');
	return suite;
}
