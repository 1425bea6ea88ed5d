/**
 * `npm run bench`: accepts, judge and end to end, each beside its limit in the same run, written to RESULTS.md. Figures of
 * different machines say nothing to each other; the ratios do. `-- --quick` measures shortly and writes nothing;
 * `-- --only judge,diff` measures these parts and writes nothing.
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureAccepts } from './accepts.ts';
import { measureDiff } from './diff.ts';
import { measureEndToEnd } from './end-to-end.ts';
import { measureJudge } from './judge.ts';
import { judgeReceipts } from './receipts.ts';

const partNames = ['judge', 'diff', 'accepts', 'end-to-end', 'receipts'];
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
const { quick, only } = values;
const wanted = only?.split(',') ?? partNames;
const unknown = wanted.filter((name) => !partNames.includes(name));
if (unknown.length > 0) {
	console.error(`There is no ${unknown.join(', ')}; the parts are ${partNames.join(', ')}.`);
	process.exit(2);
}
const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const one = (value: number) => value.toFixed(1);
const percent = (value: number) => `${Math.round(value * 100)} %`;

const judge = wanted.includes('judge') ? await runJudge() : null;
const diffs = wanted.includes('diff') ? await runDiffs() : null;
const accepts = wanted.includes('accepts') ? await runAccepts() : null;
const endToEnd = wanted.includes('end-to-end') ? await runEndToEnd() : null;
const receipts = wanted.includes('receipts') ? await judgeReceipts() : null;
for (const { rules, receipts: count, completed, wrong } of receipts ?? []) {
	console.log(`receipts: by ${rules}: ${completed} of ${count} completed, ${wrong} of them wrong`);
}

async function runJudge() {
	console.log('judge: three rules with nine conditions, by each engine');
	const result = await measureJudge(quick ? 10 : 60);
	for (const { name, micros, perSecond } of result.contenders) {
		console.log(`  ${name.padEnd(64)} ${one(micros).padStart(7)} us ${whole(perSecond).padStart(9)}/s`);
	}
	return result;
}

async function runDiffs() {
	console.log('diff: two rule folders over a file of 20-field tasks');
	const results = await measureDiff(quick ? [5_000, 20_000] : [50_000, 200_000]);
	for (const { tasks, perSecond, perCpuSecond, maxRssMib } of results) {
		console.log(
			`  ${whole(tasks)} tasks, ${whole(perSecond)}/s, ${whole(perCpuSecond)} a second of processor time, at most ${whole(maxRssMib)} MiB`,
		);
	}
	return results;
}

async function runAccepts() {
	const results = [];
	for (const connections of [64, 256]) {
		console.log(`accepts: durable, ${connections} connections`);
		const result = await measureAccepts(connections, quick ? 2 : 6);
		console.log(
			`  ${whole(result.ours.perSecond)}/s p99 ${one(result.ours.p99)} ms; bare Hono ${whole(result.bare.perSecond)}/s, node:sqlite ${whole(result.inserts)}/s; ${percent(result.share)} of the lower`,
		);
		results.push(result);
	}
	return results;
}

async function runEndToEnd() {
	console.log('end to end: simulator with 20 ms latency, 8 calls at once');
	const result = await measureEndToEnd(quick ? 200 : 1_000);
	console.log(
		`  ${result.completed} tasks, ${result.calls} calls in ${whole(result.wallMs)} ms, ideal ${whole(result.idealMs)} ms, ratio ${result.ratio.toFixed(2)}`,
	);
	return result;
}

if (!quick && judge !== null && diffs !== null && accepts !== null && endToEnd !== null) {
	const lines = [
		'# Measurements',
		'',
		`Repeat with \`npm run bench\`. This run: ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} cores, load generator and server on the same machine. Only the ratios carry over to other machines.`,
		'',
		'## Durable accepts',
		'',
		'`POST /webhooks/send-ai` with a bearer token, answered after the commit (SQLite, WAL, `synchronous=FULL`, group commit), beside two limits measured before and after it: a bare Hono endpoint on node-server that only parses the body, and `node:sqlite` inserting such rows in transactions of 64.',
		'',
		'| Connections | Greenlane /s | p50 ms | p99 ms | failed | bare Hono /s | bare p99 ms | node:sqlite rows/s | of the lower limit (aim: 70 %) |',
		'|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
		...accepts.map(
			(r) =>
				`| ${r.connections} | ${whole(r.ours.perSecond)} | ${one(r.ours.p50)} | ${one(r.ours.p99)} | ${r.ours.failed} | ${whole(r.bare.perSecond)} | ${one(r.bare.p99)} | ${whole(r.inserts)} | ${percent(r.share)} |`,
		),
		'',
		'## Judge',
		'',
		'The nine conditions of three rules for 256 invoices of 20 fields, of which a quarter fails, by each engine in alternating rounds; medians. Each is handed the plain data that rules see, and all judge alike. Strict: `json-logic-js` under our operators. Explained: closures, with sentences and operands. Bulk: closures alone. A whole decision begins at the parsed task and looks at guards, applicability and required entities as well; `decide` is what precedes a completion. Careless operators trust the data: no check of types, of absent values or of more than one reading, binary arithmetic, patterns that may backtrack; ours are those that our own engines call.',
		'',
		'| Engine | us | decisions/s | generates code |',
		'|---|---:|---:|---|',
		...judge.contenders.map(
			({ name, ours, micros, perSecond, generatesCode }) =>
				`| ${ours ? `**Greenlane**, ${name}` : name} | ${one(micros)} | ${whole(perSecond)} | ${generatesCode ? 'yes' : 'no'} |`,
		),
		'',
		`\`decide\` takes ${judge.ratio.toFixed(2)} times as long as plain \`json-logic-js\` with careless operators (aim: 2). \`json-logic-engine\` \`run\` is its interpreter, which keeps a plan of closures; its \`build\` writes JavaScript and evaluates it, which Workers forbid.`,
		'',
		'## Diff',
		'',
		'`greenlane diff` of those rules and the same with one threshold lower, over files of such invoices (2.8 KB a line), reading and parsing included, each in a process of its own. Memory is the most that the process ever held.',
		'',
		'| Tasks | tasks/s | tasks per second of processor time (aim: 10,000) | most MiB |',
		'|---:|---:|---:|---:|',
		...diffs.map(
			({ tasks, perSecond, perCpuSecond, maxRssMib }) =>
				`| ${whole(tasks)} | ${whole(perSecond)} | ${whole(perCpuSecond)} | ${whole(maxRssMib)} |`,
		),
		'',
		'## End to end',
		'',
		'Tasks that pass, told to the bot at once, through reads, intent, completion and settling over loopback HTTP; the simulator answers after 20 ms, the bot makes 8 calls at once. Ideal: calls x 20 ms / 8.',
		'',
		'| Tasks | Calls | Wall ms | Ideal ms | Ratio (aim: 1.2) |',
		'|---:|---:|---:|---:|---:|',
		`| ${endToEnd.completed} | ${whole(endToEnd.calls)} | ${whole(endToEnd.wallMs)} | ${whole(endToEnd.idealMs)} | ${endToEnd.ratio.toFixed(2)} |`,
		'',
		...(receipts === null
			? []
			: [
					'## Real receipts',
					'',
					'Scanned shop receipts with the confidences of a real OCR and a known truth (not part of this repository), judged by a plain threshold and by the same threshold with business conditions. Wrong: the date or the total is not what stands on the receipt.',
					'',
					'| Rules | Receipts | Completed | Wrong | What was wrong | Left to people, by the first reason |',
					'|---|---:|---:|---:|---|---|',
					...receipts.map(
						(r) =>
							`| ${r.rules} | ${r.receipts} | ${r.completed} | ${r.wrong} (${percent(r.wrong / Math.max(1, r.completed))}) | ${Object.entries(
								r.wrongFields,
							)
								.map(([name, n]) => `${name} ${n}`)
								.join(', ')} | ${r.left.map(([reason, n]) => `${reason} ${n}`).join(', ')} |`,
					),
					'',
				]),
	];
	await writeFile(fileURLToPath(new URL('./RESULTS.md', import.meta.url)), lines.join('\n'));
}
