import { type CaseState, caseStates } from '../../core/lifecycle/index.ts';
import type { CaseFilter, CaseOverview, ControlChange, LedgerReports, OperatorAct, Page, Standing } from '../types.ts';
import { toPage, toSeq } from './paging.ts';
import { number, numberOrNull, text, textOrNull, toCase, toDecision, toEvent } from './rows.ts';
import type { Row, SqlStore } from './sql-store.ts';
import { type BoundStatement, bind } from './statements.ts';

const [quarterMs, hourMs] = [900_000, 3_600_000];
const standings: readonly Standing[] = [...caseStates, 'completed-by-unknown'];
/** Entries of an index that one page walks at most. */
const longestWalk = 10_000;
/** Counting further would walk the whole ledger to say that there are many. */
const mostCounted = 10_000;

export function reportOperations(store: SqlStore): LedgerReports {
	const all = async (statement: BoundStatement) => (await store.run([statement]))[0] ?? [];

	return {
		async tallies(days, projectId) {
			const quarters = days.map(({ since, until }) => [Math.floor(since / quarterMs), Math.floor(until / quarterMs)]);
			const rows = await all(
				bind('tallyDays', {
					days: JSON.stringify(quarters),
					standings: JSON.stringify(standings),
					project: projectId,
				}),
			);
			const tallies: Partial<Record<Standing, number>>[] = days.map(() => ({}));
			for (const row of rows) {
				const tally = tallies[number(row, 'day')];
				const count = numberOrNull(row, 'count') ?? 0;
				if (tally !== undefined && count > 0) tally[text(row, 'standing') as Standing] = count;
			}
			return tallies;
		},
		async marks(since, projectId) {
			const rows = await all(bind('tallyMarks', { hour: Math.floor(since / hourMs), project: projectId }));
			return rows
				.map((row) => {
					const [count, alone] = JSON.parse(text(row, 'sums')) as [number | null, number | null];
					return { mark: text(row, 'mark'), count: count ?? 0, alone: alone ?? 0 };
				})
				.filter(({ count }) => count > 0)
				.toSorted(
					(one, other) => other.count - one.count || other.alone - one.alone || (one.mark < other.mark ? -1 : 1),
				);
		},
		async inFlight() {
			return (await all(bind('countInFlight'))).map((row) => ({
				state: text(row, 'state') as CaseState,
				reason: textOrNull(row, 'reason'),
				count: number(row, 'count'),
				oldest: number(row, 'oldest'),
			}));
		},
		async troubles() {
			const [row = {}] = await all(bind('countTroubles', { most: mostCounted }));
			return {
				countedUpTo: mostCounted,
				needsHuman: number(row, 'needs_human'),
				events: {
					accepted: number(row, 'accepted'),
					ignored: number(row, 'ignored'),
					unresolvable: number(row, 'unresolvable'),
					dead: number(row, 'dead'),
					duplicates: number(row, 'duplicates'),
				},
				lastReceivedAt: numberOrNull(row, 'last_received'),
			};
		},
		listCases: (filter) => listCases(store, filter),
		async caseOverview(caseId) {
			const [row] = await all(bind('caseOverview', { case: caseId }));
			return row === undefined ? null : toOverview(row);
		},
		async upcoming(limit, after) {
			const [due = -1, seq = -1] = (/^(\d{1,15})-(\d{1,15})$/.exec(after ?? '') ?? []).slice(1).map(Number);
			const rows = await all(bind('listUpcoming', { limit, after_due: due, after: seq }));
			// By when it is due, not by its number alone: that is the order here.
			const last = rows.length > limit ? rows[limit - 1] : undefined;
			const next = last === undefined ? null : `${numberOrNull(last, 'due_at') ?? 0}-${number(last, 'seq')}`;
			return { items: rows.slice(0, limit).map(toOverview), next };
		},
		async decisionsOf(caseId) {
			return (await all(bind('decisionsOfCase', { case: caseId }))).map(toDecision);
		},
		async actsOn(id) {
			return (await all(bind('actsOn', { subject: id }))).map((row) => ({
				at: number(row, 'at'),
				act: text(row, 'act') as OperatorAct['act'],
				by: text(row, 'by'),
			}));
		},
		async handleCase(caseId, by) {
			const rows = await store.run([
				bind('noteHandled', { case: caseId, by }),
				bind('handleCase', { case: caseId, by }),
				bind('getCase', { case: caseId }),
			]);
			const [, [handled] = [], [known] = []] = rows;
			if (handled !== undefined) return 'handled';
			return known === undefined ? 'unknown-case' : 'not-waiting-for-a-person';
		},
		async noteEnqueue(eventId, by) {
			await store.run([bind('noteEnqueue', { event: eventId, by })]);
		},
		async noteReload(revision, by) {
			await store.run([bind('noteReload', { revision, by })]);
		},
		async redeliverBetween(status, { since, until }, most, by) {
			const stranded = { status, since, until, most };
			const rows = await store.run([
				bind('noteRedeliveryBetween', { ...stranded, by }),
				bind('redeliverBetween', stranded),
			]);
			return rows[1]?.length ?? 0;
		},
		async listRepeatedEvents({ limit, before }) {
			return toPage(await all(bind('listEventsRepeated', { limit, before: toSeq(before) })), limit, toEvent);
		},
		async servingSince() {
			const [row] = await all(bind('servingSince'));
			return row === undefined ? null : { revision: text(row, 'revision'), since: number(row, 'since') };
		},
		async completionsByProject(day) {
			const rows = await all(bind('completionsByProject', { day }));
			return new Map(rows.map((row) => [text(row, 'project_id'), number(row, 'count')]));
		},
		async controlChanges(limit) {
			return (await all(bind('listControlChanges', { limit }))).map((row) => ({
				at: number(row, 'at'),
				change: text(row, 'change') as ControlChange['change'],
				scope: text(row, 'scope'),
				by: text(row, 'by'),
				why: textOrNull(row, 'why'),
			}));
		},
	};
}

async function listCases(store: SqlStore, filter: CaseFilter): Promise<Page<CaseOverview>> {
	const { limit, before, states, projectId, opened, marks = [] } = filter;
	const filters = {
		states: states === undefined ? null : JSON.stringify(states),
		project: projectId ?? null,
		since: opened?.since ?? null,
		until: opened?.until ?? null,
	};
	if (filter.id !== undefined) {
		const wanted = { ...filters, marks: JSON.stringify(marks) };
		const rows = await store.run([bind('findCases', { ...wanted, id: filter.id, before: toSeq(before), limit })]);
		return toPage(rows[0] ?? [], limit, toOverview);
	}
	const bounds = await openedWithin(store, filter.opened);
	if (bounds === null) return { items: [], next: null };
	const [mark, ...otherMarks] = marks;
	const values = {
		limit,
		before: Math.min(toSeq(before), bounds.most + 1),
		least: bounds.least,
		scan: longestWalk,
		...filters,
		marks: JSON.stringify(otherMarks),
	};
	const [state, anotherState] = states ?? [];
	// Along the index that is likely to hold the fewest.
	const [page, floor] =
		mark !== undefined
			? [bind('listCasesByMark', { ...values, mark }), bind('listCasesByMarkFloor', { ...values, mark })]
			: state !== undefined && anotherState === undefined
				? [bind('listCasesByState', { ...values, state }), bind('listCasesByStateFloor', { ...values, state })]
				: projectId !== undefined
					? [bind('listCasesByProject', values), bind('listCasesByProjectFloor', values)]
					: [bind('listCases', values), bind('listCasesFloor', values)];
	const rows = await store.run([page, floor]);
	const [found = [], [ended] = []] = rows;
	const result = toPage(found, limit, toOverview);
	return result.next !== null || ended === undefined ? result : { ...result, next: String(number(ended, 'seq')) };
}

/** The numbers of the cases that were opened in the interval lie between these; null when there are none. */
async function openedWithin(store: SqlStore, opened: CaseFilter['opened']) {
	if (opened === undefined) return { least: 0, most: Number.MAX_SAFE_INTEGER - 1 };
	const rows = await store.run([bind('casesOpenedBetween', { since: opened.since, until: opened.until })]);
	const row = rows[0]?.[0];
	const least = row === undefined ? null : numberOrNull(row, 'least');
	const most = row === undefined ? null : numberOrNull(row, 'most');
	return least === null || most === null ? null : { least, most };
}

function toOverview(row: Row): CaseOverview {
	const outcome = textOrNull(row, 'decision_outcome') as 'complete' | 'review' | null;
	return {
		...toCase(row),
		handledAt: numberOrNull(row, 'handled_at'),
		handledBy: textOrNull(row, 'handled_by'),
		prunedAt: numberOrNull(row, 'pruned_at'),
		decision:
			outcome === null
				? null
				: {
						outcome,
						withheld: textOrNull(row, 'decision_withheld') as 'audit' | 'braked' | null,
						firstReason: textOrNull(row, 'decision_first_reason'),
						rules: JSON.parse(text(row, 'decision_rules')) as string[],
						decidedAt: number(row, 'decision_decided_at'),
					},
	};
}
