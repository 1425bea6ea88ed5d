import { fileURLToPath } from 'node:url';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { nodeDigest } from '../../src/platform/node.ts';
import { loadFolder, readFolder } from '../../src/rulesource/folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Tests that run inside workerd, with the bindings of `wrangler.toml`; the others run on Node. */
export default defineConfig({
	root,
	plugins: [
		cloudflareTest(async () => ({
			wrangler: { configPath: `${root}wrangler.toml` },
			miniflare: {
				bindings: {
					MIGRATIONS: await readD1Migrations(`${root}src/ledger/migrations`),
					/** Those of the fault schedules. */
					PLAIN_RULES: (await readFolder(`${root}test/fixtures/rules`)).files.map(({ name, text }) => ({ name, text })),
					...(process.env.GREENLANE_SEED === undefined ? {} : { GREENLANE_SEED: process.env.GREENLANE_SEED }),
					...(process.env.GREENLANE_MONTHS === undefined ? {} : { GREENLANE_MONTHS: process.env.GREENLANE_MONTHS }),
					...(process.env.GREENLANE_SCHEDULES === undefined
						? {}
						: { GREENLANE_SCHEDULES: process.env.GREENLANE_SCHEDULES }),
					/** The rules as Node loads them from their folder. */
					NODE_RULES: await loadFolder(`${root}rules`, nodeDigest.sha256).then((loaded) =>
						loaded.ok ? { revision: loaded.ruleSet.revision, logicRevision: loaded.ruleSet.logicRevision } : null,
					),
				},
			},
		})),
	],
	test: {
		include: ['test/workers/**/*.test.ts'],
		// Wrangler's own `[build]` is not run for tests.
		globalSetup: ['test/workers/pack-rules.ts'],
		// A store behind a socket answers in milliseconds; thousands of them add up where others use the machine as well.
		testTimeout: 60_000,
		maxWorkers: 2,
	},
});
