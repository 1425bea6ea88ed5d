import { describe } from 'vitest';
import { repeatOf } from '../../src/ledger/d1-repeats.ts';
import { type StatementName, statements } from '../../src/ledger/sql/statements.ts';
import { caseContract } from '../ledger/contract-cases.ts';
import { completionContract } from '../ledger/contract-completion.ts';
import { interleavingContract } from '../ledger/contract-interleavings.ts';
import { openD1 } from './d1-under-test.ts';
import { faulty, lost } from './faulty-database.ts';

/** How the texts begin of what must not run twice, and of the one that counts how often it did. */
const once = (Object.keys(statements) as StatementName[])
	.filter((name) => name === 'acceptEvent' || repeatOf(name) === 'other')
	.map((name) => statements[name].sql.split('?')[0] ?? '');

/**
 * Whatever may be repeated is done, and then its answer is lost: every such batch of every test runs twice. The answer to
 * one that did nothing comes through: a claim that has ended asks for nothing again in Greenlane, only in the contract.
 */
const open = () =>
	openD1((database) => {
		const unheard = new Set<string>();
		return faulty(database, async ({ texts, does, run }) => {
			const results = await run();
			if (texts.some((text) => once.some((start) => text.startsWith(start)))) return results;
			if (unheard.delete(does) || !results.some(didSomething)) return results;
			unheard.add(does);
			throw new Error(lost);
		});
	});

function didSomething({ results, meta }: D1Result): boolean {
	return results.length > 0 || meta.changes > 0;
}

describe('D1 whose answers get lost', () => {
	caseContract(open);
	completionContract(open);
	interleavingContract(open, { numRuns: 3, seed: 32 });
});
