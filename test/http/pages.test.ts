import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { stylesheet } from '../../src/http/pages/stylesheet.ts';
import { type NewDecision, ownReadsSetting } from '../../src/ledger/index.ts';
import { afterFirstRead, decision } from '../ledger/ledger-under-test.ts';
import { type AppUnderTest, createAppUnderTest, notification, operator, problemOf, reader } from './app-under-test.ts';
import { getPage, logIn, logInBoth, postForm, sameOrigin, site } from './page-parts.ts';
import { createPagesUnderTest, type PagesUnderTest } from './pages-under-test.ts';

const paths = ['/', '/tasks', '/upcoming', '/rules', '/proof', '/statement', '/events', '/controls'];
const forms = [
	'/tasks/x/retry',
	'/tasks/x/leave',
	'/tasks/x/handled',
	'/events/x/redeliver',
	'/events/redeliver',
	'/rules/reload',
	'/controls/pause',
	'/controls/resume',
	'/controls/open-gate',
];

async function appUnderTest(over = {}): Promise<AppUnderTest> {
	const app = await createAppUnderTest(over);
	onTestFinished(() => app.close());
	return app;
}

describe('the login', () => {
	it('leads back to the page that was asked for, and never to another site', async () => {
		const app = await appUnderTest();
		const asked = await getPage(app, '/tasks?outcome=left');
		expect(asked.status).toBe(303);
		expect(asked.headers.get('location')).toBe('/login?next=%2Ftasks%3Foutcome%3Dleft');
		for (const [next, location] of [
			['/tasks?outcome=left', '/tasks?outcome=left'],
			['https://evil.example/', '/'],
			['//evil.example/', '/'],
			['/\\evil.example', '/'],
			['/a\r\nset-cookie: x=1', '/'],
		] as const) {
			const response = await postForm(app, '/login', { token: operator.token, next }, sameOrigin);
			expect([response.status, response.headers.get('location')]).toEqual([303, location]);
		}
	});

	it('gives a cookie that scripts and other sites cannot use, and that says nothing of the token', async () => {
		const app = await appUnderTest();
		const plain = await postForm(app, '/login', { token: operator.token }, sameOrigin);
		const cookie = plain.headers.get('set-cookie') ?? '';
		expect(cookie).toMatch(/^greenlane=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
		expect(cookie).not.toContain(operator.token);
		const behindProxy = await postForm(
			app,
			'/login',
			{ token: operator.token },
			{ ...sameOrigin, 'x-forwarded-proto': 'https' },
		);
		expect(behindProxy.headers.get('set-cookie')).toContain('; Secure');
	});

	it("refuses a token that is nobody's, without repeating it", async () => {
		const app = await appUnderTest();
		const response = await postForm(app, '/login', { token: 'a-token-that-nobody-has' }, sameOrigin);
		const text = await response.text();
		expect([response.status, response.headers.get('set-cookie')]).toEqual([401, null]);
		expect(text).toContain('No operator has this token.');
		expect(text + JSON.stringify(app.logged)).not.toContain('a-token-that-nobody-has');
	});

	it('ends with its time, with a change of the token or role, and by logging out', async () => {
		const app = await appUnderTest();
		const cookie = await logIn(app, operator.token);
		expect((await getPage(app, '/', cookie)).status).toBe(200);
		for (const operators of [
			[{ ...operator, token: 'another-token-0123456789' }],
			[{ ...operator, role: 'read' as const }],
			[{ ...operator, name: 'carol' }],
			[reader],
		]) {
			expect((await getPage(await appUnderTest({ operators }), '/', cookie)).status).toBe(303);
		}
		const other = { timeZone: 'UTC', dailyLimit: null, taskUrl: null, sessionSecret: 'another' };
		expect((await getPage(await appUnderTest({ view: other }), '/', cookie)).status).toBe(303);
		// Another process with the same configuration knows it.
		expect((await getPage(await appUnderTest(), '/', cookie)).status).toBe(200);
		await app.clock.advance(12 * 3_600_000);
		expect((await getPage(app, '/', cookie)).status).toBe(303);
		const out = await postForm(app, '/logout', {}, { ...sameOrigin, cookie });
		expect(out.headers.get('set-cookie')).toMatch(/^greenlane=; Max-Age=0/);
	});

	it('is not fooled by a cookie that was made up', async () => {
		const app = await appUnderTest();
		const cookie = decodeURIComponent(await logIn(app, reader.token));
		const [, ends = '', signature = ''] = /^greenlane=(\d+):bob\.(.+)$/.exec(cookie) ?? [];
		expect(signature).not.toBe('');
		for (const forged of [
			`${ends}:alice.${signature}`,
			`${Number(ends) + 1}:bob.${signature}`,
			`${ends}:bob.${'A'.repeat(43)}=`,
			`${ends}:bob`,
			`${ends}:bob.`,
			'alice',
			'',
			`9999999999999:__proto__.${signature}`,
		]) {
			expect((await getPage(app, '/', `greenlane=${encodeURIComponent(forged)}`)).status, forged).toBe(303);
		}
	});

	it('is not asked for where there are no operators, from this machine alone', async () => {
		const app = await appUnderTest({ operators: [] });
		expect((await getPage(app, '/')).text).toContain('local');
		expect((await getPage(app, '/login')).headers.get('location')).toBe('/');
		const elsewhere = await app.request('http://greenlane.example/', { headers: { accept: 'text/html' } });
		expect(await problemOf(elsewhere)).toMatchObject({ status: 403, code: 'foreign-origin' });
	});
});

describe('forms', () => {
	it.each([...forms, '/login', '/logout'])('%s takes nothing from another site', async (path) => {
		const app = await appUnderTest();
		const { alice } = await logInBoth(app);
		for (const headers of [
			{ 'sec-fetch-site': 'cross-site' },
			{ 'sec-fetch-site': 'same-site', origin: site },
			{ 'sec-fetch-site': 'none' },
			{ origin: 'https://evil.example' },
			{ origin: 'null' },
			{ origin: 'http://127.0.0.1:1' },
			{},
		]) {
			const fields = { scope: '*', why: 'because', token: operator.token };
			const response = await postForm(app, path, fields, { ...headers, cookie: alice } as Record<string, string>);
			expect(await problemOf(response), JSON.stringify(headers)).toMatchObject({ status: 403, code: 'cross-site' });
		}
		expect(await app.ledger.pauses()).toEqual([]);
	});

	it.each(forms)('%s lets nobody act who may only look', async (path) => {
		const app = await appUnderTest();
		const { bob } = await logInBoth(app);
		const response = await postForm(app, path, { scope: '*', why: 'because' }, { ...sameOrigin, cookie: bob });
		expect([response.status, (await response.text()).includes('You may look')]).toEqual([403, true]);
		expect(await app.ledger.pauses()).toEqual([]);
	});

	it('are not even shown to who may only look', async () => {
		const app = await appUnderTest();
		await app.ledger.pause('proj_1', 'alice');
		await app.notify(notification({ event: 'something.else' }));
		const { alice, bob } = await logInBoth(app);
		for (const path of paths) {
			const [hers, his] = [(await getPage(app, path, alice)).text, (await getPage(app, path, bob)).text];
			expect(his.match(/method="post" action="[^"]*"/g)).toEqual(['method="post" action="/logout"']);
			if (path === '/controls' || path === '/events') expect(hers.match(/method="post"/g)?.length).toBeGreaterThan(1);
		}
	});

	it('by cookie the API takes changes from our own pages alone, and reads from anywhere', async () => {
		const app = await appUnderTest();
		const { alice } = await logInBoth(app);
		const pause = (headers: Record<string, string>) =>
			app.request(`${site}/v1/pause`, { method: 'POST', headers: { cookie: alice, ...headers } });
		expect(await problemOf(await pause({}))).toMatchObject({ status: 403, code: 'cross-site' });
		expect((await pause({ origin: site })).status).toBe(200);
		expect((await app.request(`${site}/v1/summary`, { headers: { cookie: alice } })).status).toBe(200);
	});

	it('pause and resume with who and why, and a wrong one does nothing', async () => {
		const app = await appUnderTest();
		const { alice } = await logInBoth(app);
		const headers = { ...sameOrigin, cookie: alice };
		for (const fields of [
			{ scope: '*' },
			{ why: 'no scope' },
			{ scope: 'a\tb', why: 'x' },
			{ scope: '*', why: 'a\nb' },
			{ scope: '*', why: 'x'.repeat(201) },
		]) {
			const response = await postForm(app, '/controls/pause', fields as Record<string, string>, headers);
			expect(response.headers.get('location')).toBe('/controls?notice=wrong-input');
		}
		expect(await app.ledger.pauses()).toEqual([]);
		const paused = await postForm(app, '/controls/pause', { scope: '*', why: 'wrong totals' }, headers);
		expect([paused.status, paused.headers.get('location')]).toEqual([303, '/controls?notice=paused']);
		const page = await getPage(app, '/controls?notice=paused', alice);
		expect(page.text).toMatch(/Everything is paused<\/strong> by alice, .*: wrong totals/);
		expect((await getPage(app, '/', alice)).text).toContain('everything is paused by alice');
		await postForm(app, '/controls/resume', { scope: '*' }, headers);
		expect(await app.ledger.pauses()).toEqual([]);
		expect(app.pokes()).toBe(2);
		// What a person wrote is for people: the log has none of it.
		expect(JSON.stringify(app.logged)).not.toContain('wrong totals');
	});

	it('open a gate and leave the pause of its project alone; resume with a reason', async () => {
		const app = await appUnderTest();
		const { alice } = await logInBoth(app);
		const headers = { ...sameOrigin, cookie: alice };
		await app.ledger.closeGate('proj_1', 'complete', 'status-403');
		await app.ledger.pause('proj_1', 'carol', 'wrong totals');
		const { text } = await getPage(app, '/controls', alice);
		const [, action = '', value = ''] =
			/action="([^"]+)"[^>]*><input type="hidden" name="project_id" value="([^"]+)"><button[^>]*>Open</.exec(text) ??
			[];
		const opened = await postForm(app, action, { project_id: value }, headers);
		expect(opened.headers.get('location')).toBe('/controls?notice=gate-opened');
		expect(app.pokes()).toBe(1);
		expect(await app.ledger.gates()).toEqual([]);
		expect(await app.ledger.pauses()).toMatchObject([{ scope: 'proj_1', by: 'carol' }]);
		expect((await postForm(app, action, { project_id: value }, headers)).headers.get('location')).toContain(
			'gate-not-closed',
		);
		expect((await postForm(app, action, { project_id: '' }, headers)).headers.get('location')).toContain('wrong-input');

		await postForm(app, '/controls/resume', { scope: 'proj_1', why: 'mended' }, headers);
		expect((await getPage(app, '/controls', alice)).text).toMatch(/<strong>alice<\/strong> resumed .*mended/s);
		const lost = await postForm(app, '/controls/pause', { scope: 'proj_9', why: 'x' }, headers);
		expect(lost.headers.get('location')).toBe('/controls?notice=unknown-project');
		expect(await app.ledger.pauses()).toEqual([]);
	});

	it('say what only the watch has found, and that the quiet period is off, at the top of Today', async () => {
		const app = await appUnderTest();
		const { bob } = await logInBoth(app);
		expect((await getPage(app, '/', bob)).text).toContain('Nothing is wrong right now');
		const remember = (code: string, phase: string, fields = {}) =>
			app.ledger.setSetting(
				`alert:${code}:`,
				JSON.stringify({ id: 'a', code, message: 'm', fields, at: 1, phase, until: 1, tries: 1 }),
			);
		await remember('nothing-received', 'told');
		await remember('export-failed', 'new', { case_id: 'case-1', project_id: 'proj_1' });
		await app.ledger.setSetting(ownReadsSetting, 'yes');
		const { text } = await getPage(app, '/', bob);
		expect(text).not.toContain('Nothing is wrong right now');
		for (const trouble of [
			'nothing has been received for longer',
			'a completed task could not be exported',
			'the quiet period is off',
		]) {
			expect(text, trouble).toContain(trouble);
		}
		await remember('nothing-received', 'over');
		expect((await getPage(app, '/', bob)).text).not.toContain('nothing has been received');
	});

	it('say so where a decision is no longer kept, or an address holds no place in a list', async () => {
		const app = await appUnderTest();
		const { bob } = await logInBoth(app);
		await app.operate('/v1/tasks', { project_id: 'proj_1', task_ids: ['tsk_1'] });
		const [event] = (await app.ledger.listEvents({ limit: 1 })).items;
		const claim = await app.ledger.claimEvent(event?.id ?? '', 60_000);
		if (claim === null) throw new Error('there is no event');
		const tasks = [{ projectId: 'proj_1', taskId: 'tsk_1' }];
		await app.ledger.finishEvent(claim, { kind: 'located', tasks, uploadId: null });
		const [found] = await app.ledger.casesOfTask('proj_1', 'tsk_1');
		const taken = await app.ledger.claimCase(found?.id ?? '', 60_000);
		if (taken === null) throw new Error('there is no case');
		expect((await getPage(app, `/tasks/${found?.id}`, bob)).text).toContain('Nothing has been decided yet.');
		await app.ledger.recordDecision(afterFirstRead(taken), decision({ id: 'dec_1' }), {
			state: 'superseded',
			reason: 'completed',
			dueInMs: null,
		});
		await app.ledger.forget('proj_1', 'tsk_1', 'ann');
		await app.clock.advance(500 * 86_400_000);
		const day = 86_400_000;
		await app.ledger.prune({ eventsMs: day, decisionsMs: day, hashesMs: day, contentMs: 0 }, 100);
		const later = await logInBoth(app);
		expect((await getPage(app, `/tasks/${found?.id}`, later.bob)).text).toContain('The decision is no longer kept.');
		expect((await getPage(app, '/tasks', later.bob)).text).toContain('no longer kept');

		expect((await getPage(app, '/tasks?before=garbage', later.bob)).text).toContain(
			'Part of the filter was not understood',
		);
		expect((await getPage(app, '/events?before=garbage', later.bob)).text).toContain(
			'The address holds no place in this list',
		);
		for (const path of ['/tasks', '/events?before=', '/events']) {
			expect((await getPage(app, path, later.bob)).text).not.toMatch(/not understood|no place in this list/);
		}
	});

	it('show who did what to an event', async () => {
		const app = await appUnderTest();
		const { bob } = await logInBoth(app);
		const handedIn = await app.operate('/v1/tasks', { project_id: 'proj_1', task_ids: ['tsk_1'] });
		const { event_id: id } = (await handedIn.json()) as { event_id: string };
		expect((await getPage(app, `/events?id=${id}`, bob)).text).toContain('<strong>alice</strong> handed it in');
		expect((await getPage(app, '/events', bob)).text).not.toContain('handed it in');
	});

	it('redeliver a time by the clock of the operators', async () => {
		const app = await appUnderTest({
			view: { timeZone: 'Europe/Amsterdam', dailyLimit: null, taskUrl: null, sessionSecret: '' },
		});
		await app.notify(notification({ event: 'something.else' }));
		const { alice } = await logInBoth(app);
		const send = async (since: string, until: string) =>
			(
				await postForm(app, '/events/redeliver', { status: 'ignored', since, until }, { ...sameOrigin, cookie: alice })
			).headers.get('location');
		// It came at 08:00 UTC.
		expect(await send('2026-06-01T08:00', '2026-06-01T09:59')).toBe('/events?notice=nothing-redelivered');
		expect(await send('2026-06-01T10:00', '2026-06-01T09:00')).toBe('/events?notice=wrong-input');
		expect(await send('2026-06-01T10:00', '2026-06-01T10:01')).toBe('/events?notice=range-redelivered');
		expect(await app.ledger.actsOn('evt_1')).toMatchObject([{ act: 'redeliver', by: 'alice' }]);
	});
});

describe('what came from outside', () => {
	const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>\'';

	it('is escaped wherever it stands', async () => {
		const app = await appUnderTest();
		const { ledger } = app;
		await ledger.accept({
			...{ id: `evt-${hostile}`, source: 'webhook', kind: 'in_review', name: hostile, teamId: 'team_1' },
			...{ projectId: hostile, uploadId: null, taskIds: [hostile], ignored: null, digest: 'd' },
		} as never);
		const event = await ledger.claimEvent(`evt-${hostile}`, 60_000);
		if (event === null) throw new Error('no event');
		await ledger.finishEvent(event, {
			kind: 'located',
			tasks: [{ projectId: hostile, taskId: hostile }],
			uploadId: null,
		});
		const [claimed] = await ledger.claimDueCases(1, 60_000);
		if (claimed === undefined) throw new Error('no case');
		const claim = afterFirstRead(claimed, hostile);
		const condition = {
			...{ id: hostile, requirement: hostile, outcome: 'fail', sentence: hostile, error: hostile },
			margins: [
				{
					label: hostile,
					relation: hostile,
					bound: hostile,
					unit: hostile,
					holds: false,
					value: hostile,
					limit: hostile,
					by: 1,
				},
			],
		};
		const body = {
			reasons: [{ code: `rule:${hostile}:${hostile}`, sentence: hostile }],
			guards: [{ id: hostile, outcome: 'fail', sentence: hostile }],
			rules: [
				{
					id: hostile,
					mode: 'live',
					applies: 'yes',
					because: hostile,
					outcome: 'review',
					conditions: [condition],
					braked: true,
				},
			],
			draw: { u: 0.5, keyId: hostile },
			leftOut: [hostile],
		};
		const decision: NewDecision = {
			...{
				id: 'dec-1',
				outcome: 'review',
				withheld: null,
				firstReason: `rule:${hostile}:${hostile}`,
				revision: hostile,
			},
			...{ logicRevision: 'l', version: hostile, fingerprint: 'f', rules: [hostile], body, elements: [] },
		};
		await ledger.recordDecision(claim, decision, { state: 'review', reason: hostile, dueInMs: null });
		await ledger.pause(hostile, hostile, hostile);
		await ledger.closeGate(hostile, 'complete', hostile);
		await ledger.setBrake(hostile, true, hostile);
		const { alice } = await logInBoth(app);
		const mean = encodeURIComponent(hostile);
		let shown = 0;
		for (const path of [
			...paths,
			`/tasks/${claim.case.id}`,
			`/tasks?outcome=${mean}&rule=${mean}&condition=${mean}&project_id=${mean}&day=${mean}&id=${mean}&notice=${mean}&before=${mean}`,
			`/events?status=${mean}&id=evt-${mean}&before=${mean}`,
			`/login?next=/${mean}`,
			`/?notice=__proto__`,
		]) {
			const { status, text } = await getPage(app, path, alice);
			expect(status, path).toBe(200);
			expect(text, path).not.toMatch(/<script>|<img/);
			expect(text.match(/<script/g) ?? [], path).toHaveLength(1);
			shown += text.includes('&lt;script&gt;') ? 1 : 0;
		}
		expect(shown).toBeGreaterThanOrEqual(6);
		expect((await getPage(app, `/tasks/${claim.case.id}`, alice)).text).toContain('too large to be kept whole');
	});
});

describe('every page', () => {
	let under: PagesUnderTest;
	let alice = '';
	let casePath = '';
	beforeAll(async () => {
		under = await createPagesUnderTest(3);
		alice = await logIn(under.app, operator.token);
		const [left] = (await under.world.ledger.listCases({ states: ['review'], limit: 1 })).items;
		casePath = `/tasks/${left?.id}`;
	});
	afterAll(() => under.close());

	it('forbids what it does not need, and is never stored', async () => {
		for (const path of [...paths, casePath, '/login']) {
			const { headers, text } = await getPage(under.app, path, alice);
			expect(headers.get('content-security-policy')).toBe(
				"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			);
			expect(headers.get('x-content-type-options')).toBe('nosniff');
			expect(headers.get('cache-control')).toBe('no-store');
			expect(text).not.toMatch(/ style="| on\w+="|javascript:/);
		}
	});

	it('loads a stylesheet and a script whose names change with what is in them', async () => {
		const { text } = await getPage(under.app, '/', alice);
		for (const [, path = ''] of text.matchAll(/(?:href|src)="(\/assets\/pages-[^"]+)"/g)) {
			const response = await under.app.request(`${site}${path}`);
			expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
			expect(path).toMatch(/pages-[0-9a-f]{16}\.(?:css|js)$/);
		}
		const [, sheet = ''] = /href="(\/assets\/pages-[^"]+\.css)"/.exec(text) ?? [];
		expect(await (await under.app.request(`${site}${sheet}`)).text()).toBe(stylesheet);
	});

	it('counts what the ledger holds', async () => {
		const { cases } = await under.world.ledger.counts();
		const total = Object.values(cases).reduce((sum, count) => sum + count, 0);
		const response = await under.app.request(`${site}/v1/summary?days=30`, { headers: { cookie: alice } });
		const { period, blockers } = (await response.json()) as {
			period: Record<string, number>;
			blockers: { count: number }[];
		};
		expect(period).toMatchObject({
			received: total,
			completed: cases.completed,
			left_to_people: cases.review + cases.audit + cases.refused + cases.superseded + cases.needs_human,
		});
		expect(blockers.length).toBeGreaterThan(2);
		expect(cases.completed).toBeGreaterThan(0);
	});

	it('of a task shows each attempt with its raw status, and each value against its threshold', async () => {
		const done = (await under.world.ledger.listCases({ states: ['completed'], limit: 1 })).items[0];
		const { text } = await getPage(under.app, `/tasks/${done?.id}`, alice);
		expect(text).toMatch(/Completion 1 answered: <strong>HTTP 20\d<\/strong>/);
		expect(text).toContain(`href="https://app.example/projects/${done?.projectId}/tasks/${done?.taskId}"`);
		expect(text).toMatch(/<svg class="scale".*must be at least <strong>0\.9<\/strong>/s);
		expect(text.indexOf('came by webhook')).toBeLessThan(text.indexOf('Settled'));
		expect((await getPage(under.app, '/tasks/none', alice)).status).toBe(404);
	});

	it('of tasks keeps its filters in the links, and leaves out what it does not understand', async () => {
		const { text } = await getPage(under.app, '/tasks?outcome=left&rule=invoice&day=nonsense', alice);
		expect(text).toContain('href="/v1/cases.csv?outcome=left&amp;rule=invoice"');
		expect(text).toContain('was left out');
		expect(text).not.toMatch(/badge good/);
	});

	it('says what is wrong with rules that were refused', async () => {
		under.refuse([
			{
				file: 'invoice.json',
				line: 12,
				column: 8,
				severity: 'error',
				code: 'unknown-operator',
				message: 'There is no operator of this name.',
				pointer: '',
				didYouMean: 'confidence',
			},
		]);
		const { text } = await getPage(under.app, '/rules', alice);
		expect(text).toMatch(/were refused.*invoice\.json:12:8.*There is no operator of this name\..*confidence/s);
		expect((await getPage(under.app, '/', alice)).text).toContain('the rules as they are now were refused');
		const reloaded = await postForm(under.app, '/rules/reload', {}, { ...sameOrigin, cookie: alice });
		expect(reloaded.headers.get('location')).toBe('/rules?notice=rules-refused');
		expect((await getPage(under.app, '/rules', alice)).text).toContain('<dd>by alice, ');
		under.refuse([]);
	});

	it('of what is about to complete has one button that leaves it to a person', async () => {
		const held = (await under.world.ledger.upcoming(10)).items[0];
		if (held === undefined) throw new Error('nothing waits');
		const before = await getPage(under.app, '/upcoming', alice);
		expect(before.text).toContain(`action="/tasks/${held.id}/leave"`);
		const response = await postForm(
			under.app,
			`/tasks/${held.id}/leave`,
			{ back: '/upcoming' },
			{ ...sameOrigin, cookie: alice },
		);
		expect(response.headers.get('location')).toBe('/upcoming?notice=left');
		expect(await under.world.ledger.caseOverview(held.id)).toMatchObject({ state: 'review', reason: 'left' });
		expect((await getPage(under.app, '/upcoming', alice)).text).not.toContain(held.id);
		expect((await getPage(under.app, `/tasks/${held.id}`, alice)).text).toContain(
			'<strong>alice</strong> left it to a person',
		);
		await under.world.run(12);
		expect((await under.world.ledger.getCase(held.id))?.sends).toBe(0);
	});
});
