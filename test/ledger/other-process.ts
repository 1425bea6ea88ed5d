/**
 * Another process on the same ledger. `accept <path>`: accepts events until it is killed and prints the id of each that was
 * accepted. `claim <path>`: waits for a line and claims one event; waits for another, claims every event that is left, one
 * by one; prints the id of each, and ends.
 */
import { once } from 'node:events';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import { nodeClock, nodeNewId } from '../../src/platform/node.ts';

const [task = '', path = ''] = process.argv.slice(2);
const opened = await openSqliteLedger({ path, clock: nodeClock, newId: nodeNewId });
if (!opened.ok) throw new Error(opened.message);
const { ledger } = opened;
console.log('ready');

if (task === 'accept') {
	await Promise.all(Array.from({ length: 8 }, acceptForever));
} else {
	for (let claimed = 0; ; claimed += 1) {
		// With nothing left for whoever begins late, nothing would be shown.
		if (claimed < 2) await once(process.stdin, 'data');
		const [claim] = await ledger.claimDueEvents(1, 600_000);
		if (claim === undefined) break;
		console.log(claim.event.id);
	}
	await ledger.close();
	process.stdin.destroy();
}

async function acceptForever(): Promise<never> {
	for (;;) {
		const { eventId } = await ledger.accept({
			id: nodeNewId(),
			source: 'webhook',
			kind: 'in_review',
			name: 'upload.in_review',
			teamId: 'team-1',
			projectId: 'proj-1',
			uploadId: null,
			taskIds: [],
			ignored: null,
			digest: 'd',
		});
		console.log(eventId);
	}
}
