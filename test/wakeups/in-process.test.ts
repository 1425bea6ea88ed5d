import { expect, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import { nodeClock, nodeNewId } from '../../src/platform/node.ts';
import { startInProcess } from '../../src/wakeups/in-process.ts';
import { event, lease } from '../ledger/ledger-under-test.ts';

/** One event in hand of a loop, whose step goes on for as long as the test likes and then loses its store. */
async function createStepInHand() {
	const opened = await openSqliteLedger({ path: ':memory:', clock: nodeClock, newId: nodeNewId, mode: 'here' });
	if (!opened.ok) throw new Error(opened.message);
	const { ledger } = opened;
	await ledger.accept(event({ taskIds: ['task-1'] }));
	const lines: string[] = [];
	const tell = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
	const begun = Promise.withResolvers<void>();
	const step = Promise.withResolvers<void>();
	const wakeups = startInProcess({
		ledger,
		work: {
			handleEvent: async () => {
				begun.resolve();
				await step.promise;
			},
			handleCase: async () => {},
			sweep: async () => {},
		},
		clock: nodeClock,
		log: { info: tell('info'), warn: tell('warn'), error: tell('error') },
		concurrency: 4,
		leaseMs: lease,
		sweepEveryMs: 60_000,
	});
	await begun.promise;
	const fail = async () => {
		step.reject(new Error('the ledger is closed'));
		await nodeClock.sleep(1);
	};
	return { ledger, wakeups, lines, fail };
}

test('work that the grace of a stop did not reach is told of once, not again when its store closes', async () => {
	const { ledger, wakeups, lines, fail } = await createStepInHand();
	await wakeups.stop(10);
	await ledger.close();
	await fail();
	expect(lines).toEqual(['warn: stopped with work in hand; its leases end by themselves']);
});

test('a step that fails within the grace is told of', async () => {
	const { ledger, wakeups, lines, fail } = await createStepInHand();
	const stopping = wakeups.stop(60_000);
	await fail();
	await stopping;
	await ledger.close();
	expect(lines).toEqual(['error: step failed']);
});
