/**
 * `node test/bench/worker-size.ts`: what the Worker weighs as it is uploaded, and what of it, as a table for
 * `docs/workers.md`. The real wrangler builds it, without an account.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { createRunWrangler } from '../../src/cli/run-wrangler.ts';

export interface WorkerSize {
	/** Of the one module that is uploaded, gzip as wrangler counts it. */
	readonly gzipBytes: number;
	/** Minified bytes of each package, and of each folder of ours, largest first. */
	readonly parts: readonly (readonly [part: string, bytes: number])[];
}

interface Metafile {
	readonly outputs: Readonly<
		Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
	>;
}

/** Builds the Worker and weighs it. Throws with what wrangler said when it does not build. */
export async function weighWorker(): Promise<WorkerSize> {
	const folder = mkdtempSync(join(tmpdir(), 'greenlane-size-'));
	try {
		const root = fileURLToPath(new URL('../..', import.meta.url));
		const wrangler = createRunWrangler({ root, environment: { PATH: process.env.PATH } });
		const metafile = join(folder, 'meta.json');
		const run = await wrangler(['deploy', '--dry-run', '--env=', '--outdir', folder, '--metafile', metafile]);
		if (run.code !== 0) throw new Error(run.stdout + run.stderr);
		const { outputs } = JSON.parse(readFileSync(metafile, 'utf8')) as Metafile;
		const sums = new Map<string, number>();
		for (const { inputs } of Object.values(outputs)) {
			for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
				const part = partOf(path);
				sums.set(part, (sums.get(part) ?? 0) + bytesInOutput);
			}
		}
		return {
			gzipBytes: gzipSync(readFileSync(join(folder, 'worker.js'))).length,
			parts: [...sums].toSorted(([, one], [, other]) => other - one),
		};
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function partOf(path: string): string {
	const installed = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
	if (installed !== undefined) return installed;
	return path
		.replace(/^(?:\.\.\/)+/, '')
		.split('/')
		.slice(0, 2)
		.join('/');
}

/** The largest parts as a table in Markdown. */
export function tableOfParts({ parts }: WorkerSize, most: number): string {
	const rows = parts.slice(0, most).map(([part, bytes]) => `| \`${part}\` | ${(bytes / 1024).toFixed(1)} |`);
	return ['| Part | KiB, minified |', '|---|---|', ...rows].join('\n');
}

if (import.meta.main) {
	const size = await weighWorker();
	console.log(`${(size.gzipBytes / 1024).toFixed(1)} KiB gzip\n\n${tableOfParts(size, 20)}`);
}
