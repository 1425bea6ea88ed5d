import { describe } from 'vitest';
import { caseContract } from './contract-cases.ts';
import { completionContract } from './contract-completion.ts';
import { controlContract } from './contract-controls.ts';
import { eventContract } from './contract-events.ts';
import { interleavingContract } from './contract-interleavings.ts';
import { measureContract } from './contract-measures.ts';
import { reportContract } from './contract-reports.ts';
import type { OpenLedger } from './ledger-under-test.ts';

/** What every adapter of the ledger must keep: the promises of `src/ledger/types.ts`, through the port alone. */
export function ledgerContract(adapter: string, open: OpenLedger): void {
	describe(adapter, () => {
		eventContract(open);
		caseContract(open);
		completionContract(open);
		controlContract(open);
		interleavingContract(open);
		reportContract(open);
		measureContract(open);
	});
}
