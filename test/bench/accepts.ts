import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Load, sendNotifications, startServer } from './load.ts';
import { measureInserts } from './sqlite-limit.ts';

export interface AcceptResult {
	readonly connections: number;
	readonly ours: Load;
	readonly bare: Load;
	/** Rows per second of `node:sqlite` alone. */
	readonly inserts: number;
	/** Ours over the lower of the two limits. */
	readonly share: number;
}

/** Durable accepts per second beside both limits, in one run; each limit is measured before and after ours and averaged. */
export async function measureAccepts(connections: number, seconds: number): Promise<AcceptResult> {
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-bench-'));
	try {
		const bareBefore = await loadServer('./bare-server.ts', [], connections, seconds);
		const insertsBefore = measureInserts(join(folder, 'limit-1.db'), seconds / 2);
		const ours = await loadServer('./accept-server.ts', [`file:${join(folder, 'ours.db')}`], connections, seconds * 2);
		const insertsAfter = measureInserts(join(folder, 'limit-2.db'), seconds / 2);
		const bareAfter = await loadServer('./bare-server.ts', [], connections, seconds);
		const bare: Load = {
			perSecond: (bareBefore.perSecond + bareAfter.perSecond) / 2,
			p50: (bareBefore.p50 + bareAfter.p50) / 2,
			p99: (bareBefore.p99 + bareAfter.p99) / 2,
			failed: bareBefore.failed + bareAfter.failed,
		};
		const inserts = (insertsBefore + insertsAfter) / 2;
		return { connections, ours, bare, inserts, share: ours.perSecond / Math.min(bare.perSecond, inserts) };
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function loadServer(
	script: string,
	args: readonly string[],
	connections: number,
	seconds: number,
): Promise<Load> {
	const server = await startServer(script, args);
	try {
		await sendNotifications(server.port, connections, 1);
		return await sendNotifications(server.port, connections, seconds);
	} finally {
		await server.stop();
	}
}
