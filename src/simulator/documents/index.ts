import type { Random } from '../../platform/index.ts';
import { makeIdentityDocument } from './identity.ts';
import { makeInvoice } from './invoice.ts';
import type { DocumentKind, DocumentLanguage, SourceDocument } from './source-document.ts';

export {
	DEFAULT_EXTRACTION,
	type Extraction,
	type ExtractionOptions,
	extractDocument,
	type Truth,
} from './extraction.ts';
export { calendarDate, formatAmount, formatDate } from './formats.ts';
export { MALFORMATIONS, type Malformation, spoil } from './malformed.ts';
export type { DocumentKind, DocumentLanguage, FieldNature, SourceDocument, SourceField } from './source-document.ts';
export { isRight } from './truth.ts';

/** A document as it truly is. The same random stream and `today` give the same document. */
export function makeDocument(
	random: Random,
	kind: DocumentKind,
	language: DocumentLanguage,
	today: number,
): SourceDocument {
	switch (kind) {
		case 'invoice':
			return makeInvoice(random, language, today);
		case 'identity':
			return makeIdentityDocument(random, language, today);
	}
}
