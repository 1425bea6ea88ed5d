import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { repeatOf } from '../../src/ledger/d1-repeats.ts';
import { d1ClockSql, toD1Statement } from '../../src/ledger/d1-statements.ts';
import { type SqlStatement, statement } from '../../src/ledger/sql/statement.ts';
import { type StatementName, statements } from '../../src/ledger/sql/statements.ts';

const migrations = new URL('../../src/ledger/migrations/', import.meta.url);
const files = readdirSync(migrations)
	.toSorted()
	.map((name) => readFileSync(new URL(name, migrations), 'utf8'));
const database = new DatabaseSync(':memory:');
database.exec(files.join('\n'));
afterAll(() => database.close());

const names = Object.keys(statements) as StatementName[];
const confirmations = names.map(repeatOf).filter((repeat) => typeof repeat !== 'string');
const all: readonly SqlStatement[] = [...names.map((name) => statements[name]), ...confirmations];

/** How SQLite would go about it, with as many values bound as the text has parameters. */
function planOf(sql: string, count: number): unknown {
	const values = Array.from({ length: count }, () => null);
	return database
		.prepare(`EXPLAIN QUERY PLAN ${sql}`)
		.all(...values)
		.map(({ detail }) => detail);
}

test('the time is read where the statement runs, and all other values stay in their places', () => {
	const form = toD1Statement(statement('SELECT :a, :now, :b, :now + :a, :c, :d, :e, :f, :g, :h, :i, :j'));
	expect(form.sql('CLOCK')).toBe('SELECT ?1, CLOCK, ?2, CLOCK + ?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10');
	expect(form.values(['a', null, 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'])).toEqual([...'abcdefghij']);
	const timeless = toD1Statement(statement('SELECT :a'));
	expect([timeless.sql('CLOCK'), timeless.values(['a'])]).toEqual(['SELECT ?1', ['a']]);
});

test('as D1 takes them, statements are found by the same indexes, within its limits', () => {
	for (const one of all) {
		const form = toD1Statement(one);
		const values = form.values(one.names.map(() => null));
		const sql = form.sql(d1ClockSql);
		expect(sql).not.toMatch(/:now/);
		expect(planOf(sql, values.length), sql).toEqual(planOf(one.sql, one.names.length));
		// https://developers.cloudflare.com/d1/platform/limits/
		expect(values.length, sql).toBeLessThanOrEqual(100);
		expect(sql.length, sql).toBeLessThan(100_000);
	}
});

test('what confirms a statement asks for nothing that the statement was not given, and only reads', () => {
	expect(confirmations.length).toBeGreaterThan(2);
	for (const name of names) {
		const repeat = repeatOf(name);
		if (typeof repeat === 'string') continue;
		expect(repeat.writes, name).toBe(false);
		expect(
			repeat.names.filter((parameter) => !statements[name].names.includes(parameter)),
			name,
		).toEqual([]);
	}
});

test('a claim, and what tells whether it changed anything, is never run again on a guess', () => {
	const guarded = names.filter((name) => repeatOf(name) === 'other');
	expect(guarded).toEqual(
		expect.arrayContaining(['claimDueEvents', 'claimEvent', 'claimDueCases', 'claimCase', 'logChange', 'takeProbe']),
	);
	// An INSERT that nothing keeps from being made twice would be made twice.
	for (const name of names) {
		const { sql } = statements[name];
		if (!sql.startsWith('INSERT') || /ON CONFLICT/.test(sql)) continue;
		expect(repeatOf(name), name).not.toBe('same');
	}
});

/**
 * `wrangler d1 migrations apply --remote` hands a whole file to an endpoint that cuts it into statements by itself, and
 * less well than SQLite: a `CASE ... END` within a trigger, a keyword in small letters or a carriage return has ended one
 * too early (https://github.com/cloudflare/workers-sdk/issues/14991).
 */
test('migrations hold triggers in the plain form that D1 is known to take apart rightly', () => {
	for (const file of files) {
		expect(file).not.toMatch(/\r/);
		expect(file).not.toMatch(/^\s*(?:PRAGMA|BEGIN;|BEGIN TRANSACTION|COMMIT)/im);
		const triggers = file.match(/CREATE TRIGGER[\s\S]*?^END;$/gm) ?? [];
		expect(triggers).toHaveLength(file.match(/CREATE TRIGGER/gi)?.length ?? 0);
		for (const trigger of triggers) {
			expect(trigger.match(/\bBEGIN\b/gi), trigger).toEqual(['BEGIN']);
			expect(trigger.match(/\bEND\b/gi), trigger).toEqual(['END']);
			expect(trigger, trigger).not.toMatch(/--|\/\*/);
		}
	}
});
