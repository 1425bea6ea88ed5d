import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Environment } from '../config.ts';
import { toKebabCase } from '../core/ruleset/check-format.ts';
import { writeSchemas } from '../core/ruleset/index.ts';
import type { Task } from '../core/task/index.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { isName } from './init-conditions.ts';
import { emptyIn, missingLines, namesIn, writeEnv } from './init-env.ts';
import { type InitReport, printInit } from './init-print.ts';
import { type FirstRule, makeFirstRule } from './init-tests.ts';
import type { CliIo } from './io.ts';
import { printable } from './printable.ts';
import { readTask } from './read-task.ts';

export interface InitOptions {
	/** Files with saved tasks, besides those given by position. */
	readonly task: readonly string[];
	/** The id of the rule; from meta, or `first-rule`, when left out. */
	readonly rule?: string | undefined;
	/** Where to look for live tasks. */
	readonly project?: string | undefined;
	/** Where `.env` goes, and what `rules` is relative to. */
	readonly dir: string;
	/** Folder of the rule files; `RULES_DIR` or `rules` when left out. */
	readonly rules?: string | undefined;
	/** Leaves the text of the documents in the fixtures. */
	readonly keepContent: boolean;
	readonly dryRun: boolean;
	readonly json: boolean;
}

/**
 * `greenlane init [tasks...]`: a `.env` with secrets and cautious values, and from tasks a first rule in shadow with its
 * tests. Asks nothing, overwrites nothing. 0 when all is written or there already; 1 when an existing `.env` lacks lines,
 * or the rule could not be written; 3 when a task cannot be read, or a file not be written.
 */
export async function runInit(tasks: readonly string[], options: InitOptions, io: CliIo): Promise<ExitCode> {
	const { dir, dryRun } = options;
	const env = surroundings(dir, io);
	const rules = options.rules ?? env.RULES_DIR ?? 'rules';
	const names = [...tasks, ...options.task];
	const read = await readAll(names, options, io);
	if (typeof read === 'number') return read;

	const first = read.length === 0 ? null : draft(read, resolve(dir, rules), options, io);
	if (typeof first === 'number') return first;

	const facts = {
		env,
		projects: [...new Set(read.map(({ projectId }) => projectId))],
		rulesDir: rules === 'rules' ? null : rules,
		randomBytes,
	};
	const envPath = join(dir, '.env');
	const made = writeEnv(facts);
	const files: File[] = [];
	const kept = existsSync(envPath);
	if (!kept) files.push({ path: envPath, text: made.text, mode: 0o600 });
	if (first !== null) files.push(...filesOf(first, join(dir, rules)));
	if (!dryRun && !(await writeAll(files, io))) return exitCodes.couldNotRun;

	const before = kept ? readIfThere(envPath, io) : '';
	const missing = kept ? missingLines(before, facts) : [];
	const report: InitReport = {
		env: {
			path: envPath,
			outcome: kept ? 'kept' : 'written',
			toFill: kept ? emptyIn(before, facts) : made.toFill,
			missing,
		},
		rule:
			first === null
				? null
				: {
						id: first.id,
						path: join(dir, rules, `${first.id}.json`),
						testPath: join(dir, rules, `${first.id}.test.json`),
						tasks: read.length,
						conditions: first.draft.rule.conditions.map(({ id }) => id),
						requiredEntities: first.draft.rule.requiredEntities,
						otherMeta: first.draft.otherMeta,
						cases: first.cases,
						fixtures: first.fixtures,
						redacted: !options.keepContent,
						text: first.ruleText,
					},
		dryRun,
		task: names[0] ?? null,
		rulesDir: join(dir, rules),
		isHere: resolve(dir) === resolve('.'),
	};
	if (options.json) io.print(JSON.stringify(report, null, '\t'));
	else printInit(report, io);
	return missing.length > 0 ? exitCodes.failed : exitCodes.good;
}

/** The environment without what only the `.env` of another folder than the new one says. */
function surroundings(dir: string, io: CliIo): Environment {
	const env = io.environment();
	if (resolve(dir) === resolve('.')) return env;
	const here = namesIn(readIfThere('.env', io));
	return Object.fromEntries(Object.entries(env).filter(([name, value]) => value !== here[name]));
}

function readIfThere(path: string, io: CliIo): string {
	try {
		return io.readFile(path);
	} catch {
		return '';
	}
}

/** Tasks that a rule can be made of. One that is not as documented would always be left to a person. */
async function readAll(names: readonly string[], options: InitOptions, io: CliIo): Promise<readonly Task[] | ExitCode> {
	const tasks: Task[] = [];
	for (const [index, name] of names.entries()) {
		if (io.isTerminal && !options.json && names.length > 1)
			io.write(`\r\u001b[2Kreading ${index + 1} of ${names.length}`);
		const source = await readTask(name, { project: options.project }, io);
		if (typeof source === 'number') return source;
		const { reading } = source;
		const why = whyNot(reading.kind === 'task' ? reading.task : null);
		if (reading.kind === 'task' && why === null) tasks.push(reading.task);
		else io.complain(`${printable(name)} was left out: ${why ?? 'it is not as documented'}.`);
	}
	if (io.isTerminal && !options.json && names.length > 1) io.write('\r\u001b[2K');
	if (names.length > 0 && tasks.length === 0) {
		io.complain('There is no task left to make a rule of. `explain` says what is wrong with one.');
		return exitCodes.failed;
	}
	return tasks;
}

function whyNot(task: Task | null): string | null {
	if (task === null) return 'it is no task as GET .../task/{task_id} answers it';
	const [fault] = task.faults;
	if (fault !== undefined) return `it is not as documented (${fault.path} ${fault.message})`;
	const { annotations, checkboxes, segments, signatures } = task;
	if (annotations.length + checkboxes.length + segments.length + signatures.length === 0) {
		return 'nothing was read from its document';
	}
	return isName(task.stepType) && !/[a-z]/.test(task.stepType) ? null : 'its step has no usual name';
}

function draft(tasks: readonly Task[], dir: string, options: InitOptions, io: CliIo): FirstRule | ExitCode {
	const isTaken = (id: string) => existsSync(join(dir, `${id}.json`)) || existsSync(join(dir, `${id}.test.json`));
	const id = options.rule ?? [...suggestIds(tasks)].find((one) => !isTaken(one));
	if (id === undefined || isTaken(id)) {
		const name = id ?? 'first-rule';
		io.complain(
			`${join(dir, name)}.json, or its test, is there already and stays as it is; name another rule with --rule.`,
		);
		return exitCodes.failed;
	}
	return makeFirstRule(id, tasks, options);
}

/** The kind of document, where all tasks are of one. */
function* suggestIds(tasks: readonly Task[]): Generator<string> {
	const kinds = new Set(
		tasks.map(
			({ meta }) => meta.find(({ name }) => /^(?:category|categorie|(?:document_?)?type|kind)$/i.test(name))?.value,
		),
	);
	const [kind] = kinds;
	const id = kind === undefined || kinds.size > 1 ? '' : toKebabCase(kind);
	if (id !== '' && /[a-z]/.test(id)) yield id.replace(/-$/, '');
	yield 'first-rule';
}

interface File {
	readonly path: string;
	readonly text: string;
	readonly mode?: number;
	/** Stays as it is where it is there already. */
	readonly mayBeThere?: true;
}

function filesOf({ id, ruleText, testText }: FirstRule, dir: string): readonly File[] {
	const schemas = Object.entries(writeSchemas()).map(
		([name, text]): File => ({ path: join(dir, name), text, mayBeThere: true }),
	);
	return [
		{ path: join(dir, `${id}.json`), text: ruleText },
		{ path: join(dir, `${id}.test.json`), text: testText },
		...schemas,
	];
}

/** Creates each file, or fails: what appeared in the meantime is not overwritten either. */
async function writeAll(files: readonly File[], io: CliIo): Promise<boolean> {
	for (const { path, text, mode = 0o644, mayBeThere } of files) {
		try {
			await mkdir(dirname(path), { recursive: true });
			await writeFile(path, text, { flag: 'wx', mode });
		} catch (error) {
			const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
			if (code === 'EEXIST' && mayBeThere === true) continue;
			io.complain(`${path} cannot be written (${code}); is the folder there, and may you write in it?`);
			return false;
		}
	}
	return true;
}
