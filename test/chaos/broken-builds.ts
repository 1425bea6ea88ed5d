import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeClock } from '../../src/platform/node.ts';
import type { ChaosOptions } from './chaos.ts';
import { changeRules } from './troubles.ts';

export interface BrokenBuild {
	readonly what: string;
	/** Texts of files below `src`, each to be found exactly once. */
	readonly patches: readonly { readonly file: string; readonly from: string; readonly to: string }[];
	/** What makes the fault likely. */
	readonly options?: Partial<ChaosOptions>;
}

/** Builds that are wrong in one place. Chaos must catch each of them. */
export const brokenBuilds: Readonly<Record<string, BrokenBuild>> = {
	lease: {
		what: 'Leases are not checked: whoever looks for work takes what others have in hand, and an intent asks for no claim.',
		patches: [
			{
				file: 'ledger/sql/conditions.ts',
				from: 'WHERE lease_until IS NOT NULL AND lease_until <= :now',
				to: 'WHERE lease_until IS NOT NULL',
			},
			{
				file: 'ledger/sql/intent-conditions.ts',
				from: "'c.fence = :fence AND c.lease_until > :now'",
				to: "'1 = 1'",
			},
			{
				file: 'ledger/sql/conditions.ts',
				from: "export const caseHeldSql = 'id = :case AND fence = :fence AND lease_until IS NOT NULL';",
				to: "export const caseHeldSql = 'id = :case AND :fence = :fence';",
			},
			{
				file: 'ledger/sql/intent-conditions.ts',
				from: 'verdict IS NULL\n\t\t\t\tOR raw_status BETWEEN 200 AND 299\n\t\t\t\tOR ',
				to: 'raw_status BETWEEN 200 AND 299\n\t\t\t\tOR ',
			},
		],
		options: { processes: 3 },
	},
	retry: {
		what: 'The POST is tried again when its answer does not come.',
		patches: [
			{
				file: 'sendai/post-complete.ts',
				from: '\t\tconst response = await withDeadline(clock, timeoutMs, undefined, async (signal) => {',
				to: '\t\tconst once = () => withDeadline(clock, timeoutMs, undefined, async (signal) => {',
			},
			{
				file: 'sendai/post-complete.ts',
				from: '\t\t\treturn answered;\n\t\t});\n',
				to: '\t\t\treturn answered;\n\t\t});\n\t\tconst response = await once().catch(once);\n',
			},
		],
	},
	brake: {
		what: 'Nobody asks whether a rule is braked: neither who judges, nor the intent.',
		patches: [
			{
				file: 'ledger/sql/intent-conditions.ts',
				from: "'NOT EXISTS (SELECT 1 FROM json_each(d.rules) AS rule JOIN brakes ON brakes.rule_id = rule.value)'",
				to: "'1 = 1'",
			},
			{
				file: 'ledger/sql/surroundings.ts',
				from: 'brakes: new Set(told.brakes ?? [])',
				to: 'brakes: new Set()',
			},
		],
	},
	serving: {
		what: 'An intent does not ask whether the rules that judged are those in force.',
		patches: [
			{
				file: 'ledger/sql/intent-conditions.ts',
				from: "'d.revision = (SELECT revision FROM serving)'",
				to: "'1 = 1'",
			},
		],
		options: {
			ownRules: true,
			without: ['rules', 'pause', 'brake'],
			// One process gets stricter rules; the others still hold the old ones and must leave the work.
			async also(world) {
				await nodeClock.sleep(15_000);
				await changeRules(world, 'strict', world.rulesDirs.slice(0, 1));
			},
		},
	},
};

/** A copy of the project with the patches in it. Rejects when a text to be patched is not there once: nothing would be tested. */
export async function copyBroken(
	root: string,
	{ patches }: BrokenBuild,
): Promise<{ readonly root: string; remove(): Promise<void> }> {
	const copy = await mkdtemp(join(tmpdir(), 'greenlane-broken-'));
	for (const name of ['src', 'package.json', 'tsconfig.json']) {
		await cp(join(root, name), join(copy, name), { recursive: true });
	}
	await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
	for (const { file, from, to } of patches) {
		const path = join(copy, 'src', file);
		const text = await readFile(path, 'utf8');
		if (text.split(from).length !== 2) throw new Error(`src/${file} does not hold once what the patch is for: ${from}`);
		await writeFile(
			path,
			text.replace(from, () => to),
		);
	}
	return { root: copy, remove: () => rm(copy, { recursive: true, force: true }) };
}
