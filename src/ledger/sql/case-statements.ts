import {
	caseHeldSql,
	caseMayMoveSql,
	dueSql,
	effectiveAttemptSql,
	mayBeLeftSql,
	mayBeRetriedSql,
	nextDueSql,
	wokenByEventSql,
} from './conditions.ts';
import { statement } from './statement.ts';
import { surroundingsSql } from './surroundings-sql.ts';

/** Whoever takes over from a holder that is gone may give it back unchanged: it stays due, as the end of a lease made it. */
const claimSql = `UPDATE cases
	SET fence = fence + 1, lease_until = :now + :lease, claimed_wakes = wakes, claimed_event_seq = event_seq,
		due_at = iif(lease_until IS NULL, due_at, min(ifnull(due_at, lease_until), lease_until)),
		abandoned_at = iif(lease_until IS NULL, abandoned_at, :now)`;

const claimedSql = `RETURNING *, :now AS now, ${surroundingsSql} AS around`;

export const caseStatements = {
	claimDueCases: statement(`${claimSql} WHERE seq IN (${dueSql('cases')}) ${claimedSql}`),

	claimCase: statement(`${claimSql}
		WHERE id = :case AND (lease_until IS NULL OR lease_until <= :now)
		${claimedSql}`),

	/** With `:due_in` null it is due as it was; an event during the claim has seen to that itself. */
	releaseCase: statement(`
		UPDATE cases
		SET lease_until = NULL,
			due_at = CASE
				WHEN :due_in IS NULL THEN due_at
				WHEN wakes > claimed_wakes AND ${wokenByEventSql} THEN :now
				ELSE :now + :due_in
			END
		WHERE ${caseHeldSql}`),

	/** Stands before a decision or a move in the same batch, under the same conditions. */
	identifyCase: statement(`
		UPDATE cases
		SET step_type = :step, progress = :progress, updated_at = :now, visit = 1 + (
			SELECT ifnull(max(earlier.visit), 0) FROM cases AS earlier
			WHERE earlier.project_id = cases.project_id AND earlier.task_id = cases.task_id
				AND earlier.team_id = cases.team_id AND earlier.step_type = :step
		)
		WHERE ${caseMayMoveSql} AND visit = 0`),

	/**
	 * Stands before `moveCase` in the same batch, under the same conditions. A verdict is final but for `unknown`, of which
	 * more may become known.
	 */
	judgeAttempt: statement(`
		UPDATE attempts SET verdict = :verdict
		WHERE id = :attempt AND case_id = :case
			AND (verdict IS NULL OR (verdict = 'unknown' AND :verdict IN ('taken', 'refused', 'done-by-unknown')))
			AND EXISTS (SELECT 1 FROM cases WHERE ${caseMayMoveSql})`),

	/**
	 * Ends the claim. Due at once when an event came meanwhile that may shorten the wait (`:woken`), or when what it waits
	 * for is over already. An end opens the next case when asked to, or when a new event came meanwhile: without it that
	 * event would have been located to a case that is over.
	 */
	moveCase: statement(`
		UPDATE cases
		SET state = :state, reason = :reason, lease_until = NULL, updated_at = :now,
			progress = ifnull(:progress, progress),
			decision_id = ifnull(:decision, decision_id),
			ended_at = iif(:terminal, ifnull(ended_at, :now), NULL),
			due_at = CASE
				WHEN :woken AND wakes > claimed_wakes THEN :now
				WHEN :state = 'waiting' AND :reason = 'paused'
					AND NOT EXISTS (SELECT 1 FROM pauses WHERE scope IN ('*', cases.project_id)) THEN :now
				WHEN :state = 'waiting' AND :reason = 'gate'
					AND NOT EXISTS (SELECT 1 FROM gates WHERE project_id = cases.project_id) THEN :now
				ELSE :now + :due_in
			END,
			next_id = iif(
				:terminal AND (:open_next OR event_seq > claimed_event_seq) AND NOT EXISTS (
					SELECT 1 FROM cases AS open
					WHERE open.project_id = cases.project_id AND open.task_id = cases.task_id
						AND open.team_id = cases.team_id AND open.ended_at IS NULL AND open.seq <> cases.seq
				),
				:next, next_id
			)
		WHERE ${caseMayMoveSql}
		RETURNING id`),

	insertDecision: statement(`
		INSERT INTO decisions (
			id, case_id, project_id, task_id, step_type, visit, outcome, withheld, first_reason, revision, logic_revision,
			version, fingerprint, rules, body, elements, decided_at
		)
		SELECT :decision, id, project_id, task_id, step_type, visit, :outcome, :withheld, :first_reason, :revision,
			:logic_revision, :version, :fingerprint, :rules, :body, :elements, :now
		FROM cases WHERE ${caseMayMoveSql}
		ON CONFLICT (id) DO NOTHING`),

	/** Stands after `insertDecision` in the same batch: without the decision nothing is kept. */
	keepContent: statement(`
		INSERT INTO contents (decision_id, sealed, stored_at)
		SELECT id, :sealed, :now FROM decisions WHERE id = :decision AND case_id = :case
		ON CONFLICT (decision_id) DO NOTHING`),

	/** Stands before `moveCase` in the same batch, under the same conditions. `:keys` is a JSON list. */
	raiseHeldOut: statement(`
		INSERT INTO settings (key, value)
		SELECT one.value, '1' FROM json_each(:keys) AS one WHERE EXISTS (SELECT 1 FROM cases WHERE ${caseMayMoveSql})
		ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(settings.value AS BIGINT) + 1 AS TEXT)`),

	pointAtDecision: statement(`
		UPDATE cases SET decision_id = :decision, updated_at = :now WHERE ${caseHeldSql} RETURNING id`),

	nextDue: statement(
		`SELECT min(at) AS at, :now AS now FROM (${nextDueSql('events')} UNION ALL ${nextDueSql('cases')})`,
	),

	/** In place, also for `needs_human`: its attempts stay with it, so that nothing is forgotten that was sent. */
	retryCase: statement(`
		UPDATE cases
		SET state = 'located', reason = 'retried', due_at = :now, decision_id = NULL, progress = '{}', ended_at = NULL,
			fence = fence + 1, lease_until = NULL, updated_at = :now
		WHERE id = :case AND ${mayBeRetriedSql}
		RETURNING id`),

	leaveCase: statement(`
		UPDATE cases
		SET reason = iif(state = 'audit', reason, 'left'), state = iif(state = 'audit', state, 'review'), due_at = NULL,
			fence = fence + 1, lease_until = NULL, updated_at = :now
		WHERE id = :case AND ${mayBeLeftSql}
		RETURNING id`),

	/** These two stand before what they record: D1 has a time for each statement, so that none of it tells afterwards. */
	noteRetry: statement(`
		INSERT INTO operator_acts (at, act, subject, by)
		SELECT :now, 'retry', id, :by FROM cases WHERE id = :case AND ${mayBeRetriedSql}`),

	noteLeave: statement(`
		INSERT INTO operator_acts (at, act, subject, by)
		SELECT :now, 'leave', id, :by FROM cases WHERE id = :case AND ${mayBeLeftSql}`),

	whyNot: statement(`
		SELECT state, EXISTS (
			SELECT 1 FROM attempts WHERE case_id = cases.id AND (${effectiveAttemptSql})
		) AS unresolved
		FROM cases WHERE id = :case`),
} as const;
