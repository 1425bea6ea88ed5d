import * as z from 'zod';
import { caseStates } from '../core/lifecycle/index.ts';

/** What the API answers, as zod schemas: the OpenAPI document is made of them, and the tests hold the answers against them. */

const instant = z.iso.datetime();
const id = z.string();
const state = z.enum(caseStates);
const outcome = z.enum(['complete', 'review']);
const count = z.int().min(0);
const next = z.string().nullable().describe('Hand it in as `before` for the next page; null at the end.');

const findingSchema = z.strictObject({
	file: z.string(),
	line: z.int(),
	column: z.int(),
	severity: z.enum(['error', 'warning']),
	code: z.string(),
	message: z.string(),
	pointer: z.string(),
	did_you_mean: z.string().optional(),
});

export const problemSchema = z.strictObject({
	type: z.literal('about:blank'),
	title: z.string(),
	status: z.int(),
	code: z.string().describe('Stable, kebab-case.'),
	detail: z.string().describe('What is wrong and what to do. Never quotes what was sent.'),
	findings: z.array(findingSchema).optional().describe('What is wrong with rules that were refused.'),
	more_findings: count.optional(),
});

export const eventSchema = z.strictObject({
	id,
	source: z.enum(['webhook', 'api', 'cli', 'list']),
	kind: z.enum(['in_review', 'processed', 'other']),
	name: z.string(),
	team_id: id,
	project_id: id,
	upload_id: id.nullable(),
	task_ids: z.array(id),
	status: z.enum(['accepted', 'ignored', 'located', 'unresolvable', 'dead']),
	reason: z.string().nullable(),
	received_at: instant,
	due_at: instant.nullable(),
	tries: count,
	duplicates: count,
});

const rawOutcomeSchema = z.discriminatedUnion('kind', [
	z.strictObject({ kind: z.literal('status'), status: z.int() }),
	z.strictObject({ kind: z.literal('never-connected'), code: z.string() }),
	z.strictObject({ kind: z.literal('no-answer'), code: z.string() }),
]);

const attemptSchema = z.strictObject({
	id,
	decision_id: id,
	intended_at: instant,
	answered_at: instant.nullable(),
	outcome: rawOutcomeSchema.nullable().describe('What came back, before anybody interpreted it.'),
	verdict: z.enum(['taken', 'not-sent', 'refused-before-work', 'refused', 'unknown', 'done-by-unknown']).nullable(),
});

const caseFields = {
	id,
	project_id: id,
	task_id: id,
	step_type: z.string(),
	visit: count,
	state,
	reason: z.string().nullable(),
	due_at: instant.nullable(),
	opened_at: instant,
	updated_at: instant,
	decision_id: id.nullable(),
};

export const caseSchema = z.strictObject({
	...caseFields,
	upload_id: id.nullable(),
	event_id: id.nullable(),
	sends: count,
	attempts: z.array(attemptSchema),
	acts: z
		.array(
			z.strictObject({
				at: instant,
				act: z.enum(['retry', 'leave', 'handled', 'redeliver', 'reload', 'enqueue', 'view']),
				by: z.string(),
			}),
		)
		.describe('What operators did to it.'),
});

export const caseOverviewSchema = z.strictObject({
	...caseFields,
	handled_at: instant.nullable(),
	handled_by: z.string().nullable(),
	decision: z
		.strictObject({
			outcome,
			withheld: z.enum(['audit', 'braked']).nullable(),
			first_reason: z.string().nullable(),
			rules: z.array(id),
			decided_at: instant,
		})
		.nullable(),
});

const decisionFields = {
	id,
	case_id: id,
	project_id: id,
	task_id: id,
	step_type: z.string(),
	visit: count,
	decided_at: instant,
	outcome,
	withheld: z.enum(['audit', 'braked']).nullable(),
	first_reason: z.string().nullable(),
	rules: z.array(id),
	revision: z.string(),
	logic_revision: z.string(),
	version: z.string(),
	fingerprint: z.string(),
};

export const wholeDecisionSchema = z.strictObject({
	...decisionFields,
	decision: z.json().describe('Guards, rules, conditions and margins. Holds no document text.'),
	elements: z.json(),
});

/** A decision without effect: what only a stored one has is absent. */
const simulatedSchema = wholeDecisionSchema
	.omit({ id: true, case_id: true, visit: true, decided_at: true, elements: true })
	.extend({ project_id: id.nullable(), task_id: id.nullable(), step_type: z.string().nullable() });

const ruleSchema = z.strictObject({
	id,
	file: z.string(),
	description: z.string(),
	owner: z.string().nullable(),
	mode: z.enum(['live', 'shadow', 'off']),
	braked: z.boolean(),
	applies_to: z.strictObject({
		projects: z.array(id).nullable(),
		step_types: z.array(z.string()),
		meta: z.record(z.string(), z.array(z.string())),
		has_logic: z.boolean(),
	}),
	required_entities: z.array(z.string()),
	conditions: z.array(z.strictObject({ id, requirement: z.string() })),
	audit_share: z.number(),
	quiet_minutes_after_opened: z.number(),
	hold_minutes: z.number(),
});

const gateSchema = z.strictObject({
	project_id: id,
	kind: z.enum(['read', 'complete']),
	closed_at: instant,
	reason: z.string(),
});

const pauseSchema = z.strictObject({ scope: z.string(), by: z.string(), at: instant, why: z.string().optional() });

const flowSchema = z.strictObject({
	received: count,
	completed: count,
	completed_by_unknown: count,
	left_to_people: count,
	needs_human: count,
	waiting: count,
	gone: count,
	straight_through_rate: z.number().min(0).max(1).nullable(),
});

const markSchema = z.strictObject({ code: z.string(), count, alone: count });

const share = z.number().min(0).max(1);

const statementLineSchema = z.strictObject({
	project_id: id.nullable().describe('Null: all projects.'),
	rule: id.nullable().describe('Null: all rules.'),
	passed: count,
	audited: count.describe('Held out at random and left to people.'),
	right: count,
	wrong: count,
	unresolved: count.describe('Held out, and not known to be right or wrong. Counted as wrong.'),
	sampled: count.describe('Of the held out, the fair sample that the bound rests on.'),
	completed: count,
	bound: z.discriminatedUnion('outcome', [
		z.strictObject({ outcome: z.literal('bound'), completed: count, wrong: count, share }),
		z.strictObject({ outcome: z.literal('nothing-completed') }),
		z.strictObject({ outcome: z.literal('no-bound'), completed: count }),
	]),
});

const certificateSchema = z.discriminatedUnion('state', [
	z.strictObject({ state: z.enum(['none', 'other']) }),
	z.strictObject({
		state: z.enum(['holds', 'expired']),
		max_error: share,
		certainty: share,
		checked: count,
		errors: count,
		unresolved: count,
		bound: share,
		passing: share,
		issued_at: instant,
		expires_at: instant,
		curve: z
			.array(z.strictObject({ coverage: share, risk: share }))
			.describe('The share that passes and the share wrong of it, from strict thresholds to lax ones.'),
	}),
]);

export const answers = {
	health: z.strictObject({ status: z.literal('ok') }),
	readiness: z.object({
		status: z.enum(['ready', 'not-ready']),
		checks: z.strictObject({ store: z.enum(['ok', 'failing']), rules: z.enum(['ok', 'failing']) }),
		notes: z.array(z.strictObject({ code: z.string(), message: z.string() })),
	}),
	accepted: z.strictObject({ event_id: id, status: z.enum(['accepted', 'duplicate', 'ignored']) }),
	decisions: z.strictObject({ decisions: z.array(z.strictObject(decisionFields)), next }),
	decision: wholeDecisionSchema,
	content: z.strictObject({
		decision_id: id,
		stored_at: instant,
		gone_at: instant,
		today: z.string().describe('The day on which it was judged, YYYY-MM-DD.'),
		view: z.json().describe('What rules see of a task. Holds document text.'),
	}),
	simulated: simulatedSchema,
	case: caseSchema,
	cases: z.strictObject({ cases: z.array(caseOverviewSchema), next }),
	upcoming: z.strictObject({
		cases: z.array(caseOverviewSchema),
		next: next.describe('Hand it in as `after` for the next page; null at the end.'),
	}),
	caseActed: z.strictObject({ case_id: id, status: z.enum(['retried', 'left', 'handled']) }),
	events: z.strictObject({
		events: z.array(eventSchema),
		next,
		counts: z.strictObject({ accepted: count, ignored: count, unresolvable: count, dead: count, duplicates: count }),
		counted_up_to: count.describe('A count that reaches this stopped there.'),
	}),
	event: z.strictObject({ ...eventSchema.shape, acts: caseSchema.shape.acts }),
	redelivered: z.strictObject({ event_id: id, status: z.literal('accepted') }),
	rangeRedelivered: z.strictObject({ redelivered: count, more: z.boolean() }),
	rules: z.strictObject({
		revision: z.string(),
		logic_revision: z.string(),
		rules: z.array(ruleSchema),
		refused_since: instant.nullable(),
		findings: z.array(findingSchema),
	}),
	reloaded: z.strictObject({
		outcome: z.enum(['served', 'unchanged', 'refused']),
		revision: z.string(),
		refused_since: instant.nullable(),
		findings: z.array(findingSchema),
	}),
	ruleResults: z.strictObject({
		rules: z.array(
			z.strictObject({
				rule: id,
				applied: count,
				passed: count,
				blockers: z.array(z.strictObject({ condition: z.string(), count, alone: count })),
			}),
		),
	}),
	brakes: z.strictObject({ braked_rules: z.array(id) }),
	gates: z.strictObject({ gates: z.array(gateSchema) }),
	pauses: z.strictObject({ pauses: z.array(pauseSchema) }),
	controls: z.strictObject({
		day: z.string(),
		daily_limit: count.nullable(),
		projects: z.array(
			z.strictObject({ project_id: id, completed_today: count, left_today: count.nullable(), paused: z.boolean() }),
		),
		pauses: z.array(pauseSchema),
		gates: z.array(gateSchema),
		braked_rules: z.array(id),
		changes: z.array(
			z.strictObject({
				at: instant,
				change: z.enum(['pause', 'resume', 'brake', 'unbrake', 'open-gate']),
				scope: z.string(),
				by: z.string(),
				why: z.string().nullable(),
			}),
		),
	}),
	summary: z.strictObject({
		today: flowSchema,
		period: flowSchema,
		days: z.array(flowSchema.extend({ day: z.string() })),
		in_flight: z.array(z.strictObject({ state, reason: z.string().nullable(), count, oldest: instant })),
		needs_human: count,
		troubles: z.array(z.strictObject({ code: z.string(), message: z.string() })),
		blockers: z.array(markSchema),
	}),
	statement: z.strictObject({
		month: z.string().describe('YYYY-MM, in the configured time zone.'),
		running: z.boolean().describe('The month is not over.'),
		counted_at: instant,
		certainty: share,
		provisional: z.boolean().describe('Audits are still open: the bound can only get better.'),
		total: statementLineSchema,
		lines: z.array(statementLineSchema),
	}),
	proof: z.strictObject({
		since: instant,
		rules: z.array(
			z.strictObject({
				rule: id,
				mode: z.enum(['live', 'shadow', 'off']),
				promise: z.strictObject({ max_error: share, certainty: share }).nullable(),
				certificate: certificateSchema,
				braked: z.strictObject({ by: z.string(), at: instant }).nullable(),
				brake: z
					.discriminatedUnion('state', [
						z.strictObject({ state: z.literal('unreadable') }),
						z.strictObject({
							state: z.literal('read'),
							max_error: share,
							labels: count,
							errors: count,
							nearness: share.describe('1: it trips.'),
						}),
					])
					.nullable(),
				promise_watched: z
					.strictObject({
						...{ audits: count, errors: count },
						refuted_since: instant
							.nullable()
							.describe('With the certainty of the promise; null: the promise stands so far.'),
					})
					.nullable()
					.describe('Null: nothing is promised, or no audit has been counted since it is.'),
				ramp: z.strictObject({ held_out: count, of: count }).nullable(),
				certainty: share.describe('Of the bounds.'),
				audits: z.array(
					z.strictObject({
						...{ week: instant, right: count, wrong: count, unresolved: count },
						bound: share
							.nullable()
							.describe(
								'The largest share wrong that the audits until then leave possible, but for those of the last 7 days; null: none can be counted.',
							),
					}),
				),
			}),
		),
		prevented: z.array(z.strictObject({ mark: z.string(), count })),
	}),
} as const;
