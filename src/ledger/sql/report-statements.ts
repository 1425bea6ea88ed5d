import { statement } from './statement.ts';

const decidedSql = `c.*, d.outcome AS decision_outcome, d.withheld AS decision_withheld,
	d.first_reason AS decision_first_reason, d.rules AS decision_rules, d.decided_at AS decision_decided_at`;
const joinSql = 'LEFT JOIN decisions AS d ON d.id = c.decision_id';

/** All filters but the one that a walk goes along. */
const filteredSql = `(:states IS NULL OR c.state IN (SELECT value FROM json_each(:states)))
				AND (:project IS NULL OR c.project_id = :project)
				AND (:since IS NULL OR c.opened_at >= :since) AND (:until IS NULL OR c.opened_at < :until)
				AND NOT EXISTS (
					SELECT 1 FROM json_each(:marks) AS wanted WHERE NOT EXISTS (
						SELECT 1 FROM case_marks WHERE mark = wanted.value AND case_seq = c.seq
					)
				)`;

/**
 * A page of cases, walked along one index (`from`, `driver`) newest first, the other filters checked on the way. The walk
 * ends after `:scan` entries even when few of them fit, so that no set of filters makes a page slow; see `floor`.
 */
const pageOfCases = (from: string, seq: string, driver: string) => {
	const walked = `FROM ${from} WHERE ${driver} ${seq} < :before AND ${seq} >= :least`;
	return {
		page: statement(`SELECT ${decidedSql} FROM ${from === 'cases AS c' ? from : `${from} CROSS JOIN cases AS c ON c.seq = ${seq}`} ${joinSql}
			WHERE ${driver} ${seq} < :before AND ${seq} >= :least
				AND ${seq} >= ifnull((SELECT ${seq} ${walked} ORDER BY ${seq} DESC LIMIT 1 OFFSET :scan), 0)
				AND ${filteredSql}
			ORDER BY ${seq} DESC LIMIT :limit + 1`),
		/** Where the walk ended before it was through; no row when it came to the end. */
		floor: statement(`SELECT ${seq} AS seq ${walked} ORDER BY ${seq} DESC LIMIT 1 OFFSET :scan`),
	};
};

const every = pageOfCases('cases AS c', 'c.seq', '');
const byState = pageOfCases('cases AS c', 'c.seq', 'c.state = :state AND');
const byProject = pageOfCases('cases AS c', 'c.seq', 'c.project_id = :project AND');
const byMark = pageOfCases('case_marks AS m', 'm.case_seq', 'm.mark = :mark AND');

/** Events of a status that led nowhere, of a time, the oldest first; the first term is that of the index. */
const strandedSql = `SELECT seq FROM events
	WHERE status IN ('dead', 'unresolvable', 'ignored') AND status = :status
		AND received_at >= :since AND received_at < :until
	ORDER BY received_at LIMIT :most`;

/** How many rows there are, counted no further than one needs to know. */
const counted = (from: string) => `(SELECT count(*) FROM (SELECT 1 FROM ${from} LIMIT :most))`;

export const reportStatements = {
	/**
	 * `:days` is a JSON list of `[quarter from, quarter before which it ends]`, `:standings` one of standings. A sum for each
	 * pair, along the key: grouping all rows of a month takes ten times as long.
	 */
	tallyDays: statement(`
		SELECT day.key AS day, one.value AS standing, (
			SELECT sum(count) FROM case_tallies
			WHERE case_tallies.standing = one.value AND quarter >= CAST(day.value ->> 0 AS BIGINT)
				AND quarter < CAST(day.value ->> 1 AS BIGINT)
				AND (:project IS NULL OR project_id = :project)
		) AS count
		FROM json_each(:days) AS day, json_each(:standings) AS one`),

	/** The marks one after the other, each found by a step along the key, and the sums of each; both in one list. */
	tallyMarks: statement(`
		SELECT each.mark AS mark, (
			SELECT json_array(sum(count), sum(alone)) FROM mark_tallies
			WHERE mark = each.mark AND hour >= :hour AND (:project IS NULL OR project_id = :project)
		) AS sums
		FROM (
			WITH RECURSIVE each (mark) AS (
				SELECT min(mark) FROM mark_tallies
				UNION ALL
				SELECT (SELECT min(mark) FROM mark_tallies WHERE mark > each.mark) FROM each WHERE each.mark IS NOT NULL
			)
			SELECT mark FROM each WHERE mark IS NOT NULL
		) AS each`),

	countInFlight: statement(`
		SELECT state, reason, count(*) AS count, min(opened_at) AS oldest FROM cases
		WHERE state IN ('located', 'waiting', 'completing', 'verifying') GROUP BY state, reason`),

	countTroubles: statement(`SELECT
		${counted(`cases WHERE state = 'needs_human' AND handled_at IS NULL`)} AS needs_human,
		${counted(`events WHERE status = 'accepted'`)} AS accepted,
		${counted(`events WHERE status = 'ignored'`)} AS ignored,
		${counted(`events WHERE status = 'unresolvable'`)} AS unresolvable,
		${counted(`events WHERE status = 'dead'`)} AS dead,
		${counted('events WHERE duplicates > 0')} AS duplicates,
		(SELECT received_at FROM events ORDER BY seq DESC LIMIT 1) AS last_received`),

	listCases: every.page,
	listCasesFloor: every.floor,
	listCasesByState: byState.page,
	listCasesByStateFloor: byState.floor,
	listCasesByProject: byProject.page,
	listCasesByProjectFloor: byProject.floor,
	listCasesByMark: byMark.page,
	listCasesByMarkFloor: byMark.floor,

	/** The cases' numbers, for a walk that begins and ends where they were opened. */
	casesOpenedBetween: statement(
		'SELECT min(seq) AS least, max(seq) AS most FROM cases WHERE opened_at >= :since AND opened_at < :until',
	),

	/** By the id of a case, a task or a decision. */
	findCases: statement(`
		SELECT ${decidedSql} FROM cases AS c ${joinSql}
		WHERE c.seq < :before AND c.seq IN (
			SELECT seq FROM cases WHERE id = :id
			UNION SELECT seq FROM cases WHERE task_id = :id
			UNION SELECT owner.seq FROM decisions AS one JOIN cases AS owner ON owner.id = one.case_id WHERE one.id = :id
		) AND ${filteredSql}
		ORDER BY c.seq DESC LIMIT :limit + 1`),

	caseOverview: statement(`SELECT ${decidedSql} FROM cases AS c ${joinSql} WHERE c.id = :case`),

	/** Decided already that they would be completed; what each waits for comes on its own or by an operator. */
	listUpcoming: statement(`
		SELECT ${decidedSql} FROM cases AS c ${joinSql}
		WHERE c.state = 'waiting' AND c.reason IN ('hold', 'quiet', 'rules_changed', 'paused', 'gate', 'limit')
			AND (ifnull(c.due_at, 0), c.seq) > (:after_due, :after)
		ORDER BY ifnull(c.due_at, 0), c.seq LIMIT :limit + 1`),

	decisionsOfCase: statement('SELECT * FROM decisions WHERE case_id = :case ORDER BY seq'),

	actsOn: statement(`
		SELECT at, act, subject, by FROM (
			SELECT at, act, subject, by, 0 AS of, seq FROM further_acts WHERE subject = :subject AND act = 'enqueue'
			UNION ALL SELECT at, act, subject, by, 1, seq FROM operator_acts WHERE subject = :subject
			UNION ALL SELECT at, 'view', case_id, by, 2, seq FROM content_views WHERE case_id = :subject
		) AS every
		ORDER BY at, of, seq`),

	handleCase: statement(`
		UPDATE cases SET handled_at = :now, handled_by = :by
		WHERE id = :case AND state = 'needs_human' AND handled_at IS NULL
		RETURNING id`),

	/** Stands before what it records, in the same batch. */
	noteHandled: statement(`
		INSERT INTO operator_acts (at, act, subject, by)
		SELECT :now, 'handled', id, :by FROM cases
		WHERE id = :case AND state = 'needs_human' AND handled_at IS NULL`),

	noteEnqueue: statement(`
		INSERT INTO further_acts (at, act, subject, by) VALUES (:now, 'enqueue', :event, :by)`),

	noteReload: statement(`
		INSERT INTO operator_acts (at, act, subject, by) VALUES (:now, 'reload', :revision, :by)`),

	/** These two stand before what they record: afterwards nobody could tell which events it was. */
	noteRedelivery: statement(`
		INSERT INTO operator_acts (at, act, subject, by)
		SELECT :now, 'redeliver', id, :by FROM events
		WHERE id = :event AND status IN ('dead', 'unresolvable', 'ignored')`),

	noteRedeliveryBetween: statement(`
		INSERT INTO operator_acts (at, act, subject, by)
		SELECT :now, 'redeliver', id, :by FROM events WHERE seq IN (${strandedSql})`),

	redeliverBetween: statement(`
		UPDATE events
		SET status = 'accepted', reason = NULL, ignored = NULL, due_at = :now, tries = 0, fence = fence + 1,
			lease_until = NULL
		WHERE seq IN (${strandedSql})
		RETURNING id`),

	listEventsRepeated: statement(`
		SELECT * FROM events WHERE duplicates > 0 AND seq < :before ORDER BY seq DESC LIMIT :limit + 1`),

	servingSince: statement('SELECT revision, since FROM serving'),

	completionsByProject: statement('SELECT project_id, count FROM day_counts WHERE day = :day ORDER BY project_id'),

	listControlChanges: statement(`
		SELECT at, change, scope, by, why FROM (
			SELECT at, change, scope, by, why, 0 AS further, seq
			FROM (SELECT * FROM control_changes ORDER BY seq DESC LIMIT :limit) AS changes
			UNION ALL SELECT at, act, subject, by, why, 1, seq
			FROM (SELECT * FROM further_acts WHERE act = 'open-gate' ORDER BY seq DESC LIMIT :limit) AS gates
		) AS every
		ORDER BY at DESC, further DESC, seq DESC LIMIT :limit`),
} as const;
