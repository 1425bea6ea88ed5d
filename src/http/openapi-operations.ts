import type { z } from 'zod';
import { answers } from './openapi-schemas.ts';

/** What the document says of a route beyond its query and body. */
export interface OperationDoc {
	readonly summary: string;
	readonly tag: 'intake' | 'health' | 'tasks' | 'events' | 'rules' | 'controls' | 'reports' | 'pages';
	/** Status of success, and what it answers: a schema for JSON, else a media type; null for a redirection. */
	readonly answer: readonly [status: number, content: z.ZodType | string | null];
	/** Other answers in the same form, with what they mean. */
	readonly also?: readonly (readonly [status: number, content: z.ZodType, meaning: string])[];
	/** Problems that it may answer, beside those that every route may. */
	readonly problems?: readonly number[];
	/** `operator` when left out. */
	readonly access?: 'anybody' | 'webhook' | 'operator';
}

const page = (summary: string): OperationDoc => ({ summary, tag: 'pages', answer: [200, 'text/html'] });
const form = (summary: string): OperationDoc => ({ summary, tag: 'pages', answer: [303, null], problems: [403] });

/** By method and path. Whatever else the app serves is missing from the document, which a test finds. */
export const operations: Readonly<Record<string, OperationDoc>> = {
	'POST /webhooks/send-ai': {
		summary: 'Takes a notification of Send AI. Durable before it answers.',
		tag: 'intake',
		answer: [202, answers.accepted],
		problems: [400, 413, 415, 503],
		access: 'webhook',
	},
	'GET /healthz': {
		summary: 'The process answers. Touches nothing else.',
		tag: 'health',
		answer: [200, answers.health],
		access: 'anybody',
	},
	'GET /readyz': {
		summary: 'The store can be written and rules serve. To operators also gates and pauses.',
		tag: 'health',
		answer: [200, answers.readiness],
		also: [[503, answers.readiness, 'Not ready.']],
		access: 'anybody',
	},
	'GET /metrics': { summary: 'Metrics in the text format of Prometheus.', tag: 'health', answer: [200, 'text/plain'] },
	'GET /openapi.json': { summary: 'This document.', tag: 'health', answer: [200, 'application/json'] },
	'POST /v1/tasks': {
		summary: 'Hands over task ids, to be judged like those of a notification.',
		tag: 'intake',
		answer: [202, answers.accepted],
		problems: [400, 413, 415],
	},
	'GET /v1/summary': {
		summary: 'How much goes straight through, why the rest does not, and what is wrong right now.',
		tag: 'reports',
		answer: [200, answers.summary],
		problems: [400],
	},
	'GET /v1/statement': {
		summary: 'How many of the tasks of a month were completed without a person, and how many can be wrong at most.',
		tag: 'reports',
		answer: [200, answers.statement],
		problems: [400],
	},
	'GET /v1/proof': {
		summary:
			'What is promised of each rule and what bears it, what audits found, brakes, and errors that were prevented.',
		tag: 'reports',
		answer: [200, answers.proof],
		problems: [400],
	},
	'GET /v1/cases': {
		summary: 'Cases, newest first. A page may hold few or none and still name a next one: the search goes on there.',
		tag: 'tasks',
		answer: [200, answers.cases],
		problems: [400],
	},
	'GET /v1/cases.csv': {
		summary: 'The same, all of them, as CSV.',
		tag: 'tasks',
		answer: [200, 'text/csv'],
		problems: [400],
	},
	'GET /v1/cases.jsonl': {
		summary: 'The same, all of them, one JSON object a line.',
		tag: 'tasks',
		answer: [200, 'application/jsonl'],
		problems: [400],
	},
	'GET /v1/upcoming': {
		summary: 'Cases that will be completed unless something changes, soonest first.',
		tag: 'tasks',
		answer: [200, answers.upcoming],
		problems: [400],
	},
	'GET /v1/cases/:id': {
		summary: 'A case with its attempts.',
		tag: 'tasks',
		answer: [200, answers.case],
		problems: [404],
	},
	'POST /v1/cases/:id/retry': {
		summary: 'Judges a case from the start.',
		tag: 'tasks',
		answer: [202, answers.caseActed],
		problems: [404, 409],
	},
	'POST /v1/cases/:id/leave': {
		summary: 'Leaves a case to a person for good.',
		tag: 'tasks',
		answer: [200, answers.caseActed],
		problems: [404, 409],
	},
	'POST /v1/cases/:id/handled': {
		summary: 'Says that somebody dealt with a case that needed a person.',
		tag: 'tasks',
		answer: [200, answers.caseActed],
		problems: [404, 409],
	},
	'GET /v1/decisions': {
		summary: 'Decisions, newest first.',
		tag: 'tasks',
		answer: [200, answers.decisions],
		problems: [400],
	},
	'GET /v1/decisions/:id': {
		summary: 'A decision with everything that was stored of it.',
		tag: 'tasks',
		answer: [200, answers.decision],
		problems: [404],
	},
	'GET /v1/decisions/:id/content': {
		summary: 'What the document of a decision said, where STORE_CONTENT_DAYS keeps it. Who asks is kept.',
		tag: 'tasks',
		answer: [200, answers.content],
		problems: [404, 409],
	},
	'GET /v1/events': { summary: 'Events, newest first.', tag: 'events', answer: [200, answers.events], problems: [400] },
	'GET /v1/events/:id': {
		summary: 'An event, with what operators did to it.',
		tag: 'events',
		answer: [200, answers.event],
		problems: [404],
	},
	'POST /v1/events/:id/redeliver': {
		summary: 'Puts an event that led nowhere back to work.',
		tag: 'events',
		answer: [202, answers.redelivered],
		problems: [404, 409],
	},
	'POST /v1/events/redeliver': {
		summary: 'Puts the events of a time that led nowhere back to work, the oldest 1,000 at once.',
		tag: 'events',
		answer: [202, answers.rangeRedelivered],
		problems: [400, 413, 415],
	},
	'GET /v1/rules': { summary: 'The rules that serve, and findings.', tag: 'rules', answer: [200, answers.rules] },
	'GET /v1/rules/results': {
		summary: 'How often each rule applied and passed, and what blocked it.',
		tag: 'rules',
		answer: [200, answers.ruleResults],
		problems: [400],
	},
	'POST /v1/simulate': {
		summary: 'Judges a task by the serving rules or by those given, without any effect.',
		tag: 'rules',
		answer: [200, answers.simulated],
		problems: [400, 413, 415, 422],
	},
	'POST /v1/rules/reload': {
		summary: 'Reads the rules again now.',
		tag: 'rules',
		answer: [200, answers.reloaded],
		also: [[422, answers.reloaded, 'Refused; the last good rules keep serving.']],
		problems: [409],
	},
	'POST /v1/rules/:id/brake': {
		summary: 'Stops a rule: nothing that rests on it is completed. Holds before the next completion is sent.',
		tag: 'rules',
		answer: [200, answers.brakes],
		problems: [400, 404, 413, 415],
	},
	'POST /v1/rules/:id/rearm': {
		summary:
			'Lets a braked rule go again; its brake counts anew. One that tripped by itself asks for a newer certificate, or for force.',
		tag: 'rules',
		answer: [200, answers.brakes],
		problems: [400, 404, 409, 413, 415],
	},
	'GET /v1/controls': {
		summary: 'Pauses, gates, the limit of the day and who changed what last.',
		tag: 'controls',
		answer: [200, answers.controls],
	},
	'POST /v1/pause': {
		summary: 'Pauses a project, or everything. Holds before the next completion is sent.',
		tag: 'controls',
		answer: [200, answers.pauses],
		problems: [400, 413, 415],
	},
	'POST /v1/resume': {
		summary: 'Lifts a pause, and opens the complete gates of its scope.',
		tag: 'controls',
		answer: [200, answers.pauses],
		problems: [400, 413, 415],
	},
	'POST /v1/gates/open': {
		summary: 'Opens the complete gate of a project; a pause stays.',
		tag: 'controls',
		answer: [200, answers.gates],
		problems: [400, 409, 413, 415],
	},
	'GET /login': { ...page("The form that takes an operator's token."), access: 'anybody' },
	'POST /login': { ...form('Begins a session.'), access: 'anybody' },
	'POST /logout': { ...form('Ends the session.'), access: 'anybody' },
	'GET /': page('Today.'),
	'GET /tasks': page('Tasks, filtered.'),
	'GET /tasks/:id': page('A task: its decision and its time line.'),
	'GET /tasks/:id/content': page('What the document of a task said, for whoever may operate.'),
	'GET /upcoming': page('What is about to be completed.'),
	'GET /rules': page('The rules.'),
	'GET /events': page('Events.'),
	'GET /controls': page('Pauses, limits, gates.'),
	'GET /proof': page('How right the rules are.'),
	'GET /statement': page('What can be said of a month.'),
	'POST /tasks/:id/retry': form('Judges a task again.'),
	'POST /tasks/:id/leave': form('Leaves a task to a person.'),
	'POST /tasks/:id/handled': form('Marks a task as handled.'),
	'POST /events/:id/redeliver': form('Redelivers an event.'),
	'POST /events/redeliver': form('Redelivers the events of a time.'),
	'POST /rules/reload': form('Reads the rules again.'),
	'POST /controls/pause': form('Pauses.'),
	'POST /controls/resume': form('Resumes.'),
	'POST /controls/open-gate': form('Opens the complete gate of a project.'),
};

/** Files that the pages load: their names hold digests. */
export function operationOf(method: string, path: string): OperationDoc | undefined {
	if (path.startsWith('/assets/')) {
		const type = path.endsWith('.css') ? 'text/css' : path.endsWith('.js') ? 'text/javascript' : 'image/svg+xml';
		return { summary: 'What the pages load.', tag: 'pages', answer: [200, type], access: 'anybody' };
	}
	return operations[`${method} ${path}`];
}
