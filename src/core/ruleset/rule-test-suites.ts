import type { JsonDocument } from './parse-json.ts';
import { readFile } from './rule-file.ts';
import type { RuleTests } from './rule-test-format.ts';
import { loadRuleTests } from './rule-tests.ts';
import type { Rule, RuleFile } from './types.ts';

/** A rule with its file and its tests, and where everything stands in both. */
export interface RuleSuite {
	readonly rule: Rule;
	/** `invoice.json` */
	readonly file: string;
	readonly document: JsonDocument;
	/** `invoice.test.json`: where the tests are, or should be. */
	readonly testFile: string;
	/** Null when there is no such file. */
	readonly tests: { readonly content: RuleTests; readonly document: JsonDocument } | null;
}

/** The rules of a folder that was loaded without errors, each with its tests, in the order of the rules. */
export function readRuleSuites(files: readonly RuleFile[], rules: readonly Rule[]): readonly RuleSuite[] {
	return rules.flatMap((rule): readonly RuleSuite[] => {
		const file = files.find(({ name }) => name === `${rule.id}.json`);
		const document = file === undefined ? null : readFile(file).document;
		if (file === undefined || document === null) return [];
		const testFile = `${rule.id}.test.json`;
		return [{ rule, file: file.name, document, testFile, tests: readTests(files, testFile) }];
	});
}

function readTests(files: readonly RuleFile[], name: string): RuleSuite['tests'] {
	const file = files.find((one) => one.name === name);
	if (file === undefined) return null;
	const { document } = readFile(file);
	// What `because` may name was looked at when the folder was loaded.
	const { tests: content } = loadRuleTests(file, null);
	return document === null || content === null ? null : { content, document };
}
