import type { z } from 'zod';

/** What was stored, read again. What is refused must be taken as unknown, and never as a fresh start. */
export type Reading<T> =
	| { readonly outcome: 'read'; readonly state: T }
	| { readonly outcome: 'refused'; readonly why: 'other-version' | 'malformed' };

/** Reads plain JSON of one version by its schema. */
export function readState<T>(value: unknown, version: number, schema: z.ZodType<T>): Reading<T> {
	const read = schema.safeParse(value);
	if (read.success) return { outcome: 'read', state: read.data };
	const other = typeof value === 'object' && value !== null && 'version' in value && value.version !== version;
	return { outcome: 'refused', why: other ? 'other-version' : 'malformed' };
}
