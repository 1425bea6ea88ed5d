import { createContentReader, type ReadContent } from '../cases/index.ts';
import { readContentConfig } from '../config.ts';
import type { LedgerQueries } from '../ledger/index.ts';
import { createSeal } from '../platform/node.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { reportProblems } from './report-problems.ts';

/**
 * Reads what documents said from a ledger, by `SECRET_KEYS` and `STORE_CONTENT_DAYS` of the environment; null where nothing
 * of it is kept. Complains of a wrong setting.
 */
export function contentReaderOf(
	io: CliIo,
): ((ledger: Pick<LedgerQueries, 'contentOf'>) => ReadContent) | null | ExitCode {
	const config = readContentConfig(io.environment(), { readFile: io.readFile });
	if (!config.ok) {
		reportProblems(io, config.problems);
		return exitCodes.wrongUsage;
	}
	const { secretKeys, contentMs } = config;
	const seal = contentMs === 0 ? null : createSeal(secretKeys);
	return seal === null ? null : (ledger) => createContentReader(ledger, seal, contentMs);
}
