import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	declarePlan,
	type Plan,
	readPlan,
	runPlan,
	type Scored,
	upperBound,
} from '../../../src/core/statistics/index.ts';
import { seededRandom } from '../../../src/simulator/index.ts';

const scores = Array.from({ length: 1_000 }, (_, at) => (at + 0.5) / 1_000);
const claim = { maxError: 0.02, certainty: 0.95 };

function declared(wanted: Parameters<typeof declarePlan>[0]): Plan {
	const result = declarePlan(wanted);
	if (result.outcome !== 'declared') throw new Error(result.outcome);
	return result.plan;
}

/** A sample in which, from the highest score down, `sizes[i]` tasks share a score, `errors[i]` of them wrong. */
function sampleOf(sizes: readonly number[], errors: readonly number[]): readonly Scored[] {
	return sizes.flatMap((size, block) =>
		Array.from({ length: size }, (_, at) => ({ score: 1 - block / 100, wrong: at < (errors[block] ?? 0) })),
	);
}

describe('declaring', () => {
	test('starts at three smallest samples when the labels are four times that, else at 1.15 of one', () => {
		expect(declared({ ...claim, scores, labels: 2_000 }).expected[0]).toBe(448);
		expect(declared({ ...claim, scores, labels: 1_787 }).expected[0]).toBeLessThan(180);
		expect(declared({ ...claim, scores, labels: 1_788 }).expected[0]).toBe(447);
		expect(declared({ ...claim, scores, labels: 1_000, start: 'far' }).expected[0]).toBe(447);
		expect(declared({ ...claim, scores, labels: 2_000, start: 'near' }).expected[0]).toBe(172);
		expect(declared({ ...claim, scores, labels: 1_000 }).expected[0]).toBe(172);
		expect(declared({ ...claim, scores, labels: 2_000, procedure: 'holm' }).expected[0]).toBe(172);
	});

	test('says when even labels without an error would not be enough', () => {
		expect(declarePlan({ ...claim, scores, labels: 171 })).toEqual({
			outcome: 'too-few-labels',
			needed: 172,
			labels: 171,
		});
		expect(declarePlan({ ...claim, scores, labels: 172 }).outcome).toBe('declared');
		expect(declarePlan({ ...claim, scores: [], labels: 2_000 })).toEqual({ outcome: 'no-scores' });
	});

	test('its thresholds fall, the last passes all, and each passes as many as it says', () => {
		const tasks = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 200 });
		fc.assert(
			fc.property(
				tasks,
				fc.integer({ min: 172, max: 9_000 }),
				fc.integer({ min: 2, max: 40 }),
				(some, labels, points) => {
					const plan = declared({ ...claim, scores: some, labels, points });
					expect(plan.thresholds.length).toBeLessThanOrEqual(points);
					expect(plan.thresholds.at(-1)).toBe(Math.min(...some));
					plan.thresholds.forEach((threshold, at) => {
						const passing = some.filter((score) => score >= threshold).length;
						expect(plan.expected[at]).toBe(Math.round((labels * passing) / some.length));
						if (at > 0) expect(threshold).toBeLessThan(plan.thresholds[at - 1] ?? 0);
					});
					// The start is the strictest threshold that passes enough.
					const start = labels >= 1_788 ? 447 : 172;
					const first = plan.thresholds[0] ?? 0;
					expect(some.filter((score) => score >= first).length / some.length).toBeGreaterThanOrEqual(
						start / labels - 1e-9,
					);
					expect(some.filter((score) => score > first).length / some.length).toBeLessThan(start / labels);
				},
			),
			{ seed: 131 },
		);
	});

	test('goes through JSON, and what is not such a plan is none', () => {
		const plan = declared({ ...claim, scores, labels: 2_000 });
		expect(readPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
		expect(readPlan({ ...plan, version: 2 })).toBeNull();
		expect(readPlan({ ...plan, thresholds: plan.thresholds.toReversed() })).toBeNull();
		expect(readPlan({ ...plan, thresholds: [], expected: [] })).toBeNull();
		expect(readPlan({ ...plan, expected: [] })).toBeNull();
		expect(readPlan({ ...plan, certainty: 1 })).toBeNull();
		expect(readPlan({ ...plan, note: '' })).toBeNull();
		expect(readPlan('')).toBeNull();
	});

	test('what makes no sense is a RangeError', () => {
		expect(() => declarePlan({ ...claim, scores: [Number.NaN], labels: 2_000 })).toThrow(RangeError);
		expect(() => declarePlan({ ...claim, scores, labels: 2_000, points: 0 })).toThrow(RangeError);
		expect(() => declarePlan({ ...claim, scores, labels: -1 })).toThrow(RangeError);
		expect(() => declarePlan({ maxError: 0, certainty: 0.95, scores, labels: 2_000 })).toThrow(RangeError);
	});
});

describe('running', () => {
	const thresholds = [1, 0.99, 0.98, 0.97, 0.96, 0.95];
	const expected = [450, 600, 750, 900, 1_050, 1_200];
	const plan = { version: 1, ...claim, procedure: 'fixed-sequence', thresholds, expected, labels: 2_000 } as const;
	const worked = sampleOf([450, 150, 150, 150, 150, 150, 800], [2, 3, 2, 3, 4, 10, 300]);

	test('the worked example: the fixed sequence deploys 900 of 2,000, where the naive rule would take 1,200', () => {
		const result = runPlan(plan, worked);
		expect(result.steps.map(({ checked }) => checked)).toEqual(expected);
		expect(result.steps.map(({ errors }) => errors)).toEqual([2, 5, 7, 10, 14, 24]);
		expect(result.steps.map((step) => Number(step.pValue.toFixed(4)))).toEqual([
			0.0059, 0.0195, 0.0172, 0.0292, 0.0696, 0.554,
		]);
		expect(result.steps.map((step) => (100 * step.bound).toFixed(2))).toEqual([
			'1.39',
			'1.74',
			'1.75',
			'1.88',
			'2.08',
			'2.80',
		]);
		expect(result).toMatchObject({ outcome: 'holds', passing: 0.45, labels: 2_000, step: { threshold: 0.97 } });
		expect(result.steps.map(({ accepted }) => accepted)).toEqual([true, true, true, true, false, false]);
	});

	test('the worked example: Holm deploys 450 of 2,000', () => {
		const result = runPlan({ ...plan, procedure: 'holm' }, worked);
		expect(result).toMatchObject({ outcome: 'holds', passing: 0.225, step: { threshold: 1, checked: 450, errors: 2 } });
	});

	test('what comes after the first failure promises nothing, however good it looks', () => {
		const late = sampleOf([450, 2_000], [9, 0]);
		const result = runPlan({ ...plan, thresholds: [1, 0.99], expected: [450, 2_450] }, late);
		expect(result.steps[1]?.pValue).toBeLessThan(1e-6);
		expect(result).toMatchObject({ outcome: 'none' });
		expect(result.steps.map(({ accepted }) => accepted)).toEqual([false, false]);
		const stepwise = runPlan({ ...plan, procedure: 'holm', thresholds: [1, 0.99], expected: [450, 2_450] }, late);
		expect(stepwise).toMatchObject({ outcome: 'holds', step: { threshold: 0.99 }, passing: 1 });
	});

	test('too few labels: with 148 at the start no result could have proved it', () => {
		expect(runPlan(plan, sampleOf([148, 500], [0, 0]))).toMatchObject({
			outcome: 'none',
			why: 'too-few-labels',
			needed: 149,
		});
		expect(runPlan(plan, sampleOf([149, 500], [0, 0])).outcome).toBe('holds');
		expect(runPlan(plan, [])).toMatchObject({ outcome: 'none', why: 'too-few-labels', needed: 149, labels: 0 });
		// Holm has a sixth of what certainty leaves for its first: ln(0.05 / 6) / ln(0.98) = 236.98.
		const holm = { ...plan, procedure: 'holm' } as const;
		expect(runPlan(holm, sampleOf([100, 136], [0, 0]))).toMatchObject({ why: 'too-few-labels', needed: 237 });
		expect(runPlan(holm, sampleOf([100, 137], [0, 0])).outcome).toBe('holds');
	});

	test('ties: half of the tasks have the highest score, and nothing parts them', () => {
		expect(runPlan(plan, sampleOf([500, 500], [20, 200]))).toMatchObject({ outcome: 'none', why: 'ties', top: 0.5 });
	});

	test('a score that does not rank, and one that does where too many are wrong', () => {
		const random = seededRandom(132);
		const plan = declared({ ...claim, scores, labels: 1_000 });
		const lot = Array.from({ length: 1_000 }, () => ({ score: random(), wrong: random() < 0.1 }));
		expect(runPlan(plan, lot)).toMatchObject({ outcome: 'none', why: 'does-not-rank' });
		const poor = Array.from({ length: 1_000 }, () => {
			const score = random();
			return { score, wrong: random() < 0.1 + 0.8 * (1 - score) };
		});
		expect(runPlan(plan, poor)).toMatchObject({ outcome: 'none', why: 'too-many-errors' });
	});

	test('what holds has a bound no larger than promised, and so have all steps before it', () => {
		const rule = declared({ ...claim, scores, labels: 400, points: 8 });
		fc.assert(
			fc.property(fc.integer(), fc.double({ min: 0, max: 0.06, noNaN: true }), (seed, wrong) => {
				const random = seededRandom(seed);
				const sample = Array.from({ length: 800 }, () => {
					const score = random();
					return { score, wrong: random() < wrong * (1 - score) };
				});
				const result = runPlan(rule, sample);
				for (const step of result.steps.filter(({ accepted }) => accepted)) {
					expect(step.bound).toBeLessThanOrEqual(0.02 + 1e-12);
					expect(step.bound).toBe(upperBound(step, 0.95));
				}
				if (result.outcome !== 'holds') return;
				expect(result.step).toBe(result.steps.findLast(({ accepted }) => accepted));
				expect(result.passing).toBe(sample.filter(({ score }) => score >= result.step.threshold).length / 800);
			}),
			{ seed: 133, numRuns: 40 },
		);
	});

	test('the order in which labels come does not matter', () => {
		expect(runPlan(plan, worked.toReversed())).toEqual(runPlan(plan, worked));
	});
});
