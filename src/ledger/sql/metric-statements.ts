import { statement } from './statement.ts';

/** When the oldest case in a state was opened: the first entry of an index, not a walk. */
const oldestIn = (state: string) => `(SELECT opened_at FROM cases WHERE state = '${state}' ORDER BY seq LIMIT 1)`;

export const metricStatements = {
	totals: statement('SELECT measure, subject, name, count FROM totals'),

	/** Reads the index of what waits, and nothing else of the table. */
	countWaiting: statement(`
		SELECT ifnull(reason, '') AS reason, sum(count) AS count FROM (
			SELECT reason, count(*) AS count FROM cases INDEXED BY cases_waiting
			WHERE state = 'waiting' GROUP BY project_id, reason
		) GROUP BY 1`),

	oldestInFlight: statement(`SELECT
		${oldestIn('located')} AS located, ${oldestIn('waiting')} AS waiting,
		${oldestIn('completing')} AS completing, ${oldestIn('verifying')} AS verifying`),

	arrivals: statement(`SELECT :now AS now,
		(SELECT max(seq) FROM events) AS events,
		(SELECT received_at FROM events WHERE seq = (SELECT max(seq) FROM events)) AS event_at,
		(SELECT opened_at FROM cases WHERE seq = (SELECT max(seq) FROM cases)) AS case_at`),

	listUnhandled: statement(`
		SELECT id, task_id, project_id, reason FROM cases
		WHERE state = 'needs_human' AND handled_at IS NULL ORDER BY seq DESC LIMIT :limit`),

	/** `:stretches` is a JSON list of `[quarter from, quarter before which it ends]`. */
	countBusyQuarters: statement(`
		SELECT stretch.key AS stretch, count(DISTINCT tally.quarter) AS count
		FROM json_each(:stretches) AS stretch CROSS JOIN case_tallies AS tally
			ON tally.quarter >= CAST(stretch.value ->> 0 AS BIGINT) AND tally.quarter < CAST(stretch.value ->> 1 AS BIGINT)
		GROUP BY stretch.key`),

	tallyReasons: statement(`
		SELECT mark, sum(count) AS count FROM mark_tallies
		WHERE hour >= :hour AND hour < :until_hour
			AND mark NOT LIKE 'applied:%' AND mark NOT LIKE 'passed:%' AND mark NOT LIKE 'shadow:%'
		GROUP BY mark HAVING sum(count) > 0 ORDER BY count DESC, mark LIMIT :limit`),

	putSetting: statement(
		'INSERT INTO settings (key, value) VALUES (:key, :value) ON CONFLICT (key) DO NOTHING RETURNING key',
	),

	changeSetting: statement('UPDATE settings SET value = :value WHERE key = :key AND value = :was RETURNING key'),

	dropSetting: statement('DELETE FROM settings WHERE key = :key AND value = :was RETURNING key'),

	/** `:beyond` is the first text that no key with the prefix reaches. */
	settingsUnder: statement('SELECT key, value FROM settings WHERE key >= :prefix AND key < :beyond ORDER BY key'),
} as const;
