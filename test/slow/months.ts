/**
 * `node test/slow/months.ts [runs] [seed]`: whole months of the whole bot under simulated time, with reviewers who are lazy,
 * discard and correct, and a project of two steps. Of each month: what the statement says can be wrong at most of what was
 * completed, and what the simulator knows was. Then months in which the model gets worse half-way: how many audits the
 * brake took, and what was completed after it tripped. Exits with 1 when the bound fails more often than it says, with a
 * margin of three standard deviations, when a brake takes more audits than it says for 99 in 100, or when anything is
 * completed under a rule that is braked. 20 runs take some ten minutes.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alignColumns } from '../../src/cli/align-columns.ts';
import { labelsToTrip, setBrake } from '../../src/core/statistics/index.ts';
import { makeStatement } from '../../src/evidence/statement.ts';
import { seededRandom } from '../../src/simulator/index.ts';
import type { World } from '../cases/world.ts';
import { createWorld, projectId } from '../cases/world.ts';

const runs = readNumber(process.argv[2], 20);
const seed = readNumber(process.argv[3], 2_026);
const certainty = 0.9;
const [monthDays, perDay] = [28, 8] as const;
/** Half of them before the model gets worse. */
const brakeDays = 84;
const dayMs = 86_400_000;
/** A POST that was on its way when the brake tripped has ended after this long. */
const onItsWayMs = 10_000;
const maxError = 0.02;
/** Of what comes once the model has got worse; what does not add up is left to people, so that fewer of what passes are. */
const wrongAfter = 0.9;
const wrongOfPassing = 0.25;

const rules = mkdtempSync(join(tmpdir(), 'greenlane-months-'));
const plain = fileURLToPath(new URL('../fixtures/rules/invoice.json', import.meta.url));
writeFileSync(
	join(rules, 'invoice.json'),
	JSON.stringify({
		...(JSON.parse(readFileSync(plain, 'utf8')) as object),
		...{ auditShare: 0.25, auditRamp: 10, promise: { maxError, certainty: 0.95 } },
	}),
);
try {
	console.log(`seed ${seed}, ${runs} months of ${monthDays} days with ${perDay} tasks a day\n`);
	const good = [await simulateStatements(), await simulateBrakes()].every(Boolean);
	process.exitCode = good ? 0 : 1;
} finally {
	rmSync(rules, { recursive: true, force: true });
}

/** A month of tasks, whose share wrong may depend on the day, each read with a high confidence or as it is drawn. */
async function simulateMonth(
	run: number,
	steps: readonly [string, ...string[]],
	wrongShare: (day: number) => number,
	days: number,
): Promise<World> {
	const random = seededRandom(seed * 1_000 + run);
	const world = await createWorld({
		seed: seed * 1_000 + run,
		rules,
		simulator: {
			// A next step that reads the document anew shows elements that cannot be compared: then all is not known. One of the
			// same type with the very same elements cannot be told from a completion that Send AI did not take.
			projects: [{ id: projectId, steps, nextStepElements: 'identical' }],
			reviewer: {
				// One in ten is never looked at.
				opens: 0.9,
				opensAfter: [400_000, 4 * 3_600_000],
				edits: 1,
				editsAfter: [5_000, 30_000],
				coffee: [0, 120_000],
				endings: { completes: 18, discards: 1, leaves: 1 },
				reopens: 0,
			},
		},
	});
	for (let day = 0; day < days; day += 1) {
		for (let made = 0; made < perDay; made += 1) {
			const right = random() >= wrongShare(day);
			const sure = random() < 0.8;
			world.simulator.createUpload({
				tasks: [
					{ kind: 'invoice', language: 'nl', right, malformation: 'none', ...(sure ? { confidence: 0.98 } : {}) },
				],
			});
			await world.clock.advance((0.4 * dayMs) / perDay);
		}
		await world.clock.advance(0.6 * dayMs);
	}
	return world;
}

async function simulateStatements(): Promise<boolean> {
	let [kept, completed, wrong, bounds] = [0, 0, 0, 0];
	const rows: string[][] = [];
	for (let run = 0; run < runs; run += 1) {
		const steps: readonly [string, ...string[]] = run % 2 === 0 ? ['EXTRACT'] : ['EXTRACT', 'CLASSIFY'];
		const world = await simulateMonth(run, steps, () => 0.06, monthDays);
		await world.run(72);
		const counts = await world.ledger.passedBetween(0, world.clock.now() + 900_000);
		const { total } = makeStatement(counts, certainty);
		const byBot = world.simulator.completions().filter(({ by }) => by === 'bot');
		const trulyWrong = byBot.filter(({ right }) => !right).length;
		const bound = total.bound.outcome === 'bound' ? total.bound.wrong : 0;
		if (byBot.length !== total.completed)
			throw new Error(`run ${run}: the ledger counts ${total.completed}, the simulator ${byBot.length}`);
		if (bound >= trulyWrong) kept += 1;
		completed += byBot.length;
		wrong += trulyWrong;
		bounds += bound;
		rows.push([
			`${run}`,
			`${steps.length}`,
			`${byBot.length}`,
			`${total.audited}`,
			`${total.sampled}`,
			`${total.wrong}`,
			`${total.unresolved}`,
			`${bound}`,
			`${trulyWrong}`,
		]);
		await world.close();
	}
	const heads = [
		'month',
		'steps',
		'completed',
		'held out',
		'sample',
		'found wrong',
		'not known',
		'at most wrong',
		'truly wrong',
	];
	for (const line of alignColumns([heads, ...rows])) console.log(line);
	const least = certainty - 3 * Math.sqrt((certainty * (1 - certainty)) / runs);
	console.log(
		`\nthe bound held in ${kept} of ${runs} months; promised are ${certainty * 100} %. ${completed} completed, ${wrong} of them wrong, ${bounds} by the bounds.\n`,
	);
	return kept / runs >= least;
}

async function simulateBrakes(): Promise<boolean> {
	const stated = labelsToTrip(setBrake({ maxError, runLength: 20_000 }), wrongOfPassing, 0.99).atMost;
	const some = Math.max(3, Math.ceil(runs / 4));
	const rows: string[][] = [];
	let good = true;
	for (let run = 0; run < some; run += 1) {
		const world = await simulateMonth(
			1_000 + run,
			['EXTRACT'],
			(day) => (day < brakeDays / 2 ? 0 : wrongAfter),
			brakeDays,
		);
		const labels = await world.ledger.labelsAfter(0, 10_000, { audited: true, rule: 'invoice' });
		const changedAt = Date.parse('2026-06-01T08:00:00Z') + (brakeDays / 2) * dayMs;
		const [brake] = await world.ledger.brakesSet();
		const counted = labels.filter(
			({ label, decidedAt, labelledAt }) =>
				label !== 'unresolved' && decidedAt >= changedAt && labelledAt <= (brake?.at ?? Number.POSITIVE_INFINITY),
		).length;
		const byBot = world.simulator.completions().filter(({ by }) => by === 'bot');
		const after = brake === undefined ? 0 : byBot.filter(({ at }) => at > brake.at + onItsWayMs).length;
		const ok = brake !== undefined && counted <= stated && after === 0;
		good &&= ok;
		const day = brake === undefined ? '-' : `${Math.floor((brake.at - changedAt) / dayMs) + 1}`;
		rows.push([
			`${run}`,
			`${byBot.length}`,
			brake === undefined ? 'no' : 'yes',
			`${counted}`,
			`${stated}`,
			day,
			`${after}`,
		]);
		await world.close();
	}
	for (const line of alignColumns([
		['month', 'completed', 'tripped', 'audits it took', 'stated', 'days it took', 'completed after it'],
		...rows,
	])) {
		console.log(line);
	}
	return good;
}

function readNumber(text: string | undefined, usual: number): number {
	const value = Number(text ?? usual);
	if (Number.isSafeInteger(value) && value >= 1) return value;
	console.error(`${text} is no whole number above 0: node test/slow/months.ts [runs] [seed]`);
	process.exit(2);
}
