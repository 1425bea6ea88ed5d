import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { activeStates, caseStates, isTerminal, wokenByEvent } from '../../src/core/lifecycle/index.ts';
import { wokenByEventSql } from '../../src/ledger/sql/conditions.ts';
import { bind, type StatementName, statements } from '../../src/ledger/sql/statements.ts';

const migrations = new URL('../../src/ledger/migrations/', import.meta.url);
const schema = readdirSync(migrations)
	.toSorted()
	.map((name) => readFileSync(new URL(name, migrations), 'utf8'))
	.join('\n');
const database = new DatabaseSync(':memory:');
database.exec(schema);
afterAll(() => database.close());

const names = Object.keys(statements) as StatementName[];

test('every statement is one that the schema knows, with a value for each of its parameters', () => {
	for (const name of names) expect(() => database.prepare(statements[name].sql), name).not.toThrow();
	expect(() => bind('getEvent', {})).toThrow('getEvent: nothing given for event');
});

test('which statements write is known, for reads alone need no transaction', () => {
	for (const name of names) {
		const writing = /^(?:INSERT|UPDATE|DELETE)\b/.test(statements[name].sql);
		expect(statements[name].writes, name).toBe(writing);
	}
});

test('an event wakes in SQL what it wakes in the core', () => {
	const asked = database.prepare(`SELECT ${wokenByEventSql} AS woken FROM (SELECT ? AS state, ? AS reason)`);
	const reasons = [
		null,
		'processing',
		'quiet',
		'hold',
		'paused',
		'limit',
		'gate',
		'rate_limited',
		'not_found',
		'settling',
	];
	for (const state of activeStates) {
		for (const reason of reasons) {
			const row = asked.get(state, reason);
			expect(row?.woken === 1, `${state} ${reason}`).toBe(wokenByEvent(state, reason));
		}
	}
});

test('the schema knows the states of the core, and which of them are ends', () => {
	const insert = database.prepare(
		"INSERT INTO cases (id, team_id, project_id, task_id, state, opened_at, updated_at) VALUES (?, 't', 'p', ?, 'located', 0, 0)",
	);
	// The moves themselves are the contract's; here only what a row may hold.
	database.exec('DROP TRIGGER cases_completing');
	const set = database.prepare('UPDATE cases SET state = ?, ended_at = ? WHERE id = ?');
	for (const state of [...caseStates, 'finished']) {
		for (const endedAt of [null, 1]) {
			const id = `${state}-${endedAt}`;
			insert.run(id, id);
			const known = (caseStates as readonly string[]).includes(state);
			const fits = known && isTerminal(state as (typeof caseStates)[number]) === (endedAt !== null);
			if (fits) expect(() => set.run(state, endedAt, id), id).not.toThrow();
			else expect(() => set.run(state, endedAt, id), id).toThrow(/CHECK/);
		}
	}
});

test.each<StatementName>([
	'acceptEvent',
	'claimDueEvents',
	'claimEvent',
	'wakeTasksOfEvent',
	'openTasksOfEvent',
	'openUnknownTasksOfEvent',
	'wakeUploadOfEvent',
	'finishEvent',
	'openUnknownTasks',
	'wakeTasksElsewhere',
	'claimDueCases',
	'claimCase',
	'identifyCase',
	'judgeAttempt',
	'moveCase',
	'insertDecision',
	'recordIntent',
	'whyNoIntent',
	'recordOutcome',
	'attemptsOf',
	'nextDue',
	'casesOfTask',
	'listEvents',
	'listEventsByStatus',
	'listDecisions',
	'listDecisionsByTask',
	'listDecisionsByProject',
	'tallyDays',
	'tallyMarks',
	'countInFlight',
	'listCases',
	'listCasesByState',
	'listCasesByProject',
	'listCasesByMark',
	'casesOpenedBetween',
	'findCases',
	'caseOverview',
	'listUpcoming',
	'decisionsOfCase',
	'actsOn',
	'handleCase',
	'noteRetry',
	'noteLeave',
	'noteHandled',
	'noteRedelivery',
	'noteRedeliveryBetween',
	'redeliverBetween',
	'oldestInFlight',
	'arrivals',
	'listUnhandled',
	'countBusyQuarters',
	'tallyReasons',
	'settingsUnder',
	'dropUnresolved',
	'insertLabel',
	'dropBetterOfTask',
	'importLabel',
	'whyNoLabel',
	'listLabels',
	'listAudited',
	'countPassed',
	'countAuditsByWeek',
	'countPrevented',
])('%s reads no table from end to end, however long the ledger grows', (name) => {
	const statement = statements[name];
	const plan = database
		.prepare(`EXPLAIN QUERY PLAN ${statement.sql}`)
		.all(...statement.names.map(() => null))
		.map((row) => String(row.detail));
	// A list in JSON, a subquery of a few rows, and the walk of an index or of `seq` that a LIMIT ends, are fine.
	const scans = plan.filter((step) => /^SCAN (?!.*(?:VIRTUAL TABLE|CONSTANT ROW|subquery))/.test(step));
	const grown = scans.filter((step) =>
		/\b(?:events?|cases|case|case_tallies|mark_tallies|case_marks|operator_acts|attempts|decisions|labels|newest|open|known|named|prior|sent)\b/.test(
			step,
		),
	);
	expect(grown, plan.join('\n')).toEqual([]);
});
