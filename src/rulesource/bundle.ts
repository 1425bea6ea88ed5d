import { loadRules, type RuleSet } from '../core/ruleset/index.ts';
import type { PackedRules } from './bundle-module.ts';
import { fixedRules, type RuleSource } from './index.ts';

export type Unpacked =
	| { readonly ok: true; readonly rules: RuleSource; readonly ruleSet: RuleSet }
	/** For a person: the rules of this deployment cannot serve, and why. */
	| { readonly ok: false; readonly message: string };

/**
 * The rules that a deployment carries, compiled anew from their texts: fixed as long as it runs. Never throws. Refused is
 * a bundle that is not what was packed: one that was changed since, or that was written by another version of Greenlane.
 *
 * @param packed what `#rules` exports
 */
export function unpackRules(packed: PackedRules, sha256: (text: string) => string): Unpacked {
	const loaded = loadRules(packed.files);
	if (!loaded.ok) {
		const [first] = loaded.findings;
		return refused(first === undefined ? 'they hold an error' : `${first.file}:${first.line} ${first.code}`);
	}
	const { rules, canonical, logicCanonical } = loaded;
	const ruleSet = { revision: sha256(canonical), logicRevision: sha256(logicCanonical), canonical, rules };
	if (ruleSet.revision !== packed.revision) return refused('they are not the ones that were packed');
	return {
		ok: true,
		rules: fixedRules(ruleSet, packed.findings, new Map(Object.entries(packed.certificates ?? {}))),
		ruleSet,
	};
}

function refused(why: string): Unpacked {
	const message = `The rules of this deployment were refused: ${why}. Run \`npm run greenlane -- bundle\` and deploy again.`;
	return { ok: false, message };
}
