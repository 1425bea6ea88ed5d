import { expect, test } from 'vitest';
import {
	averageRunLength,
	boundCompleted,
	declarePlan,
	foldIntoBrake,
	interval,
	logEvidence,
	readBrake,
	runPlan,
	setBrake,
	smallestSample,
	watchClaim,
} from '../../src/core/statistics/index.ts';

/** The library of distributions looks about for what its platform can do; here there is no Node, and code is not made from text. */
test('the statistics come to the same figures on workerd', () => {
	const { lower, upper } = interval({ errors: 4, checked: 20 }, 0.9);
	expect([lower.toFixed(6), upper.toFixed(6)]).toEqual(['0.071354', '0.401028']);
	expect(smallestSample({ maxError: 0.01, certainty: 0.95 }, 20)).toBe(2_902);
	expect(boundCompleted({ passed: 10_000, checked: 300, errors: 0 }, 0.95)).toMatchObject({ wrong: 97 });
	const claim = { ...watchClaim({ maxError: 0.02, certainty: 0.95 }), errors: 5, labels: 50 };
	expect(Math.exp(logEvidence(claim)).toFixed(6)).toBe('31.725847');
	const brake = setBrake({ maxError: 0.02, runLength: 400 });
	expect(Math.round(averageRunLength(brake, 0.06).atMost)).toBe(193);
	expect(readBrake(JSON.parse(JSON.stringify(foldIntoBrake(brake, true)))).outcome).toBe('read');
});

test('a plan is declared and run on workerd', () => {
	const scores = Array.from({ length: 1_000 }, (_, at) => at / 1_000);
	const declared = declarePlan({ maxError: 0.02, certainty: 0.95, scores, labels: 1_000 });
	if (declared.outcome !== 'declared') throw new Error(declared.outcome);
	const sample = scores.map((score) => ({ score, wrong: score < 0.5 }));
	expect(runPlan(declared.plan, sample)).toMatchObject({ outcome: 'holds' });
});
