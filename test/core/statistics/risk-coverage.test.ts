import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rankErrors, riskCoverage, thinDraws } from '../../../src/core/statistics/index.ts';

const scores = [0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2];
const toy = scores.map((score, at) => ({ score, wrong: [3, 6, 8, 9].includes(at) }));

const sample = fc.array(
	fc.record({ score: fc.integer({ min: 0, max: 12 }).map((tenth) => tenth / 10), wrong: fc.boolean() }),
	{ maxLength: 60 },
);

describe('the risk-coverage curve', () => {
	test('the computed toy, in any order', () => {
		for (const tasks of [toy, toy.toReversed()]) {
			const { points, area, oracle, excess } = riskCoverage(tasks);
			expect(points.map(({ threshold }) => threshold)).toEqual(scores);
			expect(points.map(({ risk }) => Number(risk.toFixed(4)))).toEqual([
				0, 0, 0, 0.25, 0.2, 0.1667, 0.2857, 0.25, 0.3333, 0.4,
			]);
			expect(points.map(({ coverage }) => coverage)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
			expect([area, oracle, excess].map((value) => value.toFixed(6))).toEqual(['0.188571', '0.112619', '0.075952']);
		}
	});

	test('each point counts what a threshold there passes', () => {
		fc.assert(
			fc.property(sample, (tasks) => {
				const { points } = riskCoverage(tasks);
				expect(points).toHaveLength(new Set(tasks.map(({ score }) => score)).size);
				for (const { threshold, checked, errors, coverage, risk } of points) {
					const passing = tasks.filter(({ score }) => score >= threshold);
					expect(checked).toBe(passing.length);
					expect(errors).toBe(passing.filter(({ wrong }) => wrong).length);
					expect(coverage).toBe(checked / tasks.length);
					expect(risk).toBe(errors / checked);
				}
			}),
			{ seed: 101 },
		);
	});

	test('no score without ties has a smaller area than the oracle, and one that ranks rightly has just that', () => {
		fc.assert(
			fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), (wrongs) => {
				const tasks = wrongs.map((wrong, at) => ({ score: at, wrong }));
				expect(riskCoverage(tasks).excess).toBeGreaterThanOrEqual(-1e-12);
				const ranked = wrongs.map((wrong, at) => ({ score: wrong ? at : at + 1_000, wrong }));
				expect(riskCoverage(ranked).excess).toBeCloseTo(0, 12);
			}),
			{ seed: 102 },
		);
	});

	test('without a task it is empty, and a score that is none is a RangeError', () => {
		expect(riskCoverage([])).toEqual({ points: [], area: 0, oracle: 0, excess: 0 });
		expect(() => riskCoverage([{ score: Number.NaN, wrong: false }])).toThrow(RangeError);
		expect(() => rankErrors([{ score: Number.POSITIVE_INFINITY, wrong: false }])).toThrow(RangeError);
	});
});

describe('how well scores rank', () => {
	test('it is the share of pairs in order, ties counting half, found by comparing all of them', () => {
		fc.assert(
			fc.property(sample, (tasks) => {
				const right = tasks.filter(({ wrong }) => !wrong);
				const wrong = tasks.filter((task) => task.wrong);
				const pairs = right.flatMap((a) => wrong.map((b) => a.score - b.score));
				const above = pairs.filter((by) => by > 0).length;
				const tied = pairs.filter((by) => by === 0).length;
				const found = rankErrors(tasks);
				if (pairs.length === 0) {
					expect(found).toMatchObject({ auroc: null, tied: null });
				} else {
					expect(found.auroc).toBeCloseTo((above + tied / 2) / pairs.length, 12);
					expect(found.tied).toBeCloseTo(tied / pairs.length, 12);
				}
				const highest = Math.max(...tasks.map(({ score }) => score));
				const top = tasks.filter(({ score }) => score === highest).length;
				expect(found.top).toBe(tasks.length === 0 ? 0 : top / tasks.length);
			}),
			{ seed: 103 },
		);
	});

	test('one score for all says nothing', () => {
		const tasks = [true, false, false].map((wrong) => ({ score: 1, wrong }));
		expect(rankErrors(tasks)).toEqual({ auroc: 0.5, tied: 1, top: 1 });
	});

	test('the toy: 20 of 24 pairs are in order', () => {
		expect(rankErrors(toy).auroc).toBeCloseTo(20 / 24, 12);
	});
});

describe('thinning', () => {
	test('keeps those whose draw is below the smallest share, in their order', () => {
		const tasks = [
			{ id: 'a', draw: 0.01, share: 1 },
			{ id: 'b', draw: 0.04, share: 0.2 },
			{ id: 'c', draw: 0.07, share: 1 },
			{ id: 'd', draw: 0.05, share: 0.05 },
			{ id: 'e', draw: 0, share: 0.05 },
		];
		const { share, kept } = thinDraws(tasks);
		expect(share).toBe(0.05);
		expect(kept.map(({ id }) => id)).toEqual(['a', 'b', 'e']);
	});

	test('keeps only tasks that were held out, and of those every one that any share would have held out', () => {
		const drawn = fc.record({
			draw: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
			share: fc.double({ min: 0, max: 1, noNaN: true }),
		});
		fc.assert(
			fc.property(fc.array(drawn, { minLength: 1 }), (tasks) => {
				const { kept } = thinDraws(tasks);
				for (const task of tasks) {
					expect(kept.includes(task)).toBe(tasks.every(({ share }) => task.draw < share));
				}
			}),
			{ seed: 104 },
		);
	});

	test('a share of 0 keeps none, no task has no share, and what is no draw is a RangeError', () => {
		expect(thinDraws([{ draw: 0, share: 0 }])).toEqual({ share: 0, kept: [] });
		expect(thinDraws([])).toEqual({ share: null, kept: [] });
		expect(() => thinDraws([{ draw: Number.NaN, share: 0.1 }])).toThrow(RangeError);
		expect(() => thinDraws([{ draw: 0.1, share: 5 }])).toThrow(RangeError);
	});
});
