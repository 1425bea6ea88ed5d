/**
 * What came from outside, so that it cannot steer the terminal: controls, marks of direction and line separators are shown
 * as one replacement character each.
 *
 * @param most characters; what is longer ends in an ellipsis
 */
export function printable(text: string, most = Number.POSITIVE_INFINITY): string {
	const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');
	return plain.length <= most ? plain : `${plain.slice(0, most)}…`;
}
