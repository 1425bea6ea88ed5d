import { expect, test } from 'vitest';
import { root } from '../cli/greenlane-process.ts';
import { brokenBuilds, copyBroken } from './broken-builds.ts';

test.each(Object.entries(brokenBuilds))(
	'the build "%s" can still be broken as chaos breaks it',
	async (_name, build) => {
		// Rejects when a text to be patched is not there exactly once.
		const broken = await copyBroken(root, build);
		await broken.remove();
		expect(build.patches.length).toBeGreaterThan(0);
	},
);
