import type { DecisionRecord } from '../ledger/index.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { openLedger } from './open-ledger.ts';
import { type PrintedDecision, printDecision } from './print-decision.ts';

/**
 * `greenlane explain --decision <id>`: a decision as it was made and kept, from the ledger of `DATABASE_URL`, also while a
 * server works on it. Nothing is judged anew, and document text was never kept.
 */
export async function runExplainDecision(
	id: string,
	options: { readonly json: boolean },
	io: CliIo,
): Promise<ExitCode> {
	const ledger = await openLedger(undefined, io);
	if (typeof ledger === 'number') return ledger;
	const decision = await ledger.getDecision(id);
	await ledger.close();
	if (decision === null) {
		io.complain(`The ledger holds no decision ${id}; GET /v1/decisions lists the ids.`);
		return exitCodes.failed;
	}
	if (options.json) {
		io.print(JSON.stringify(decision, null, '\t'));
		return exitCodes.good;
	}
	print(decision, io);
	return exitCodes.good;
}

function print(decision: DecisionRecord, io: CliIo): void {
	const { taskId, projectId, stepType, visit, decidedAt, revision, version, caseId } = decision;
	io.print(`Decision ${decision.id} of ${new Date(decidedAt).toISOString()}`);
	io.print(`Task ${taskId} of project ${projectId}, step ${stepType}, visit ${visit}; case ${caseId}`);
	io.print('');
	// Written by `redactDecision` alone, whose shape this is.
	printDecision(decision.body as unknown as PrintedDecision, { showContent: false }, io);
	io.print('');
	io.print(
		io.paint('quiet', `Rules ${revision.slice(0, 12)}, Greenlane ${version}. As it was kept; nothing was sent.`),
	);
}
