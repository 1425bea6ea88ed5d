/** The pages as an operator uses them: a real browser, before `serve` on Node and before the Worker on workerd. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { nodeDigest } from '../../src/platform/node.ts';
import type { TaskSpec } from '../../src/simulator/index.ts';
import { createAppUnderTest, operator, reader } from './app-under-test.ts';
import { logIn, openWindow, sendFromElsewhere } from './browser-window.ts';
import { endless, hostile, hostileDocument, hostileRule } from './hostile.ts';
import { launchChromium } from './launch-chromium.ts';
import { findFaults } from './look-at-page.ts';
import { sessionOf } from './page-parts.ts';
import {
	projectId,
	type RunningGreenlane,
	secretKey,
	startOnNode,
	startOnWorker,
	teamId,
} from './running-greenlane.ts';

/** Long enough to press a button within it on a busy machine, short enough to wait for its end. */
const holdMs = 24_000;
const passing = {
	mode: 'live',
	conditions: [
		{
			id: 'nothing-guessed',
			requirement: 'No field may be a guess.',
			logic: { all: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, 0.9] }] },
		},
	],
	...{ auditShare: 0, quietMinutesAfterOpened: 0 },
} as const;
const rules = {
	invoice: { ...passing, description: 'Invoices.', appliesTo: { meta: { category: ['invoice'] } } },
	identity: {
		...passing,
		description: 'Identity documents, after a while.',
		appliesTo: { meta: { category: ['identity'] } },
		holdMinutes: holdMs / 60_000,
	},
	hostile: hostileRule,
};
const certain: TaskSpec = { language: 'nl', right: true, confidence: 0.99, malformation: 'none' };
const invoice: TaskSpec = { ...certain, kind: 'invoice' };
const identity: TaskSpec = { ...certain, kind: 'identity' };

let browser: Browser;
const running = new Map<string, RunningGreenlane>();

beforeAll(async () => {
	const starting = [startOnNode(rules), startOnWorker(rules)] as const;
	const [launched, ...started] = await Promise.all([launchChromium(), ...starting]);
	browser = launched;
	for (const [index, name] of ['Node', 'workerd'].entries()) {
		const one = started[index];
		if (one !== undefined) running.set(name, one);
	}
}, 120_000);

afterAll(async () => {
	await Promise.all([browser?.close(), ...[...running.values()].map((one) => one.close())]);
}, 30_000);

describe.each(['Node', 'workerd'])('on %s', { timeout: 60_000 }, (runtime) => {
	let greenlane: RunningGreenlane;
	/** Waits out its hold, and is not left to a person. */
	let passingHold = '';
	let leftInHold = '';
	let uncertain = '';
	beforeAll(async () => {
		const one = running.get(runtime);
		if (one === undefined) throw new Error(`${runtime} is not there`);
		greenlane = one;
		const { simulator } = greenlane;
		[leftInHold = '', passingHold = ''] = simulator.createUpload({ tasks: [identity, identity] }).taskIds;
		[uncertain = ''] = simulator.createUpload({ tasks: [{ ...invoice, confidence: 0.8 }] }).taskIds;
		await comesTo(() => standingOf(leftInHold), 'waiting: hold');
	});

	const standingOf = async (taskId: string): Promise<string> => {
		const response = await greenlane.ask(`/v1/cases?id=${encodeURIComponent(taskId)}`);
		const { cases } = (await response.json()) as { cases: readonly { state: string; reason: string | null }[] };
		return cases.map(({ state, reason }) => `${state}: ${reason}`).join();
	};
	const completionsOf = (taskId: string) => greenlane.simulator.task(taskId)?.completions.length;
	/** The window of somebody who is logged in. */
	const enter = async (token: string, path = '/', options: Parameters<Browser['newContext']>[0] = {}) => {
		const window = await openWindow(browser, options);
		await window.page.goto(`${greenlane.url}${path}`);
		await logIn(window.page, token);
		await window.page.waitForURL(`${greenlane.url}${path}`);
		return window;
	};
	const says = (page: Page, text: string) => page.getByRole('status').getByText(text).waitFor();

	it('a task is left to a person during its hold by one button', async () => {
		const { page, complaints } = await enter(operator.token);
		await page.getByRole('link', { name: 'About to complete' }).click();
		await page.getByRole('button', { name: `Leave to a person ${leftInHold}` }).click();
		await says(page, 'The task is left to a person.');
		expect(await page.getByRole('link', { name: leftInHold }).count()).toBe(0);
		await page.getByRole('link', { name: passingHold }).waitFor();
		expect(await standingOf(leftInHold)).toBe('review: left');
		expect(complaints).toEqual([]);
	});

	it('a wrong token is refused; the right one leads to the page that was asked for, until the logout', async () => {
		const { page, context, complaints } = await openWindow(browser);
		await page.goto(`${greenlane.url}/rules`);
		await logIn(page, 'a-token-that-nobody-has');
		await page.getByRole('alert').getByText('No operator has this token.').waitFor();
		expect(await context.cookies()).toEqual([]);
		await logIn(page, reader.token);
		await page.waitForURL(`${greenlane.url}/rules`);
		expect(await context.cookies()).toMatchObject([{ name: 'greenlane', httpOnly: true, sameSite: 'Strict' }]);
		await page.getByRole('button', { name: 'Log out' }).click();
		await says(page, 'You are logged out.');
		await page.goto(`${greenlane.url}/rules`);
		expect(new URL(page.url()).pathname).toBe('/login');
		expect(complaints).toEqual([]);
	});

	it('a session that is over leads to the login, and presses no button any more', async () => {
		const { page, context } = await openWindow(browser);
		await context.addCookies([{ ...(await sessionBegun(11)), url: greenlane.url }]);
		await page.goto(`${greenlane.url}/controls`);
		await page.getByLabel('Why').fill('too late');
		await context.addCookies([{ ...(await sessionBegun(12.1)), url: greenlane.url }]);
		await page.getByRole('button', { name: 'Pause' }).click();
		await page.waitForURL(`${greenlane.url}/login`);
		expect(await pausesOf(greenlane)).toEqual([]);
		await page.goto(`${greenlane.url}/tasks`);
		expect(page.url()).toBe(`${greenlane.url}/login?next=%2Ftasks`);
	});

	it('the list is filtered, and a task tells why it was left to a person', async () => {
		const { page, complaints } = await enter(reader.token, '/tasks');
		await page.getByLabel('Where it stands').selectOption('review');
		await page.getByLabel('Rule that applied').selectOption('invoice');
		await page.getByRole('button', { name: 'Show' }).click();
		await page.waitForURL(`${greenlane.url}/tasks?outcome=review&rule=invoice`);
		expect(await page.locator('tbody th a').allTextContents()).toEqual([uncertain]);
		const download = page.waitForEvent('download');
		await page.getByRole('link', { name: 'Download as CSV' }).click();
		expect((await download).suggestedFilename()).toBe('greenlane-tasks.csv');
		await page.getByRole('link', { name: uncertain }).click();
		await page.getByRole('heading', { name: `Task ${uncertain}` }).waitFor();
		await page.getByText('0.8, must be at least 0.9').waitFor();
		// Who may only look is shown nothing to press.
		expect(await page.getByRole('button').allTextContents()).toEqual(['Log out']);
		expect(complaints.filter((one) => !one.includes('cases.csv'))).toEqual([]);
	});

	it('what a document said is shown to who may operate, and the task says who looked', async () => {
		const path = `/tasks?id=${uncertain}`;
		const { page, complaints } = await enter(operator.token, path);
		await page.getByRole('link', { name: uncertain }).click();
		await page.getByRole('link', { name: 'What the document said' }).click();
		await page.getByRole('heading', { name: `What the document of ${uncertain} said` }).waitFor();
		expect(await page.getByRole('row').filter({ hasText: 'total_amount' }).count()).toBe(1);
		const address = page.url();
		await page.getByRole('link', { name: 'Back to the task' }).click();
		await page.getByText('alice looked at what the document said').waitFor();
		expect(complaints).toEqual([]);

		const bob = await enter(reader.token, path);
		await bob.page.getByRole('link', { name: uncertain }).click();
		await bob.page.getByRole('heading', { name: `Task ${uncertain}` }).waitFor();
		expect(await bob.page.getByRole('link', { name: 'What the document said' }).count()).toBe(0);
		expect((await bob.page.goto(address))?.status()).toBe(403);
		expect(await bob.page.getByText('total_amount').count()).toBe(0);
	});

	it('a pause lets nothing be completed on any page, and its end lets all that waited', async () => {
		const { page, complaints } = await enter(operator.token, '/controls');
		await page.getByLabel('Why').fill('wrong totals');
		await page.getByRole('button', { name: 'Pause' }).click();
		await says(page, 'Paused. Nothing is completed from now on.');
		const before = greenlane.simulator.report().posts.received;
		const { taskIds } = greenlane.simulator.createUpload({ tasks: [invoice, invoice] });
		for (const id of taskIds) await comesTo(() => standingOf(id), 'waiting: paused');
		await page.goto(`${greenlane.url}/`);
		await page.getByRole('link', { name: 'everything is paused by alice' }).click();
		await page.getByText('Everything is paused by alice').waitFor();
		expect(greenlane.simulator.report().posts.received).toBe(before);
		await page.getByRole('button', { name: 'Resume everything' }).click();
		await says(page, 'Resumed.');
		for (const id of taskIds) await comesTo(() => completionsOf(id), 1);
		for (const id of taskIds) await comesTo(() => standingOf(id), 'completed: by-us');
		await page.goto(`${greenlane.url}/tasks?id=${taskIds[0]}`);
		await page.getByRole('cell', { name: 'Completed by Greenlane' }).waitFor();
		expect(complaints).toEqual([]);
	});

	it('a form of another site does nothing, whoever is logged in', async () => {
		const { page, context } = await enter(operator.token);
		const status = await sendFromElsewhere(page, `${greenlane.url}/controls/pause`, { scope: '*', why: 'because' });
		expect(status).toBe(403);
		// A browser that sends the cookie all the same is not believed either.
		const [cookie] = await context.cookies();
		const forced = await context.request.post(`${greenlane.url}/controls/pause`, {
			form: { scope: '*', why: 'because' },
			headers: { origin: 'http://evil.example', cookie: `greenlane=${cookie?.value}` },
		});
		expect(forced.status()).toBe(403);
		expect(await pausesOf(greenlane)).toEqual([]);
	});

	it('nothing that came from outside runs, or breaks a page', async () => {
		const ours = { project_id: projectId, task_ids: [hostile, endless] };
		expect((await greenlane.ask('/v1/tasks', ours)).status).toBe(202);
		const strangers = [hostile, endless].map((id) => ({ id, event: id, project_id: id, upload: { id }, task: { id } }));
		const upload = { id: 'evt_1', event: 'upload.in_review', project_id: projectId, upload: { id: hostile } };
		for (const event of [...strangers, upload]) {
			expect((await greenlane.notify({ ...event, team_id: teamId })).status).toBe(202);
		}
		const { taskIds } = greenlane.simulator.createUpload({
			tasks: [
				{ ...certain, document: hostileDocument, confidence: 0.7 },
				{ ...invoice, steps: [hostile] },
			],
		});
		for (const id of taskIds) await comesTo(() => standingOf(id), expect.stringMatching(/^review: /));
		await comesTo(() => standingOf(hostile), 'waiting: not_found');
		for (const change of ['pause', 'resume']) {
			expect((await greenlane.ask(`/v1/${change}`, { scope: projectId, why: hostile })).status).toBe(200);
		}
		const casesOf = async (id: string) => {
			const response = await greenlane.ask(`/v1/cases?id=${encodeURIComponent(id)}`);
			return ((await response.json()) as { cases: readonly { id: string }[] }).cases.map((one) => `/tasks/${one.id}`);
		};

		const { page, complaints } = await enter(operator.token, '/', { viewport: { width: 360, height: 800 } });
		const mean = encodeURIComponent(endless);
		const shown: string[] = [];
		for (const path of [
			...['/', '/tasks', '/upcoming', '/rules', '/proof', '/statement', '/events', '/controls'],
			...(await Promise.all([hostile, endless, ...taskIds].map(casesOf))).flat(),
			...(await Promise.all(taskIds.map(casesOf))).flat().map((path) => `${path}/content`),
			...[`/tasks?rule=${mean}&condition=${mean}&project_id=${mean}`, `/tasks?id=${mean}`, `/events?id=${mean}`],
			...[`/login?next=/${mean}`, `/?notice=${mean}`],
		]) {
			await page.goto(`${greenlane.url}${path}`);
			await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
			expect(await page.evaluate(findFaults), path).toEqual([]);
			expect(await page.locator('script').count(), path).toBe(1);
			expect(await page.locator('img').count(), path).toBe(0);
			const text = await page.evaluate('document.body.textContent');
			if (String(text).includes(hostile)) shown.push(path.replace(/\?.*|(?<=\/tasks\/)[^/]*/, ''));
		}
		expect(complaints).toEqual([]);
		// Otherwise nothing was tried.
		expect([...new Set(shown)].sort()).toEqual([
			'/',
			'/controls',
			'/events',
			'/rules',
			'/tasks',
			'/tasks/',
			'/tasks//content',
		]);
	});

	it('what was left during its hold is never completed, and what was not is', async () => {
		await comesTo(() => completionsOf(passingHold), 1, holdMs + 20_000);
		expect(completionsOf(leftInHold)).toBe(0);
		expect(await standingOf(leftInHold)).toBe('review: left');
		expect(greenlane.simulator.report().violations).toMatchObject({ repeated: [], malformed: [] });
	});
});

async function comesTo(look: () => unknown, wanted: unknown, timeout = 15_000): Promise<void> {
	await vi.waitFor(async () => expect(await look()).toEqual(wanted), { timeout, interval: 200 });
}

async function pausesOf(greenlane: RunningGreenlane): Promise<readonly unknown[]> {
	return ((await (await greenlane.ask('/v1/controls')).json()) as { pauses: readonly unknown[] }).pauses;
}

/** The cookie of a session that began so many hours ago, as a process with the same configuration gave it. */
async function sessionBegun(hoursAgo: number): Promise<{ name: string; value: string }> {
	const clock = { now: () => Date.now() - hoursAgo * 3_600_000, sleep: async () => undefined };
	const view = { timeZone: 'UTC', dailyLimit: null, taskUrl: null, sessionSecret: secretKey };
	const app = await createAppUnderTest({ clock, view, digest: nodeDigest });
	try {
		return await sessionOf(app, operator.token);
	} finally {
		await app.close();
	}
}
