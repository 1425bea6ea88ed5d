import { ownReadsSetting } from '../own-reads-setting.ts';
import { beyondRuleStates, ruleStatePrefix } from '../rule-state-setting.ts';
import { processedEventSql } from './conditions.ts';

const attemptColumns = [
	'id',
	'case_id',
	'decision_id',
	'fingerprint',
	'intended_at',
	'raw_kind',
	'raw_status',
	'raw_code',
	'answered_at',
	'verdict',
];
const visitColumns = ['id', 'step_type', 'visit', 'state', 'reason', 'ended_at'];

const objectOf = (columns: readonly string[], of: string) =>
	`json_object(${columns.map((column) => `'${column}', ${of}.${column}`).join(', ')})`;
/** Lists are sorted where they are read: what order an aggregate sees is not promised. */
const listOf = (item: string, rest: string) => `json((SELECT json_group_array(${item}) ${rest}))`;

/**
 * `Surroundings` of a row of `cases` as one JSON text, for what a claim returns: of other rows of `cases` it looks at none
 * whose columns a claim changes.
 */
export const surroundingsSql = `json_object(
		'serving', (SELECT revision FROM serving),
		'paused', EXISTS (SELECT 1 FROM pauses WHERE scope IN ('*', cases.project_id)),
		'gates', ${listOf('kind', 'FROM gates WHERE gates.project_id = cases.project_id')},
		'brakes', ${listOf('rule_id', 'FROM brakes')},
		'rule_states', ${listOf('json_array(key, value)', `FROM settings WHERE key >= '${ruleStatePrefix}' AND key < '${beyondRuleStates}'`)},
		'decided_under', (SELECT revision FROM decisions WHERE decisions.id = cases.decision_id),
		'own_reads', (SELECT value FROM settings WHERE key = '${ownReadsSetting}'),
		'day', json((
			SELECT json_object('day', day, 'count', count) FROM day_counts
			WHERE day_counts.project_id = cases.project_id ORDER BY day DESC LIMIT 1
		)),
		'attempts', ${listOf(`json_array(sent.seq, json(${objectOf(attemptColumns, 'sent')}))`, 'FROM attempts AS sent WHERE sent.case_id = cases.id')},
		'processed_at', (SELECT max(done.delivered_at) ${processedEventSql('cases')}),
		'visits', ${listOf(
			`json_array(prior.seq, json(${objectOf(visitColumns, 'prior')}))`,
			`FROM cases AS prior
			WHERE prior.project_id = cases.project_id AND prior.task_id = cases.task_id AND prior.team_id = cases.team_id
				AND prior.visit > 0 AND prior.ended_at IS NOT NULL AND prior.seq <> cases.seq`,
		)}
	)`;
