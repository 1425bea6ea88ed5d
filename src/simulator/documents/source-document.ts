import type { Coordinates, WireMeta } from '../wire.ts';

export type DocumentKind = 'invoice' | 'identity';
export type DocumentLanguage = 'nl' | 'en';

/** The document as it truly is, before any model has read it: the ground truth. */
export interface SourceDocument {
	readonly kind: DocumentKind;
	readonly language: DocumentLanguage;
	readonly name: string;
	readonly meta: readonly WireMeta[];
	readonly fields: readonly SourceField[];
	readonly checkboxes: readonly { readonly checked: boolean; readonly coordinates: Coordinates }[];
	readonly signatures: readonly { readonly coordinates: Coordinates }[];
}

export type FieldNature = 'amount' | 'date' | 'code' | 'text';

export interface SourceField {
	readonly entityId: string;
	readonly nature: FieldNature;
	/** As printed on the document. */
	readonly content: string;
	/** For an amount: the value in cents, from which `content` was formatted. */
	readonly cents?: number;
	readonly top: number;
	readonly leftOfLine: number;
}

/** The corners of a rectangle, clockwise from the top left. */
export function rectangle(left: number, top: number, width: number, height: number): Coordinates {
	return [
		[left, top],
		[left + width, top],
		[left + width, top + height],
		[left, top + height],
	];
}
