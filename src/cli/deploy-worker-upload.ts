import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failed, type SayAndRun, type Step, saidBy } from './deploy-worker-steps.ts';

/** What `wrangler deploy` answers, on a dry run as well. */
export interface Uploaded {
	/** Of what is uploaded, in bytes; null when wrangler does not say. */
	readonly gzipBytes: number | null;
	/** Null on a dry run. */
	readonly versionId: string | null;
	/** The address that it is reached at, or null when it has none. */
	readonly url: string | null;
}

/** Builds, and unless `dryRun` uploads. The build packs the rules, and refuses them as `check` does. */
export async function upload(
	wrangler: SayAndRun,
	step: 'build' | 'deploy',
): Promise<Step<{ readonly uploaded: Uploaded }>> {
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-deploy-'));
	try {
		// Wrangler writes there for programs what it prints for people.
		const output = join(folder, 'output.ndjson');
		const run = await wrangler(['deploy', ...(step === 'build' ? ['--dry-run'] : [])], {
			WRANGLER_OUTPUT_FILE_PATH: output,
		});
		if (run.code === 0) {
			return { ok: true, uploaded: uploadedIn(await readFile(output, 'utf8').catch(() => '')) };
		}
		const remedy =
			step === 'build'
				? 'The Worker does not build; nothing in the account was touched. Wrangler says:'
				: 'The Worker could not be uploaded; the deployment before it goes on serving. Wrangler says:';
		return failed(step, remedy, ...saidBy(run));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** Brings the tables of the ledger up to date. */
export async function migrate(wrangler: SayAndRun): Promise<Step<object>> {
	const run = await wrangler(['d1', 'migrations', 'apply', 'LEDGER', '--remote']);
	if (run.code === 0) return { ok: true };
	return failed(
		'migrations',
		'The tables of the ledger could not be brought up to date; the deployment in place goes on serving. If D1 calls a ' +
			'file incomplete, `npx wrangler d1 execute LEDGER --remote --file <it>` goes another way. Wrangler says:',
		...saidBy(run),
	);
}

function uploadedIn(ndjson: string): Uploaded {
	for (const line of ndjson.split('\n').toReversed()) {
		const entry = parseObject(line);
		if (entry?.type !== 'deploy') continue;
		const { bundle_size: size, version_id: version, targets } = entry;
		const bytes: unknown = typeof size === 'object' && size !== null ? Reflect.get(size, 'gzip_bytes') : null;
		const addresses: readonly unknown[] = Array.isArray(targets) ? targets : [];
		const url = addresses.find((one): one is string => typeof one === 'string' && /^https:\/\/\S+$/.test(one));
		return {
			gzipBytes: typeof bytes === 'number' ? bytes : null,
			versionId: typeof version === 'string' ? version : null,
			url: url ?? null,
		};
	}
	return { gzipBytes: null, versionId: null, url: null };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | null {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : null;
	} catch {
		return null;
	}
}
