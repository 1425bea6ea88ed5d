/** What can be bound to a statement or come back from one. */
export type SqlValue = string | number | null;

export interface SqlStatement {
	/** With `?1`, `?2`, ... in place of names: D1 knows no named parameters. */
	readonly sql: string;
	/** The parameters' names, in the order of their numbers. */
	readonly names: readonly string[];
	/** Where `:now` stands among them; -1 when nowhere. */
	readonly nowAt: number;
	readonly writes: boolean;
}

/** A statement as written here, with `:names`. SQL text holds no colon otherwise. */
export function statement(text: string): SqlStatement {
	const names: string[] = [];
	const sql = text.trim().replace(/:([a-z_]+)/gi, (_match, name: string) => {
		const at = names.indexOf(name);
		return `?${at === -1 ? names.push(name) : at + 1}`;
	});
	return { sql, names, nowAt: names.indexOf('now'), writes: !sql.startsWith('SELECT') };
}
