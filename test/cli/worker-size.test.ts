import { expect, it } from 'vitest';
import { tableOfParts, weighWorker } from '../bench/worker-size.ts';

const mostKib = 250;

it(`the Worker is at most ${mostKib} KiB gzip as it is uploaded`, async () => {
	const size = await weighWorker();
	// Both are here, so that it is the Worker that was weighed.
	expect(size.parts.map(([part]) => part)).toEqual(
		expect.arrayContaining(['src/core', 're2js', '.greenlane/rules.js']),
	);
	expect(size.gzipBytes / 1024, `its largest parts:\n${tableOfParts(size, 12)}`).toBeLessThanOrEqual(mostKib);
}, 60_000);
