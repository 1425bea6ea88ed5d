import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PostgresUnderTest, startPostgres } from './postgres-under-test.ts';

let server: PostgresUnderTest | undefined;
beforeAll(async () => {
	server = await startPostgres();
}, 60_000);
afterAll(() => server?.stop());

test('a real Postgres runs in the tests, and each database that it makes is empty', async () => {
	if (server === undefined) throw new Error('the server was not started');
	const client = new pg.Client({ connectionString: await server.newDatabase('first') });
	await client.connect();
	try {
		const { rows } = await client.query(
			"SELECT count(*)::int AS tables FROM information_schema.tables WHERE table_schema = 'public'",
		);
		expect(rows).toEqual([{ tables: 0 }]);
	} finally {
		await client.end();
	}
});
