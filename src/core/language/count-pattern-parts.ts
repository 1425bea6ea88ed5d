/**
 * How many parts a pattern has once its counted repetitions are written out: `((ab){3}c){100}` has more than 700. Never
 * fewer than the program that RE2 makes of it has instructions, but for the four that every program has.
 */
export function countPatternParts(pattern: string): number {
	/** Sizes of what is open: the whole, then each group. */
	const sizes = [0];
	let last = 0;
	const add = (size: number) => {
		last = size;
		sizes.push((sizes.pop() ?? 0) + size);
	};
	for (let at = 0; at < pattern.length; ) {
		const repeat = /^\{(\d+)(,?)(\d*)\}/.exec(pattern.slice(at, at + 24));
		if (repeat !== null) {
			const [whole, least = '', comma, most = ''] = repeat;
			const times = Math.max(Number(least) + (comma === '' ? 0 : 1), Number(most) * 2, 1);
			add(last * times);
			at += whole.length;
			continue;
		}
		const character = pattern.charAt(at);
		if (character === '\\' && pattern.charAt(at + 1) === 'Q') {
			const end = pattern.indexOf('\\E', at + 2);
			const text = end < 0 ? pattern.length : end + 2;
			add(text - at);
			at = text;
		} else if (character === '\\') {
			const named = /^\\[pPx]\{[^}]*\}/.exec(pattern.slice(at, at + 64));
			add(1);
			at += named === null ? 2 : named[0].length;
		} else if (character === '[') {
			const end = endOfClass(pattern, at);
			add(1);
			at = end;
		} else {
			if (character === '(') {
				sizes.push(2);
				// What follows at once is no repetition but the kind of the group: `(?:`.
				last = 0;
			} else if (character === ')' && sizes.length > 1) add(sizes.pop() ?? 0);
			else if (character === ')') last = sizes[0] ?? 0;
			else if ('*+?'.includes(character)) add(last + 1);
			else add(1);
			at += 1;
		}
	}
	return sizes.reduce((sum, size) => sum + size, 0);
}

/** Behind the `]` of a class; a `]` that comes first is one of its characters. */
function endOfClass(pattern: string, start: number): number {
	let at = start + (pattern.charAt(start + 1) === '^' ? 2 : 1);
	if (pattern.charAt(at) === ']') at += 1;
	while (at < pattern.length) {
		const character = pattern.charAt(at);
		if (character === ']') return at + 1;
		const posix = character === '[' ? /^\[:\^?\w+:\]/.exec(pattern.slice(at, at + 24)) : null;
		at += posix !== null ? posix[0].length : character === '\\' ? 2 : 1;
	}
	return pattern.length;
}
