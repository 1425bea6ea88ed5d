import { afterAll, beforeAll, expect, test } from 'vitest';
import { notification } from '../http/app-under-test.ts';
import { must } from '../ledger/ledger-under-test.ts';
import { type PostgresUnderTest, startPostgres } from '../ledger/postgres-under-test.ts';
import { serve } from './greenlane-process.ts';

const [webhookToken, operatorToken] = ['token-of-the-webhook-under-test', 'token-of-the-operator-under-test'];
const pages = ['/', '/tasks', '/upcoming', '/rules', '/proof', '/statement', '/events', '/controls'];
const answers = ['/metrics', '/readyz', '/v1/cases', '/v1/events', '/v1/rules', '/v1/proof', '/v1/statement'];

let server: PostgresUnderTest | null = null;
beforeAll(async () => {
	server = await startPostgres();
}, 120_000);
afterAll(() => server?.stop());

test('on Postgres, with its own clock, every page and every report answers', { timeout: 60_000 }, async () => {
	const bot = await serve({
		env: {
			...{ SENDAI_API_KEY: 'key', SENDAI_TEAM_ID: 'team_1', SENDAI_PROJECT_IDS: 'proj_1' },
			...{ SENDAI_BASE_URL: 'http://127.0.0.1:1', HOST: '127.0.0.1', PORT: '0', WEBHOOK_SECRETS: webhookToken },
			...{ OPERATOR_TOKEN: operatorToken, SECRET_KEYS: 'a-key-of-thirty-two-characters-or-more' },
			DATABASE_URL: await must(server, 'server').newDatabase('serve'),
		},
		withinMs: 50_000,
	});
	try {
		const ask = async (path: string, accept: string) => {
			const headers = { authorization: `Bearer ${operatorToken}`, accept };
			const response = await fetch(`${bot.address}${path}`, { headers, redirect: 'manual' });
			const text = await response.text();
			return { path, status: response.status, html: text.includes('</html>') };
		};
		const taken = await fetch(`${bot.address}/webhooks/send-ai`, {
			method: 'POST',
			headers: { authorization: `Bearer ${webhookToken}`, 'content-type': 'application/json' },
			body: JSON.stringify(notification()),
		});
		expect(taken.status).toBe(202);
		for (const path of pages) expect(await ask(path, 'text/html')).toEqual({ path, status: 200, html: true });
		for (const path of answers) expect(await ask(path, '*/*')).toEqual({ path, status: 200, html: false });
		const failures = bot.lines().filter(({ level }) => level === 'error');
		expect(failures).toEqual([]);
	} finally {
		bot.signal('SIGTERM');
		await bot.end();
	}
});
