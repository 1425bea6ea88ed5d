import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { dayOf } from '../cases/calendar.ts';
import { compareRules, compareSets, type Flip, shareRules } from '../core/decision/index.ts';
import type { RuleSet } from '../core/ruleset/types.ts';
import type { Task } from '../core/task/index.ts';
import { nodeClock, nodeDigest } from '../platform/node.ts';
import { loadFolder } from '../rulesource/folder.ts';
import { parseTask } from '../sendai/task-schema.ts';
import { printDiff } from './diff-print.ts';
import type { DiffReport, FlipGroup } from './diff-report.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { countFindings, printFindings } from './print-findings.ts';
import { createProgress } from './progress.ts';
import { readLines } from './read-lines.ts';

export interface DiffOptions {
	/** A file with one task a line as the API answers it; `-` for standard input. */
	readonly tasks: string;
	/** The day to judge as; today in `TIMEZONE` when left out. */
	readonly today?: string | undefined;
	/** Does not fail when something newly completes. */
	readonly allowMore: boolean;
	/** Does not fail when a line holds no task. */
	readonly skipUnreadable: boolean;
	/** Takes status and export as they were saved, instead of as in review. */
	readonly asSaved: boolean;
	/** Writes each flip as a line of JSON. */
	readonly flips?: string | undefined;
	readonly json: boolean;
}

/** A task with 5,000 elements has some megabytes. */
const longestLine = 16 * 1024 * 1024;
const mostExamples = 5;

/**
 * `greenlane diff <old> <new> --tasks file.jsonl`: which decisions two rule folders answer otherwise, in which direction and
 * because of what. Streams: memory does not grow with the file. 0 when nothing newly completes, 1 when something does (or a
 * line holds no task, or a folder is not sound), 3 when a file cannot be read or written.
 */
export async function runDiff(oldDir: string, newDir: string, options: DiffOptions, io: CliIo): Promise<ExitCode> {
	const before = await load(oldDir, io);
	const loaded = await load(newDir, io);
	if (typeof before === 'number') return before;
	if (typeof loaded === 'number') return loaded;
	const after = shareRules(before, loaded);
	const size = await sizeOf(options.tasks);
	if (size === 'unreadable') {
		io.complain(`${options.tasks} cannot be read. Give a file with one task a line, as the API answers it.`);
		return exitCodes.couldNotRun;
	}
	const flips = options.flips === undefined ? null : await openForWriting(options.flips);
	if (flips === 'unwritable') {
		io.complain(`${options.flips} cannot be written; is its folder there?`);
		return exitCodes.couldNotRun;
	}
	let report: DiffReport;
	try {
		report = await compareAll(before, after, options, size, flips, io);
	} catch {
		io.complain(
			`${options.tasks === '-' ? 'Standard input' : options.tasks} broke off, or the flips could not be written.`,
		);
		return exitCodes.couldNotRun;
	}
	if (options.json) io.print(JSON.stringify(report, null, '\t'));
	else printDiff(report, { before, after }, options, io);
	const looser = report.newly_completes > 0 && !options.allowMore;
	const unread = report.unreadable.count > 0 && !options.skipUnreadable;
	return looser || unread || report.tasks === 0 ? exitCodes.failed : exitCodes.good;
}

async function load(dir: string, io: CliIo): Promise<RuleSet | ExitCode> {
	const loaded = await loadFolder(dir, nodeDigest.sha256);
	if (loaded.ok) return loaded.ruleSet;
	printFindings(io, loaded.findings, io.complain, { dir });
	io.complain(`The rules in ${dir} cannot judge anything: ${countFindings(loaded.findings)}.`);
	return loaded.findings.some(({ code }) => code === 'missing-folder') ? exitCodes.couldNotRun : exitCodes.failed;
}

async function sizeOf(path: string): Promise<number | null | 'unreadable'> {
	if (path === '-') return null;
	try {
		const found = await stat(path);
		if (found.isDirectory()) return 'unreadable';
		await (await open(path, 'r')).close();
		// A pipe by name has none.
		return found.isFile() ? found.size : null;
	} catch {
		return 'unreadable';
	}
}

async function openForWriting(path: string): Promise<WriteStream | 'unwritable'> {
	try {
		const stream = createWriteStream(path);
		await once(stream, 'open');
		return stream;
	} catch {
		return 'unwritable';
	}
}

async function compareAll(
	before: RuleSet,
	after: RuleSet,
	options: DiffOptions,
	size: number | null,
	flips: WriteStream | null,
	io: CliIo,
): Promise<DiffReport> {
	const today = options.today ?? dayOf(nodeClock.now(), timeZoneOf(io));
	const progress = createProgress(io, nodeClock, size);
	const began = performance.now();
	const seconds = () => (performance.now() - began) / 1_000;
	let [bytes, tasks, oldCompleted, newCompleted, newlyCompletes, newlyLeft, notInReview, unread] = [
		0, 0, 0, 0, 0, 0, 0, 0,
	];
	const unreadLines: number[] = [];
	const groups = new Map<string, FlipGroup>();
	const source = options.tasks === '-' ? process.stdin : createReadStream(options.tasks, { highWaterMark: 1 << 20 });

	for await (const line of readLines(source, longestLine, (count) => (bytes += count))) {
		const reading = 'text' in line ? parseTask(parseJson(line.text)) : null;
		if (reading?.kind !== 'task') {
			unread += 1;
			if (unreadLines.length < mostExamples) unreadLines.push(line.number);
			continue;
		}
		tasks += 1;
		const task = options.asSaved ? reading.task : asInReview(reading.task);
		if (task !== reading.task) notInReview += 1;
		const compared = compareSets(before, after, { kind: 'task', task }, today);
		if (compared.before.outcome === 'complete') oldCompleted += 1;
		if (compared.after.outcome === 'complete') newCompleted += 1;
		const { flip } = compared;
		if (flip !== null) {
			if (flip.direction === 'newly-completes') newlyCompletes += 1;
			else newlyLeft += 1;
			addFlip(groups, flip, line.number, task.id);
			if (flips !== null) await write(flips, { line: line.number, task_id: task.id, ...flip });
		}
		if (tasks % 256 === 0) progress.show(bytes, `${tasks} tasks, ${Math.round(tasks / seconds())} a second`);
	}
	progress.end();
	if (flips !== null) {
		flips.end();
		await finished(flips);
	}
	return {
		before: before.revision,
		after: after.revision,
		rules: compareRules(before, after),
		tasks,
		completed: { before: oldCompleted, after: newCompleted },
		newly_completes: newlyCompletes,
		newly_left: newlyLeft,
		groups: [...groups.values()].toSorted(
			(a, b) => a.direction.localeCompare(b.direction) || b.count - a.count || a.because.localeCompare(b.because),
		),
		unreadable: { count: unread, lines: unreadLines },
		not_in_review: notInReview,
		seconds: Math.round(seconds() * 1_000) / 1_000,
	};
}

/** Rules are compared, not what happened to a task since: most saved tasks were finished by somebody. */
function asInReview(task: Task): Task {
	return task.status === 'REVIEWING' && task.exportedAt === null
		? task
		: { ...task, status: 'REVIEWING', exportedAt: null };
}

function addFlip(groups: Map<string, FlipGroup>, { direction, because }: Flip, line: number, taskId: string): void {
	for (const reason of because) {
		const key = `${direction} ${reason}`;
		let group = groups.get(key);
		if (group === undefined) {
			group = { direction, because: reason, count: 0, examples: [] };
			groups.set(key, group);
		}
		group.count += 1;
		if (group.examples.length < mostExamples) group.examples.push({ line, task_id: taskId });
	}
}

async function write(stream: WriteStream, value: unknown): Promise<void> {
	if (!stream.write(`${JSON.stringify(value)}\n`)) await once(stream, 'drain');
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function timeZoneOf(io: CliIo): string {
	const { TIMEZONE: zone = 'UTC' } = io.environment();
	try {
		new Intl.DateTimeFormat('en', { timeZone: zone });
		return zone;
	} catch {
		return 'UTC';
	}
}
