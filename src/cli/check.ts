import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, type Json } from '../core/json.ts';
import {
	type Finding,
	findUnseen,
	formatFile,
	kindOfFile,
	type RuleFile,
	type SeenInTasks,
	sortFindings,
	writeSchemas,
} from '../core/ruleset/index.ts';
import { nodeClock, nodeDigest } from '../platform/node.ts';
import { type LoadedFolder, loadFolder, readFolder } from '../rulesource/folder.ts';
import { parseTask } from '../sendai/task-schema.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { findUnbornePromises } from './find-unborne-promises.ts';
import type { CliIo } from './io.ts';
import { countFindings, printFindings } from './print-findings.ts';
import { repeatOnChange } from './repeat-on-change.ts';

export interface CheckOptions {
	/** Writes the schemas for editors into the folder first. */
	readonly writeSchema: boolean;
	/** Files with tasks as the API answers them: what the rules name and none of them has is doubtful. */
	readonly against: readonly string[];
	/** Rewrites sound files in the canonical format first. */
	readonly fix: boolean;
	/** Checks again after each change, until `signal`. */
	readonly watch: boolean;
	readonly json: boolean;
	/** Ends `watch`. */
	readonly signal?: AbortSignal;
}

/**
 * `greenlane check`: everything that is wrong or doubtful in a rules folder. 0 when nothing is wrong, 1 when something is, 3
 * when the folder or a task cannot be read. With `watch`, what the last check came to.
 */
export async function runCheck(dir: string, options: CheckOptions, io: CliIo): Promise<ExitCode> {
	const seen = readTasks(options.against, io);
	if (seen === 'unreadable') return exitCodes.couldNotRun;
	if (!(await writeSchemasInto(dir, options, io))) return exitCodes.couldNotRun;

	let exitCode = await checkOnce(dir, seen, options, io);
	if (!options.watch) return exitCode;
	const again = async () => {
		exitCode = await checkOnce(dir, seen, options, io);
	};
	await repeatOnChange({ dir, json: options.json, signal: options.signal, again }, io);
	return exitCode;
}

async function checkOnce(dir: string, seen: SeenInTasks | null, options: CheckOptions, io: CliIo): Promise<ExitCode> {
	const rewritten = options.fix ? await fixFiles(dir, io) : [];
	const loaded = await loadFolder(dir, nodeDigest.sha256);
	const { files } = await readFolder(dir);
	const unseen = seen === null ? [] : findUnseen(files, seen);
	const findings = loaded.ok
		? sortFindings([...loaded.findings, ...unseen, ...(await findUnbornePromises(dir, files, nodeClock.now()))])
		: loaded.findings;
	const exitCode = loaded.ok
		? exitCodes.good
		: findings.some(({ code }) => code === 'missing-folder')
			? exitCodes.couldNotRun
			: exitCodes.failed;
	if (options.json) {
		const revisions = loaded.ok
			? { revision: loaded.ruleSet.revision, logicRevision: loaded.ruleSet.logicRevision }
			: { revision: null, logicRevision: null };
		const rules = loaded.ok ? loaded.ruleSet.rules.map(({ id, mode }) => ({ id, mode })) : [];
		io.print(JSON.stringify({ ok: loaded.ok, ...revisions, rules, findings, rewritten }, null, '\t'));
		return exitCode;
	}
	for (const name of rewritten) io.print(`rewritten: ${join(dir, name)}`);
	const texts = new Map(files.map(({ name, text }) => [name, text]));
	printFindings(io, findings, io.print, { dir, textOf: (file) => texts.get(file) });
	printSummary(dir, loaded, findings, io);
	return exitCode;
}

function printSummary(dir: string, loaded: LoadedFolder, findings: readonly Finding[], io: CliIo): void {
	if (!loaded.ok) {
		io.print(`${io.paint('bad', 'refused')}: ${countFindings(findings)} in ${dir}.`);
		return;
	}
	const { rules, revision } = loaded.ruleSet;
	const modes = Object.entries(Object.groupBy(rules, (rule) => rule.mode))
		.map(([mode, some]) => `${some?.length ?? 0} ${mode}`)
		.join(', ');
	const doubts = findings.length === 0 ? '' : `, ${countFindings(findings)}`;
	io.print(
		`${io.paint('good', 'good')}: ${modes === '' ? 'no rules' : modes} in ${dir}${doubts}. Revision ${revision.slice(0, 12)}.`,
	);
	if (rules.some(({ mode }) => mode !== 'live')) {
		io.print(
			io.paint('quiet', 'Rules that are not live have no vote: taking one out of live can only let more through.'),
		);
	}
}

/** Null: nothing to hold the rules against. */
function readTasks(paths: readonly string[], io: CliIo): SeenInTasks | null | 'unreadable' {
	if (paths.length === 0) return null;
	const entities = new Set<string>();
	const metaNames = new Set<string>();
	for (const path of paths) {
		const reading = readTask(path, io);
		if (reading?.kind !== 'task') {
			io.complain(`${path} does not hold a task as GET .../task/{task_id} answers it.`);
			return 'unreadable';
		}
		for (const { entityId } of reading.task.annotations) entities.add(entityId);
		for (const { name } of reading.task.meta) metaNames.add(name);
	}
	return { entities, metaNames };
}

function readTask(path: string, io: CliIo) {
	try {
		return parseTask(JSON.parse(io.readFile(path)));
	} catch {
		return null;
	}
}

async function writeSchemasInto(dir: string, options: CheckOptions, io: CliIo): Promise<boolean> {
	if (!options.writeSchema) return true;
	for (const [name, text] of Object.entries(writeSchemas())) {
		const path = join(dir, name);
		try {
			await writeFile(path, text);
		} catch {
			io.complain(`${path} cannot be written; is the folder there, and may you write in it?`);
			return false;
		}
	}
	return true;
}

/** Rewrites what is sound; a file with errors stays as it is, and the check that follows says why. */
async function fixFiles(dir: string, io: CliIo): Promise<readonly string[]> {
	const loaded = await loadFolder(dir, nodeDigest.sha256);
	const broken = new Set(loaded.findings.filter(({ severity }) => severity === 'error').map(({ file }) => file));
	const rewritten: string[] = [];
	for (const file of (await readFolder(dir)).files) {
		const { kind } = kindOfFile(file.name);
		if ((kind !== 'rule' && kind !== 'test') || broken.has(file.name)) continue;
		const text = formatFile(file);
		if (text === null || text === file.text || !meansTheSame(file, text)) continue;
		try {
			await writeFile(join(dir, file.name), text);
			rewritten.push(file.name);
		} catch {
			io.complain(`${join(dir, file.name)} cannot be written.`);
		}
	}
	return rewritten;
}

/** Whoever rewrites a rule proves that it is still the same. */
function meansTheSame({ text }: RuleFile, rewritten: string): boolean {
	return canonicalJson(JSON.parse(text) as Json) === canonicalJson(JSON.parse(rewritten) as Json);
}
