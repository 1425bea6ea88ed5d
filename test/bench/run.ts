/**
 * `npm run bench`: accepts, judge and end to end, each beside its limit in the same run, written to RESULTS.md. Figures of
 * different machines say nothing to each other; the ratios do. `-- --quick` measures shortly and writes nothing.
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { measureAccepts } from './accepts.ts';
import { measureEndToEnd } from './end-to-end.ts';
import { measureJudge } from './judge.ts';
import { judgeReceipts } from './receipts.ts';

const quick = process.argv.includes('--quick');
const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const one = (value: number) => value.toFixed(1);
const percent = (value: number) => `${Math.round(value * 100)} %`;

console.log('judge: one decision over three rules, against plain json-logic-js');
const judge = await measureJudge(quick ? 10 : 60);
console.log(`  ${one(judge.decideMicros)} us, plain ${one(judge.plainMicros)} us, ratio ${judge.ratio.toFixed(2)}`);

const accepts = [];
for (const connections of [64, 256]) {
	console.log(`accepts: durable, ${connections} connections`);
	const result = await measureAccepts(connections, quick ? 2 : 6);
	console.log(
		`  ${whole(result.ours.perSecond)}/s p99 ${one(result.ours.p99)} ms; bare Hono ${whole(result.bare.perSecond)}/s, node:sqlite ${whole(result.inserts)}/s; ${percent(result.share)} of the lower`,
	);
	accepts.push(result);
}

console.log('end to end: simulator with 20 ms latency, 8 calls at once');
const endToEnd = await measureEndToEnd(quick ? 200 : 1_000);
console.log(
	`  ${endToEnd.completed} tasks, ${endToEnd.calls} calls in ${whole(endToEnd.wallMs)} ms, ideal ${whole(endToEnd.idealMs)} ms, ratio ${endToEnd.ratio.toFixed(2)}`,
);

const receipts = await judgeReceipts();
for (const { rules, receipts: count, completed, wrong } of receipts ?? []) {
	console.log(`receipts: by ${rules}: ${completed} of ${count} completed, ${wrong} of them wrong`);
}

if (!quick) {
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
		'One whole decision (guards, three rules with nine conditions, both evaluators, explanation) for a 20-field invoice, against plain `json-logic-js` `apply` of the same nine expressions with careless versions of our operators. Medians of alternating rounds.',
		'',
		'| Greenlane us | plain us | ratio (aim: 2) |',
		'|---:|---:|---:|',
		`| ${one(judge.decideMicros)} | ${one(judge.plainMicros)} | ${judge.ratio.toFixed(2)} |`,
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
