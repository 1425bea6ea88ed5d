import type { WirePage } from '../wire.ts';
import type { Truth } from './extraction.ts';

/** Does every value in the task say what the document says, with nothing missing and nothing invented? */
export function isRight(pages: readonly WirePage[], truth: Truth): boolean {
	let annotations = 0;
	let checkboxes = 0;
	let signatures = 0;
	for (const page of pages) {
		for (const annotation of page.annotations) {
			if (truth.annotations.get(annotation.id) !== annotation.content) return false;
			annotations += 1;
		}
		for (const checkbox of page.checkboxes) {
			if (truth.checkboxes.get(checkbox.id) !== checkbox.checked) return false;
			checkboxes += 1;
		}
		signatures += page.signatures.length;
	}
	return (
		truth.missing.length === 0 &&
		annotations === truth.annotations.size &&
		checkboxes === truth.checkboxes.size &&
		signatures === truth.signatures
	);
}
