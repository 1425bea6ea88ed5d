/**
 * Every statement of the ledger, in the dialect that SQLite and D1 share; nothing here knows a platform. What an operation
 * needs is one statement or a fixed batch: D1 has no transaction in which one could look before writing.
 */
import { caseStatements } from './case-statements.ts';
import { completionStatements } from './completion-statements.ts';
import { controlStatements } from './control-statements.ts';
import { eventStatements } from './event-statements.ts';
import { evidenceStatements } from './evidence-statements.ts';
import { metricStatements } from './metric-statements.ts';
import { queryStatements } from './query-statements.ts';
import { reportStatements } from './report-statements.ts';
import { retentionStatements } from './retention-statements.ts';
import type { SqlValue } from './statement.ts';

export const statements = {
	...eventStatements,
	...caseStatements,
	...completionStatements,
	...controlStatements,
	...queryStatements,
	...reportStatements,
	...metricStatements,
	...evidenceStatements,
	...retentionStatements,
} as const;

export type StatementName = keyof typeof statements;

/** A statement and what is bound to it, in the order of its parameters. Plain data: it travels to a thread. */
export interface BoundStatement {
	readonly name: StatementName;
	readonly values: readonly SqlValue[];
}

/**
 * `:now` is left to the store, which judges time when it runs the statement, not when it was asked for.
 *
 * @throws TypeError when another parameter has no value
 */
export function bind(name: StatementName, values: Readonly<Record<string, SqlValue>> = {}): BoundStatement {
	return {
		name,
		values: statements[name].names.map((parameter) => {
			if (parameter === 'now') return null;
			const value = values[parameter];
			if (value === undefined) throw new TypeError(`${name}: nothing given for ${parameter}`);
			return value;
		}),
	};
}

/** The values of a statement, with the store's clock where it asks for it. */
export function valuesAt({ name, values }: BoundStatement, now: number): readonly SqlValue[] {
	const { nowAt } = statements[name];
	return nowAt === -1 ? values : values.with(nowAt, now);
}
