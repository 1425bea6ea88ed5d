import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { operator, reader } from './app-under-test.ts';
import { launchChromium } from './launch-chromium.ts';
import { findFaults } from './look-at-page.ts';
import { createPagesUnderTest, type PagesUnderTest } from './pages-under-test.ts';

let under: PagesUnderTest;
let browser: Browser;
let paths: readonly string[] = [];

beforeAll(async () => {
	[under, browser] = await Promise.all([createPagesUnderTest(4), launchChromium()]);
	const { ledger } = under.world;
	await ledger.pause('proj_2', 'alice', 'the supplier sends wrong totals');
	await ledger.closeGate('proj_2', 'complete', 'status-403');
	const [left, done] = await Promise.all(
		(['review', 'completed'] as const).map(
			async (state) => (await ledger.listCases({ states: [state], limit: 1 })).items[0],
		),
	);
	paths = [
		'/',
		'/tasks',
		`/tasks/${left?.id}`,
		`/tasks/${done?.id}`,
		'/upcoming',
		'/rules',
		'/events',
		'/controls',
		'/tasks/none',
	];
}, 60_000);

afterAll(async () => {
	await browser.close();
	await under.close();
});

/** A window, logged in, and what its console and its content security policy complained of. */
async function openWindow(token: string, options: Parameters<Browser['newContext']>[0] = {}) {
	const context: BrowserContext = await browser.newContext(options);
	onTestFinished(() => context.close());
	const page = await context.newPage();
	const complaints: string[] = [];
	page.on('console', (message) => {
		// A 404 that is asked for is told on the console as well.
		if (message.type() !== 'log' && !message.text().includes('404')) complaints.push(message.text());
	});
	page.on('pageerror', (error) => complaints.push(error.message));
	page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
	await page.goto(`${under.url}/`);
	await page.getByLabel('Token').fill(token);
	await page.getByRole('button', { name: 'Log in' }).click();
	await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
	return { page, complaints };
}

const look = async (page: Page) => (await page.evaluate(findFaults)) as string[];

it.each([
	['light', 1440],
	['dark', 1440],
	['light', 360],
	['dark', 360],
] as const)('every page reads well in %s at %i pixels, and no browser complains', async (colorScheme, width) => {
	const { page, complaints } = await openWindow(operator.token, { colorScheme, viewport: { width, height: 900 } });
	for (const path of paths) {
		await page.goto(`${under.url}${path}`);
		await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
		expect(await look(page), path).toEqual([]);
	}
	await page.getByRole('button', { name: 'Log out' }).click();
	expect(await look(page)).toEqual([]);
	expect(complaints).toEqual([]);
});

it('everything can be pressed by keyboard alone: a task is found, and everything paused and resumed', async () => {
	const { page, complaints } = await openWindow(operator.token);
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
	const { page } = await openWindow(operator.token, { javaScriptEnabled: false });
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
	const { page } = await openWindow(reader.token);
	await page.goto(`${under.url}/tasks`);
	await page.getByLabel('Where it stands').selectOption('completed');
	await page.getByRole('button', { name: 'Show' }).click();
	await page.waitForURL('**/tasks?outcome=completed');
	expect(await page.getByText('○').count()).toBe(0);
	expect(await page.getByRole('button').allTextContents()).toEqual(['Log out', 'Show']);
});

it('a page of another site cannot press a button here, whoever is logged in', async () => {
	const { page } = await openWindow(operator.token);
	const { origin } = new URL(under.url);
	await page.route('http://evil.example/', (route) =>
		route.fulfill({
			contentType: 'text/html',
			body: `<form method="post" action="${origin}/controls/pause"><input name="scope" value="*"><input name="why" value="x"></form>`,
		}),
	);
	await page.goto('http://evil.example/');
	const answered = page.waitForResponse(`${origin}/controls/pause`);
	await page.evaluate('document.forms[0].submit()');
	expect((await answered).status()).toBe(403);
	expect((await under.world.ledger.pauses()).map(({ scope }) => scope)).toEqual(['proj_2']);
});
