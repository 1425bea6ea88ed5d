import type { Browser, BrowserContext, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

export interface BrowserWindow {
	readonly context: BrowserContext;
	readonly page: Page;
	/** What the console, the content security policy, scripts and the network complained of so far. */
	readonly complaints: readonly string[];
}

/** A window of its own, with no cookie of another; it ends with the test. */
export async function openWindow(
	browser: Browser,
	options: Parameters<Browser['newContext']>[0] = {},
): Promise<BrowserWindow> {
	// Colours that are on their way to others cannot be judged.
	const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
	onTestFinished(() => context.close());
	// Less than a test has: who waits in vain is to say for what.
	context.setDefaultTimeout(8_000);
	const page = await context.newPage();
	const complaints: string[] = [];
	page.on('console', (message) => {
		// Of a 401, 403 or 404 that a test asks for the console tells as well.
		if (message.type() !== 'log' && !/status of 40[134]/.test(message.text())) complaints.push(message.text());
	});
	page.on('pageerror', (error) => complaints.push(error.message));
	page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
	page.on('dialog', (dialog) => {
		complaints.push(`a dialog: ${dialog.message()}`);
		void dialog.dismiss();
	});
	return { context, page, complaints };
}

/** Fills in the form of the login, which must be there. */
export async function logIn(page: Page, token: string): Promise<void> {
	// The page puts the cursor there by itself, a moment after it was loaded.
	await page.locator('#token:focus').waitFor();
	await page.getByLabel('Token').fill(token);
	await page.getByRole('button', { name: 'Log in' }).click();
}

/** A page of another site that sends a form of its own making to ours. What our server answered. */
export async function sendFromElsewhere(
	page: Page,
	action: string,
	fields: Readonly<Record<string, string>>,
): Promise<number> {
	const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
	await page.route('http://evil.example/', (route) =>
		route.fulfill({
			contentType: 'text/html',
			body: `<form method="post" action="${action}">${inputs.join('')}</form>`,
		}),
	);
	await page.goto('http://evil.example/');
	const answered = page.waitForResponse(action);
	await page.evaluate('document.forms[0].submit()');
	return (await answered).status();
}
