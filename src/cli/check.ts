import { nodeDigest } from '../platform/node.ts';
import { loadFolder } from '../rulesource/folder.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { countFindings, printFindings } from './print-findings.ts';

export interface CheckOptions {
	/** Writes `rule.schema.json` into the folder first. */
	readonly writeSchema: boolean;
	readonly json: boolean;
}

/** `greenlane check`: everything that is wrong or doubtful in a rules folder. 1 when something is wrong. */
export async function runCheck(dir: string, options: CheckOptions, io: CliIo): Promise<ExitCode> {
	const loaded = await loadFolder(dir, nodeDigest.sha256);
	if (options.json) {
		const revision = loaded.ok ? loaded.ruleSet.revision : null;
		io.print(JSON.stringify({ ok: loaded.ok, revision, findings: loaded.findings }, null, '\t'));
		return loaded.ok ? exitCodes.good : exitCodes.failed;
	}
	printFindings(io, loaded.findings, io.print);
	if (!loaded.ok) {
		io.print(`${io.paint('bad', 'refused')}: ${countFindings(loaded.findings)} in ${dir}.`);
		return exitCodes.failed;
	}
	const modes = Object.entries(Object.groupBy(loaded.ruleSet.rules, (rule) => rule.mode))
		.map(([mode, rules]) => `${rules?.length ?? 0} ${mode}`)
		.join(', ');
	const doubts = loaded.findings.length === 0 ? '' : `, ${countFindings(loaded.findings)}`;
	io.print(
		`${io.paint('good', 'good')}: ${modes === '' ? 'no rules' : modes} in ${dir}${doubts}. Revision ${loaded.ruleSet.revision.slice(0, 12)}.`,
	);
	return exitCodes.good;
}
