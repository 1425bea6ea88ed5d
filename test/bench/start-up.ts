import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRunWrangler } from '../../src/cli/run-wrangler.ts';

interface Profile {
	readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string } }[];
	readonly samples: readonly number[];
	/** Microseconds since the sample before. */
	readonly timeDeltas: readonly number[];
}

/** Processor time that the Worker takes to start, ms: what `wrangler check startup` samples, less what was idle. */
export async function measureStartUp(): Promise<number> {
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-startup-'));
	try {
		const root = fileURLToPath(new URL('../..', import.meta.url));
		const wrangler = createRunWrangler({ root, environment: { PATH: process.env.PATH } });
		const outfile = join(folder, 'start.cpuprofile');
		const run = await wrangler(['check', 'startup', '--outfile', outfile]);
		if (run.code !== 0) throw new Error(run.stdout + run.stderr);
		const { nodes, samples, timeDeltas } = JSON.parse(await readFile(outfile, 'utf8')) as Profile;
		const names = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
		return samples.reduce((sum, id, at) => {
			const name = names.get(id);
			return name === '(idle)' || name === '(program)' ? sum : sum + (timeDeltas[at] ?? 0) / 1_000;
		}, 0);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
