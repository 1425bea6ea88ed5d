import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { operator, reader } from './app-under-test.ts';
import { logIn, openWindow } from './browser-window.ts';
import { findViolations } from './find-violations.ts';
import { launchChromium } from './launch-chromium.ts';
import { findFaults } from './look-at-page.ts';
import { sessionOf } from './page-parts.ts';
import { createPagesUnderTest, type PagesUnderTest } from './pages-under-test.ts';
import { stageTrouble } from './stage-trouble.ts';

let under: PagesUnderTest;
let browser: Browser;
/** The addresses of what is known only once it is there. */
let staged: Readonly<Record<string, string>> = {};
let session = { name: '', value: '' };

beforeAll(async () => {
	[under, browser] = await Promise.all([createPagesUnderTest(2), launchChromium()]);
	session = await sessionOf(under.app, operator.token);
	const { left, completed, held, failed } = await stageTrouble(under);
	staged = {
		...{ 'a task left to a person': left, 'a completed task': completed },
		...{ 'what a document said': `${left}/content`, 'what no document said': `${failed}/content` },
		...{ 'a task in its hold': held, 'a task that needs a person': failed },
	};
}, 60_000);

afterAll(async () => {
	await browser.close();
	await under.close();
});

/** A window, logged in. */
async function enter(token: string, options: Parameters<Browser['newContext']>[0] = {}) {
	const window = await openWindow(browser, options);
	await window.page.goto(`${under.url}/`);
	await logIn(window.page, token);
	await window.page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
	return window;
}

const look = async (page: Page) => (await page.evaluate(findFaults)) as string[];

/** What is wrong with a page in light and dark, on a wide screen and on a phone; all that is folded, unfolded. */
async function findAllFaults(page: Page): Promise<readonly string[]> {
	await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
	const faults: string[] = [];
	for (const width of [1_440, 360]) {
		await page.setViewportSize({ width, height: 900 });
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme });
			const found = [...(await look(page)), ...(await findViolations(page))];
			faults.push(...found.map((fault) => `${colorScheme} at ${width}: ${fault}`));
		}
	}
	return faults;
}

it('the login reads well, also when it was refused and after a logout', async () => {
	const { page, complaints } = await openWindow(browser);
	await page.goto(`${under.url}/`);
	expect(await findAllFaults(page)).toEqual([]);
	await logIn(page, 'a-token-that-nobody-has');
	await page.getByRole('alert').waitFor();
	expect(await findAllFaults(page)).toEqual([]);
	await logIn(page, operator.token);
	await page.getByRole('button', { name: 'Log out' }).click();
	await page.getByRole('status').waitFor();
	expect(await findAllFaults(page)).toEqual([]);
	expect(complaints).toEqual([]);
}, 60_000);

it.each([
	...['/', '/tasks', '/upcoming', '/rules', '/proof', '/statement', '/events', '/controls'],
	...['what a document said', 'what no document said'],
	...['a task left to a person', 'a completed task', 'a task in its hold', 'a task that needs a person'],
	...['/tasks/none', '/tasks?rule=none', '/tasks?day=nonsense', '/events?status=dead', '/controls?notice=wrong-input'],
])(
	'%s reads well in light and dark, on a wide screen and on a phone',
	async (name) => {
		const { page, context, complaints } = await openWindow(browser);
		await context.addCookies([{ ...session, url: under.url }]);
		await page.goto(`${under.url}${staged[name] ?? name}`);
		await page.getByRole('button', { name: 'Log out' }).waitFor();
		expect(await findAllFaults(page)).toEqual([]);
		expect(complaints).toEqual([]);
	},
	60_000,
);

it('the statement prints without what only a screen has', async () => {
	const { page, context } = await openWindow(browser);
	await context.addCookies([{ ...session, url: under.url }]);
	await page.goto(`${under.url}/statement`);
	const onlyOnScreen = [page.getByRole('navigation').first(), page.getByRole('button', { name: 'Log out' })];
	const title = page.getByRole('heading', { level: 1, name: 'Statement' });
	for (const one of [title, ...onlyOnScreen]) expect(await one.isVisible()).toBe(true);
	await page.emulateMedia({ media: 'print' });
	for (const one of onlyOnScreen) expect(await one.isVisible()).toBe(false);
	expect(await title.isVisible()).toBe(true);
	expect(await page.locator('main table').first().isVisible()).toBe(true);
});

it('everything can be pressed by keyboard alone: a task is found, and everything paused and resumed', async () => {
	const { page, complaints } = await enter(operator.token);
	const tabTo = async (name: string, role: string) => {
		for (let presses = 0; presses < 60; presses += 1) {
			await page.keyboard.press('Tab');
			const here = await page.evaluate(`(({ activeElement: one }) =>
				[one.tagName, (one.labels?.[0] ?? one).textContent.trim(), getComputedStyle(one).outlineStyle])(document)`);
			const [tag, text, outline] = here as [string, string, string];
			if (tag !== 'BODY') expect(outline, text).toBe('solid');
			if (tag === role && text.startsWith(name)) return;
		}
		throw new Error(`nobody gets to ${name} by keyboard`);
	};
	await tabTo('Skip to content', 'A');
	await tabTo('Controls', 'A');
	await page.keyboard.press('Enter');
	await page.waitForURL('**/controls');
	await tabTo('Why', 'INPUT');
	await page.keyboard.type('wrong totals');
	await page.keyboard.press('Enter');
	await page.getByRole('status').getByText('Paused.').waitFor();
	expect(await under.world.ledger.pauses()).toMatchObject([
		{ scope: '*', by: 'alice', why: 'wrong totals' },
		{ scope: 'proj_2' },
	]);
	expect(await look(page)).toEqual([]);
	await tabTo('Resume everything', 'BUTTON');
	await page.keyboard.press('Enter');
	await page.getByRole('status').getByText('Resumed.').waitFor();
	expect(await under.world.ledger.pauses()).toMatchObject([{ scope: 'proj_2' }]);
	expect(complaints).toEqual([]);
});

it('works without JavaScript: filter, open a task, have it judged again', async () => {
	const { page } = await enter(operator.token, { javaScriptEnabled: false });
	await page.goto(`${under.url}/tasks`);
	await page.getByLabel('Where it stands').selectOption('review');
	await page.getByRole('button', { name: 'Show' }).click();
	await page.waitForURL('**/tasks?outcome=review*');
	expect(await page.getByText('✓ Completed').count()).toBe(0);
	await page.locator('tbody th a').first().click();
	await page.getByRole('button', { name: 'Judge again' }).click();
	await page.getByText('The task is being judged again.').waitFor();
	await page.getByText('alice had it judged again').waitFor();
	await under.world.run(0.1);
});

it('leaves empty filters out of the address', async () => {
	const { page } = await enter(reader.token);
	await page.goto(`${under.url}/tasks`);
	await page.getByLabel('Where it stands').selectOption('completed');
	await page.getByRole('button', { name: 'Show' }).click();
	await page.waitForURL('**/tasks?outcome=completed');
	expect(await page.getByText('○').count()).toBe(0);
	expect(await page.getByRole('button').allTextContents()).toEqual(['Log out', 'Show']);
});
