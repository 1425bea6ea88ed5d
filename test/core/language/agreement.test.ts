import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Pair, soundPair, spoiltPair } from './arbitrary-pairs.ts';
import { type Checked, checkPair } from './check-pair.ts';

/** Checks pairs, and counts what became of them, so that a generator that makes nothing but refusals is seen. */
function count(pairs: fc.Arbitrary<Pair>, numRuns: number): Readonly<Record<Checked['kind'], number>> {
	const counts = { refused: 0, pass: 0, fail: 0, error: 0, breach: 0 };
	fc.assert(
		fc.property(pairs, (pair) => {
			const checked = checkPair(pair);
			counts[checked.kind] += 1;
			if (checked.kind === 'breach') expect.fail(checked.what);
		}),
		{ numRuns },
	);
	return counts;
}

describe('both evaluators, explained, in bulk and together, give what the reference gives', () => {
	it('for every valid expression and any view, with the same code where it is an error', { timeout: 60_000 }, () => {
		const counts = count(soundPair, 4_000);
		expect(counts.pass).toBeGreaterThan(200);
		expect(counts.fail).toBeGreaterThan(200);
		expect(counts.error).toBeGreaterThan(200);
		expect(counts.refused).toBeLessThan(1_600);
	});

	it('for expressions with something foreign in them, which are mostly refused, and never without a fault', {
		timeout: 60_000,
	}, () => {
		const counts = count(spoiltPair, 3_000);
		expect(counts.refused).toBeGreaterThan(600);
	});
});
