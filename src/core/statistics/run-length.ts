import { type BrakeSetting, requireSetting, stepsOf } from './brake.ts';
import { requireCount, requireRate, requireShare } from './ranges.ts';

/*
 * What a brake does at a true share wrong, computed and not simulated: the heights it goes through are laid on a grid of
 * which its fall is a whole number of steps. Its rise is then once rounded down, which can only delay the trip, and once up,
 * which can only hasten it; the truth lies between. Source: Brook and Evans, "An approach to the probability distribution of
 * cusum run length" (1972).
 */

/** Two numbers between which the truth lies. They differ by a few percent, by more where a trip is very rare. */
export interface Between {
	readonly atLeast: number;
	readonly atMost: number;
}

/** Steps of the grid to one rise; the more, the closer the two numbers and the longer it takes. */
const stepsToRise = 200;
/** Time and memory grow with the number of heights, so a high brake has a coarser grid. */
const mostHeights = 2_000;
/** Who asks how soon a brake notices something does not mean longer than this. */
const mostLabels = 20_000;

/**
 * How many labels it takes on average, from the lowest height on, until the brake trips, if `trueShare` of them are wrong.
 * With no more than `maxError` wrong that is its run length between false alarms; with more, the mean delay to notice it,
 * and never longer whatever happened before. Infinity when nothing is wrong.
 *
 * @throws RangeError when the setting is out of range, or `trueShare` is not in 0..1
 */
export function averageRunLength(setting: BrakeSetting, trueShare: number): Between {
	requireSetting(setting);
	requireRate('trueShare', trueShare);
	const { hasty, late } = chainsOf(setting);
	return { atLeast: meanTime(hasty, trueShare), atMost: meanTime(late, trueShare) };
}

/**
 * How likely the brake trips within so many labels from the lowest height on, if `trueShare` of them are wrong.
 *
 * @throws RangeError as `averageRunLength`, or when `labels` is not a whole number of 0 or more
 */
export function chanceToTrip(setting: BrakeSetting, trueShare: number, labels: number): Between {
	requireSetting(setting);
	requireRate('trueShare', trueShare);
	requireCount('labels', labels);
	const { hasty, late } = chainsOf(setting);
	return { atLeast: absorbedWithin(late, trueShare, labels), atMost: absorbedWithin(hasty, trueShare, labels) };
}

/**
 * Within how many labels the brake trips with probability `chance`, from the lowest height on, if `trueShare` of them are
 * wrong: with 0.5 the median delay. Never longer whatever happened before. Infinity beyond 20,000 labels.
 *
 * @throws RangeError as `averageRunLength`, or unless 0 < chance < 1
 */
export function labelsToTrip(setting: BrakeSetting, trueShare: number, chance: number): Between {
	requireSetting(setting);
	requireRate('trueShare', trueShare);
	requireShare('chance', chance);
	const { hasty, late } = chainsOf(setting);
	return { atLeast: labelsUntil(hasty, trueShare, chance), atMost: labelsUntil(late, trueShare, chance) };
}

/** Heights 0 to `heights` - 1 in steps of the grid; at more, it has tripped. */
interface Chain {
	readonly heights: number;
	readonly rise: number;
	readonly fall: number;
}

function chainsOf(setting: BrakeSetting): { readonly hasty: Chain; readonly late: Chain } {
	const { up, down } = stepsOf(setting);
	const limit = Math.log(setting.runLength);
	const finest = Math.min(stepsToRise, Math.max(1, Math.floor((mostHeights * up) / limit)));
	const fall = Math.max(1, Math.ceil((finest * down) / up));
	const step = down / fall;
	const heights = Math.max(1, Math.ceil(limit / step));
	return {
		hasty: { heights, fall, rise: Math.ceil(up / step) },
		late: { heights, fall, rise: Math.floor(up / step) },
	};
}

/**
 * The mean time to absorption from height 0. Heights are taken out from the highest down, without a subtraction, so that no
 * digit is lost even where the time is huge. From a height that was taken out the brake can only come down, and no further
 * than one fall below it; so each row is a short band. Source: Grassmann, Taksar and Heyman, "Regenerative analysis and
 * steady state distributions for Markov chains" (1985).
 */
function meanTime({ heights, rise, fall }: Chain, wrong: number): number {
	// The chance of going from a height to another stands in its row at the other less the height plus the fall.
	const rows = Array.from({ length: heights }, () => new Float64Array(fall + rise + 1));
	const absorbed = new Float64Array(heights);
	const time = new Float64Array(heights).fill(1);
	rows.forEach((row, height) => {
		add(row, Math.max(height, fall) - height, 1 - wrong);
		if (height + rise < heights) add(row, rise + fall, wrong);
		else add(absorbed, height, wrong);
	});
	for (let last = heights - 1; last > 0; last--) {
		const from = rows[last] ?? new Float64Array();
		const lowest = Math.max(last - fall, 0);
		let leaving = absorbed[last] ?? 0;
		for (let to = lowest; to < last; to++) leaving += from[to - last + fall] ?? 0;
		for (let height = Math.max(last - rise, 0); height < last; height++) {
			const row = rows[height] ?? new Float64Array();
			const weight = (row[last - height + fall] ?? 0) / leaving;
			if (weight === 0) continue;
			for (let to = lowest; to < last; to++) add(row, to - height + fall, weight * (from[to - last + fall] ?? 0));
			add(absorbed, height, weight * (absorbed[last] ?? 0));
			add(time, height, weight * (time[last] ?? 0));
		}
	}
	return (time[0] ?? 0) / (absorbed[0] ?? 0);
}

function add(values: Float64Array, at: number, amount: number): void {
	values[at] = (values[at] ?? 0) + amount;
}

/** After each label in turn, the chance that the brake has tripped by then. Never ends. */
function* chancesOf({ heights, rise, fall }: Chain, wrong: number): Generator<number, never> {
	let [at, next] = [new Float64Array(heights), new Float64Array(heights)];
	at[0] = 1;
	let absorbed = 0;
	for (;;) {
		next.fill(0);
		for (let height = 0; height < heights; height++) {
			const chance = at[height] ?? 0;
			if (chance === 0) continue;
			add(next, Math.max(height - fall, 0), chance * (1 - wrong));
			if (height + rise < heights) add(next, height + rise, chance * wrong);
			else absorbed += chance * wrong;
		}
		[at, next] = [next, at];
		yield Math.min(absorbed, 1);
	}
}

function absorbedWithin(chain: Chain, wrong: number, labels: number): number {
	let seen = 0;
	if (labels === 0) return 0;
	for (const chance of chancesOf(chain, wrong)) {
		seen += 1;
		if (seen === labels) return chance;
	}
	return 0;
}

function labelsUntil(chain: Chain, wrong: number, wanted: number): number {
	let seen = 0;
	for (const chance of chancesOf(chain, wrong)) {
		seen += 1;
		if (chance >= wanted) return seen;
		if (seen === mostLabels) break;
	}
	return Number.POSITIVE_INFINITY;
}
