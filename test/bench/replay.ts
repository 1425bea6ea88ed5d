import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { decide, elementRecords, redactDecision } from '../../src/core/decision/index.ts';
import type { RuleSet } from '../../src/core/ruleset/types.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import { nodeClock, nodeDigest, nodeNewId } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { parseTask } from '../../src/sendai/task-schema.ts';
import { makeInvoice } from './invoice.ts';

export interface ReplayResult {
	readonly cases: number;
	readonly perSecond: number;
	/** By processor time of all threads, the start of the process included. */
	readonly perCpuSecond: number;
	/** The most that the process ever held. */
	readonly maxRssMib: number;
	readonly ledgerMib: number;
	/** The same under `boundedHeap`: what is held, without what waits to be collected. */
	readonly boundedRssMib: number;
}

const rules = fileURLToPath(new URL('./rules', import.meta.url));
const program = fileURLToPath(new URL('./replay-run.ts', import.meta.url));
/**
 * V8 lets both halves of the heap grow with the garbage that it sees, the young one (`semi-space`) in each of the two
 * threads: without a bound to both, memory grows for the first minute whatever is held.
 */
export const boundedHeap = ['--max-old-space-size=64', '--max-semi-space-size=4'] as const;
/** The faults of the invoices repeat after so many. */
const kinds = 16;

/**
 * `replay` of the rules with one threshold lower over ledgers of so many cases that were judged by the rules as they are,
 * each in a process of its own. Every case has a label.
 */
export async function measureReplay(counts: readonly number[]): Promise<readonly ReplayResult[]> {
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-bench-'));
	try {
		const looser = join(folder, 'rules');
		await cp(rules, looser, { recursive: true });
		const certain = await readFile(join(looser, 'certain.json'), 'utf8');
		const lowered = certain.replace('"total_amount" }, 0.95]', '"total_amount" }, 0.93]');
		if (lowered === certain) throw new Error('the rule has no such threshold any more');
		await writeFile(join(looser, 'certain.json'), lowered);
		const loaded = await loadFolder(rules, nodeDigest.sha256);
		if (!loaded.ok) throw new Error('the rules of the benchmark are not sound');
		const results: ReplayResult[] = [];
		for (const count of counts) {
			const path = join(folder, `${count}.db`);
			const ledgerMib = await fillLedger(path, loaded.ruleSet, count);
			const bounded = await runOnce(looser, path, count, ledgerMib, boundedHeap);
			const free = await runOnce(looser, path, count, ledgerMib);
			results.push({ ...free, boundedRssMib: bounded.maxRssMib });
			await rm(path);
		}
		return results;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function runOnce(
	looser: string,
	path: string,
	count: number,
	ledgerMib: number,
	nodeOptions: readonly string[] = [],
): Promise<Omit<ReplayResult, 'boundedRssMib'>> {
	const { stdout } = await promisify(execFile)(process.execPath, [...nodeOptions, program, looser, '--db', path]);
	const report = JSON.parse(stdout) as {
		readonly exitCode: number;
		readonly decisions: number;
		readonly newly_completes: number;
		readonly not_replayable: { readonly count: number };
		readonly seconds: number;
		readonly maxRssKib: number;
		readonly cpuSeconds: number;
	};
	// One in 16 invoices has a total between the two thresholds; every other condition was asked before.
	const expected = Math.floor(count / kinds);
	const seen = report.decisions === count && report.not_replayable.count === 0;
	if (report.exitCode !== 0 || !seen || Math.abs(report.newly_completes - expected) > 1) {
		throw new Error('replay has not seen what it should');
	}
	return {
		cases: count,
		perSecond: count / report.seconds,
		perCpuSecond: count / report.cpuSeconds,
		maxRssMib: report.maxRssKib / 1_024,
		ledgerMib,
	};
}

/** Rows as the bot would have written them, but in one transaction. Answers the size of the file in MiB. */
async function fillLedger(path: string, ruleSet: RuleSet, count: number): Promise<number> {
	const opened = await openSqliteLedger({ path, clock: nodeClock, newId: nodeNewId, mode: 'here' });
	if (!opened.ok) throw new Error(opened.message);
	await opened.ledger.serve(ruleSet.revision, ruleSet.logicRevision, ruleSet.canonical);
	await opened.ledger.close();
	const stored = Array.from({ length: kinds }, (_, n) => judge(n, ruleSet));
	const database = new DatabaseSync(path);
	const newCase = database.prepare(`INSERT INTO cases
		(id, team_id, project_id, task_id, step_type, visit, state, opened_at, updated_at)
		VALUES (?, 'team_1', 'proj_1', ?, 'EXTRACT', 1, 'located', ?, ?)`);
	const newDecision =
		database.prepare(`INSERT INTO decisions (id, case_id, project_id, task_id, step_type, visit, outcome,
		revision, logic_revision, version, fingerprint, rules, body, elements, decided_at)
		VALUES (?, ?, 'proj_1', ?, 'EXTRACT', 1, ?, ?, ?, '0.0.0', 'fp', ?, ?, ?, ?)`);
	const decided = database.prepare(`UPDATE cases SET decision_id = ?, state = 'review' WHERE id = ?`);
	const labelled = database.prepare(`INSERT INTO labels
		(case_id, decision_id, project_id, task_id, step_type, visit, outcome, rules, draw, key_id, audit_share, decided_at,
		label, detail, source, labelled_at)
		VALUES (?, ?, 'proj_1', ?, 'EXTRACT', 1, ?, ?, ?, '00000000', 1, ?, 'right', '{}', 'imported', ?)`);
	database.exec('BEGIN');
	for (let n = 0; n < count; n += 1) {
		const one = stored[n % kinds];
		if (one === undefined) continue;
		const [id, task, at] = [`case_${n}`, `task_${n}`, 1_780_000_000_000 + n * 1_000];
		newCase.run(id, task, at, at);
		newDecision.run(
			...[`dec_${n}`, id, task, one.outcome, ruleSet.revision, ruleSet.logicRevision],
			...[one.rules, one.body, one.elements, at],
		);
		decided.run(`dec_${n}`, id);
		labelled.run(...[id, `dec_${n}`, task, one.outcome, one.rules, (n % kinds) / kinds, at, at]);
	}
	database.exec('COMMIT');
	const pages = database
		.prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size')
		.get();
	database.close();
	return Number(pages?.bytes) / 2 ** 20;
}

function judge(n: number, ruleSet: RuleSet) {
	const { payload } = makeInvoice(n) as { readonly payload: unknown };
	const reading = parseTask(payload);
	if (reading.kind !== 'task') throw new Error('the invoice is no task');
	const decision = decide({
		reading,
		ruleSet,
		projectKnown: true,
		today: '2026-06-01',
		version: '0.0.0',
		fingerprint: 'fp',
		draw: { u: n / kinds, keyId: '00000000' },
		braked: new Set(),
	});
	const hash = (text: string) => createHmac('sha256', 'key of the benchmark').update(text).digest('hex');
	return {
		outcome: decision.outcome,
		rules: JSON.stringify(decision.applying),
		body: JSON.stringify(redactDecision(decision)),
		elements: JSON.stringify(elementRecords(reading.task, hash)),
	};
}
