import type { Rule } from '../core/ruleset/types.ts';
import type { Digest } from '../platform/index.ts';

/** Rules are loaded once and serve for long. */
const digests = new WeakMap<Rule, string>();

/** SHA-256, hex, of a rule's logic: of what a certificate is issued, and by which a changed rule is a new one. */
export function logicDigest({ digest }: { readonly digest: Digest }, rule: Rule): string {
	let logic = digests.get(rule);
	if (logic === undefined) {
		logic = digest.sha256(rule.logicCanonical);
		digests.set(rule, logic);
	}
	return logic;
}
