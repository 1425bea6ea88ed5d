import type { Context } from 'hono';
import * as z from 'zod';
import { validId } from '../sendai/valid-id.ts';
import { problem } from './problem.ts';
import { isJson, parseJson, readBody } from './read-body.ts';

/** 1,000 ids of 200 characters, with room for their quotes. */
const usualLimit = 512 * 1024;

export type Input<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly response: Response };

/** An id that can stand in an address at Send AI. */
export const idSchema = z.string({ error: 'is not text' }).refine(validId, { error: 'is not an id' });

/**
 * Reads a JSON body by a schema. No body at all counts as `{}`. What is wrong is said by the place in the body and the
 * schema's message, neither of which quotes what was sent.
 *
 * @param limit most bytes that are read
 */
export async function readJsonBody<T>(c: Context, schema: z.ZodType<T>, limit = usualLimit): Promise<Input<T>> {
	const refuse = (response: Response): Input<T> => ({ ok: false, response });
	const reading = await readBody(c.req, limit);
	if (reading.kind === 'too-large') {
		return refuse(problem(c, 413, 'too-large', `The body has at most ${limit} bytes.`));
	}
	if (reading.kind === 'broken')
		return refuse(problem(c, 400, 'body-broken', 'The body could not be read to its end.'));
	let json: unknown = {};
	if (reading.bytes.byteLength > 0) {
		if (!isJson(c.req.header('content-type') ?? null)) {
			return refuse(problem(c, 415, 'not-json', 'Send the body as application/json.'));
		}
		json = parseJson(reading.bytes);
		if (json === undefined) return refuse(problem(c, 400, 'malformed-json', 'The body is not JSON in UTF-8.'));
	}
	return check(c, json, schema, 'body');
}

/** Reads the query by a schema; a parameter that is given twice or is not known is refused. */
export function readQuery<T>(c: Context, schema: z.ZodType<T>): Input<T> {
	const values: Record<string, string> = Object.create(null);
	for (const [name, all] of Object.entries(c.req.queries())) {
		const [first, second] = all;
		if (second !== undefined) {
			return { ok: false, response: problem(c, 400, 'malformed-query', 'The query gives a parameter twice.') };
		}
		if (first !== undefined) values[name] = first;
	}
	return check(c, { ...values }, schema, 'query');
}

function check<T>(c: Context, value: unknown, schema: z.ZodType<T>, where: 'body' | 'query'): Input<T> {
	const parsed = schema.safeParse(value);
	if (parsed.success) return { ok: true, value: parsed.data };
	const [issue] = parsed.error.issues;
	return {
		ok: false,
		response: problem(c, 400, `malformed-${where}`, `The ${where} is wrong: ${describeIssue(issue)}.`),
	};
}

/** The path holds names of the schema and indices; the messages are the schema's own, or stand here. */
function describeIssue(issue: z.core.$ZodIssue | undefined): string {
	if (issue === undefined) return 'it is not as documented';
	const place = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
	const subject = place === '' ? 'it' : place.replace(/^\./, '');
	return `${subject} ${issue.code === 'unrecognized_keys' ? 'has a member that is not known' : issue.message}`;
}
