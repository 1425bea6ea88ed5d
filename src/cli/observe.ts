import { createReadStream } from 'node:fs';
import * as z from 'zod';
import type { ImportedLabel } from '../ledger/index.ts';
import { validId } from '../sendai/valid-id.ts';
import { alignColumns } from './align-columns.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { openLedger } from './open-ledger.ts';
import { readLines } from './read-lines.ts';

export interface ObserveOptions {
	readonly import: string;
	readonly db?: string;
	readonly json: boolean;
}

const id = z.string().refine(validId);
const schema = z.object({
	project_id: id,
	task_id: id,
	step_type: z.string().min(1).default('EXTRACT'),
	label: z.enum(['right', 'wrong']),
});

const longestLine = 64 * 1024;
const outcomes = {
	stored: 'stored',
	known: 'known already',
	overturned: 'wrong where the ledger said right: they contradict each other, and wrong stands now',
	contradicted: 'right where the ledger says wrong: they contradict each other, and wrong stands',
	'unknown-task': 'of a task that is not in the ledger',
	undecided: 'of a task that was not decided at that step',
	'completed-by-us': 'of a task that Greenlane completed, or may have',
} as const satisfies Record<ImportedLabel, string>;

/**
 * `greenlane observe --import`: labels line by line; a second run changes nothing. 0 when every line was stored or known, 1
 * when one was not, or contradicts the ledger or another line, 3 when a file or the ledger cannot be read.
 */
export async function runObserve(options: ObserveOptions, io: CliIo): Promise<ExitCode> {
	const ledger = await openLedger(options.db, io);
	if (typeof ledger === 'number') return ledger;
	const counts: Record<ImportedLabel | 'no-label', number> = {
		...{ stored: 0, known: 0, overturned: 0, contradicted: 0, 'unknown-task': 0, undecided: 0, 'completed-by-us': 0 },
		'no-label': 0,
	};
	const refused: string[] = [];
	try {
		for await (const line of readLines(createReadStream(options.import), longestLine)) {
			const read = 'text' in line ? schema.safeParse(parse(line.text)) : null;
			if (read?.success !== true) {
				counts['no-label'] += 1;
				refused.push(`${options.import}:${line.number} holds no label`);
				continue;
			}
			const { project_id: projectId, task_id: taskId, step_type: stepType, label } = read.data;
			const outcome = await ledger.importLabel({ projectId, taskId, stepType }, label);
			counts[outcome] += 1;
			if (outcome !== 'stored' && outcome !== 'known') {
				refused.push(`${options.import}:${line.number} is ${outcomes[outcome]}`);
			}
		}
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
			io.complain(`There is no file ${options.import}.`);
		} else
			io.complain(
				`${options.import} broke off, or the ledger could not be written. What is stored stays; run it again.`,
			);
		return exitCodes.couldNotRun;
	} finally {
		await ledger.close();
	}
	if (options.json) io.print(JSON.stringify(counts, null, '\t'));
	else {
		const rows = Object.entries({ ...outcomes, 'no-label': 'that hold no label' } as const)
			.map(([name, words]) => [String(counts[name as keyof typeof counts]), words] as const)
			.filter(([count]) => count !== '0');
		for (const text of alignColumns(rows)) io.print(text);
	}
	for (const one of refused.slice(0, 5)) io.complain(one);
	if (refused.length > 5) io.complain(`and ${refused.length - 5} more`);
	return refused.length === 0 ? exitCodes.good : exitCodes.failed;
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
