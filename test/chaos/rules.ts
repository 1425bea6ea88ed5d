import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuleSet } from '../../src/core/ruleset/types.ts';
import { nodeDigest } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';

export type Strictness = 'lenient' | 'strict';

const least: Readonly<Record<Strictness, number>> = { lenient: 0.9, strict: 0.97 };

/** Live rules of two kinds of documents: one is braked at times, both are made stricter and laxer while they serve. */
function ruleFile(category: string, strictness: Strictness) {
	return {
		description: `For chaos: ${category} documents that are certain throughout.`,
		mode: 'live',
		appliesTo: { meta: { category: [category] } },
		conditions: [
			{
				id: 'everything-certain',
				requirement: 'No field may be a guess.',
				logic: { all: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, least[strictness]] }] },
			},
		],
		auditShare: 0.05,
		quietMinutesAfterOpened: 1,
	};
}

export const ruleIds = ['invoice', 'identity'] as const;

/** Puts the rules into a folder that may be served from, each file whole or as it was. */
export async function writeRules(folder: string, strictness: Strictness): Promise<void> {
	await mkdir(folder, { recursive: true });
	for (const id of ruleIds) {
		const path = join(folder, `${id}.json`);
		await writeFile(`${path}.next`, JSON.stringify(ruleFile(id, strictness)));
		await rename(`${path}.next`, path);
	}
}

export async function loadRules(folder: string): Promise<RuleSet> {
	const loaded = await loadFolder(folder, nodeDigest.sha256);
	if (!loaded.ok) throw new Error('the rules of the chaos run do not load');
	return loaded.ruleSet;
}
