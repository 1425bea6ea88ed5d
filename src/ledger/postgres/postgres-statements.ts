import type { SqlStatement } from '../sql/statement.ts';

/** Parameters that are no texts, by their names: Postgres wants to know the type of each. */
const typed = {
	BIGINT:
		`after after_due answered_with before daily_limit due_in every fence hour keep lease least limit max_sends most now scan
		settled_quarter since since_quarter unknown_wait unobserved until until_hour until_quarter`.split(/\s+/),
	BOOLEAN: ['terminal', 'woken', 'open_next'],
} as const;

const functionNames: Readonly<Record<string, string>> = {
	json_object: 'json_build_object',
	json_array: 'json_build_array',
	json_group_array: 'json_agg',
	json: 'to_json',
};

/**
 * A statement of SQLite's dialect as Postgres takes it: parameters with their types, `IS` between values as `IS NOT DISTINCT
 * FROM`, other names for what builds JSON, and no hint for SQLite's planner. What else differs the schema has as functions.
 * A test has Postgres prepare every statement.
 */
export function toPostgresSql({ sql, names }: SqlStatement): string {
	const parameter = (digits: string) => `$${digits}::${typeOf(names[Number(digits) - 1] ?? '')}`;
	return sql
		.split(/('[^']*')/)
		.map((piece, index) => (index % 2 === 1 ? piece : translate(piece, parameter)))
		.join('');
}

function translate(piece: string, parameter: (digits: string) => string): string {
	return piece
		.replace(/\bINDEXED BY \w+/g, '')
		.replace(/\bCROSS JOIN\b/g, 'JOIN')
		.replace(/\bIS NOT (?!NULL|TRUE)/g, 'IS DISTINCT FROM ')
		.replace(/\bIS (?!NOT|NULL|DISTINCT)/g, 'IS NOT DISTINCT FROM ')
		.replace(/\b(json_object|json_array|json_group_array|json)\(/g, (_match, name: string) => `${functionNames[name]}(`)
		.replace(/\?(\d+)/g, (_match, digits: string) => parameter(digits));
}

function typeOf(name: string): string {
	if (typed.BIGINT.includes(name)) return 'BIGINT';
	return typed.BOOLEAN.some((one) => one === name) ? 'BOOLEAN' : 'TEXT';
}
