import type { Json } from '../core/json.ts';
import { type Finding, folderFinding, loadRules, type RuleFile, type RuleSet } from '../core/ruleset/index.ts';

/** What the rules of one call may have together, as JSON without white space; loading them takes a second at most. */
export const mostRulesLength = 128 * 1_024;
/** As in files; deeper, the value could not even be written out. */
const deepest = 64;

export type GivenRules =
	| { readonly ok: true; readonly ruleSet: RuleSet }
	| { readonly ok: false; readonly findings: readonly Finding[] };

/**
 * Loads rules that came as JSON values, by the one loader. Places in findings are those of the value written out with a
 * tab for each level, as `JSON.stringify(rule, null, '\t')` does it.
 *
 * @param rules rule ids to rule files
 * @param sha256 of UTF-8 text, hex
 */
export function loadGivenRules(
	rules: { readonly [id: string]: Json },
	sha256: (text: string) => string,
): GivenRules | 'too-large' {
	const tooDeep = Object.entries(rules).filter(([, rule]) => isDeeper(rule, deepest));
	if (tooDeep.length > 0) {
		return { ok: false, findings: tooDeep.map(([id]) => folderFinding(`${id}.json`, 'too-deep')) };
	}
	if (JSON.stringify(rules).length > mostRulesLength) return 'too-large';
	const loaded = loadRules(Object.entries(rules).map(([id, rule]) => toFile(id, rule)));
	if (!loaded.ok) return { ok: false, findings: loaded.findings };
	const { rules: list, canonical, logicCanonical } = loaded;
	return {
		ok: true,
		ruleSet: { revision: sha256(canonical), logicRevision: sha256(logicCanonical), canonical, rules: list },
	};
}

function toFile(id: string, rule: Json): RuleFile {
	return { name: `${id}.json`, text: JSON.stringify(rule, null, '\t') };
}

/** Level by level: a recursion could exhaust the stack, which is what this is to prevent. */
function isDeeper(value: Json, most: number): boolean {
	let level: readonly Json[] = [value];
	for (let depth = 0; level.length > 0; depth += 1) {
		if (depth > most) return true;
		level = level.flatMap((one): Json[] =>
			typeof one === 'object' && one !== null
				? Object.values(one).filter((member) => typeof member === 'object' && member !== null)
				: [],
		);
	}
	return false;
}
