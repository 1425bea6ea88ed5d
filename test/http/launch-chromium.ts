import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/**
 * A real Chromium, from the registry. Its packagers' flags are meant for a function that renders one page: those that
 * switch security off would make the tests of it worthless, and in a single process the first window closed ends all.
 */
export async function launchChromium(env: NodeJS.ProcessEnv = process.env): Promise<Browser> {
	const unwanted =
		/^--(?:single-process|disable-web-security|disable-site-isolation-trials|allow-running-insecure-content|disable-features=)/;
	return await playwright.launch({
		args: chromium.args.filter((flag) => !unwanted.test(flag)),
		executablePath: await chromium.executablePath(),
		env,
	});
}
