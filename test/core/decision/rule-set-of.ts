import { createHash } from 'node:crypto';
import type { Json } from '../../../src/core/json.ts';
import { loadRules } from '../../../src/core/ruleset/index.ts';
import type { RuleSet } from '../../../src/core/ruleset/types.ts';

/** Rules by id, as they would stand in files, loaded for real. */
export function ruleSetOf(rules: Readonly<Record<string, Json>>): RuleSet {
	const files = Object.entries(rules).map(([id, rule]) => ({ name: `${id}.json`, text: JSON.stringify(rule) }));
	const loaded = loadRules(files);
	if (!loaded.ok) throw new Error(loaded.findings.map(({ file, message }) => `${file}: ${message}`).join('\n'));
	const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
	return {
		revision: sha256(loaded.canonical),
		logicRevision: sha256(loaded.logicCanonical),
		canonical: loaded.canonical,
		rules: loaded.rules,
	};
}
