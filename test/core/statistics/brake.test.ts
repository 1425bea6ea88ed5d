import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	averageRunLength,
	type Brake,
	chanceToTrip,
	foldIntoBrake,
	labelsToTrip,
	readBrake,
	setBrake,
} from '../../../src/core/statistics/index.ts';
import { seededRandom } from '../../../src/simulator/index.ts';

const set = setBrake({ maxError: 0.02, runLength: 400 });

function fold(state: Brake, labels: readonly boolean[]): Brake {
	return labels.reduce(foldIntoBrake, state);
}

/** How many labels until it trips, each wrong with that probability. */
function runOnce(brake: Brake, wrong: number, random: () => number): number {
	let state = brake;
	while (state.trippedAt === null) state = foldIntoBrake(state, random() < wrong);
	return state.labels - brake.labels;
}

/** The chance to have tripped by each number of labels, without a grid: all runs of errors and right labels, like ones merged. */
function followHeights(wrong: number, labels: number): readonly number[] {
	let runs = new Map([['0 0', { brake: set, chance: 1 }]]);
	const tripped = [0];
	for (let label = 1; label <= labels; label++) {
		const next: typeof runs = new Map();
		let trips = tripped[label - 1] ?? 0;
		for (const [key, { brake, chance }] of runs) {
			const [errors = 0, right = 0] = key.split(' ').map(Number);
			for (const isWrong of [true, false]) {
				const folded = foldIntoBrake(brake, isWrong);
				const part = chance * (isWrong ? wrong : 1 - wrong);
				if (folded.trippedAt !== null) {
					trips += part;
					continue;
				}
				const to = folded.height <= 0 ? '0 0' : isWrong ? `${errors + 1} ${right}` : `${errors} ${right + 1}`;
				next.set(to, { brake: folded, chance: part + (next.get(to)?.chance ?? 0) });
			}
		}
		tripped.push(trips);
		runs = next;
	}
	return tripped;
}

describe('the e-CUSUM', () => {
	test('multiplies by q / m for an error and (1 - q) / (1 - m) for none, from 1 at least', () => {
		let product = 0;
		let state = set;
		for (const wrong of [false, true, false, false, true, false, true]) {
			product = Math.max(product, 1) * (wrong ? 0.08 / 0.02 : 0.92 / 0.98);
			state = foldIntoBrake(state, wrong);
			expect(Math.exp(state.height)).toBeCloseTo(product, 10);
		}
		expect(state).toMatchObject({ labels: 7, errors: 3, trippedAt: null });
	});

	test('trips with the label that reaches the limit, and stays tripped', () => {
		// 4^4 = 256 < 400 <= 4^5
		const before = fold(set, [true, true, true, true]);
		expect(before.trippedAt).toBeNull();
		const tripped = foldIntoBrake(before, true);
		expect(tripped.trippedAt).toBe(5);
		expect(
			fold(
				tripped,
				Array.from({ length: 500 }, () => false),
			),
		).toMatchObject({ trippedAt: 5, labels: 505 });
	});

	test('forgets: after any number of right labels it trips as soon as a fresh one', () => {
		fc.assert(
			fc.property(fc.nat(3_000), fc.array(fc.boolean(), { maxLength: 40 }), (right, labels) => {
				const old = {
					...fold(
						set,
						Array.from({ length: Math.min(right, 3) }, () => false),
					),
					labels: right,
				};
				const [fresh, later] = [fold(set, labels), fold(old, labels)];
				expect(later.height).toBe(labels.length === 0 ? old.height : fresh.height);
				expect(later.trippedAt === null ? null : later.trippedAt - right).toBe(fresh.trippedAt);
			}),
			{ seed: 121 },
		);
	});

	test('its factor has a mean of 1 at the largest share wrong, and less below', () => {
		fc.assert(
			fc.property(
				fc.double({ min: 0.001, max: 0.9, noNaN: true }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(m, part) => {
					const fresh = setBrake({ maxError: m, runLength: 1e300 });
					const factor = (wrong: boolean) => Math.exp(foldIntoBrake(fresh, wrong).height);
					expect(m * factor(true) + (1 - m) * factor(false)).toBeCloseTo(1, 10);
					expect(part * m * factor(true) + (1 - part * m) * factor(false)).toBeLessThanOrEqual(1 + 1e-12);
				},
			),
			{ seed: 122 },
		);
	});

	test('never overflows', () => {
		expect(
			fold(
				set,
				Array.from({ length: 3_000 }, () => true),
			).height,
		).toBeCloseTo(3_000 * Math.log(4), 6);
	});
});

describe('how long it runs', () => {
	// Simulated for the research behind this: medians of 155 to 160 and 61 to 65, and chances of 5.4 % and 0.8 %, to within
	// the noise of some two thousand runs.
	test('the delays at 6 % and 10 %', () => {
		const [six, ten] = [labelsToTrip(set, 0.06, 0.5), labelsToTrip(set, 0.1, 0.5)];
		expect(six.atMost).toBeGreaterThanOrEqual(155);
		expect(six.atLeast).toBeLessThanOrEqual(160);
		expect(ten.atLeast).toBeGreaterThanOrEqual(61);
		expect(ten.atMost).toBeLessThanOrEqual(65);
	});

	test('the false alarms at the largest share wrong, and at half of it', () => {
		const [full, half] = [chanceToTrip(set, 0.02, 1_000), chanceToTrip(set, 0.01, 6_000)];
		expect(full.atMost).toBeGreaterThan(0.054 - 4 * Math.sqrt((0.054 * 0.946) / 2_000));
		expect(full.atLeast).toBeLessThan(0.054 + 4 * Math.sqrt((0.054 * 0.946) / 2_000));
		expect(half.atMost).toBeGreaterThan(0.008 - 4 * Math.sqrt((0.008 * 0.992) / 2_000));
		expect(half.atLeast).toBeLessThan(0.008 + 4 * Math.sqrt((0.008 * 0.992) / 2_000));
	});

	test('the chance to trip lies around that found by following every height there can be', () => {
		const [full, six] = [followHeights(0.02, 200), followHeights(0.06, 200)];
		for (const [wrong, chances] of [
			[0.02, full],
			[0.06, six],
		] as const) {
			for (const labels of [5, 20, 80, 200]) {
				const { atLeast, atMost } = chanceToTrip(set, wrong, labels);
				const chance = chances[labels] ?? 0;
				expect(atLeast).toBeLessThanOrEqual(chance * (1 + 1e-9));
				expect(atMost).toBeGreaterThanOrEqual(chance * (1 - 1e-9));
				expect(atMost / atLeast).toBeLessThan(1.1);
			}
		}
		const median = six.findIndex((chance) => chance >= 0.5);
		const { atLeast, atMost } = labelsToTrip(set, 0.06, 0.5);
		expect(atLeast).toBeLessThanOrEqual(median);
		expect(atMost).toBeGreaterThanOrEqual(median);
	});

	test('the computed mean and chance lie where the brake itself comes out in simulation', () => {
		const random = seededRandom(123);
		const runs = Array.from({ length: 3_000 }, () => runOnce(set, 0.06, random)).sort((a, b) => a - b);
		const mean = runs.reduce((sum, one) => sum + one) / runs.length;
		const deviation = Math.sqrt(runs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / runs.length);
		const margin = (4 * deviation) / Math.sqrt(runs.length);
		const computed = averageRunLength(set, 0.06);
		expect(computed.atLeast).toBeLessThan(mean + margin);
		expect(computed.atMost).toBeGreaterThan(mean - margin);
		const within = runs.filter((one) => one <= 100).length / runs.length;
		const chance = chanceToTrip(set, 0.06, 100);
		const noise = 4 * Math.sqrt((within * (1 - within)) / runs.length);
		expect(chance.atLeast).toBeLessThan(within + noise);
		expect(chance.atMost).toBeGreaterThan(within - noise);
	});

	test('a brake of one step is a plain waiting time', () => {
		// One error is enough, so the mean is 1 / p and the chance 1 - (1 - p)^n.
		const brake = setBrake({ maxError: 0.02, runLength: 3.9 });
		const { atLeast, atMost } = averageRunLength(brake, 0.05);
		expect(atLeast).toBeCloseTo(20, 9);
		expect(atMost).toBeCloseTo(20, 9);
		expect(chanceToTrip(brake, 0.05, 30).atMost).toBeCloseTo(1 - 0.95 ** 30, 12);
		expect(labelsToTrip(brake, 0.05, 0.5)).toEqual({ atLeast: 14, atMost: 14 });
	});

	test('is never shorter than promised with no more wrong than allowed, and the two numbers are in order', () => {
		fc.assert(
			fc.property(
				fc.double({ min: 0.005, max: 0.3, noNaN: true }),
				fc.double({ min: 2, max: 1_000, noNaN: true }),
				fc.double({ min: 0.1, max: 1, noNaN: true }),
				(maxError, runLength, part) => {
					const brake = setBrake({ maxError, runLength });
					const { atLeast, atMost } = averageRunLength(brake, part * maxError);
					expect(atLeast).toBeLessThanOrEqual(atMost * (1 + 1e-9));
					expect(atMost).toBeGreaterThanOrEqual(runLength);
					const worse = averageRunLength(brake, 3 * maxError);
					expect(worse.atMost).toBeLessThan(atLeast);
				},
			),
			{ seed: 124, numRuns: 10 },
		);
	});

	test('the mean is the sum of the chances not to have tripped yet', () => {
		const brake = setBrake({ maxError: 0.1, runLength: 30 });
		let sum = 0;
		for (let labels = 0; labels < 150; labels++) sum += 1 - chanceToTrip(brake, 0.4, labels).atLeast;
		expect(sum).toBeCloseTo(averageRunLength(brake, 0.4).atMost, 6);
	});

	test('without an error it never trips, and with errors alone it trips at once', () => {
		expect(averageRunLength(set, 0)).toEqual({ atLeast: Number.POSITIVE_INFINITY, atMost: Number.POSITIVE_INFINITY });
		expect(chanceToTrip(set, 0, 500)).toEqual({ atLeast: 0, atMost: 0 });
		expect(chanceToTrip(set, 0.5, 0)).toEqual({ atLeast: 0, atMost: 0 });
		expect(averageRunLength(set, 1)).toEqual({ atLeast: 5, atMost: 5 });
		expect(labelsToTrip(setBrake({ maxError: 0.1, runLength: 1e6 }), 0.001, 0.5).atLeast).toBe(
			Number.POSITIVE_INFINITY,
		);
	});
});

describe('the stored state', () => {
	const state = fold(set, [true, false, true, true]);

	test('goes through JSON and comes back the same', () => {
		expect(readBrake(JSON.parse(JSON.stringify(state)))).toEqual({ outcome: 'read', state });
	});

	test.each([
		[{ ...state, version: 0 }, 'other-version'],
		[{ ...state, version: '1' }, 'other-version'],
		[{ ...state, errors: 5 }, 'malformed'],
		[{ ...state, trippedAt: 9 }, 'malformed'],
		[{ ...state, height: null }, 'malformed'],
		[{ ...state, height: 6 }, 'malformed'],
		[{ ...state, alternative: 0.01 }, 'malformed'],
		[{ ...state, runLength: 1 }, 'malformed'],
		[{}, 'malformed'],
		[undefined, 'malformed'],
	])('%j is refused', (value, why) => {
		expect(readBrake(value)).toEqual({ outcome: 'refused', why });
	});

	test.each([
		{ maxError: 0, runLength: 400 },
		{ maxError: 0.02, runLength: 1 },
		{ maxError: 0.02, runLength: Number.POSITIVE_INFINITY },
		{ maxError: 0.02, alternative: 0.02, runLength: 400 },
		{ maxError: 0.02, alternative: 1, runLength: 400 },
	])('%j is a RangeError', (setting) => {
		expect(() => setBrake(setting)).toThrow(RangeError);
	});

	test('looks for four times as much, and never for all', () => {
		expect(set.alternative).toBe(0.08);
		expect(setBrake({ maxError: 0.4, runLength: 400 }).alternative).toBeCloseTo(0.7, 12);
		expect(setBrake({ maxError: 0.02, alternative: 0.05, runLength: 400 }).alternative).toBe(0.05);
	});
});
