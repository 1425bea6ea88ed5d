/** Stored with what was normalised: another version may equate other texts. */
export const normaliserVersion = 1;

/**
 * Equates two texts only where nobody could read them differently: one Unicode form, no white space around it, and none
 * inside but single blanks. Case, numbers and dates stay: `1.234` has two readings.
 */
export function normaliseText(text: string): string {
	return text.normalize('NFC').trim().replace(/\s+/gu, ' ');
}
