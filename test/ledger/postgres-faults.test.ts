import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/ledger/postgres/postgres-connection.ts';
import { createPostgresStore } from '../../src/ledger/postgres/postgres-store.ts';
import { openPostgresLedger } from '../../src/ledger/postgres.ts';
import { bind } from '../../src/ledger/sql/statements.ts';
import type { Ledger } from '../../src/ledger/types.ts';
import { nodeClock } from '../../src/platform/node.ts';
import { caseIdOf, createIds, event, intent, lease, locate, must, openJudged, told } from './ledger-under-test.ts';
import { startPostgresProxy } from './postgres-proxy.ts';
import { type PostgresUnderTest, startPostgres } from './postgres-under-test.ts';

let server: PostgresUnderTest | null = null;
let databases = 0;

beforeAll(async () => {
	server = await startPostgres();
}, 120_000);
afterAll(() => server?.stop());

async function newUrl(): Promise<string> {
	databases += 1;
	return await must(server, 'server').newDatabase(`faults_${databases}`);
}

async function open(url: string, newId = createIds()): Promise<Ledger> {
	const opened = await openPostgresLedger({ url, clock: nodeClock, newId });
	if (!opened.ok) throw new Error(opened.message);
	onTestFinished(() => opened.ledger.close());
	return opened.ledger;
}

async function refusal(url: string, mustExist = false): Promise<string> {
	const opened = await openPostgresLedger({ url, clock: nodeClock, newId: createIds(), mustExist });
	if (!opened.ok) return opened.message;
	await opened.ledger.close();
	return 'was opened';
}

async function admin(url: string): Promise<pg.Client> {
	const client = new pg.Client({ connectionString: url });
	// The server goes down in these tests.
	client.on('error', () => undefined);
	await client.connect();
	onTestFinished(() => client.end());
	return client;
}

describe('the clock', () => {
	test('is the one of the server, for what is read as for what is written', async () => {
		const ledger = await open(await newUrl());
		const before = Date.now();
		const slack = 5_000;
		expect(Math.abs((await ledger.now()) - before)).toBeLessThan(slack);
		expect(Math.abs((await ledger.measures()).at - before)).toBeLessThan(slack);
		expect(await ledger.nextDueInMs()).toBeNull();
		await locate(ledger, ['task-1']);
		const claim = must(await ledger.claimCase(await caseIdOf(ledger, 'task-1'), lease), 'claim');
		expect(Math.abs(claim.now - before)).toBeLessThan(slack);
		const dueInMs = must(await ledger.nextDueInMs(), 'what is due');
		expect(dueInMs).toBeGreaterThan(lease - slack);
		expect(dueInMs).toBeLessThanOrEqual(lease);
	});
});

describe('opening', () => {
	test('several processes that start at once make one ledger, and all of them work', async () => {
		const url = await newUrl();
		const ledgers = await Promise.all(['a', 'b', 'c'].map((name) => open(url, prefixed(name))));
		await Promise.all(ledgers.map((ledger, index) => locate(ledger, [`task-${index}`])));
		for (const ledger of ledgers) expect((await ledger.casesOfTask('proj-1', 'task-1')).length).toBe(1);
	});

	test('a ledger of a newer build, and a schema that is none of ours, are refused and left as they are', async () => {
		const newer = await newUrl();
		await (await open(newer)).ping();
		const client = await admin(newer);
		await client.query('UPDATE greenlane.ledger_version SET version = 99');
		expect(await refusal(newer)).toMatch(
			/is of version 99, and this Greenlane knows versions up to \d+\. .*nothing was changed/,
		);

		const foreign = await newUrl();
		const other = await admin(foreign);
		await other.query('CREATE SCHEMA greenlane; CREATE TABLE greenlane.plants (name TEXT)');
		expect(await refusal(foreign)).toMatch(/a schema greenlane that is no ledger of Greenlane/);
		const { rows } = await other.query("SELECT relname FROM pg_class WHERE relnamespace = 'greenlane'::regnamespace");
		expect(rows).toEqual([{ relname: 'plants' }]);
	});

	test('a command that only looks something up makes no ledger', async () => {
		const url = await newUrl();
		expect(await refusal(url, true)).toMatch(
			/^There is no ledger in Postgres at localhost:\d+\/faults_\d+; DATABASE_URL/,
		);
		const { rows } = await (await admin(url)).query("SELECT to_regnamespace('greenlane') IS NULL AS absent");
		expect(rows).toEqual([{ absent: true }]);
	});

	test('what keeps it from opening is said with a remedy, and never with the password', async () => {
		const url = new URL(await newUrl());
		url.password = 'not-the-password';
		expect(await refusal(url.href)).toMatch(/password authentication failed.* Check user and password\.$/);
		expect(await refusal(url.href)).not.toContain('not-the-password');
		url.password = 'only-for-tests';
		url.pathname = '/nowhere';
		expect(await refusal(url.href)).toMatch(/"nowhere" does not exist\. Make the database first/);
		url.port = '1';
		expect(await refusal(url.href)).toMatch(
			/localhost:1\/nowhere cannot be opened: .*\. Check that Postgres runs there/,
		);
	});

	test('commits are durable and a process that hangs gives up its lock, whatever the server is set to', async () => {
		const url = await newUrl();
		await (await admin(url)).query('ALTER ROLE postgres SET synchronous_commit = off');
		onTestFinished(async () => {
			await (await admin(url)).query('ALTER ROLE postgres RESET synchronous_commit');
		});
		const client = await connect(url);
		onTestFinished(() => client.end());
		const { rows } = await client.query(
			"SELECT current_setting('synchronous_commit') AS durable, current_setting('idle_in_transaction_session_timeout') AS idle",
		);
		expect(rows).toEqual([{ durable: 'on', idle: '10s' }]);
	});
});

describe('a commit of which nobody heard', () => {
	test('is done once, whether the connection broke before the server saw it or after', async () => {
		const proxy = await startPostgresProxy(await newUrl());
		onTestFinished(() => proxy.close());
		const ledger = await open(proxy.url);
		const claim = await openJudged(ledger);
		for (const [number, at] of (['break-before', 'break-after'] as const).entries()) {
			proxy.atCommit(at);
			expect(await ledger.accept(event({ id: `evt-${at}` }))).toMatchObject({ status: 'accepted' });
			expect((await ledger.getEvent(`evt-${at}`))?.duplicates).toBe(0);
			expect(proxy.commits(), 'a commit came by').toBeGreaterThan(number);
		}
		proxy.atCommit('break-after');
		expect(told(await ledger.recordIntent(claim, intent()))).toBe('granted');
		expect(await ledger.attemptsOf(claim.case.id)).toHaveLength(1);
		expect(await ledger.completionsOn('proj-1', '2026-06-01')).toBe(1);
	});

	test('nobody answers for a while: the ledger fails in bounded time, and goes on when the server is back', async () => {
		const proxy = await startPostgresProxy(await newUrl());
		onTestFinished(() => proxy.close());
		const ledger = await open(proxy.url);
		await locate(ledger, ['task-1']);
		proxy.cut();
		await expect(ledger.accept(event({ id: 'evt-lost' }))).rejects.toThrow(/^the ledger failed: /);
		await expect(ledger.getCase('nobody')).rejects.toThrow(/^the ledger failed: /);
		proxy.open();
		expect(await ledger.accept(event({ id: 'evt-lost' }))).toMatchObject({ status: 'accepted' });
		expect(await caseIdOf(ledger, 'task-1')).toMatch(/^made-/);
	}, 30_000);
});

describe('under load', () => {
	test('a server that goes down and comes back loses nothing that was accepted, and does nothing twice', async () => {
		const url = await newUrl();
		const ledger = await open(url);
		const accepted: string[] = [];
		let stop = false;
		const load = Array.from({ length: 8 }, async (_none, worker) => {
			for (let number = 0; !stop && number < 5_000; number += 1) {
				const id = `evt-${worker}-${number}`;
				try {
					await ledger.accept(event({ id }));
					accepted.push(id);
				} catch {
					// Said to whoever sent it.
				}
			}
		});
		await nodeClock.sleep(300);
		await must(server, 'server').crash();
		await nodeClock.sleep(1_500);
		stop = true;
		await Promise.all(load);
		expect(accepted.length).toBeGreaterThan(100);
		const { rows } = await (await admin(url)).query('SELECT id, duplicates FROM greenlane.events');
		const stored = new Map(rows.map((row) => [row.id, Number(row.duplicates)]));
		expect(accepted.filter((id) => stored.get(id) !== 0)).toEqual([]);
	}, 60_000);

	test('of three processes that want one case each is granted what it may, and one intent in all', async () => {
		const url = await newUrl();
		const ledgers = await Promise.all(['a', 'b', 'c'].map((name) => open(url, prefixed(name))));
		const [first, second, third] = [ledgers[0], ledgers[1], ledgers[2]].map((one) => must(one, 'ledger'));
		if (first === undefined || second === undefined || third === undefined) throw new Error('three ledgers');
		for (let round = 0; round < 20; round += 1) {
			const task = `task-${round}`;
			await locate(first, [task]);
			const id = await caseIdOf(first, task);
			const claims = (await Promise.all(ledgers.map((ledger) => ledger.claimCase(id, lease)))).filter(
				(claim) => claim !== null,
			);
			expect(claims, 'one holds it').toHaveLength(1);
		}
		const claim = await openJudged(first, 'wanted');
		const results = await Promise.all(
			[first, second, third].flatMap((ledger, index) => [
				ledger.recordIntent(claim, intent({ attemptId: `att-${index}` })),
				ledger.recordIntent(claim, intent({ attemptId: `att-${index}-again` })),
			]),
		);
		expect(results.filter(({ granted }) => granted)).toHaveLength(1);
		expect(await second.attemptsOf(claim.case.id)).toHaveLength(1);
	}, 30_000);

	test('what one process pauses, brakes or serves holds for the next intent of another', async () => {
		const url = await newUrl();
		const [here, there] = await Promise.all([open(url, prefixed('a')), open(url, prefixed('b'))]);
		const claim = await openJudged(here);
		await there.pause('*', 'alice');
		expect(told(await here.recordIntent(claim, intent()))).toBe('paused');
		await there.resume('*', 'alice');
		await there.setBrake('invoices', true, 'alice');
		expect(told(await here.recordIntent(claim, intent()))).toBe('braked');
		await there.setBrake('invoices', false, 'alice');
		await there.serve('s'.repeat(64), 'l'.repeat(64), '{}');
		expect(told(await here.recordIntent(claim, intent()))).toBe('rules-changed');
	});

	test('one batch that is refused undoes none of those that were written with it', async () => {
		const url = await newUrl();
		await (await open(url)).ping();
		const store = createPostgresStore({ url, clock: nodeClock });
		onTestFinished(() => store.close());
		const results = await Promise.allSettled([
			store.run([bind('setSetting', { key: 'a', value: '1' })]),
			store.run([bind('setSetting', { key: 'b', value: '2' }), bind('logChange', wrongChange)]),
			store.run([bind('setSetting', { key: 'c', value: '3' })]),
		]);
		expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
		const read = async (key: string) => (await store.run([bind('setting', { key })]))[0]?.[0]?.value ?? null;
		expect([await read('a'), await read('b'), await read('c')]).toEqual(['1', null, '3']);
	});
});

const wrongChange = { change: 'nothing-known', scope: '*', by: 'alice', why: null };

test('the tables and columns are those of SQLite', async () => {
	const folder = new URL('../../src/ledger/migrations/', import.meta.url);
	const sqlite = new DatabaseSync(':memory:');
	for (const name of readdirSync(folder).toSorted()) sqlite.exec(readFileSync(new URL(name, folder), 'utf8'));
	const ofSqlite = sqlite
		.prepare(
			`SELECT t.name || '.' || c.name || ' ' || c.type || iif(c."notnull" OR c.pk, ' not null', '') AS line
			FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
			WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1`,
		)
		.all()
		.map((row) => String(row.line));
	const url = await newUrl();
	await (await open(url)).ping();
	const { rows } = await (await admin(url)).query(
		`SELECT table_name || '.' || column_name || ' ' || CASE data_type
			WHEN 'bigint' THEN 'INTEGER' WHEN 'text' THEN 'TEXT' WHEN 'double precision' THEN 'REAL' ELSE data_type
		END || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END AS line
		FROM information_schema.columns
		WHERE table_schema = 'greenlane' AND table_name NOT IN ('ledger_version', 'decision_marks')
		ORDER BY 1`,
	);
	expect(rows.map(({ line }) => line).toSorted()).toEqual(ofSqlite.toSorted());
	expect(ofSqlite.length).toBeGreaterThan(100);
});

function prefixed(name: string): () => string {
	const ids = createIds();
	return () => `${name}-${ids()}`;
}
