import { projectId, teamId } from '../cases/world.ts';
import type { PagesUnderTest } from './pages-under-test.ts';

/** What a page can be asked to show, by the pages that show it. */
export interface StagedPaths {
	/** Left to a person by its rules, for a confidence among others. */
	readonly left: string;
	/** Completed. */
	readonly completed: string;
	/** Waits out its hold. */
	readonly held: string;
	/** Needs a person. */
	readonly failed: string;
}

/** Three invoices that pass, one that Send AI fails over, events that lead nowhere, a pause and a closed gate. */
export async function stageTrouble({ world }: PagesUnderTest): Promise<StagedPaths> {
	const { ledger, simulator } = world;
	const certain = { kind: 'invoice', language: 'nl', right: true, confidence: 0.985, malformation: 'none' } as const;
	const unattended = { ...certain, unattended: true };
	const failing = simulator.createUpload({ tasks: [unattended] }).taskIds[0] ?? '';
	simulator.injectFault({ fault: 'fail', on: 'complete', taskId: failing });
	await world.run(4);
	simulator.createUpload({ tasks: [unattended, unattended, unattended, unattended] });
	await world.run(0.2);

	const event = (id: string, name: string, ignored: string | null) => ({
		...({ id, name, ignored, source: 'webhook', kind: 'in_review', teamId, projectId, digest: id } as const),
		...{ uploadId: 'upl_7f3a9c', taskIds: [] },
	});
	for (const [id, name, result] of [
		['evt_5ad01c', 'upload.in_review', { kind: 'unresolvable', reason: 'no-task-ids' }],
		['evt_5ad01d', 'upload.in_review', { kind: 'dead', reason: 'upload-unreadable' }],
	] as const) {
		await ledger.accept(event(id, name, null));
		const claim = await ledger.claimEvent(id, 60_000);
		if (claim !== null) await ledger.finishEvent(claim, result);
	}
	await ledger.accept(event('evt_5ad01e', 'task.created', 'other-event'));
	await ledger.accept(event('evt_5ad01e', 'task.created', 'other-event'));
	await ledger.pause('proj_2', 'alice', 'the supplier sends wrong totals');
	await ledger.closeGate('proj_2', 'complete', 'status-403');

	const pathOf = async (state: 'review' | 'completed' | 'waiting' | 'needs_human', mark?: string) => {
		const marks = mark === undefined ? [] : [mark];
		const [found] = (await ledger.listCases({ states: [state], marks, limit: 1 })).items;
		if (found === undefined) throw new Error(`no case is ${state}`);
		return `/tasks/${found.id}`;
	};
	return {
		left: await pathOf('review', 'rule:invoice:payment-certain'),
		completed: await pathOf('completed'),
		held: await pathOf('waiting'),
		failed: await pathOf('needs_human'),
	};
}
