import { statement } from './statement.ts';

/**
 * How right the decision of the case `c` was is known for as long as `:keep`, or nobody looks any more. This is the one
 * place that says when a case counts as observed.
 */
const observedSql = `(
	c.ended_at < :now - :keep
	OR EXISTS (SELECT 1 FROM labels WHERE labels.case_id = c.id AND labels.labelled_at < :now - :keep)
	OR (c.state = 'review' AND c.due_at IS NULL AND c.updated_at < :now - max(:keep, :unobserved))
)`;

/** Ended for as long as `:keep`, nothing left to do for it, and nobody at work on it or asked to be. */
const finishedSql = `c.ended_at < :now - :keep AND c.due_at IS NULL AND c.lease_until IS NULL
	AND (c.state <> 'needs_human' OR c.handled_at IS NOT NULL)
	AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.case_id = c.id AND attempts.verdict IS NULL)`;

const listedSql = '(SELECT value FROM json_each(:cases))';
const buriedSql = `(SELECT id FROM cases WHERE id IN ${listedSql} AND pruned_at IS NOT NULL)`;

/** The newest stays: arrivals are counted by its number. */
const oldEventsSql = (kind: string) => `SELECT e.seq FROM events AS e
	WHERE e.kind = '${kind}' AND e.received_at < :now - :keep AND e.status <> 'accepted' AND e.lease_until IS NULL
		AND e.seq < (SELECT max(seq) FROM events)`;

/** Its event is not worked off. */
const pendingSql = `EXISTS (
	SELECT 1 FROM events WHERE status = 'accepted' AND project_id = :project
		AND EXISTS (SELECT 1 FROM json_each(events.task_ids) AS task WHERE task.value = :task)
)`;
const ofTaskSql = 'project_id = :project AND task_id = :task';
const mayForgetSql = 'EXISTS (SELECT 1 FROM forgotten WHERE key = :key)';

export const retentionStatements = {
	pruneEvents: statement(`
		DELETE FROM events WHERE seq IN (
			SELECT seq FROM (${oldEventsSql('in_review')} ORDER BY e.received_at LIMIT :most)
			UNION ALL SELECT seq FROM (${oldEventsSql('other')} ORDER BY e.received_at LIMIT :most)
			LIMIT :most
		) RETURNING id`),

	/** They say that a task was done: as long as a case of the upload is open they are needed. */
	pruneProcessed: statement(`
		DELETE FROM events WHERE seq IN (
			${oldEventsSql('processed')} AND NOT EXISTS (
				SELECT 1 FROM cases AS open
				WHERE open.project_id = e.project_id AND open.upload_id = e.upload_id AND open.ended_at IS NULL
			)
			ORDER BY e.received_at LIMIT :most
		) RETURNING id`),

	/** Who handed tasks in goes as their events do. */
	pruneEnqueued: statement(`
		DELETE FROM further_acts WHERE seq IN (
			SELECT seq FROM further_acts WHERE act = 'enqueue' AND at < :now - :keep ORDER BY seq LIMIT :most
		) RETURNING seq`),

	pruneHashes: statement(`
		UPDATE decisions SET elements = '[]' WHERE seq IN (
			SELECT d.seq FROM decisions AS d JOIN cases AS c ON c.id = d.case_id
			WHERE d.elements <> '[]' AND d.decided_at < :now - :keep AND ${observedSql}
			ORDER BY d.decided_at LIMIT :most
		) RETURNING id`),

	/** Whatever stands on it: a document's text is never kept for longer than was asked for. */
	pruneContents: statement(`
		DELETE FROM contents WHERE decision_id IN (
			SELECT decision_id FROM contents WHERE stored_at <= :now - :keep ORDER BY stored_at LIMIT :most
		) RETURNING decision_id AS id`),

	listPrunable: statement(`
		SELECT DISTINCT c.id FROM decisions AS d JOIN cases AS c ON c.id = d.case_id
		WHERE d.decided_at < :now - :keep AND ${finishedSql} LIMIT :most`),

	/** Stands before the two that follow: they go by what it marked. */
	buryCases: statement(`
		UPDATE cases AS c
		SET pruned_at = :now, decision_id = NULL, event_id = NULL, progress = '{}'
		WHERE c.id IN ${listedSql} AND ${finishedSql}
		RETURNING id`),
	dropAttempts: statement(`DELETE FROM attempts WHERE case_id IN ${buriedSql}`),
	dropDecisions: statement(`DELETE FROM decisions WHERE case_id IN ${buriedSql}`),

	getForgotten: statement('SELECT at FROM forgotten WHERE key = :key'),
	listOpenOfTask: statement(`SELECT id FROM cases WHERE ${ofTaskSql} AND ended_at IS NULL`),
	listBodiesOfTask: statement(`SELECT id, body FROM decisions WHERE ${ofTaskSql}`),
	/** Walks all events: their task ids are in no index, and it is rarely asked. */
	listEventsOfTask: statement(`
		SELECT seq FROM events
		WHERE project_id = :project AND EXISTS (SELECT 1 FROM json_each(events.task_ids) AS task WHERE task.value = :task)`),

	/** Stands before all that follow: they go by it. */
	noteForgotten: statement(`
		INSERT INTO forgotten (key, at, by)
		SELECT :key, :now, :by
		WHERE EXISTS (SELECT 1 FROM cases WHERE ${ofTaskSql})
			AND NOT EXISTS (
				SELECT 1 FROM cases WHERE ${ofTaskSql} AND (ended_at IS NULL OR due_at IS NOT NULL OR lease_until IS NOT NULL)
			)
			AND NOT ${pendingSql}
		ON CONFLICT (key) DO NOTHING`),
	forgetDecisions: statement(`
		UPDATE decisions
		SET task_id = :key, fingerprint = '', elements = '[]',
			body = ifnull((SELECT one.value ->> 1 FROM json_each(:bodies) AS one WHERE one.value ->> 0 = decisions.id), '{}')
		WHERE ${ofTaskSql} AND ${mayForgetSql} RETURNING id`),
	forgetContents: statement(`
		DELETE FROM contents
		WHERE decision_id IN (SELECT id FROM decisions WHERE ${ofTaskSql}) AND ${mayForgetSql}`),
	forgetAttempts: statement(`
		UPDATE attempts SET fingerprint = ''
		WHERE case_id IN (SELECT id FROM cases WHERE ${ofTaskSql}) AND ${mayForgetSql}`),
	forgetLabels: statement(`
		UPDATE labels SET task_id = :key, detail = '{}', draw = NULL WHERE ${ofTaskSql} AND ${mayForgetSql}`),
	/** As in the decision: the drawn number goes, so that the task is in no sample, and stays counted. */
	forgetAudits: statement(`
		UPDATE audits SET u = NULL
		WHERE case_id IN (SELECT id FROM cases WHERE ${ofTaskSql}) AND ${mayForgetSql}`),
	forgetCases: statement(`
		UPDATE cases
		SET task_id = :key, upload_id = NULL, event_id = NULL, progress = '{}', pruned_at = ifnull(pruned_at, :now)
		WHERE ${ofTaskSql} AND ${mayForgetSql} RETURNING id`),
	/** A redelivery is another event then, and opens nothing. */
	forgetEvents: statement(`
		UPDATE events
		SET digest = 'forgotten', upload_id = iif(json_array_length(task_ids) = 1, NULL, upload_id), task_ids = (
			SELECT json_group_array(iif(task.value = :task, :key, task.value)) FROM json_each(events.task_ids) AS task
		)
		WHERE seq IN (SELECT CAST(value AS BIGINT) FROM json_each(:events)) AND status <> 'accepted' AND ${mayForgetSql} RETURNING id`),
	/** What alerts remember names tasks. */
	forgetAlerts: statement(`
		DELETE FROM settings
		WHERE key LIKE 'alert%' AND (instr(key, :task) > 0 OR instr(value, :task) > 0) AND ${mayForgetSql}`),

	listCasesToExport: statement(`
		SELECT * FROM cases
		WHERE seq > :after AND (:since IS NULL OR opened_at >= :since) AND (:until IS NULL OR opened_at < :until)
			AND (:project IS NULL OR project_id = :project)
		ORDER BY seq LIMIT :most`),
	listDecisionsToExport: statement(`SELECT * FROM decisions WHERE case_id IN ${listedSql} ORDER BY seq`),
	listAttemptsToExport: statement(`SELECT * FROM attempts WHERE case_id IN ${listedSql} ORDER BY seq`),
	listLabelsToExport: statement(`SELECT * FROM labels WHERE case_id IN ${listedSql} ORDER BY seq`),
} as const;
