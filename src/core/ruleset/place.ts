/** A place in a text. */
export interface Place {
	/** 1-based. */
	readonly line: number;
	/** 1-based, in UTF-16 units as editors count. */
	readonly column: number;
}

/** Line and column of an offset. */
export function placeOf(text: string, offset: number): Place {
	const before = text.slice(0, offset);
	const lineStart = before.lastIndexOf('\n') + 1;
	return { line: before.split('\n').length, column: offset - lineStart + 1 };
}
