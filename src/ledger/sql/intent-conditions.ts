import type { IntentRefusal } from '../types.ts';
import { processedEventSql } from './conditions.ts';

/**
 * What must hold for an intent, over the case `c` and the decision `d`, each with the name of its refusal. The intent is
 * one INSERT under all of them; the same texts tell afterwards which one did not hold. In the order in which they are
 * named when several do not.
 */
export const intentConditions: readonly (readonly [reason: IntentRefusal, sql: string])[] = [
	['claim-lost', 'c.fence = :fence AND c.lease_until > :now'],
	[
		'not-completable',
		// The last three are more than the contract asks for: whatever the steps believe, a visit that had an effect has none
		// again, and a step that was finished before is a person's.
		`c.state IN ('located', 'waiting', 'verifying') AND c.visit > 0
		AND d.case_id = c.id AND d.id = c.decision_id AND d.fingerprint = :fingerprint
		AND d.outcome = 'complete' AND d.withheld IS NULL
		AND NOT EXISTS (
			SELECT 1 FROM attempts WHERE case_id = c.id AND verdict IN ('taken', 'refused', 'done-by-unknown')
		)
		AND NOT EXISTS (
			SELECT 1 FROM cases AS prior
			WHERE prior.project_id = c.project_id AND prior.task_id = c.task_id AND prior.team_id = c.team_id
				AND prior.step_type = c.step_type AND prior.visit > 0 AND prior.visit < c.visit AND prior.state <> 'gone'
		)
		AND NOT EXISTS (SELECT 1 ${processedEventSql('c')})`,
	],
	['rules-changed', 'd.revision = (SELECT revision FROM serving)'],
	['paused', `NOT EXISTS (SELECT 1 FROM pauses WHERE scope IN ('*', c.project_id))`],
	['gate-closed', 'NOT EXISTS (SELECT 1 FROM gates WHERE project_id = c.project_id)'],
	['braked', 'NOT EXISTS (SELECT 1 FROM json_each(d.rules) AS rule JOIN brakes ON brakes.rule_id = rule.value)'],
	[
		'limit',
		`:daily_limit IS NULL OR :daily_limit > ifnull(
			(SELECT count FROM day_counts WHERE project_id = c.project_id AND day = :day), 0
		)`,
	],
	['sends-exhausted', 'c.sends < :max_sends'],
	[
		'unresolved',
		// A 2xx that came back late, after its attempt had been given up as unknown, is accounted for by its reader, never
		// by another send.
		`NOT EXISTS (
			SELECT 1 FROM attempts WHERE case_id = c.id AND (
				verdict IS NULL
				OR raw_status BETWEEN 200 AND 299
				OR (verdict = 'unknown' AND intended_at + :unknown_wait > :now)
			)
		)`,
	],
	[
		'new-event',
		// By the order of arrival, not by clocks. What was located since named the task; what was not may.
		`NOT EXISTS (
			SELECT 1 FROM attempts AS sent
			WHERE sent.case_id = c.id AND sent.verdict = 'unknown' AND (
				c.event_seq > sent.event_seq
				OR EXISTS (
					SELECT 1 FROM events AS event
					WHERE event.seq > sent.event_seq AND event.project_id = c.project_id AND event.team_id = c.team_id AND (
						event.upload_id = c.upload_id
						OR EXISTS (SELECT 1 FROM json_each(event.task_ids) AS task WHERE task.value = c.task_id)
					)
				)
			)
		)`,
	],
];
