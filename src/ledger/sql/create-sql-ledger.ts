import type { Ledger } from '../types.ts';
import { caseOperations } from './case-operations.ts';
import { completionOperations } from './completion-operations.ts';
import { controlOperations } from './control-operations.ts';
import { eventOperations } from './event-operations.ts';
import { evidenceOperations } from './evidence-operations.ts';
import { createForgottenKey } from './forgotten-key.ts';
import { metricOperations } from './metric-operations.ts';
import { queryOperations } from './query-operations.ts';
import { reportOperations } from './report-operations.ts';
import { retentionOperations } from './retention-operations.ts';
import type { SqlStore } from './sql-store.ts';

/**
 * The ledger over any store that runs our SQL: each operation is one batch, or one for each of two outcomes.
 *
 * @param sha256 of UTF-8 text, lower-case hex
 */
export function createSqlLedger(store: SqlStore, newId: () => string, sha256: (text: string) => string): Ledger {
	const forgottenKey = createForgottenKey(sha256);
	return {
		...eventOperations(store, newId, forgottenKey),
		...caseOperations(store, newId),
		...completionOperations(store),
		...controlOperations(store),
		...queryOperations(store),
		...reportOperations(store),
		...metricOperations(store),
		...evidenceOperations(store),
		...retentionOperations(store, forgottenKey),
		close: () => store.close(),
	};
}
