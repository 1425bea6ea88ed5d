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

/** The same for many offsets of one text: its lines are looked for once, when the first place is asked for. */
export function placesIn(text: string): (offset: number) => Place {
	let starts: readonly number[] | null = null;
	return (offset) => {
		starts ??= [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
		let [low, high] = [0, starts.length];
		while (high - low > 1) {
			const middle = (low + high) >> 1;
			if ((starts[middle] ?? 0) <= offset) low = middle;
			else high = middle;
		}
		return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
	};
}
