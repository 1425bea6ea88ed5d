import { type JudgedContent, judgedContentText, readJudgedContent } from '../core/decision/index.ts';
import type { LedgerQueries } from '../ledger/index.ts';
import type { ContentSeal } from '../platform/index.ts';

/** Characters: D1 takes two million bytes a row. A document that says more than fits is not kept. */
const mostSealed = 1_500_000;

/** For `sealedContent` of a new decision: nothing where nothing is to be kept, or it is too large. */
export function sealContent(
	seal: ContentSeal['seal'] | undefined,
	decisionId: string,
	content: JudgedContent | null,
): { readonly sealedContent?: string } {
	if (seal === undefined || content === null) return {};
	const sealedContent = seal(judgedContentText(content), decisionId);
	return sealedContent.length > mostSealed ? {} : { sealedContent };
}

export type ContentReading =
	| { readonly kind: 'content'; readonly content: JudgedContent; readonly storedAt: number }
	/** Never kept, too large, or gone since. */
	| { readonly kind: 'none' }
	/** By a key that is none of `SECRET_KEYS`, or as another Greenlane wrote it. */
	| { readonly kind: 'unreadable' };

/** @param by kept as that operator's act; left out where no person sees it */
export type ReadContent = (decisionId: string, by?: string) => Promise<ContentReading>;

/** Reads what was kept within the last `keepMs`. Rejects when the store fails. */
export function createContentReader(
	ledger: Pick<LedgerQueries, 'contentOf'>,
	{ open }: Pick<ContentSeal, 'open'>,
	keepMs: number,
): ReadContent {
	return async (decisionId, by) => {
		const kept = await ledger.contentOf(decisionId, keepMs, by);
		if (kept === null) return { kind: 'none' };
		const text = open(kept.sealed, decisionId);
		const content = text === null ? null : readJudgedContent(text);
		return content === null ? { kind: 'unreadable' } : { kind: 'content', content, storedAt: kept.storedAt };
	};
}
