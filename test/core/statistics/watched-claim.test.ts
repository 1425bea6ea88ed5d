import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	foldIntoClaim,
	logEvidence,
	readWatchedClaim,
	type WatchedClaim,
	watchClaim,
} from '../../../src/core/statistics/index.ts';
import { seededRandom } from '../../../src/simulator/index.ts';

function fold(state: WatchedClaim, labels: readonly boolean[]): WatchedClaim {
	return labels.reduce(foldIntoClaim, state);
}

/** `errors` wrong labels after the right ones. */
function labelled(errors: number, labels: number): readonly boolean[] {
	return Array.from({ length: labels }, (_, at) => at >= labels - errors);
}

describe('computed values', () => {
	test.each([
		[0.02, 0, 50, '0.230769'],
		[0.02, 3, 50, '2.322503'],
		[0.02, 4, 50, '7.708371'],
		[0.02, 5, 50, '31.725847'],
		[0.01, 0, 100, '0.230769'],
		[0.01, 3, 100, '2.266269'],
		[0.01, 5, 100, '29.388196'],
	])('at %d, %i wrong of %i: %s', (maxError, errors, labels, expected) => {
		const state = fold(watchClaim({ maxError, certainty: 0.95 }), labelled(errors, labels));
		expect(state).toMatchObject({ labels, errors, prior: Math.round(0.3 / maxError) });
		expect(Math.exp(logEvidence(state)).toFixed(6)).toBe(expected);
	});
});

describe('the e-process', () => {
	test('starts at 1', () => {
		fc.assert(
			fc.property(fc.double({ min: 1e-4, max: 0.9, noNaN: true }), (maxError) => {
				expect(logEvidence(watchClaim({ maxError, certainty: 0.95 }))).toBeCloseTo(0, 9);
			}),
			{ seed: 111 },
		);
	});

	test('has, after one label more, a mean of what it had if just the largest share is wrong, and less below', () => {
		fc.assert(
			fc.property(
				fc.double({ min: 0.002, max: 0.3, noNaN: true }),
				fc.nat(12),
				fc.nat(2_000),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(maxError, errors, right, part) => {
					const state = { ...watchClaim({ maxError, certainty: 0.95 }), errors, labels: errors + right };
					const log = logEvidence(state);
					fc.pre(log > -600);
					const grown = (wrong: boolean) => Math.exp(logEvidence(foldIntoClaim(state, wrong)) - log);
					expect(maxError * grown(true) + (1 - maxError) * grown(false)).toBeCloseTo(1, 6);
					const truth = part * maxError;
					expect(truth * grown(true) + (1 - truth) * grown(false)).toBeLessThanOrEqual(1 + 1e-6);
				},
			),
			{ seed: 112 },
		);
	});

	test('has a mean of at most 1 in simulation, and breaks a true claim in no more runs than allowed', () => {
		const random = seededRandom(113);
		const [runs, labels] = [1_500, 300];
		const claim = watchClaim({ maxError: 0.05, certainty: 0.9 });
		let [broken, sum, squares] = [0, 0, 0];
		for (let run = 0; run < runs; run++) {
			let state = claim;
			for (let label = 0; label < labels; label++) state = foldIntoClaim(state, random() < 0.05);
			if (state.brokenAt !== null) broken += 1;
			// Cut off where hardly any run comes, as a mean of something so skewed never settles otherwise.
			const evidence = Math.min(Math.exp(logEvidence(state)), 1_000);
			sum += evidence;
			squares += evidence ** 2;
		}
		const mean = sum / runs;
		const deviation = Math.sqrt(squares / runs - mean ** 2);
		expect(mean).toBeLessThanOrEqual(1 + (4 * deviation) / Math.sqrt(runs));
		expect(broken / runs).toBeLessThanOrEqual(0.1 + 4 * Math.sqrt(0.09 / runs));
		expect(broken).toBeGreaterThan(0);
	});

	test('an error raises it and a right label lowers it', () => {
		fc.assert(
			fc.property(fc.nat(20), fc.nat(500), (errors, right) => {
				const state = { ...watchClaim({ maxError: 0.02, certainty: 0.95 }), errors, labels: errors + right };
				expect(logEvidence(foldIntoClaim(state, true))).toBeGreaterThan(logEvidence(state));
				expect(logEvidence(foldIntoClaim(state, false))).toBeLessThan(logEvidence(state));
			}),
			{ seed: 114 },
		);
	});

	test('is broken by the label with which the evidence reaches 20, and stays so', () => {
		const labels = labelled(5, 50);
		const before = fold(watchClaim({ maxError: 0.02, certainty: 0.95 }), labels.slice(0, 49));
		expect(before.brokenAt).toBeNull();
		const broken = foldIntoClaim(before, true);
		expect(broken.brokenAt).toBe(50);
		const later = fold(broken, labelled(0, 2_000));
		expect(Math.exp(logEvidence(later))).toBeLessThan(1);
		expect(later).toMatchObject({ brokenAt: 50, labels: 2_050, errors: 5 });
	});

	test('sinks very low after very many right labels without failing', () => {
		const state = { ...watchClaim({ maxError: 0.02, certainty: 0.95 }), labels: 1_000_000 };
		// The mixture of what no errors leave: b of the prior over all labels.
		expect(Math.exp(logEvidence(state)) * 1_000_000).toBeCloseTo(15, 2);
		expect(foldIntoClaim(state, true).brokenAt).toBeNull();
	});
});

describe('the stored state', () => {
	const state = fold(watchClaim({ maxError: 0.02, certainty: 0.95 }), labelled(5, 60));

	test('goes through JSON and comes back the same', () => {
		expect(readWatchedClaim(JSON.parse(JSON.stringify(state)))).toEqual({ outcome: 'read', state });
	});

	test.each([
		[{ ...state, version: 2 }, 'other-version'],
		[{ ...state, version: undefined }, 'other-version'],
		[{ ...state, errors: 61 }, 'malformed'],
		[{ ...state, brokenAt: 61 }, 'malformed'],
		[{ ...state, kind: 'brake' }, 'malformed'],
		[{ ...state, maxError: 0 }, 'malformed'],
		[{ ...state, labels: 60.5 }, 'malformed'],
		[{ ...state, more: 1 }, 'malformed'],
		[null, 'malformed'],
		['{}', 'malformed'],
	])('%j is refused', (value, why) => {
		expect(readWatchedClaim(value)).toEqual({ outcome: 'refused', why });
	});

	test('a claim out of range is a RangeError', () => {
		expect(() => watchClaim({ maxError: 2, certainty: 0.95 })).toThrow(RangeError);
		expect(() => watchClaim({ maxError: 0.02, certainty: 95 })).toThrow(RangeError);
	});
});
