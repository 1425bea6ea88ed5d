import { caseStates } from '../../core/lifecycle/index.ts';
import type { DecisionFilter, EventStatus, Ledger, LedgerQueries } from '../types.ts';
import { toPage, toSeq } from './paging.ts';
import { number, text, toCase, toDecision, toEvent } from './rows.ts';
import type { Row, SqlStore } from './sql-store.ts';
import { type BoundStatement, bind, type StatementName } from './statements.ts';

const eventStatuses: readonly EventStatus[] = ['accepted', 'ignored', 'located', 'unresolvable', 'dead'];

export function queryOperations(store: SqlStore): LedgerQueries & Pick<Ledger, 'ping'> {
	const all = async (statement: BoundStatement) => (await store.run([statement]))[0] ?? [];
	const first = async <T>(statement: BoundStatement, to: (row: Row) => T): Promise<T | null> => {
		const [row] = await all(statement);
		return row === undefined ? null : to(row);
	};

	return {
		async ping() {
			await store.run([bind('ping')]);
		},
		async now() {
			const [row] = await all(bind('clock'));
			if (row === undefined) throw new TypeError('the ledger has no clock');
			return number(row, 'now');
		},
		getEvent: (id) => first(bind('getEvent', { event: id }), toEvent),
		async listEvents({ status, limit, before }) {
			const page = { limit, before: toSeq(before) };
			const rows = await all(
				status === undefined ? bind('listEvents', page) : bind('listEventsByStatus', { ...page, status }),
			);
			return toPage(rows, limit, toEvent);
		},
		getCase: (id) => first(bind('getCase', { case: id }), toCase),
		async casesOfTask(projectId, taskId) {
			return (await all(bind('casesOfTask', { project: projectId, task: taskId }))).map(toCase);
		},
		getDecision: (id) => first(bind('getDecision', { decision: id }), toDecision),
		async contentOf(decisionId, keepMs, by) {
			const of = { decision: decisionId, keep: Math.round(keepMs) };
			// First that it was looked at, then the look.
			const rows = await store.run([
				...(by === undefined ? [] : [bind('noteContentView', { ...of, by })]),
				bind('getContent', of),
			]);
			const [row] = rows.at(-1) ?? [];
			return row === undefined ? null : { sealed: text(row, 'sealed'), storedAt: number(row, 'stored_at') };
		},
		async listDecisions(filter) {
			return toPage(await all(listing(filter)), filter.limit, toDecision);
		},
		rulesOf: (revision) => first(bind('getRevision', { revision }), (row) => text(row, 'canonical')),
		async counts() {
			const rows = await store.run([bind('countEvents'), bind('countCases')]);
			const tally = <Name extends string>(names: readonly Name[], counted: readonly Row[] = []) => {
				const byName = new Map(counted.map((row) => [text(row, 'name'), number(row, 'count')]));
				return Object.fromEntries(names.map((name) => [name, byName.get(name) ?? 0])) as Record<Name, number>;
			};
			return { events: tally(eventStatuses, rows[0]), cases: tally(caseStates, rows[1]) };
		},
	};
}

function listing({ taskId, projectId, outcome, limit, before }: DecisionFilter): BoundStatement {
	const name: StatementName = `listDecisions${
		taskId === undefined && projectId === undefined && outcome === undefined
			? ''
			: (`By${taskId === undefined ? '' : 'Task'}${projectId === undefined ? '' : 'Project'}${outcome === undefined ? '' : 'Outcome'}` as 'ByTask')
	}`;
	return bind(name, {
		limit,
		before: toSeq(before),
		...(taskId === undefined ? {} : { task: taskId }),
		...(projectId === undefined ? {} : { project: projectId }),
		...(outcome === undefined ? {} : { outcome }),
	});
}
