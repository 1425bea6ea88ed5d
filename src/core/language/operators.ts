/** One operator of the language, as documents and editors show it. */
export interface OperatorSpec {
	readonly name: string;
	/** Fewest and most operands. */
	readonly operands: readonly [least: number, most: number];
	/** For people: what the operands are and what comes out. */
	readonly signature: string;
	/** One sentence for a careful reader who does not program. */
	readonly description: string;
	/** A valid expression, as JSON. */
	readonly example: string;
}

const many = 100;

/**
 * The whole language. A fixed list: whatever is not here is refused when the rules are loaded. The names of JSON-Logic
 * mean what they mean there, on fewer values: no operator takes a value of another type for one of its own.
 */
export const operators: readonly OperatorSpec[] = [
	{
		name: 'var',
		operands: [1, 1],
		signature: 'path -> value',
		description: 'A value of the task, by its path; inside all, some, none and lowest, a field of the element.',
		example: '{ ">=": [{ "var": "counts.annotations" }, 10] }',
	},
	...(['==', '===', '!=', '!=='] as const).map(
		(name): OperatorSpec => ({
			name,
			operands: [2, 2],
			signature: 'value, value of the same type -> true or false',
			description: name.startsWith('=') ? 'Both values are the same.' : 'The values differ.',
			example: `{ "${name}": [{ "content": "currency" }, "EUR"] }`,
		}),
	),
	...(['>', '>='] as const).map(
		(name): OperatorSpec => ({
			name,
			operands: [2, 2],
			signature: 'number, number (or date, date) -> true or false',
			description: name === '>' ? 'The first is more (or later) than the second.' : 'The first is at least the second.',
			example: `{ "${name}": [{ "confidence": "total_amount" }, 0.98] }`,
		}),
	),
	...(['<', '<='] as const).map(
		(name): OperatorSpec => ({
			name,
			operands: [2, 3],
			signature: 'number, number (or dates), perhaps a third -> true or false',
			description: 'Each is less (or earlier) than the next; with =, or the same.',
			example: `{ "${name}": [0, { "number": "total_amount" }, 5000] }`,
		}),
	),
	{
		name: '!',
		operands: [1, 1],
		signature: 'true or false -> the other',
		description: 'The condition must not hold.',
		example: '{ "!": [{ "present": "discount" }] }',
	},
	{
		name: 'and',
		operands: [1, many],
		signature: 'conditions -> true or false',
		description: 'Every condition holds; they are looked at in order, up to the first that does not hold.',
		example: '{ "and": [{ "present": "iban" }, { ">=": [{ "confidence": "iban" }, 0.95] }] }',
	},
	{
		name: 'or',
		operands: [1, many],
		signature: 'conditions -> true or false',
		description: 'At least one condition holds; they are looked at in order, up to the first that holds.',
		example: '{ "or": [{ "!": [{ "present": "discount" }] }, { ">=": [{ "confidence": "discount" }, 0.95] }] }',
	},
	{
		name: 'if',
		operands: [3, many],
		signature: 'condition, value, (condition, value)..., value otherwise -> value',
		description: 'The value behind the first condition that holds, else the last one. An else is always needed.',
		example: '{ "if": [{ "present": "discount" }, { ">=": [{ "confidence": "discount" }, 0.95] }, true] }',
	},
	{
		name: 'all',
		operands: [2, 2],
		signature: 'list, condition -> true or false',
		description: 'The condition holds for every element; a list without elements is an error.',
		example: '{ "all": [{ "var": "annotations" }, { ">=": [{ "var": "confidence" }, 0.9] }] }',
	},
	{
		name: 'some',
		operands: [2, 2],
		signature: 'list, condition -> true or false',
		description: 'The condition holds for at least one element.',
		example: '{ "some": [{ "var": "signatures" }, { ">=": [{ "var": "confidence" }, 0.9] }] }',
	},
	{
		name: 'none',
		operands: [2, 2],
		signature: 'list, condition -> true or false',
		description: 'The condition holds for no element; a list without elements is an error.',
		example: '{ "none": [{ "var": "meta" }, { "==": [{ "var": "name" }, "hold"] }] }',
	},
	{
		name: 'in',
		operands: [2, 2],
		signature: 'value, list of values -> true or false',
		description: 'The value is one of those listed.',
		example: '{ "in": [{ "content": "currency" }, ["EUR", "GBP"]] }',
	},
	...(['+', '*'] as const).map(
		(name): OperatorSpec => ({
			name,
			operands: [2, many],
			signature: 'numbers -> number',
			description: name === '+' ? 'The sum.' : 'The product.',
			example: `{ ">": [{ "${name}": [{ "number": "net_amount" }, { "number": "tax_amount" }] }, 0] }`,
		}),
	),
	{
		name: '-',
		operands: [1, 2],
		signature: 'number, number -> number',
		description: 'The first less the second; of one number, its opposite.',
		example: '{ ">": [{ "-": [{ "number": "total_amount" }, { "number": "tax_amount" }] }, 0] }',
	},
	{
		name: '/',
		operands: [2, 2],
		signature: 'number, number -> number',
		description: 'The first divided by the second; by zero is an error.',
		example: '{ "<": [{ "/": [{ "number": "tax_amount" }, { "number": "net_amount" }] }, 0.25] }',
	},
	...(['min', 'max'] as const).map(
		(name): OperatorSpec => ({
			name,
			operands: [1, many],
			signature: 'numbers -> number',
			description: name === 'min' ? 'The smallest of the numbers.' : 'The largest of the numbers.',
			example: `{ ">=": [{ "${name}": [{ "confidence": "iban" }, { "confidence": "total_amount" }] }, 0.95] }`,
		}),
	),
	{
		name: 'confidence',
		operands: [1, 1],
		signature: 'entity -> number from 0 to 1',
		description: 'How certain the entity was read; where it occurs several times, the lowest. Missing is an error.',
		example: '{ ">=": [{ "confidence": "total_amount" }, 0.98] }',
	},
	{
		name: 'content',
		operands: [1, 1],
		signature: 'entity -> text',
		description: 'The text that was read for the entity, as it is. Occurrences that differ are an error.',
		example: '{ "==": [{ "content": "currency" }, "EUR"] }',
	},
	{
		name: 'number',
		operands: [1, 2],
		signature: 'entity, perhaps a locale -> number',
		description: "The entity as a number, read as the rule's locale writes numbers; more than one reading is an error.",
		example: '{ "<=": [{ "number": "total_amount" }, 5000] }',
	},
	{
		name: 'date',
		operands: [1, 2],
		signature: 'entity, perhaps a format like dd-MM-yyyy -> date',
		description: "The entity as a date, read as the rule's locale writes dates; more than one reading is an error.",
		example: '{ "<=": [{ "date": "invoice_date" }, { "today": [] }] }',
	},
	{
		name: 'count',
		operands: [1, 1],
		signature: 'entity or list -> number',
		description: 'How often the entity occurs, or how many elements the list has.',
		example: '{ "==": [{ "count": "total_amount" }, 1] }',
	},
	{
		name: 'present',
		operands: [1, 1],
		signature: 'entity -> true or false',
		description: 'The entity occurs at least once and is not empty.',
		example: '{ "present": "iban" }',
	},
	{
		name: 'hasMeta',
		operands: [1, many],
		signature: 'name, perhaps allowed values -> true or false',
		description: 'The task has meta of that name, with one of the values where some are given.',
		example: '{ "hasMeta": ["supplier", "Harrow & Pike Ltd"] }',
	},
	{
		name: 'lowest',
		operands: [1, 2],
		signature: 'list, perhaps a number of each element -> number',
		description:
			'The lowest confidence in the list, or the lowest of another number; a list without elements is an error.',
		example: '{ ">=": [{ "lowest": [{ "var": "annotations" }] }, 0.9] }',
	},
	{
		name: 'today',
		operands: [0, 0],
		signature: '-> date',
		description: 'The day on which the task is judged.',
		example: '{ "<=": [{ "date": "invoice_date" }, { "today": [] }] }',
	},
	{
		name: 'within',
		operands: [3, 3],
		signature: 'number, number, tolerance -> true or false',
		description: 'The numbers differ by no more than the tolerance, calculated as on paper.',
		example:
			'{ "within": [{ "+": [{ "number": "net_amount" }, { "number": "tax_amount" }] }, { "number": "total_amount" }, 0.01] }',
	},
	{
		name: 'matches',
		operands: [2, 2],
		signature: 'text, pattern -> true or false',
		description: 'The whole text has the form of the pattern (RE2 syntax).',
		example: '{ "matches": [{ "content": "invoice_number" }, "20[0-9]{2}-[0-9]{5}"] }',
	},
];

export const operatorsByName: ReadonlyMap<string, OperatorSpec> = new Map(operators.map((one) => [one.name, one]));

/** What people write instead, in other languages and in JSON-Logic at large. */
export const otherNames: Readonly<Record<string, string>> = {
	gte: '>=',
	ge: '>=',
	atleast: '>=',
	greaterthanorequal: '>=',
	'=>': '>=',
	'>==': '>=',
	'≥': '>=',
	gt: '>',
	greaterthan: '>',
	lte: '<=',
	le: '<=',
	atmost: '<=',
	lessthanorequal: '<=',
	'=<': '<=',
	'<==': '<=',
	'≤': '<=',
	lt: '<',
	lessthan: '<',
	eq: '==',
	equals: '==',
	equal: '==',
	is: '==',
	'=': '==',
	ne: '!=',
	neq: '!=',
	notequals: '!=',
	'<>': '!=',
	'≠': '!=',
	not: '!',
	'&&': 'and',
	'||': 'or',
	every: 'all',
	any: 'some',
	exists: 'present',
	has: 'present',
	sum: '+',
	add: '+',
	plus: '+',
	subtract: '-',
	minus: '-',
	multiply: '*',
	times: '*',
	divide: '/',
	minimum: 'min',
	maximum: 'max',
	regex: 'matches',
	match: 'matches',
	pattern: 'matches',
	like: 'matches',
	oneof: 'in',
	includes: 'in',
	contains: 'in',
	length: 'count',
	size: 'count',
	score: 'confidence',
	accuracy: 'confidence',
	value: 'content',
	text: 'content',
	amount: 'number',
	now: 'today',
	between: '<=',
	near: 'within',
	approx: 'within',
	meta: 'hasMeta',
};

/** Operators of JSON-Logic that are left out, and why. */
export const refusedOperators: Readonly<Record<string, string>> = {
	missing: 'missing runs document text as a rule; write { "present": "..." } instead',
	missing_some: 'missing_some runs document text as a rule; write { "or": [{ "present": "..." }, ...] } instead',
	log: 'log would print document text',
	method: 'method runs code',
	reduce: 'reduce is not in this language; write lowest, count, min or +',
	map: 'map is not in this language; write all, some, none or lowest',
	filter: 'filter is not in this language; write all, some or none with an and inside',
	merge: 'merge is not in this language; write one condition for each list',
	cat: 'cat is not in this language; compare the parts one by one',
	substr: 'substr is not in this language; write matches with a pattern',
	'!!': '!! takes anything for true; write { "present": "..." } or a comparison',
	'%': '% is not in this language',
	'?:': 'write if',
};
