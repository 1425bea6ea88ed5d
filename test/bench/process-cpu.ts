import { readdir, readFile } from 'node:fs/promises';

/** Ticks of `/proc` in a second: fixed at 100 for what Linux tells processes. */
const ticksPerSecond = 100;

/** Processor time that a process and all that it started have used so far, ms; null where there is no `/proc`. */
export async function cpuOfTree(pid: number): Promise<number | null> {
	const all = await readAll();
	if (all === null) return null;
	const wanted = new Set([pid]);
	// A child may stand before its parent in the list.
	for (let size = 0; size !== wanted.size; ) {
		size = wanted.size;
		for (const { pid: own, parent } of all) if (wanted.has(parent)) wanted.add(own);
	}
	const ticks = all.filter(({ pid: own }) => wanted.has(own)).reduce((sum, one) => sum + one.ticks, 0);
	return (ticks * 1_000) / ticksPerSecond;
}

async function readAll() {
	const names = await readdir('/proc').catch(() => null);
	if (names === null) return null;
	const stats = await Promise.all(
		names.filter((name) => /^\d+$/.test(name)).map((name) => readFile(`/proc/${name}/stat`, 'utf8').catch(() => null)),
	);
	return stats.flatMap((stat) => {
		if (stat === null) return [];
		// The name of the program stands in brackets and may hold spaces.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const [, parent = '0'] = fields;
		return [{ pid: Number.parseInt(stat, 10), parent: Number(parent), ticks: Number(fields[11]) + Number(fields[12]) }];
	});
}
