/** The other limit: `node:sqlite` inserting the same rows with `synchronous=FULL` in transactions of 64, and nothing else. */
import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

/** Rows per second over `seconds`. */
export function measureInserts(path: string, seconds: number): number {
	const database = new DatabaseSync(path);
	database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
	database.exec(`CREATE TABLE events (
		id TEXT PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, team_id TEXT NOT NULL,
		project_id TEXT NOT NULL, upload_id TEXT, task_ids TEXT NOT NULL, digest TEXT NOT NULL, status TEXT NOT NULL,
		received_at INTEGER NOT NULL, due_at INTEGER
	) STRICT`);
	const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
	const digest = 'a'.repeat(64);
	const end = performance.now() + seconds * 1_000;
	const begin = performance.now();
	let rows = 0;
	while (performance.now() < end) {
		database.exec('BEGIN IMMEDIATE');
		for (let row = 0; row < 64; row += 1) {
			const now = Date.now();
			insert.run(
				`evt_${randomUUID()}`,
				'webhook',
				'in_review',
				'upload.in_review',
				'team_1',
				'proj_1',
				'upl_1',
				'[]',
				digest,
				'accepted',
				now,
				now,
			);
		}
		database.exec('COMMIT');
		rows += 64;
	}
	const elapsed = performance.now() - begin;
	database.close();
	return (rows / elapsed) * 1_000;
}
