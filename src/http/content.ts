import type { ContentReading } from '../cases/index.ts';
import type { DecisionRecord } from '../ledger/index.ts';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';

type ContentDeps = Pick<AppDeps, 'log' | 'readContent' | 'keepContentMs'>;

export type FoundContent =
	| (Extract<ContentReading, { kind: 'content' }> & { readonly goneAt: number })
	| Exclude<ContentReading, { kind: 'content' }>;

/** What the document of a decision said, as it is shown to an operator; the ledger and the log keep that it was. */
export async function findContent(
	{ log, readContent, keepContentMs = 0 }: ContentDeps,
	{ id, caseId }: Pick<DecisionRecord, 'id' | 'caseId'>,
	by: string,
): Promise<FoundContent> {
	if (readContent === undefined) return { kind: 'none' };
	const found = await fromStore(readContent(id, by));
	if (found.kind !== 'content') return found;
	log.info('document content shown', { decision_id: id, case_id: caseId });
	return { ...found, goneAt: found.storedAt + keepContentMs };
}

export function sayNoContent({ readContent }: Pick<ContentDeps, 'readContent'>): string {
	return readContent === undefined
		? 'Nothing of what documents say is kept: STORE_CONTENT_DAYS is 0.'
		: 'What this document said was not kept, or is gone by now.';
}

export const unreadableContent =
	'What this document said was sealed by a key that SECRET_KEYS does not hold any more, or by another version.';
