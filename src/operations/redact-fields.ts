import type { LogFields } from '../platform/index.ts';

/** What each field of a log line may hold. The keys are those of `LogFields`, which the type checks. */
const fieldTypes: { readonly [Name in keyof Required<LogFields>]: 'text' | 'number' } = {
	event_id: 'text',
	case_id: 'text',
	task_id: 'text',
	project_id: 'text',
	upload_id: 'text',
	decision_id: 'text',
	attempt_id: 'text',
	rule_id: 'text',
	revision: 'text',
	step: 'text',
	state: 'text',
	reason: 'text',
	code: 'text',
	status: 'number',
	count: 'number',
	duration_ms: 'number',
	address: 'text',
};

const longestText = 300;
/** Ids, codes and addresses hold no white space; sentences and document text do. */
const codeLike = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u;

/**
 * The fields that may stand in a log line: only names of the list, only values of their type, and texts only where they
 * look like an id or a code. What TypeScript forbids can still come in through a cast, so it is enforced here.
 */
export function allowedFields(fields: object): Record<string, string | number> {
	const allowed: Record<string, string | number> = {};
	for (const [name, type] of Object.entries(fieldTypes)) {
		if (!Object.hasOwn(fields, name)) continue;
		const value: unknown = Reflect.get(fields, name);
		if (type === 'number') {
			if (typeof value === 'number' && Number.isFinite(value)) allowed[name] = value;
		} else if (typeof value === 'string' && value !== '') {
			allowed[name] = plainId(value);
		}
	}
	return allowed;
}

/** An id or a code, cut to a sane length; `[removed]` in place of what does not look like one. */
export function plainId(text: string): string {
	return codeLike.test(text) ? cut(text) : '[removed]';
}

/** A message on one line, without control characters, cut to a sane length. */
export function plainMessage(message: string): string {
	return cut(message.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '));
}

/** Blots out secrets wherever they stand: the last line of defence, should one get into an id or a message. */
export function createBlotter(secrets: readonly string[]): (line: string) => string {
	// Longest first, so that a secret that contains another is not left half standing. JSON escapes some characters.
	const needles = [...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))]
		.filter((secret) => secret.length >= 8)
		.sort((a, b) => b.length - a.length);
	return (line) => {
		let blotted = line;
		for (const needle of needles) if (blotted.includes(needle)) blotted = blotted.replaceAll(needle, '[secret]');
		return blotted;
	};
}

function cut(text: string): string {
	return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}
