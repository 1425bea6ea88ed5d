import type { Handler } from 'hono';
import { dayOf } from '../../cases/calendar.ts';
import type { EventRecord, Page } from '../../ledger/index.ts';
import { lastDays } from '../calendar-days.ts';
import { type CaseQuery, caseFilterQuery, toCaseFilter } from '../case-filter.ts';
import { findContent, sayNoContent, unreadableContent } from '../content.ts';
import { describeControls } from '../controls.ts';
import type { AppDeps } from '../deps.ts';
import { fromStore } from '../from-store.ts';
import type { OperatorEnv } from '../operator-auth.ts';
import { pageQuery, upcomingCursor } from '../page-query.ts';
import { describeProof } from '../proof.ts';
import { proofSpanMs } from '../proof-routes.ts';
import type { OperatorRoute } from '../routes.ts';
import { ruleResults } from '../rule-results.ts';
import { statementOf } from '../statements.ts';
import { summarise } from '../summary.ts';
import { contentPage } from './content-page.ts';
import { controlsPage } from './controls-page.ts';
import { type EventView, eventsPage, eventViews } from './events-page.ts';
import { createFormat } from './format.ts';
import type { Markup } from './markup.ts';
import { proofPage } from './proof-page.ts';
import type { Render } from './render.ts';
import { rulesPage } from './rules-page.ts';
import { statementPage } from './statement-page.ts';
import { taskPage } from './task-page.ts';
import { tasksPage } from './tasks-page.ts';
import { todayPage } from './today-page.ts';
import { upcomingPage } from './upcoming-page.ts';
import type { Viewer } from './viewer.ts';

const [daysShown, rowsShown, mostUpcoming] = [30, 50, 200];

type PageContext = Parameters<Handler<OperatorEnv>>[0];

/** The pages that show something; `act-routes` has those that do. */
export function pageRoutes(deps: AppDeps, render: Render): readonly OperatorRoute[] {
	const { ledger, rules } = deps;
	const timeZone = deps.view?.timeZone ?? 'UTC';
	const format = createFormat(timeZone);
	const now = () => fromStore(ledger.now());

	const show = (
		path: string,
		title: string,
		make: (c: PageContext, viewer: Viewer) => Promise<Markup>,
	): OperatorRoute => ({
		method: 'GET',
		path,
		role: 'read',
		handle: async function showPage(c) {
			const viewer = render.viewerOf(c);
			return await render.page(c, { title, part: path, viewer, body: await make(c, viewer) });
		},
	});

	return [
		show('/', 'Today', async () =>
			todayPage(await summarise(deps, daysShown, null), rules.current(), format, await now()),
		),
		show('/tasks', 'Tasks', async (c) => {
			const { query, wrong } = readFilters(c);
			const { cursor: before, lost } = readCursor(c, 'before', pageQuery.before);
			const filter = toCaseFilter(query, timeZone);
			const page = await fromStore(
				ledger.listCases({ ...filter, limit: rowsShown, ...(before === undefined ? {} : { before }) }),
			);
			return tasksPage({ query, before, page, projects: deps.projects, wrong: wrong || lost }, rules.current(), format);
		}),
		{
			method: 'GET',
			path: '/tasks/:id',
			role: 'read',
			handle: async function showTask(c) {
				const viewer = render.viewerOf(c);
				const record = await fromStore(ledger.caseOverview(c.req.param('id') ?? ''));
				if (record === null) return await render.missing(c, 'There is no such task.');
				const [event, decisions, attempts, acts, visits] = await Promise.all([
					record.eventId === null ? null : fromStore(ledger.getEvent(record.eventId)),
					fromStore(ledger.decisionsOf(record.id)),
					fromStore(ledger.attemptsOf(record.id)),
					fromStore(ledger.actsOn(record.id)),
					fromStore(ledger.casesOfTask(record.projectId, record.taskId)),
				]);
				const link = linkTo(deps.view?.taskUrl ?? null, record.projectId, record.taskId);
				const keepsContent = deps.readContent !== undefined;
				const body = taskPage({ record, event, decisions, attempts, acts, visits, link, keepsContent }, viewer, format);
				return await render.page(c, { title: `Task ${record.taskId}`, part: '/tasks', viewer, body });
			},
		},
		{
			method: 'GET',
			path: '/tasks/:id/content',
			role: 'operate',
			handle: async function showContent(c) {
				const viewer = render.viewerOf(c);
				const record = await fromStore(ledger.caseOverview(c.req.param('id') ?? ''));
				if (record === null) return await render.missing(c, 'There is no such task.');
				const decision = record.decisionId === null ? null : await fromStore(ledger.getDecision(record.decisionId));
				const found =
					decision === null ? { kind: 'none' as const } : await findContent(deps, decision, c.get('operator'));
				const sentence = found.kind === 'unreadable' ? unreadableContent : sayNoContent(deps);
				const body = contentPage({ record, decision, found, sentence }, format);
				const title = `What the document of ${record.taskId} said`;
				return await render.page(c, { title, part: '/tasks', viewer, body });
			},
		},
		show('/upcoming', 'About to complete', async (c, viewer) => {
			const { cursor: after, lost } = readCursor(c, 'after', upcomingCursor);
			const page = await fromStore(ledger.upcoming(mostUpcoming, after));
			return upcomingPage({ page, after, lost }, viewer, format, await now());
		}),
		show('/rules', 'Rules', async (_c, viewer) => {
			const since = lastDays(await now(), timeZone, daysShown)[0]?.since ?? 0;
			const [acts, serving, braked, results] = await Promise.all([
				fromStore(ledger.actsOn(rules.current().revision)),
				fromStore(ledger.servingSince()),
				fromStore(ledger.brakes()),
				ruleResults(deps, since),
			]);
			// Read together, with nothing awaited between: a reload may swap the set at any await.
			const [ruleSet, findings, refusedSince] = [rules.current(), rules.findings(), rules.refusedSince()];
			const mayReload = rules.reload !== null;
			return rulesPage(
				{ ruleSet, findings, refusedSince, serving, braked, results, days: daysShown, mayReload, acts },
				viewer,
				format,
			);
		}),
		show('/proof', 'Proof', async () => {
			const at = await now();
			return proofPage(await describeProof(deps, at - proofSpanMs, at), rules.current(), format, at);
		}),
		{
			method: 'GET',
			path: '/statement',
			role: 'read',
			handle: async function showStatement(c) {
				const statement = await statementOf(deps, c.req.query('month'), await now());
				if (statement === null) return await render.missing(c, 'There is no such month yet.');
				const viewer = render.viewerOf(c);
				const title = `Statement for ${statement.month}`;
				return await render.page(c, { title, part: '/statement', viewer, body: statementPage(statement, format) });
			},
		},
		show('/events', 'Events', async (c, viewer) => {
			const view = eventViews.find((one) => one === c.req.query('status'));
			const { cursor: before, lost } = readCursor(c, 'before', pageQuery.before);
			const id = c.req.query('id');
			const [page, troubles, acts] = await Promise.all([
				listEvents(deps, id, view, before),
				fromStore(ledger.troubles()),
				id === undefined ? [] : fromStore(ledger.actsOn(id)),
			]);
			return eventsPage({ view, before, page, troubles, acts, lost }, viewer, format);
		}),
		show('/controls', 'Controls', async (_c, viewer) =>
			controlsPage(await describeControls(deps, dayOf(await now(), timeZone)), viewer, format),
		),
	];
}

async function listEvents(
	{ ledger }: Pick<AppDeps, 'ledger'>,
	id: string | undefined,
	view: EventView | undefined,
	before: string | undefined,
): Promise<Page<EventRecord>> {
	if (id !== undefined) {
		const event = await fromStore(ledger.getEvent(id));
		return { items: event === null ? [] : [event], next: null };
	}
	const page = { limit: rowsShown, ...(before === undefined ? {} : { before }) };
	if (view === 'duplicates') return await fromStore(ledger.listRepeatedEvents(page));
	return await fromStore(ledger.listEvents({ ...page, ...(view === undefined ? {} : { status: view }) }));
}

/** The filters that the address holds and that are some; an empty one, as a form sends it, is none. */
function readFilters(c: PageContext): { query: CaseQuery; wrong: boolean } {
	const query: Record<string, unknown> = {};
	let wrong = false;
	for (const [name, schema] of Object.entries(caseFilterQuery)) {
		const value = c.req.query(name)?.trim();
		if (value === undefined || value === '') continue;
		const parsed = schema.safeParse(value);
		if (parsed.success) query[name] = parsed.data;
		else wrong = true;
	}
	return { query: query as CaseQuery, wrong };
}

/** The place in a list that the address holds; `lost` when what it holds is none. */
function readCursor(
	c: PageContext,
	name: 'before' | 'after',
	schema: typeof pageQuery.before | typeof upcomingCursor,
): { cursor: string | undefined; lost: boolean } {
	const value = c.req.query(name) ?? '';
	const parsed = schema.safeParse(value);
	return { cursor: parsed.success ? parsed.data : undefined, lost: value !== '' && !parsed.success };
}

function linkTo(template: string | null, projectId: string, taskId: string): string | null {
	if (template === null) return null;
	const values: Readonly<Record<string, string>> = { project_id: projectId, task_id: taskId };
	return template.replace(/\{(project_id|task_id)\}/g, (_match, name: string) =>
		encodeURIComponent(values[name] ?? ''),
	);
}
