/**
 * `node test/slow/receipts-story.ts [runs] [seed]`: what a plain threshold does to real receipts whose truth is known, what
 * can be promised of it, and the same with business conditions. Prints the tables of `docs/proof.md`, and exits with 1 when
 * a proved promise is broken in more runs than it says. The receipts are not part of this repository: they are looked for
 * in `../shared/data/receipts.jsonl`, or where RECEIPTS says, one `{"task": <Send AI task>, "truth": {<entity>: true |
 * false}}` a line. 400 runs take about ten seconds.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createBulkJudge } from '../../src/core/decision/index.ts';
import { findThresholds, loadRules, type Rule } from '../../src/core/ruleset/index.ts';
import {
	declarePlan,
	runPlan,
	type Scored,
	sampleToProve,
	smallestSample,
	upperBound,
} from '../../src/core/statistics/index.ts';
import type { Task } from '../../src/core/task/index.ts';
import { createTightness } from '../../src/evidence/tightness.ts';
import { parseTask } from '../../src/sendai/task-schema.ts';
import { seededRandom } from '../../src/simulator/index.ts';

interface Receipt {
	readonly task: Task;
	/** The date or the total is not what stands on the receipt. */
	readonly wrong: boolean;
}

const certainty = 0.95;
const today = '2026-06-01';
const targets = [0.2, 0.1, 0.05, 0.02, 0.01];
const folders = {
	'0.90 and no more': '../bench/receipts-rules/threshold.json',
	'0.90 and business conditions': './receipts-business-rules/receipt.json',
};

const runs = readNumber(process.argv[2], 400);
const seed = readNumber(process.argv[3], 2_026);
const file = process.env.RECEIPTS ?? fileURLToPath(new URL('../../../shared/data/receipts.jsonl', import.meta.url));
if (existsSync(file)) tellStory(readReceipts(file));
else console.log('The receipts are not here, so that there is nothing to measure; RECEIPTS names the file.');
console.log('\n| Passes a day | 5 % audited | 10 % | 20 % | all |\n|---:|---:|---:|---:|---:|');
for (const day of [20, 50, 100, 200, 500]) console.log(`| ${day} | ${months(day)} |`);

function tellStory(receipts: readonly Receipt[]): void {
	const rules = Object.entries(folders).map(([name, path]) => [name, readRule(path)] as const);

	console.log(`${receipts.length} receipts\n`);
	console.log('| Rule | Completed | Wrong | Share wrong | At most, with 95 % certainty |\n|---|---:|---:|---:|---:|');
	for (const [name, { text, id }] of rules) {
		const [rule] = compile(id, text);
		const passing = receipts.filter(({ task }) => rule !== undefined && passes(rule, task));
		const counts = { errors: passing.filter(({ wrong }) => wrong).length, checked: passing.length };
		const share = counts.errors / counts.checked;
		console.log(
			`| ${name} | ${counts.checked} (${percent(counts.checked / receipts.length)}) | ${counts.errors} | ${percent(share)} | ${(Math.ceil(upperBound(counts, certainty) * 1_000) / 10).toFixed(1)} % |`,
		);
		const needed = smallestSample({ maxError: 0.01, certainty }, counts.errors);
		const reach = sampleToProve({ maxError: 0.01, certainty }, share, 0.8);
		console.log(
			`<!-- ${name}: 1 % with ${counts.errors} errors wants ${needed} audited tasks; at this share ${reach === null ? 'no sample proves it' : `${reach} do`} -->`,
		);
	}

	for (const labels of [300, 2_000]) {
		console.log(`\n${runs} runs, seed ${seed}: ${labels} receipts drawn as history, ${labels} more as labels\n`);
		console.log(
			'| Rule | Promise | By history: passes | truly wrong | broken in | Fixed sequence: proved in | passes | truly wrong | broken in | else mostly |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---|',
		);
		for (const [name, rule] of rules) {
			const scored = scoreAll(receipts, rule);
			for (const maxError of targets) console.log(row(name, maxError, scored, labels));
		}
	}
}

interface ScoredReceipt {
	/** Null: left to a person whatever the thresholds are. */
	readonly score: number | null;
	readonly wrong: boolean;
}

/**
 * One line of the comparison. The receipts stand for all that ever come: history and labels are drawn from them with
 * replacement, so that what a threshold truly lets through is known, by counting all of them.
 */
function row(name: string, maxError: number, scored: readonly ScoredReceipt[], labels: number): string {
	const random = seededRandom(seed);
	const draw = () =>
		Array.from({ length: labels }, () => scored[Math.floor(random() * scored.length)]).filter(isScored);
	const population = scored.filter(isScored);
	const [naive, proved] = [createWay(), createWay()];
	const refusals = new Map<string, number>();
	const take = (way: Way, threshold: number) => {
		const { checked, errors } = countAt(population, threshold);
		way.deployed += 1;
		way.passing += checked / scored.length;
		way.wrong += errors / checked;
		if (errors > maxError * checked) way.broken += 1;
	};
	for (let run = 0; run < runs; run += 1) {
		const [history, labelled] = [draw(), draw()];
		const loosest = loosestInHistory(history, maxError);
		if (loosest !== null) take(naive, loosest);
		// Declared by the scores of the history without its labels, proved by labels that come later.
		const scores = history.map(({ score }) => score);
		const declared = declarePlan({ maxError, certainty, scores, labels: history.length });
		if (declared.outcome !== 'declared') {
			note(refusals, declared.outcome);
			continue;
		}
		const result = runPlan(declared.plan, labelled);
		if (result.outcome === 'holds') take(proved, result.step.threshold);
		else note(refusals, result.why);
	}
	// With a margin of four standard deviations for the noise of the runs themselves.
	const allowed = 1 - certainty + 4 * Math.sqrt((certainty * (1 - certainty)) / runs);
	if (proved.broken / runs > allowed) process.exitCode = 1;
	const [[why = '-'] = []] = [...refusals].toSorted(([, a], [, b]) => b - a);
	const mean = (sum: number, { deployed }: Way) => (deployed === 0 ? '-' : percent(sum / deployed));
	return `| ${[
		name,
		percent(maxError),
		mean(naive.passing, naive),
		mean(naive.wrong, naive),
		percent(naive.broken / runs),
		percent(proved.deployed / runs),
		mean(proved.passing, proved),
		mean(proved.wrong, proved),
		percent(proved.broken / runs),
		why,
	].join(' | ')} |`;
}

/** What came of one way to choose a threshold, summed over runs. */
interface Way {
	deployed: number;
	passing: number;
	wrong: number;
	broken: number;
}

function createWay(): Way {
	return { deployed: 0, passing: 0, wrong: 0, broken: 0 };
}

/** The loosest threshold at which no more of the history is wrong than wanted; null when there is none. */
function loosestInHistory(history: readonly Scored[], maxError: number): number | null {
	let [loosest, errors]: [number | null, number] = [null, 0];
	const sorted = history.toSorted((a, b) => b.score - a.score);
	for (const [at, { score, wrong }] of sorted.entries()) {
		if (wrong) errors += 1;
		const tied = sorted[at + 1]?.score === score;
		if (!tied && errors <= maxError * (at + 1)) loosest = score;
	}
	return loosest;
}

function countAt(sample: readonly Scored[], threshold: number) {
	const passing = sample.filter(({ score }) => score >= threshold);
	return { checked: passing.length, errors: passing.filter(({ wrong }) => wrong).length };
}

/** Months of 21 working days until 1 % is proved with 95 % certainty: without an error, and with what 0.2 % brings. */
function months(passesADay: number): string {
	const claim = { maxError: 0.01, certainty };
	const [without, likely] = [smallestSample(claim), sampleToProve(claim, 0.002, 0.8) ?? Number.POSITIVE_INFINITY];
	const after = (tasks: number, share: number) => {
		const value = tasks / (passesADay * share * 21);
		return value < 0.1 ? '< 0.1' : value.toFixed(1);
	};
	return [0.05, 0.1, 0.2, 1].map((share) => `${after(without, share)} to ${after(likely, share)}`).join(' | ');
}

function readReceipts(path: string): readonly Receipt[] {
	return readFileSync(path, 'utf8')
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => {
			const { task, truth } = JSON.parse(line) as { task: unknown; truth: Readonly<Record<string, boolean>> };
			const reading = parseTask(task);
			if (reading.kind !== 'task') throw new Error('a line holds no task');
			return { task: reading.task, wrong: truth.date !== true || truth.total_amount !== true };
		});
}

function readRule(path: string): { readonly id: string; readonly text: string } {
	return { id: 'receipt', text: readFileSync(new URL(path, import.meta.url), 'utf8') };
}

function compile(id: string, text: string): readonly Rule[] {
	const loaded = loadRules([{ name: `${id}.json`, text }]);
	if (!loaded.ok) throw new Error(loaded.findings.map(({ message }) => message).join('\n'));
	return loaded.rules;
}

function passes(rule: Rule, task: Task): boolean {
	return createBulkJudge({ kind: 'task', task }, true, today)({ rules: [rule] }).outcome === 'complete';
}

function scoreAll(receipts: readonly Receipt[], rule: { readonly id: string; readonly text: string }) {
	const tightness = createTightness(rule, findThresholds(rule.text));
	return receipts.map(({ task, wrong }): ScoredReceipt => ({ score: tightness.score(task, today), wrong }));
}

function isScored(one: ScoredReceipt | undefined): one is ScoredReceipt & Scored {
	return one !== undefined && one.score !== null;
}

function note(counts: Map<string, number>, why: string): void {
	counts.set(why, (counts.get(why) ?? 0) + 1);
}

function percent(share: number): string {
	const value = share * 100;
	return `${value < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value)} %`;
}

function readNumber(text: string | undefined, otherwise: number): number {
	const value = Number(text ?? otherwise);
	if (Number.isInteger(value) && value > 0) return value;
	console.error('usage: node test/slow/receipts-story.ts [runs] [seed], whole numbers above 0');
	process.exit(2);
}
