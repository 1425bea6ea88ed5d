/** A case by its place among the cases, or the first and last of a run of them. */
type Place = number | readonly [first: number, last: number];

export interface Difference {
	/** The code of the (first) fault with which the expression is refused. */
	readonly code: string;
	readonly reason: string;
	readonly places: readonly Place[];
}

/**
 * Which of JSON-Logic's own shared cases (277 triples of rule, data and result, numbered from 0) are refused here, and
 * why. Whatever is not listed gives exactly what it gives there. None is answered otherwise: what we take means the same.
 */
export const differences: readonly Difference[] = [
	{
		code: 'refused-operator',
		reason: 'cat, substr, merge, missing, missing_some, filter, map, reduce, %, !! and ?: are not in the language.',
		places: [[68, 69], [74, 82], [106, 123], 147, 151, 155, 159, [164, 165], 189, [213, 252]],
	},
	{
		code: 'unknown-path',
		reason: 'The path is none of a task, whose shape is fixed; in JSON-Logic an unknown path is null.',
		places: [184, [190, 195], [198, 199], [202, 204], [206, 209], [253, 276]],
	},
	{
		code: 'wrong-type',
		reason: 'A value of another type would be taken for a number, or for true or false; or a text for a list.',
		places: [
			8,
			11,
			15,
			18,
			22,
			26,
			30,
			37,
			[44, 45],
			[54, 56],
			[65, 67],
			[72, 73],
			94,
			98,
			102,
			105,
			[135, 138],
			[142, 145],
			150,
			[152, 154],
			[156, 158],
			[160, 161],
		],
	},
	{
		code: 'wrong-arity',
		reason: 'if without an else; + and * of one operand, which stand for a conversion there; var without a path.',
		places: [93, 97, [124, 129], [139, 141], [166, 169], 174, 212],
	},
	{
		code: 'unexpected-list',
		reason: 'A list stands where a value or a condition must; there, an empty one is false and another true.',
		places: [6, [132, 134], 146, [148, 149], 183],
	},
	{
		code: 'path-not-literal',
		reason: 'The path is calculated, a number, or the whole data.',
		places: [201, 205, [210, 211]],
	},
	{ code: 'default-not-allowed', reason: 'What is absent is left to a person.', places: [[196, 197], 200] },
	{ code: 'null-literal', reason: 'null stands for nothing.', places: [5] },
];

/** The code for each case that differs, by its number. */
export function differencesByCase(): ReadonlyMap<number, string> {
	const found = new Map<number, string>();
	for (const { code, places } of differences) {
		for (const place of places) {
			const [first, last] = typeof place === 'number' ? [place, place] : place;
			for (let number = first; number <= last; number += 1) found.set(number, code);
		}
	}
	return found;
}
