import type { ContentReading } from '../cases/index.ts';
import type { JudgedContent } from '../core/decision/index.ts';
import { viewTask } from '../core/task/index.ts';
import type { DecisionRecord } from '../ledger/index.ts';
import { alignColumns } from './align-columns.ts';
import { contentReaderOf } from './content-reader.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { openLedger } from './open-ledger.ts';
import { type PrintedDecision, printDecision } from './print-decision.ts';
import { printable } from './printable.ts';

/**
 * `greenlane explain --decision <id>`: a decision as it was made and kept, from the ledger of `DATABASE_URL`, also while a
 * server works on it. Nothing is judged anew. What the document said is shown where it is asked for and was kept; the ledger
 * keeps that it was.
 */
export async function runExplainDecision(
	id: string,
	options: { readonly json: boolean; readonly showContent: boolean },
	io: CliIo,
): Promise<ExitCode> {
	const contents = options.showContent ? contentReaderOf(io) : null;
	if (typeof contents === 'number') return contents;
	const ledger = await openLedger(undefined, io);
	if (typeof ledger === 'number') return ledger;
	const decision = await ledger.getDecision(id);
	const reading =
		decision === null ? null : ((await contents?.(ledger)(id, 'command line')) ?? { kind: 'none' as const });
	await ledger.close();
	if (decision === null) {
		io.complain(`The ledger holds no decision ${id}; GET /v1/decisions lists the ids.`);
		return exitCodes.failed;
	}
	const content = reading?.kind === 'content' ? reading.content : null;
	if (options.json) {
		const shown = content === null ? {} : { content: { today: content.today, view: viewTask(content.task) } };
		io.print(JSON.stringify({ ...decision, ...shown }, null, '\t'));
	} else {
		print(decision, content, io);
	}
	if (options.showContent && content === null) io.complain(whyNoContent(contents === null, reading?.kind));
	return exitCodes.good;
}

function print(decision: DecisionRecord, content: JudgedContent | null, io: CliIo): void {
	const { taskId, projectId, stepType, visit, decidedAt, revision, version, caseId } = decision;
	io.print(`Decision ${decision.id} of ${new Date(decidedAt).toISOString()}`);
	io.print(`Task ${taskId} of project ${projectId}, step ${stepType}, visit ${visit}; case ${caseId}`);
	io.print('');
	// Written by `redactDecision` alone, whose shape this is.
	printDecision(decision.body as unknown as PrintedDecision, { showContent: false }, io);
	if (content !== null) printContent(content, io);
	io.print('');
	io.print(
		io.paint('quiet', `Rules ${revision.slice(0, 12)}, Greenlane ${version}. As it was kept; nothing was sent.`),
	);
}

function printContent({ task, today }: JudgedContent, io: CliIo): void {
	io.print('');
	io.print(`The document as it was judged on ${today}: ${printable(task.name)}`);
	const rows = task.annotations.map(({ entityId, content, confidence }) => [
		printable(entityId),
		confidence === null ? '-' : confidence.toFixed(3),
		content === null ? '-' : printable(content),
	]);
	for (const line of alignColumns(rows, '  ')) io.print(line);
	for (const { id, checked } of task.checkboxes)
		io.print(`  checkbox ${printable(id)}: ${checked === null ? '-' : checked ? 'yes' : 'no'}`);
	for (const { name, value } of task.meta) io.print(`  meta ${printable(name)}: ${printable(value)}`);
}

function whyNoContent(off: boolean, kind: ContentReading['kind'] | undefined): string {
	if (off) return 'Nothing of what documents say is kept: STORE_CONTENT_DAYS is 0.';
	return kind === 'unreadable'
		? 'What this document said was sealed by a key that SECRET_KEYS does not hold any more; add the former key after the current one.'
		: 'What this document said was not kept, or is gone by now.';
}
