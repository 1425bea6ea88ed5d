import * as z from 'zod';
import { dayOf } from '../cases/calendar.ts';
import { lastDays } from './calendar-days.ts';
import { streamCases } from './case-downloads.ts';
import { caseDownloadSchema, caseQuerySchema, toCaseFilter } from './case-filter.ts';
import { describeControls } from './controls.ts';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { upcomingCursor } from './page-query.ts';
import { presentCaseOverview, presentSummary } from './present-reports.ts';
import { idSchema, readQuery } from './read-input.ts';
import type { OperatorRoute } from './routes.ts';
import { ruleResults } from './rule-results.ts';
import { summarise } from './summary.ts';

const days = z
	.string()
	.regex(/^\d{1,2}$/, { error: 'is not a whole number' })
	.default('30')
	.transform(Number)
	.refine((value) => value >= 1 && value <= 90, { error: 'is not between 1 and 90' });

const summaryQuery = z.strictObject({ days, project_id: idSchema.optional() });
const resultsQuery = z.strictObject({ days });
const upcomingQuery = z.strictObject({
	limit: z
		.string()
		.regex(/^\d{1,3}$/, { error: 'is not a whole number' })
		.default('100')
		.transform(Number)
		.refine((value) => value >= 1 && value <= 500, { error: 'is not between 1 and 500' }),
	after: upcomingCursor.optional(),
});

/**
 * What the pages show, as JSON: `GET /v1/summary`, `/v1/cases` with its downloads `/v1/cases.csv` and `/v1/cases.jsonl`,
 * `/v1/upcoming`, `/v1/rules/results`, `/v1/controls`.
 */
export function reportRoutes(deps: AppDeps): readonly OperatorRoute[] {
	const { ledger } = deps;
	const timeZone = deps.view?.timeZone ?? 'UTC';
	const download = (format: 'csv' | 'jsonl', type: string): OperatorRoute => ({
		method: 'GET',
		path: `/v1/cases.${format}`,
		role: 'read',
		query: caseDownloadSchema,
		handle: function downloadCases(c) {
			const input = readQuery(c, caseDownloadSchema);
			if (!input.ok) return input.response;
			return c.body(streamCases(deps, format, toCaseFilter(input.value, timeZone)), 200, {
				'content-type': type,
				'content-disposition': `attachment; filename="greenlane-tasks.${format}"`,
			});
		},
	});
	return [
		{
			method: 'GET',
			path: '/v1/summary',
			role: 'read',
			query: summaryQuery,
			handle: async function getSummary(c) {
				const input = readQuery(c, summaryQuery);
				if (!input.ok) return input.response;
				return c.json(presentSummary(await summarise(deps, input.value.days, input.value.project_id ?? null)));
			},
		},
		{
			method: 'GET',
			path: '/v1/cases',
			role: 'read',
			query: caseQuerySchema,
			handle: async function listCases(c) {
				const input = readQuery(c, caseQuerySchema);
				if (!input.ok) return input.response;
				const { limit, before, ...query } = input.value;
				const page = await fromStore(
					ledger.listCases({
						...toCaseFilter(query, timeZone),
						limit,
						...(before === undefined ? {} : { before }),
					}),
				);
				return c.json({ cases: page.items.map(presentCaseOverview), next: page.next });
			},
		},
		download('csv', 'text/csv; charset=utf-8; header=present'),
		download('jsonl', 'application/jsonl; charset=utf-8'),
		{
			method: 'GET',
			path: '/v1/upcoming',
			role: 'read',
			query: upcomingQuery,
			handle: async function listUpcoming(c) {
				const input = readQuery(c, upcomingQuery);
				if (!input.ok) return input.response;
				const { limit, after } = input.value;
				const page = await fromStore(ledger.upcoming(limit, after));
				return c.json({ cases: page.items.map(presentCaseOverview), next: page.next });
			},
		},
		{
			method: 'GET',
			path: '/v1/rules/results',
			role: 'read',
			query: resultsQuery,
			handle: async function getRuleResults(c) {
				const input = readQuery(c, resultsQuery);
				if (!input.ok) return input.response;
				const now = await fromStore(ledger.now());
				const since = lastDays(now, timeZone, input.value.days)[0]?.since ?? now;
				return c.json({ rules: [...(await ruleResults(deps, since)).values()] });
			},
		},
		{
			method: 'GET',
			path: '/v1/controls',
			role: 'read',
			handle: async function getControls(c) {
				return c.json(await describeControls(deps, dayOf(await fromStore(ledger.now()), timeZone)));
			},
		},
	];
}
