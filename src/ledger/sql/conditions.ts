/** Pieces that several statements share. */

/** A state in which a new event makes a case due at once: `wokenByEvent` of the core, in SQL; a test holds them together. */
export const wokenByEventSql = `(state <> 'waiting' OR reason IS NULL
	OR reason NOT IN ('rate_limited', 'paused', 'limit', 'gate'))`;

/** What an event does to an open case. */
export const wakeSql = `wakes = wakes + 1,
	due_at = iif(${wokenByEventSql}, min(ifnull(due_at, :now), :now), due_at)`;

/** The caller still holds the case: whoever claims, moves, retries or leaves it ends or overtakes the claim. */
export const caseHeldSql = 'id = :case AND fence = :fence AND lease_until IS NOT NULL';

/** The same, and the case may go where the caller wants it to. `:from` is a JSON list of states. */
export const caseMayMoveSql = `${caseHeldSql} AND state IN (SELECT value FROM json_each(:from))`;

export const eventHeldSql = 'id = :event AND fence = :fence AND lease_until IS NOT NULL';

/** Events that say that the task of a case, or its whole upload, was done. `of` is the case's row. */
export function processedEventSql(of: 'c' | 'cases'): string {
	return `FROM events AS done
		WHERE done.kind = 'processed' AND done.project_id = ${of}.project_id AND done.upload_id = ${of}.upload_id
			AND done.team_id = ${of}.team_id AND (
				done.task_ids = '[]'
				OR EXISTS (SELECT 1 FROM json_each(done.task_ids) AS task WHERE task.value = ${of}.task_id)
			)`;
}

/** Up to `:limit` rows that are due and that nobody holds; the end of a lease makes due as well. */
export function dueSql(table: 'events' | 'cases'): string {
	return `SELECT seq FROM (
		SELECT seq, at FROM (
			SELECT seq, due_at AS at FROM ${table}
			WHERE due_at IS NOT NULL AND lease_until IS NULL AND due_at <= :now
			ORDER BY due_at, seq LIMIT :limit
		)
		UNION ALL
		SELECT seq, at FROM (
			SELECT seq, lease_until AS at FROM ${table}
			WHERE lease_until IS NOT NULL AND lease_until <= :now
			ORDER BY lease_until, seq LIMIT :limit
		)
		ORDER BY at, seq LIMIT :limit
	)`;
}

/** When the first row of a table is due that nobody holds, or a lease ends. */
export function nextDueSql(table: 'events' | 'cases'): string {
	return `SELECT min(due_at) AS at FROM ${table} WHERE due_at IS NOT NULL AND lease_until IS NULL
		UNION ALL SELECT min(lease_until) FROM ${table} WHERE lease_until IS NOT NULL`;
}

/** An attempt that did something, or may have: everything but what was given back. */
export const effectiveAttemptSql = `verdict IS NULL OR verdict NOT IN ('not-sent', 'refused-before-work')`;

/** A case that may be judged anew: nothing was sent for it as far as is known still, and no newer case of its task is open. */
export const mayBeRetriedSql = `state IN ('review', 'waiting', 'needs_human') AND pruned_at IS NULL
	AND NOT EXISTS (SELECT 1 FROM attempts WHERE case_id = cases.id AND (${effectiveAttemptSql}))
	AND NOT EXISTS (
		SELECT 1 FROM cases AS open
		WHERE open.project_id = cases.project_id AND open.task_id = cases.task_id AND open.team_id = cases.team_id
			AND open.ended_at IS NULL AND open.seq <> cases.seq
	)`;

/** A case that may be left to a person: nothing is on its way for it. */
export const mayBeLeftSql = `state IN ('located', 'waiting', 'review', 'audit')`;
