import { caseMayMoveSql, effectiveAttemptSql } from './conditions.ts';
import { statement } from './statement.ts';

const copiedSql = `d.case_id, d.id, d.project_id, d.task_id, d.step_type, d.visit, d.outcome, d.withheld, d.rules,
	CAST(json_extract(d.body, '$.draw.u') AS DOUBLE PRECISION), json_extract(d.body, '$.draw.keyId'), CAST(json_extract(d.body, '$.auditShare') AS DOUBLE PRECISION), d.decided_at`;
const columnsSql = `case_id, decision_id, project_id, task_id, step_type, visit, outcome, withheld, rules, draw, key_id,
	audit_share, decided_at, label, reason, detail, source, labelled_at`;

/** Nothing was done for the case of the decision `d` by us, nor may have been. */
const notOursSql = `NOT EXISTS (SELECT 1 FROM attempts WHERE case_id = d.case_id AND (${effectiveAttemptSql}))`;
const newestSql = `(
	SELECT max(seq) FROM decisions AS newest
	WHERE newest.task_id = :task AND newest.project_id = :project AND newest.step_type = :step
)`;

const afterSql = (where: string) => `SELECT * FROM labels WHERE seq > :after AND ${where} ORDER BY seq LIMIT :limit`;
const ofRuleSql = 'EXISTS (SELECT 1 FROM json_each(labels.rules) AS rule WHERE rule.value = :rule)';
const auditedSql = `withheld = 'audit'`;

const withinSql = 'quarter >= :since_quarter AND quarter < :until_quarter';
/** What passed and what became of it: a row a task that was held out, and one for all that were completed alike. */
const passedSql = `SELECT a.project_id AS project_id, a.rules AS rules, 'audit' AS withheld, 1 AS count, l.label AS label, a.u AS u, a.share AS share
	FROM audits AS a LEFT JOIN labels AS l ON l.case_id = a.case_id
	WHERE ${withinSql}
	UNION ALL
	SELECT project_id, rules, NULL, CAST(sum(count) AS BIGINT), NULL, NULL, min(share)
	FROM completed_tallies WHERE ${withinSql} GROUP BY project_id, rules`;
/**
 * Drawn below the smallest share that was in force: the same chance for each that passed, whatever the shares were. Of a task
 * that was forgotten the number is gone; it counts where it is against us, so that forgetting makes nothing look better.
 */
const drawnSql = `(u < least OR (u IS NULL AND label IS NOT 'right'))`;
const sampledSql = `withheld IS 'audit' AND ${drawnSql}`;
const countsSql = `sum(withheld IS 'audit') AS audited, CAST(sum(iif(withheld IS NULL, count, 0)) AS BIGINT) AS completed,
	sum(withheld IS 'audit' AND label IS 'right') AS right, sum(withheld IS 'audit' AND label IS 'wrong') AS wrong,
	ifnull(sum(${sampledSql}), 0) AS sampled, ifnull(sum(${sampledSql} AND label IS NOT 'right'), 0) AS sampled_errors`;

export const evidenceStatements = {
	/** These two stand before the move that they belong to, under the same conditions. */
	dropUnresolved: statement(`
		DELETE FROM labels
		WHERE case_id = :case AND label = 'unresolved' AND :label <> 'unresolved'
			AND EXISTS (SELECT 1 FROM cases WHERE ${caseMayMoveSql})`),

	insertLabel: statement(`
		INSERT INTO labels (${columnsSql})
		SELECT ${copiedSql}, :label, :reason, :detail, 'observed', :now
		FROM cases AS held JOIN decisions AS d ON d.id = held.decision_id
		WHERE held.id = :case AND EXISTS (SELECT 1 FROM cases WHERE ${caseMayMoveSql}) AND ${notOursSql}
		ON CONFLICT (case_id) DO NOTHING`),

	/** A wrong one from elsewhere takes the place of a right one too: of two sources that differ the worse is believed. */
	dropBetterOfTask: statement(`
		DELETE FROM labels
		WHERE (label = 'unresolved' OR (label = 'right' AND :label = 'wrong')) AND task_id = :task
			AND case_id = (SELECT case_id FROM decisions WHERE seq = ${newestSql})
			AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.case_id = labels.case_id AND (${effectiveAttemptSql}))
		RETURNING label`),

	importLabel: statement(`
		INSERT INTO labels (${columnsSql})
		SELECT ${copiedSql}, :label, NULL, '{}', 'imported', :now
		FROM decisions AS d
		WHERE d.seq = ${newestSql} AND ${notOursSql}
		ON CONFLICT (case_id) DO NOTHING
		RETURNING seq`),

	whyNoLabel: statement(`
		SELECT d.seq, ${notOursSql} AS free,
			(SELECT label FROM labels WHERE labels.case_id = d.case_id) AS label
		FROM decisions AS d WHERE d.seq = ${newestSql}`),

	knowsTask: statement('SELECT 1 AS known FROM cases WHERE project_id = :project AND task_id = :task LIMIT 1'),

	listLabels: statement(afterSql('1 = 1')),
	listLabelsOfRule: statement(afterSql(ofRuleSql)),
	listAudited: statement(afterSql(auditedSql)),
	listAuditedOfRule: statement(afterSql(`${auditedSql} AND ${ofRuleSql}`)),

	listVerdicts: statement('SELECT case_id, label FROM labels WHERE case_id IN (SELECT value FROM json_each(:cases))'),

	/**
	 * Weeks of the epoch, of 672 quarters: they begin on Thursdays at midnight UTC. Sampled: settled, and drawn below the
	 * smallest share that any audit of the rule was held out by.
	 */
	countAuditsByWeek: statement(`
		SELECT rule, week, sum(label IS 'right') AS right, sum(label IS 'wrong') AS wrong,
			sum(label IS 'unresolved' OR (label IS NULL AND settled)) AS unresolved,
			ifnull(sum(settled AND ${drawnSql}), 0) AS sampled,
			ifnull(sum(settled AND ${drawnSql} AND label IS NOT 'right'), 0) AS sampled_errors
		FROM (
			SELECT rule.value AS rule, a.quarter / 672 AS week, a.quarter < :settled_quarter AS settled, l.label AS label, a.u AS u,
				min(a.share) OVER (PARTITION BY rule.value) AS least
			FROM audits AS a LEFT JOIN labels AS l ON l.case_id = a.case_id, json_each(a.rules) AS rule
			WHERE a.quarter >= :since_quarter
		) AS audited
		WHERE settled OR label IS NOT NULL
		GROUP BY rule, week ORDER BY rule, week`),

	/** By what held the task back; a task that two things held back counts under both. */
	countPrevented: statement(`
		SELECT marked.mark AS mark, count(*) AS count
		FROM labels JOIN cases ON cases.id = labels.case_id JOIN case_marks AS marked ON marked.case_seq = cases.seq
		WHERE labels.label = 'wrong' AND labels.outcome = 'review' AND labels.decided_at >= :since
			AND marked.mark NOT LIKE 'applied:%' AND marked.mark NOT LIKE 'passed:%' AND marked.mark NOT LIKE 'shadow:%'
		GROUP BY marked.mark ORDER BY count(*) DESC, marked.mark LIMIT :limit`),

	/**
	 * All together, by project, and by rule within it. The smallest shares are found among the few that are alike in project
	 * and rules, so that no window sorts what passed.
	 */
	countPassed: statement(`
		SELECT * FROM (
			WITH passed AS MATERIALIZED (${passedSql}),
			alike AS MATERIALIZED (SELECT project_id, rules, min(share) AS share FROM passed GROUP BY project_id, rules),
			by_project AS MATERIALIZED (SELECT project_id, min(share) AS least FROM alike GROUP BY project_id),
			by_rule AS MATERIALIZED (
				SELECT alike.project_id, alike.rules, rule.value AS rule,
					min(alike.share) OVER (PARTITION BY alike.project_id, rule.value) AS least
				FROM alike, json_each(alike.rules) AS rule
			)
			SELECT NULL AS project_id, NULL AS rule, ${countsSql}
			FROM (SELECT passed.*, (SELECT min(share) FROM alike) AS least FROM passed) AS every HAVING count(*) > 0
			UNION ALL
			SELECT project_id, NULL, ${countsSql}
			FROM (
				SELECT passed.*, own.least AS least
				FROM passed JOIN by_project AS own ON own.project_id = passed.project_id
			) AS of_project
			GROUP BY project_id
			UNION ALL
			SELECT project_id, rule, ${countsSql}
			FROM (
				SELECT passed.*, own.rule AS rule, own.least AS least
				FROM passed JOIN by_rule AS own ON own.project_id = passed.project_id AND own.rules = passed.rules
			) AS of_rule
			GROUP BY project_id, rule
		) AS counted`),
} as const;
