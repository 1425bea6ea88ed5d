import { beforeAll, expect, it } from 'vitest';
import { problemOf } from '../app-under-test.ts';
import { bodyOf, type Caller } from './opened.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' } as const;
const html = { accept: 'text/html' } as const;
const sameOrigin = { 'sec-fetch-site': 'same-origin' } as const;
const pages = ['/', '/tasks', '/upcoming', '/rules', '/proof', '/statement', '/events', '/controls'];
const forms = [
	...['/controls/pause', '/controls/resume', '/controls/open-gate'],
	...['/rules/reload', '/events/redeliver', '/events/x/redeliver'],
	...['/tasks/x/retry', '/tasks/x/leave', '/tasks/x/handled'],
];

/** The login, the pages and their forms, as a browser sends and reads them. */
export function pageBehaviour(ask: () => Caller): void {
	const post = (path: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>) =>
		ask().send('POST', path, { ...form, ...html, ...headers }, new URLSearchParams(fields).toString());
	const enter = async (token: string, headers: Readonly<Record<string, string>> = sameOrigin, next = '/') =>
		await post('/login', { token, next }, headers);
	const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
	const pauses = async () => (await bodyOf<{ pauses: unknown[] }>(await ask().read('/v1/controls'))).pauses;
	let alice = '';
	let bob = '';

	beforeAll(async () => {
		const { token, readToken } = ask().opened;
		[alice, bob] = [cookieOf(await enter(token)), cookieOf(await enter(readToken))];
	});

	it('who is not logged in is led to the login, and a program is told what it lacks', async () => {
		for (const path of pages) {
			const asked = await ask().send('GET', path, html);
			const wanted = path === '/' ? '/login' : `/login?next=${encodeURIComponent(path)}`;
			expect([asked.status, asked.headers.get('location')]).toEqual([303, wanted]);
			expect(await problemOf(await ask().send('GET', path))).toMatchObject({ status: 401, code: 'unknown-token' });
		}
		const login = await ask().send('GET', '/login', html);
		expect([login.status, login.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
	});

	it('a token gives a cookie that no script reads and no other site sends', async () => {
		const { token } = ask().opened;
		const plain = await enter(token, sameOrigin, '/tasks?outcome=left');
		expect([plain.status, plain.headers.get('location')]).toEqual([303, '/tasks?outcome=left']);
		const flags = /^greenlane=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/;
		expect(plain.headers.get('set-cookie')).toMatch(flags);
		const behindTls = await enter(token, { ...sameOrigin, 'x-forwarded-proto': 'https' });
		expect(behindTls.headers.get('set-cookie')).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
		for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
			expect((await enter(token, sameOrigin, next)).headers.get('location')).toBe('/');
		}
	});

	it('a wrong token gives none, and a forged cookie is nobody', async () => {
		const refused = await enter('a-token-that-nobody-has');
		expect([refused.status, refused.headers.get('set-cookie')]).toEqual([401, null]);
		expect(await refused.text()).toContain('No operator has this token.');
		const forged = [bob.replace('bob', 'alice'), `${alice.slice(0, -6)}AAA%3D`, 'greenlane=alice', 'greenlane='];
		for (const cookie of forged) {
			expect((await ask().send('GET', '/tasks', { ...html, cookie })).status, cookie).toBe(303);
		}
	});

	it('the pages are there for who is logged in, under a policy that lets nothing else in', async () => {
		for (const path of pages) {
			const response = await ask().send('GET', path, { ...html, cookie: bob });
			expect([response.status, response.headers.get('content-type')], path).toEqual([200, 'text/html; charset=UTF-8']);
			expect(Object.fromEntries(response.headers)).toMatchObject({
				'cache-control': 'no-store',
				'content-security-policy':
					"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
				'referrer-policy': 'same-origin',
				'x-content-type-options': 'nosniff',
				'x-frame-options': 'DENY',
			});
			expect(await response.text()).toMatch(/<\/html>\s*$/);
		}
		const missing = await ask().send('GET', '/tasks/none', { ...html, cookie: bob });
		expect([missing.status, (await missing.text()).includes('Not found')]).toEqual([404, true]);
	});

	it('what a page loads is there, and is kept for ever', async () => {
		const page = await (await ask().send('GET', '/login', html)).text();
		const loaded = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
		expect(loaded).toHaveLength(3);
		for (const path of loaded) {
			const response = await ask().send('GET', path);
			expect([response.status, response.headers.get('x-content-type-options')], path).toEqual([200, 'nosniff']);
			expect(response.headers.get('cache-control')).toMatch(/^public, max-age=/);
			expect((await response.text()).length).toBeGreaterThan(100);
		}
	});

	it.each([...forms, '/login', '/logout'])('%s takes nothing from another site', async (path) => {
		const { token, url } = ask().opened;
		const foreign = [
			{},
			{ 'sec-fetch-site': 'cross-site' },
			{ 'sec-fetch-site': 'same-site' },
			{ origin: 'http://evil.example' },
			{ origin: 'null' },
			{ 'sec-fetch-site': 'cross-site', origin: url },
		];
		for (const headers of foreign) {
			const response = await post(path, { token, scope: '*', why: 'because' }, { cookie: alice, ...headers });
			expect(response.headers.get('set-cookie')).toBeNull();
			expect(await problemOf(response), JSON.stringify(headers)).toMatchObject({ status: 403, code: 'cross-site' });
		}
		expect(await pauses()).toEqual([]);
	});

	it('a cookie serves the operator API for reading, and for acts from our own pages alone', async () => {
		expect((await ask().send('GET', '/v1/events', { cookie: bob })).status).toBe(200);
		const forced = await ask().send('POST', '/v1/pause', { cookie: alice, origin: 'http://evil.example' });
		expect(await problemOf(forced)).toMatchObject({ status: 403, code: 'cross-site' });
		expect(await pauses()).toEqual([]);
	});

	it('a form does what it says for who may, and says what came of it', async () => {
		const { url } = ask().opened;
		const denied = await post('/controls/pause', { scope: '*', why: 'because' }, { cookie: bob, ...sameOrigin });
		expect([denied.status, (await denied.text()).includes('You may look')]).toEqual([403, true]);
		const empty = await post('/controls/pause', { scope: '*', why: '' }, { cookie: alice, ...sameOrigin });
		expect(empty.headers.get('location')).toBe('/controls?notice=wrong-input');
		expect(await pauses()).toEqual([]);
		// Browsers without Sec-Fetch-Site say by Origin where the form stands.
		const paused = await post('/controls/pause', { scope: '*', why: 'because' }, { cookie: alice, origin: url });
		expect([paused.status, paused.headers.get('location')]).toEqual([303, '/controls?notice=paused']);
		expect(await pauses()).toMatchObject([{ scope: '*', by: 'alice', why: 'because' }]);
		const resumed = await post('/controls/resume', { scope: '*' }, { cookie: alice, ...sameOrigin });
		expect(resumed.headers.get('location')).toBe('/controls?notice=resumed');
		expect(await pauses()).toEqual([]);
	});

	it('the logout takes the cookie away', async () => {
		const out = await post('/logout', {}, { cookie: bob, ...sameOrigin });
		expect([out.status, out.headers.get('location')]).toEqual([303, '/login?notice=logged-out']);
		expect(out.headers.get('set-cookie')).toMatch(/^greenlane=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/);
	});
}
