import type { LedgerEvidence } from '../ledger/index.ts';
import type { Label } from './labels-file.ts';

const pageSize = 1_000;

/** The labels that the ledger keeps, observed and imported, by case. */
export async function readLedgerLabels(
	ledger: Pick<LedgerEvidence, 'labelsAfter'>,
): Promise<ReadonlyMap<string, Label>> {
	const labels = new Map<string, Label>();
	let after = 0;
	for (;;) {
		const page = await ledger.labelsAfter(after, pageSize);
		for (const { caseId, label, seq } of page) {
			labels.set(caseId, label);
			after = seq;
		}
		if (page.length < pageSize) return labels;
	}
}
