import * as z from 'zod';
import type { Alert, LogFields } from '../platform/index.ts';
import { allowedFields, plainMessage } from './redact-fields.ts';

/**
 * What the ledger remembers of an alert from the moment it is raised until what it told of is over, so that people hear of
 * it once, whichever process found it and however often it was started anew.
 */
export interface RememberedAlert {
	/** Of this occurrence; goes along with what is sent. */
	readonly id: string;
	readonly code: string;
	readonly message: string;
	readonly fields: LogFields;
	/** When it was raised, by the store's clock, ms since the epoch. */
	readonly at: number;
	/** `new`: still to be sent. `told`: was sent. `over`: that it is resolved is still to be sent. */
	readonly phase: 'new' | 'told' | 'over';
	/** Until then somebody is sending it, or waits to try again. */
	readonly until: number;
	/** How often it was sent in this phase. */
	readonly tries: number;
}

const schema = z.object({
	id: z.string(),
	code: z.string(),
	message: z.string(),
	fields: z.record(z.string(), z.union([z.string(), z.number()])),
	at: z.number(),
	phase: z.enum(['new', 'told', 'over']),
	until: z.number(),
	tries: z.number(),
});

/** Under which all of them stand in the ledger's settings. */
export const alertPrefix = 'alert:';

/** Several codes may tell of one kind of trouble: a task that needs a person is found by the step and by the watch. */
const kinds: Readonly<Record<string, string>> = {
	'completion-needs-human': 'needs-human',
	'completion-unknown': 'needs-human',
};

export function kindOf(code: string): string {
	return kinds[code] ?? code;
}

/** Where the alerts of a kind stand. */
export function kindPrefix(code: string): string {
	return `${alertPrefix}${kindOf(code)}:`;
}

/** Stands for what is no longer told one by one. */
export function crowdKey(code: string): string {
	return `${kindPrefix(code)}*`;
}

/** The key of what an alert is about: its kind and its subject, of which there is one at a time. */
export function keyOf({ code, fields = {} }: Alert): string {
	return `${kindPrefix(code)}${subjectOf(code, fields)}`;
}

function subjectOf(code: string, { case_id, project_id, rule_id, revision, reason }: LogFields): string {
	switch (kindOf(code)) {
		case 'read-gate-closed':
		case 'complete-gate-closed':
		// What was in flight when the gate closed is the same trouble; the log has each.
		case 'completed-other-data':
		case 'limit-reached':
			return project_id ?? '';
		case 'rule-braked':
		case 'promise-refuted':
			return rule_id ?? '';
		case 'engines-disagree':
			return revision ?? '';
		case 'rules-refused':
			return '';
		case 'weekly-digest':
			return reason ?? '';
		default:
			return case_id ?? project_id ?? '';
	}
}

/** An alert as it is first written down, without what may not be kept. */
export function toRemember(alert: Alert, id: string, at: number, until: number): RememberedAlert {
	return {
		id,
		code: alert.code,
		message: plainMessage(alert.message),
		fields: allowedFields(alert.fields ?? {}) as LogFields,
		at,
		phase: 'new',
		until,
		tries: 1,
	};
}

/** Null when it is none that this build understands. */
export function parseRemembered(text: string | null | undefined): RememberedAlert | null {
	if (text === null || text === undefined) return null;
	try {
		const { fields, ...rest } = schema.parse(JSON.parse(text));
		return { ...rest, fields: allowedFields(fields) as LogFields };
	} catch {
		return null;
	}
}
