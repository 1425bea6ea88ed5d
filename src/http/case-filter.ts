import * as z from 'zod';
import type { CaseState } from '../core/lifecycle/index.ts';
import type { CaseFilter } from '../ledger/index.ts';
import { dayNamed } from './calendar-days.ts';
import { pageQuery } from './page-query.ts';
import { idSchema } from './read-input.ts';

/** What a person asks for, and the states that it means. */
export const outcomes = {
	completed: ['completed'],
	left: ['review', 'audit', 'refused', 'superseded', 'needs_human'],
	review: ['review'],
	audit: ['audit'],
	needs_human: ['needs_human'],
	refused: ['refused'],
	superseded: ['superseded'],
	in_progress: ['located', 'waiting', 'completing', 'verifying'],
	waiting: ['waiting'],
	gone: ['gone'],
} as const satisfies Readonly<Record<string, readonly CaseState[]>>;

export type Outcome = keyof typeof outcomes;

export const outcomeNames = Object.keys(outcomes) as readonly Outcome[];

const isNoName = { error: 'is not a name' };
const name = z.string().regex(/^[\w.:@-]{1,200}$/, isNoName);

/** May name an entity, whose id is the customer's and may hold any character but those that nobody writes. */
const conditionName = z
	.string()
	.min(1, isNoName)
	.max(500, isNoName)
	.refine((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text), isNoName);

/** The filters of the list of cases; a rule, and one of its conditions or `guard:<id>`, `no-live-rule` alone. */
export const caseFilterQuery = {
	outcome: z.enum(outcomeNames, { error: `is none of ${outcomeNames.join(', ')}` }).optional(),
	rule: name.optional(),
	condition: conditionName.optional(),
	project_id: idSchema.optional(),
	day: z
		.string()
		.refine((value) => dayNamed(value, 'UTC') !== null, { error: 'is not a day like 2026-06-01' })
		.optional(),
	id: idSchema.optional(),
};

export const caseQuerySchema = z.strictObject({ ...caseFilterQuery, ...pageQuery });
export const caseDownloadSchema = z.strictObject(caseFilterQuery);

export type CaseQuery = z.output<typeof caseDownloadSchema>;

/** The ledger's filter for what was asked. A day is one of the operators' time zone. */
export function toCaseFilter(query: CaseQuery, timeZone: string): Omit<CaseFilter, 'limit' | 'before'> {
	const { outcome, rule, condition, project_id: projectId, day, id } = query;
	const opened = day === undefined ? null : dayNamed(day, timeZone);
	const marks: string[] = [];
	if (condition !== undefined) {
		const whole = /^(?:guard|rule|shadow):/.test(condition) || condition === 'no-live-rule';
		marks.push(whole || rule === undefined ? condition : `rule:${rule}:${condition}`);
	}
	if (rule !== undefined && (condition === undefined || !marks[0]?.startsWith(`rule:${rule}:`))) {
		marks.push(`applied:${rule}`);
	}
	return {
		...(outcome === undefined ? {} : { states: outcomes[outcome] }),
		...(projectId === undefined ? {} : { projectId }),
		...(opened === null ? {} : { opened: { since: opened.since, until: opened.until } }),
		...(marks.length === 0 ? {} : { marks }),
		...(id === undefined ? {} : { id }),
	};
}
