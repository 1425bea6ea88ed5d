/**
 * A ledger of many cases, made as a ledger would be that comes from before the pages: rows of the first numbered file, by
 * bulk; the later files then count and index what is there, as they do at any upgrade.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import { nodeClock, nodeNewId } from '../../src/platform/node.ts';

const migrations = new URL('../../src/ledger/migrations/', import.meta.url);
const days = 90;

export async function makeLedger(path: string, cases: number): Promise<void> {
	const [first = ''] = readdirSync(migrations).toSorted();
	const database = new DatabaseSync(path);
	database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;');
	database.exec(readFileSync(new URL(first, migrations), 'utf8'));
	const triggers = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
	for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`);
	const begin = nodeClock.now() - days * 86_400_000;
	database.function('body_of', { deterministic: true }, (kind) => bodyOf(Number(kind)));
	database.exec('BEGIN');
	// Spread over the time as it came; of ten, four were completed, one was held out, four left, and one taken by a person.
	const rows = `WITH RECURSIVE made (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM made WHERE n < ${cases})`;
	const at = `(${begin} + n * ${days * 86_400_000} / ${cases})`;
	const project = `'proj_' || (n % 3)`;
	database.exec(`${rows} INSERT INTO events (id, source, kind, name, team_id, project_id, upload_id, task_ids, digest, status, received_at, delivered_at)
		SELECT 'evt_' || n, 'webhook', 'in_review', 'task.in_review', 'team_1', ${project}, 'upl_' || n,
			'["task_' || n || '"]', 'digest-of-' || n, 'located', ${at}, ${at} FROM made`);
	database.exec(`${rows} INSERT INTO cases (id, team_id, project_id, task_id, step_type, visit, state, reason, upload_id, event_id, decision_id, sends, event_seq, opened_at, updated_at, ended_at)
		SELECT 'case_' || n, 'team_1', ${project}, 'task_' || n, 'EXTRACT', 1,
			CASE WHEN n % 10 < 4 THEN 'completed' WHEN n % 10 = 4 THEN 'audit' WHEN n % 10 < 9 THEN 'review' ELSE 'superseded' END,
			CASE WHEN n % 10 < 4 THEN 'by-us' WHEN n % 10 = 4 THEN 'audit' WHEN n % 10 < 9 THEN 'rule:invoice:total-certain' ELSE 'completed' END,
			'upl_' || n, 'evt_' || n, 'dec_' || n, iif(n % 10 < 4, 1, 0), n, ${at}, ${at} + 60000,
			iif(n % 10 < 4 OR n % 10 = 9, ${at} + 60000, NULL) FROM made`);
	database.exec(`${rows} INSERT INTO decisions (id, case_id, project_id, task_id, step_type, visit, outcome, withheld, first_reason, revision, logic_revision, version, fingerprint, rules, body, elements, decided_at)
		SELECT 'dec_' || n, 'case_' || n, ${project}, 'task_' || n, 'EXTRACT', 1, iif(n % 10 < 5, 'complete', 'review'),
			iif(n % 10 = 4, 'audit', NULL), iif(n % 10 < 5, NULL, 'rule:invoice:total-certain'), 'r1', 'l1', '1.0.0',
			'fingerprint-of-' || n, '["invoice"]', body_of(n % 10), '[]', ${at} FROM made`);
	database.exec(`${rows} INSERT INTO attempts (id, case_id, decision_id, project_id, day, fingerprint, number, fence, intended_at, lease_until, event_seq, raw_kind, raw_status, answered_at, verdict)
		SELECT 'att_' || n, 'case_' || n, 'dec_' || n, ${project}, '2026-01-01', 'fingerprint-of-' || n, 1, 1, ${at}, ${at}, n,
			'status', 200, ${at}, 'taken' FROM made WHERE n % 10 < 4`);
	for (const { sql } of triggers) database.exec(String(sql));
	database.exec(`PRAGMA application_id = ${0x47726e6c}; PRAGMA user_version = 1;`);
	database.exec('COMMIT');
	database.close();
	const opened = await openSqliteLedger({ path, clock: nodeClock, newId: nodeNewId });
	if (!opened.ok) throw new Error(opened.message);
	await opened.ledger.close();
}

function bodyOf(kind: number): string {
	const passes = kind < 5;
	const condition = (id: string, holds: boolean) => ({
		id,
		requirement: 'The value must be certain enough for nobody to look.',
		outcome: holds ? 'pass' : 'fail',
		sentence: holds ? 'total_amount was read with 0.99.' : 'total_amount was read with 0.91; 0.98 is needed.',
	});
	const code = 'rule:invoice:total-certain';
	return JSON.stringify({
		outcome: passes ? 'complete' : 'review',
		reasons: passes ? [] : [{ code, sentence: 'total_amount was read with 0.91; 0.98 is needed.' }],
		guards: ['readable', 'project-known', 'in-review'].map((id) => ({ id, outcome: 'pass', sentence: 'It is so.' })),
		rules: [
			{
				id: 'invoice',
				mode: 'live',
				applies: 'yes',
				outcome: passes ? 'complete' : 'review',
				conditions: [condition('total-certain', passes), condition('date-certain', true), condition('adds-up', true)],
			},
		],
		applying: ['invoice'],
		auditShare: 0.2,
		quietMinutesAfterOpened: 15,
		holdMinutes: 0,
		revision: 'r1',
		draw: { u: kind === 4 ? 0.1 : 0.7, keyId: 'abcd1234' },
	});
}
