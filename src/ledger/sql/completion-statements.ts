import { intentConditions } from './intent-conditions.ts';
import { statement } from './statement.ts';

export const completionStatements = {
	/** Triggers on `attempts` move the case, renew its lease, and raise its sends and the day's count in the same write. */
	recordIntent: statement(`
		INSERT INTO attempts (
			id, case_id, decision_id, project_id, day, fingerprint, number, fence, intended_at, lease_until, event_seq
		)
		SELECT :attempt, c.id, d.id, c.project_id, :day, :fingerprint, c.sends + 1, c.fence, :now, :now + :lease,
			ifnull((SELECT max(seq) FROM events), 0)
		FROM cases AS c, decisions AS d
		WHERE c.id = :case AND d.id = :decision
			AND ${intentConditions.map(([, sql]) => `(${sql})`).join('\n\t\t\tAND ')}
		RETURNING number, intended_at`),

	whyNoIntent: statement(`
		SELECT CASE
			${intentConditions.map(([reason, sql]) => `WHEN (${sql}) IS NOT TRUE THEN '${reason}'`).join('\n\t\t\t')}
		END AS reason
		FROM (SELECT 1) LEFT JOIN cases AS c ON c.id = :case LEFT JOIN decisions AS d ON d.id = :decision`),

	recordOutcome: statement(`
		UPDATE attempts SET raw_kind = :kind, raw_status = :answered_with, raw_code = :code, answered_at = :now
		WHERE id = :attempt AND raw_kind IS NULL`),

	attemptsOf: statement('SELECT * FROM attempts WHERE case_id = :case ORDER BY seq'),
} as const;
