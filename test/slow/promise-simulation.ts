/**
 * `node test/slow/promise-simulation.ts [runs] [seed]`: how often each way of choosing a threshold breaks its promise, how
 * soon a broken claim is noticed, and how often a brake trips for nothing. Prints a table, and exits with 1 when a promise
 * breaks in more of the runs than it says, with a margin of four standard deviations for the simulation's own noise.
 * 500 runs take about a minute.
 *
 * Tasks have a score s, uniform in 0..1, and are wrong with probability 0.002 + 0.5 (1 - s)^3: 12.7 % of all, and of those
 * with a score of t or more 0.002 + 0.125 (1 - t)^3. So what a threshold truly does is known, and not estimated.
 */
import {
	type Claim,
	chanceToTrip,
	declarePlan,
	foldIntoBrake,
	foldIntoClaim,
	labelsToTrip,
	runPlan,
	type Scored,
	setBrake,
	watchClaim,
} from '../../src/core/statistics/index.ts';
import { seededRandom } from '../../src/simulator/index.ts';

const runs = readNumber(process.argv[2], 500);
const seed = readNumber(process.argv[3], 2_026);
const random = seededRandom(seed);
let failed = false;

console.log(`seed ${seed}, ${runs} runs each\n`);
simulateThresholds();
simulateWatchedClaim();
simulateBrake();
process.exitCode = failed ? 1 : 0;

function simulateThresholds(): void {
	console.log('thresholds: share of runs whose threshold lets more than promised be wrong / mean share that passes');
	const ways = ['history meets the target', 'start near', 'start far', 'as declared', 'Holm'] as const;
	console.log(['promise'.padEnd(16), ...ways.map((way) => way.padStart(25))].join(''));
	for (const [maxError, labels] of [
		[0.01, 2_000],
		[0.01, 5_000],
		[0.02, 1_000],
		[0.02, 2_000],
		[0.02, 5_000],
	] as const) {
		const claim = { maxError, certainty: 0.95 };
		const broken = ways.map(() => 0);
		const passing = ways.map(() => 0);
		for (let run = 0; run < runs; run++) {
			// The plans are made from tasks of their own, as they would be.
			const earlier = Array.from({ length: labels }, random);
			const sample = Array.from({ length: labels }, drawTask);
			const chosen = [
				loosestByHistory(sample, maxError),
				chooseByPlan(claim, earlier, sample, { start: 'near' }),
				chooseByPlan(claim, earlier, sample, { start: 'far' }),
				chooseByPlan(claim, earlier, sample, {}),
				chooseByPlan(claim, earlier, sample, { procedure: 'holm' }),
			];
			chosen.forEach((threshold, way) => {
				if (threshold === null) return;
				passing[way] = (passing[way] ?? 0) + (1 - threshold) / runs;
				if (0.002 + 0.125 * (1 - threshold) ** 3 > maxError) broken[way] = (broken[way] ?? 0) + 1;
			});
		}
		const cells = ways.map((_, way) => `${percent((broken[way] ?? 0) / runs)} / ${(passing[way] ?? 0).toFixed(2)}`);
		console.log([`${percent(maxError)}, ${labels}`.padEnd(16), ...cells.map((cell) => cell.padStart(25))].join(''));
		broken.slice(1).forEach((count, way) => {
			demand(count / runs <= withMargin(0.05), `${ways[way + 1]} breaks its promise in ${percent(count / runs)}`);
		});
		demand(
			(broken[0] ?? 0) / runs > 0.4 - 4 * Math.sqrt(0.24 / runs),
			'the naive way no longer breaks its promise in about half of the runs',
		);
	}
}

function simulateWatchedClaim(): void {
	console.log('\na claim of 2 % with certainty 95 %, watched: median and 90th percentile of labels until it breaks');
	const claim = watchClaim({ maxError: 0.02, certainty: 0.95 });
	for (const wrong of [0.04, 0.06, 0.1, 0.2]) {
		const delays = Array.from({ length: runs }, () => labelsUntilBroken(wrong, 20_000)).sort((a, b) => a - b);
		console.log(`  ${percent(wrong).padStart(6)} wrong: ${delays[runs >> 1]} / ${delays[Math.floor(runs * 0.9)]}`);
	}
	for (const wrong of [0.02, 0.01]) {
		let broken = 0;
		for (let run = 0; run < runs; run++) if (labelsUntilBroken(wrong, 2_500) < Number.POSITIVE_INFINITY) broken += 1;
		console.log(`  ${percent(wrong).padStart(6)} wrong: broken for nothing within 2,500 in ${percent(broken / runs)}`);
		demand(broken / runs <= withMargin(0.05), 'the watched claim breaks too often');
	}

	function labelsUntilBroken(wrong: number, most: number): number {
		let state = claim;
		while (state.brokenAt === null && state.labels < most) state = foldIntoClaim(state, random() < wrong);
		return state.brokenAt ?? Number.POSITIVE_INFINITY;
	}
}

function simulateBrake(): void {
	console.log('\na brake at 2 % with a run length of 400: simulated, and computed between');
	const brake = setBrake({ maxError: 0.02, runLength: 400 });
	for (const wrong of [0.06, 0.1]) {
		for (const good of [0, 500, 1_500]) {
			// Runs in which it trips before the change are left out.
			const delays = Array.from({ length: runs }, () => delayAfter(good, wrong)).filter((one) => one > 0);
			const median = delays.sort((a, b) => a - b)[delays.length >> 1] ?? 0;
			const { atLeast, atMost } = labelsToTrip(brake, wrong, 0.5);
			console.log(
				`  ${percent(wrong).padStart(6)} wrong after ${String(good).padStart(5)} good ones: median ${median}; ${atLeast} to ${atMost}`,
			);
			demand(median <= atMost * (1 + 5 / Math.sqrt(runs)), 'the brake notices later than computed');
		}
	}
	for (const [wrong, labels] of [
		[0.02, 1_000],
		[0.01, 6_000],
	] as const) {
		let tripped = 0;
		for (let run = 0; run < runs; run++) {
			let state = brake;
			while (state.trippedAt === null && state.labels < labels) state = foldIntoBrake(state, random() < wrong);
			if (state.trippedAt !== null) tripped += 1;
		}
		const { atLeast, atMost } = chanceToTrip(brake, wrong, labels);
		console.log(
			`  ${percent(wrong).padStart(6)} wrong: trips within ${labels} in ${percent(tripped / runs)}; ${percent(atLeast)} to ${percent(atMost)}`,
		);
		demand(tripped / runs <= withMargin(atMost), 'the brake trips more often than computed');
	}

	function delayAfter(good: number, wrong: number): number {
		let state = brake;
		while (state.labels < good) state = foldIntoBrake(state, random() < 0.005);
		if (state.trippedAt !== null) return 0;
		while (state.trippedAt === null) state = foldIntoBrake(state, random() < wrong);
		return state.labels - good;
	}
}

function drawTask(): Scored {
	const score = random();
	return { score, wrong: random() < 0.002 + 0.5 * (1 - score) ** 3 };
}

/** What everybody does: the loosest threshold whose history is good enough. */
function loosestByHistory(sample: readonly Scored[], maxError: number): number | null {
	let errors = 0;
	let threshold: number | null = null;
	sample
		.toSorted((a, b) => b.score - a.score)
		.forEach(({ score, wrong }, at) => {
			if (wrong) errors += 1;
			if (errors / (at + 1) <= maxError) threshold = score;
		});
	return threshold;
}

function chooseByPlan(
	claim: Claim,
	scores: readonly number[],
	sample: readonly Scored[],
	options: Partial<Pick<Parameters<typeof declarePlan>[0], 'start' | 'procedure'>>,
): number | null {
	const declared = declarePlan({ ...claim, scores, labels: sample.length, ...options });
	if (declared.outcome !== 'declared') return null;
	const result = runPlan(declared.plan, sample);
	return result.outcome === 'holds' ? result.step.threshold : null;
}

function withMargin(share: number): number {
	return share + 4 * Math.sqrt((share * (1 - share)) / runs);
}

function demand(isSo: boolean, otherwise: string): void {
	if (isSo) return;
	failed = true;
	console.log(`FAILED: ${otherwise}`);
}

function percent(share: number): string {
	return `${(100 * share).toFixed(1)} %`;
}

function readNumber(text: string | undefined, otherwise: number): number {
	const value = Number(text ?? otherwise);
	if (!Number.isSafeInteger(value) || value < 1) throw new Error('runs and seed are whole numbers of 1 or more');
	return value;
}
