import { statement } from './statement.ts';

/** Newest first, one more than a page to see whether there is a next one. */
const pageSql = (table: string, filters: readonly string[]) =>
	statement(`SELECT * FROM ${table}
		WHERE ${[...filters, 'seq < :before'].join(' AND ')}
		ORDER BY seq DESC LIMIT :limit + 1`);

const [byTask, byProject, byOutcome] = ['task_id = :task', 'project_id = :project', 'outcome = :outcome'];

export const queryStatements = {
	clock: statement('SELECT :now AS now'),
	getEvent: statement('SELECT * FROM events WHERE id = :event'),
	listEvents: pageSql('events', []),
	listEventsByStatus: pageSql('events', ['status = :status']),
	getCase: statement('SELECT * FROM cases WHERE id = :case'),
	casesOfTask: statement('SELECT * FROM cases WHERE project_id = :project AND task_id = :task ORDER BY seq'),
	getDecision: statement('SELECT * FROM decisions WHERE id = :decision'),
	getContent: statement(
		'SELECT sealed, stored_at FROM contents WHERE decision_id = :decision AND stored_at > :now - :keep',
	),
	noteContentView: statement(`
		INSERT INTO content_views (at, case_id, decision_id, by)
		SELECT :now, decisions.case_id, decisions.id, :by
		FROM contents JOIN decisions ON decisions.id = contents.decision_id
		WHERE contents.decision_id = :decision AND contents.stored_at > :now - :keep`),
	getRevision: statement('SELECT canonical FROM revisions WHERE revision = :revision'),
	// One for each set of filters: a filter that may be absent keeps an index from being used.
	listDecisions: pageSql('decisions', []),
	listDecisionsByTask: pageSql('decisions', [byTask]),
	listDecisionsByProject: pageSql('decisions', [byProject]),
	listDecisionsByOutcome: pageSql('decisions', [byOutcome]),
	listDecisionsByTaskProject: pageSql('decisions', [byTask, byProject]),
	listDecisionsByTaskOutcome: pageSql('decisions', [byTask, byOutcome]),
	listDecisionsByProjectOutcome: pageSql('decisions', [byProject, byOutcome]),
	listDecisionsByTaskProjectOutcome: pageSql('decisions', [byTask, byProject, byOutcome]),
	countEvents: statement('SELECT status AS name, count(*) AS count FROM events GROUP BY status'),
	countCases: statement('SELECT state AS name, count(*) AS count FROM cases GROUP BY state'),
} as const;
