import type { Finding, RuleFile } from '../core/ruleset/index.ts';

/** What a deployment carries of its rules folder: texts, so that it compiles them by the loader that checked them. */
export interface PackedRules {
	/** The rule files; tests and what else lies beside them stay behind. */
	readonly files: readonly RuleFile[];
	/** What the folder was when it was packed. */
	readonly revision: string;
	/** Texts of the certificates beside the rules, by rule. */
	readonly certificates?: Readonly<Record<string, string>>;
	/** Warnings of the whole folder, its tests included. */
	readonly findings: readonly Finding[];
}

/** Where `#rules` of package.json leads, from the root of the project. */
export const bundlePath = '.greenlane/rules.js';

/**
 * The packed rules as the text of a JavaScript module with the one export `packed`. As JSON in a string, which engines
 * read faster than a literal, and which keeps keys like `__proto__`, that a literal would take for something else.
 */
export function writeBundleModule(packed: PackedRules): string {
	return [
		'// Written by `greenlane bundle` from the rules folder. Change the rules there; this file is written anew.',
		`export const packed = JSON.parse(${JSON.stringify(JSON.stringify(packed))});`,
		'',
	].join('\n');
}
