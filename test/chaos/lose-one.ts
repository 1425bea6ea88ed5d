import { Client } from 'pg';
import { nodeClock } from '../../src/platform/node.ts';
import type { TroubleWorld } from './troubles.ts';

/** What became of what was in the hands of all processes when one of them was killed and did not come back. */
export interface Takeover {
	/** Claims of cases and events. */
	readonly claims: number;
	/** Of these, that did not go on within five seconds: those of the dead process, and what waited for Send AI. */
	readonly orphaned: number;
	/** Until the last of them went on, seconds; null: not all did while it was looked at. */
	readonly lastAfterSeconds: number | null;
}

interface Held {
	readonly key: string;
	readonly fence: string;
}

const prompt = 5_000;
const lookEveryMs = 200;
/** Until the lease of whatever the dead process had is over for long. */
const patienceMs = 240_000;
const heldSql = `SELECT 'case ' || id AS key, fence FROM greenlane.cases WHERE lease_until IS NOT NULL
	UNION ALL SELECT 'event ' || id, fence FROM greenlane.events WHERE lease_until IS NOT NULL`;

/** Kills the process at the moment when it is busy, and looks at the ledger, not at the bots, for what goes on. */
export async function loseOne(world: TroubleWorld, databaseUrl: string, afterMs: number): Promise<Takeover> {
	const client = new Client({ connectionString: databaseUrl });
	await client.connect();
	try {
		await nodeClock.sleep(afterMs);
		world.book.count('process lost for good');
		await world.bots.lose(0);
		const begin = nodeClock.now();
		const waiting = new Map((await held(client)).map(({ key, fence }) => [key, fence]));
		const claims = waiting.size;
		let orphaned = 0;
		let last: number | null = null;
		while (nodeClock.now() - begin < patienceMs) {
			const now = new Map((await held(client)).map(({ key, fence }) => [key, fence]));
			const after = nodeClock.now() - begin;
			for (const [key, fence] of waiting) {
				// Given back, or claimed anew.
				if (now.get(key) === fence) continue;
				waiting.delete(key);
				last = after;
				if (after > prompt) orphaned += 1;
			}
			if (waiting.size === 0) break;
			await nodeClock.sleep(lookEveryMs);
		}
		return {
			claims,
			orphaned: orphaned + waiting.size,
			lastAfterSeconds: waiting.size > 0 || last === null ? null : last / 1_000,
		};
	} finally {
		await client.end();
	}
}

async function held(client: Client): Promise<readonly Held[]> {
	const { rows } = await client.query<Held>(heldSql);
	return rows;
}
