import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { packed } from '#rules';
import { nodeDigest } from '../../src/platform/node.ts';
import { unpackRules } from '../../src/rulesource/bundle.ts';

test('the rules that a Worker carries are at the revision that Node gives to their folder', () => {
	const unpacked = unpackRules(packed, nodeDigest.sha256);
	if (!unpacked.ok) throw new Error(unpacked.message);
	const { revision, logicRevision, rules } = unpacked.ruleSet;
	expect({ revision, logicRevision }).toEqual(env.NODE_RULES);
	expect(rules.length).toBeGreaterThan(0);
});
