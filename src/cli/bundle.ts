import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { kindOfFile } from '../core/ruleset/index.ts';
import { nodeDigest } from '../platform/node.ts';
import { writeBundleModule } from '../rulesource/bundle-module.ts';
import { loadFolder, readFolder } from '../rulesource/folder.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { countFindings, printFindings } from './print-findings.ts';

export interface BundleOptions {
	/** The module to write; what package.json says of `#rules` reads the default. */
	readonly out: string;
	readonly json: boolean;
}

/**
 * `greenlane bundle`: packs a rules folder into the module that a Worker carries. 0 when it is written or as it was, 1 when
 * the rules are refused, with the findings of `check`, 3 when the folder cannot be read or the module not be written. A
 * refused folder leaves an earlier module alone.
 */
export async function runBundle(
	dir: string,
	options: BundleOptions,
	io: Pick<CliIo, 'print' | 'complain' | 'paint'>,
): Promise<ExitCode> {
	const loaded = await loadFolder(dir, nodeDigest.sha256);
	const { files } = await readFolder(dir);
	const { findings } = loaded;
	const texts = new Map(files.map(({ name, text }) => [name, text]));
	if (!options.json) printFindings(io, findings, io.print, { dir, textOf: (file) => texts.get(file) });
	if (!loaded.ok) {
		if (options.json) io.print(JSON.stringify({ ok: false, revision: null, written: false, findings }, null, '\t'));
		else io.print(`${io.paint('bad', 'refused')}: ${countFindings(findings)} in ${dir}; nothing was written.`);
		return findings.some(({ code }) => code === 'missing-folder') ? exitCodes.couldNotRun : exitCodes.failed;
	}

	const { revision, rules } = loaded.ruleSet;
	const packed = files.filter(({ name }) => kindOfFile(name).kind === 'rule');
	const module = writeBundleModule({
		files: packed,
		revision,
		findings,
		certificates: Object.fromEntries(loaded.certificates),
	});
	let written: boolean;
	try {
		written = await writeIfOther(options.out, module);
	} catch {
		io.complain(`${options.out} cannot be written; name another file by --out, or see who may write in its folder.`);
		return exitCodes.couldNotRun;
	}
	if (options.json) {
		io.print(JSON.stringify({ ok: true, revision, written, findings }, null, '\t'));
	} else {
		const count = `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;
		const what = written ? `written to ${options.out}` : `${options.out} is as it was`;
		io.print(`${io.paint('good', 'good')}: ${count} of ${dir}, ${what}. Revision ${revision.slice(0, 12)}.`);
	}
	return exitCodes.good;
}

/** In one step, so that nobody reads half of it; not at all when it says the same, so that nobody builds for nothing. */
async function writeIfOther(path: string, text: string): Promise<boolean> {
	if ((await readFile(path, 'utf8').catch(() => null)) === text) return false;
	await mkdir(dirname(path), { recursive: true });
	const aside = join(dirname(path), `.rules-${process.pid}.tmp`);
	await writeFile(aside, text);
	await rename(aside, path);
	return true;
}
