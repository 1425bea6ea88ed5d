import { describe } from 'vitest';
import { caseContract } from './contract-cases.ts';
import { completionContract } from './contract-completion.ts';
import { controlContract } from './contract-controls.ts';
import { eventContract } from './contract-events.ts';
import { evidenceContract } from './contract-evidence.ts';
import { interleavingContract, type Orders } from './contract-interleavings.ts';
import { measureContract } from './contract-measures.ts';
import { reportContract } from './contract-reports.ts';
import { retentionContract } from './contract-retention.ts';
import { surroundingsContract } from './contract-surroundings.ts';
import type { OpenLedger } from './ledger-under-test.ts';

/**
 * What every adapter of the ledger must keep: the promises of `src/ledger/types.ts`, through the port alone.
 *
 * @param orders of what several holders do; fewer than usual where a store is slow, never so few that they prove nothing
 */
export function ledgerContract(adapter: string, open: OpenLedger, orders?: Orders): void {
	describe(adapter, () => {
		eventContract(open);
		caseContract(open);
		surroundingsContract(open);
		completionContract(open);
		controlContract(open);
		evidenceContract(open);
		interleavingContract(open, orders);
		reportContract(open);
		measureContract(open);
		retentionContract(open);
	});
}
