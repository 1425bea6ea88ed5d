import type * as z from 'zod';
import { kindOfFile } from './load-rules.ts';
import { findingAt, readFile, sortFindings } from './rule-file.ts';
import { promiseSchema } from './rule-format.ts';
import type { Finding, RuleFile } from './types.ts';

/** The `promise` of a rule file. */
export type Promised = z.output<typeof promiseSchema>;

/**
 * Warns of every promise of a sound rule that is not borne.
 *
 * @param whyNot a sentence on what is missing, or null when the promise is borne
 */
export function findUnborne(
	files: readonly RuleFile[],
	whyNot: (rule: { readonly id: string; readonly text: string }, promised: Promised) => string | null,
): readonly Finding[] {
	const findings = files.flatMap(({ name, text }) => {
		const kind = kindOfFile(name);
		if (kind.kind !== 'rule') return [];
		const { document } = readFile({ name, text });
		if (document === null) return [];
		const promised = promiseSchema.safeParse((document.value as { readonly promise?: unknown }).promise);
		if (!promised.success) return [];
		const message = whyNot({ id: kind.id, text }, promised.data);
		return message === null
			? []
			: [findingAt(name, document, { path: ['promise'], what: 'key' }, 'promise-not-borne', message)];
	});
	return sortFindings(findings);
}
