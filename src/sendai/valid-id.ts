/** Longest id that we take. */
const longestId = 200;

/**
 * Whether a text may stand for an id in a Send AI address: not empty, not `.` or `..`, at most 200 characters, without
 * control characters or line separators, and sound Unicode. Slashes and percent signs may: they are encoded.
 */
export function validId(text: string): boolean {
	return (
		text.length > 0 &&
		text.length <= longestId &&
		text !== '.' &&
		text !== '..' &&
		text.isWellFormed() &&
		!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)
	);
}

/** The value as an id, or null when it is none. */
export function asId(value: unknown): string | null {
	return typeof value === 'string' && validId(value) ? value : null;
}
