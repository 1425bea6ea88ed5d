/**
 * What came from outside, so that it cannot steer the terminal: controls, marks of direction and line separators are shown
 * as one replacement character each.
 */
export function printable(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');
}

/** The same, and what is longer than so many characters ends in an ellipsis. */
export function printableStart(text: string, most: number): string {
	const plain = printable(text);
	return plain.length <= most ? plain : `${plain.slice(0, most)}…`;
}
