import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	root: fileURLToPath(new URL('..', import.meta.url)),
	test: {
		include: ['test/**/*.test.ts'],
		exclude: ['test/bench/**', 'test/slow/**', 'test/workers/**'],
		testTimeout: 60_000,
		// Two cores: one worker runs tests, the other serves the child processes that some tests start.
		maxWorkers: 2,
	},
});
