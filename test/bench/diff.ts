import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeInvoice } from './invoice.ts';

export interface DiffResult {
	readonly tasks: number;
	/** By the clock, from the first byte to the last. */
	readonly perSecond: number;
	/** By processor time of all threads, the start of the process included. */
	readonly perCpuSecond: number;
	/** The most that the process ever held. */
	readonly maxRssMib: number;
}

const rules = fileURLToPath(new URL('./rules', import.meta.url));
const program = fileURLToPath(new URL('./diff-run.ts', import.meta.url));

/**
 * `diff` of the rules and of the same with one threshold lower, over files of so many 20-field invoices, each in a process
 * of its own.
 */
export async function measureDiff(counts: readonly number[]): Promise<readonly DiffResult[]> {
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-bench-'));
	try {
		const [file, looser] = [join(folder, 'tasks.jsonl'), join(folder, 'rules')];
		await cp(rules, looser, { recursive: true });
		const certain = await readFile(join(looser, 'certain.json'), 'utf8');
		const lowered = certain.replace('"total_amount" }, 0.95]', '"total_amount" }, 0.93]');
		if (lowered === certain) throw new Error('the rule has no such threshold any more');
		await writeFile(join(looser, 'certain.json'), lowered);
		const results: DiffResult[] = [];
		for (const count of counts) {
			await writeTasks(file, count);
			results.push(await runOnce(looser, file, count));
		}
		return results;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function runOnce(looser: string, file: string, count: number): Promise<DiffResult> {
	const options = ['--tasks', file, '--today', '2026-06-01', '--allow-more'];
	const { stdout } = await promisify(execFile)(process.execPath, [program, rules, looser, ...options]);
	const report = JSON.parse(stdout) as {
		readonly exitCode: number;
		readonly tasks: number;
		readonly newly_completes: number;
		readonly seconds: number;
		readonly maxRssKib: number;
		readonly cpuSeconds: number;
	};
	// One in 16 invoices has a total between the two thresholds.
	const expected = Math.floor(count / 16);
	if (report.exitCode !== 0 || report.tasks !== count || Math.abs(report.newly_completes - expected) > 1) {
		throw new Error('diff has not seen what it should');
	}
	return {
		tasks: count,
		perSecond: count / report.seconds,
		perCpuSecond: count / report.cpuSeconds,
		maxRssMib: report.maxRssKib / 1_024,
	};
}

async function writeTasks(path: string, count: number): Promise<void> {
	const stream = createWriteStream(path);
	for (let n = 0; n < count; n += 1) {
		if (!stream.write(`${JSON.stringify(makeInvoice(n))}\n`)) await once(stream, 'drain');
	}
	stream.end();
	await finished(stream);
}
