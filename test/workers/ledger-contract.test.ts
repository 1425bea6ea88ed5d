import { ledgerContract } from '../ledger/contract.ts';
import { openD1 } from './d1-under-test.ts';

// Few orders, and such as lead to many intents: a call of D1 takes a hundred times as long as one of SQLite.
ledgerContract('D1', () => openD1(), { numRuns: 3, seed: 32 });
