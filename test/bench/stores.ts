/**
 * What more processes on one Postgres bring, beside the one process of the default: accepts that are durable when they are
 * answered, and tasks from the notification until they are at rest.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresUnderTest, startPostgres } from '../ledger/postgres-under-test.ts';
import { type Load, sendNotifications, startServer } from './load.ts';
import { measurePassing, onNode, type PassingResult } from './runtimes.ts';

export interface StoreResult {
	readonly store: 'SQLite' | 'Postgres';
	readonly processes: number;
	/** Over all processes; the latencies are of the slowest. */
	readonly accepts: Load;
	readonly passing: PassingResult;
}

export interface StoreEffort {
	/** Connections over all processes. */
	readonly connections: number;
	readonly seconds: number;
	readonly tasks: number;
}

const processCounts = [1, 2, 4] as const;

export async function measureStores(effort: StoreEffort, say: (result: StoreResult) => void) {
	const results: StoreResult[] = [];
	const add = (result: StoreResult) => {
		say(result);
		results.push(result);
	};
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-bench-'));
	const postgres = await startPostgres();
	try {
		add({
			...{ store: 'SQLite', processes: 1 },
			accepts: await measureAccepts(`file:${join(folder, 'accepts.db')}`, 1, effort),
			passing: await measurePassing(onNode(), effort.tasks),
		});
		for (const processes of processCounts) add(await measurePostgres(postgres, processes, effort));
		return results;
	} finally {
		await postgres.stop();
		await rm(folder, { recursive: true, force: true });
	}
}

async function measurePostgres(
	postgres: PostgresUnderTest,
	processes: number,
	effort: StoreEffort,
): Promise<StoreResult> {
	const accepts = await measureAccepts(await postgres.newDatabase(`accepts_${processes}`), processes, effort);
	const url = await postgres.newDatabase(`passing_${processes}`);
	return { store: 'Postgres', processes, accepts, passing: await measurePassing(onNode(processes, url), effort.tasks) };
}

async function measureAccepts(
	databaseUrl: string,
	processes: number,
	{ connections, seconds }: StoreEffort,
): Promise<Load> {
	const servers: Awaited<ReturnType<typeof startServer>>[] = [];
	try {
		for (let made = 0; made < processes; made += 1) {
			servers.push(await startServer('./accept-server.ts', [databaseUrl]));
		}
		const load = (howLong: number) =>
			Promise.all(servers.map(({ port }) => sendNotifications(port, connections / processes, howLong)));
		await load(1);
		const loads = await load(seconds);
		return {
			perSecond: loads.reduce((sum, { perSecond }) => sum + perSecond, 0),
			p50: Math.max(...loads.map(({ p50 }) => p50)),
			p99: Math.max(...loads.map(({ p99 }) => p99)),
			failed: loads.reduce((sum, { failed }) => sum + failed, 0),
		};
	} finally {
		for (const server of servers) await server.stop();
	}
}
