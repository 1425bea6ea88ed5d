/**
 * Takes the pictures in `docs/pages` anew: `node test/http/take-screenshots.ts`. The data are the simulator's, from a fixed
 * seed under simulated time; the letters are those that come with the browser, and the machine's where it has none.
 *
 * Each page gets one picture of four views: light and dark, at 1,440 pixels and at 360. The first page stands alone as well,
 * for the README.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { foldAll } from '../../src/cases/fold-audits.ts';
import { fixedRules } from '../../src/rulesource/index.ts';
import { operator } from './app-under-test.ts';
import { launchChromium } from './launch-chromium.ts';
import { createPagesUnderTest, type PagesUnderTest } from './pages-under-test.ts';
import { shrinkPng } from './shrink-png.ts';
import { stageTrouble } from './stage-trouble.ts';

const target = fileURLToPath(new URL('../../docs/pages', import.meta.url));
const [widths, schemes] = [
	[1_440, 360],
	['light', 'dark'],
] as const;
/** What lies further down is more of the same. */
const tallest = 1_150;
const colours = 96;

const fonts = await mkdtemp(join(tmpdir(), 'greenlane-fonts-'));
const fontConfig = join(fonts, 'fonts.conf');
await writeFile(
	fontConfig,
	`<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>${join(tmpdir(), 'fonts')}</dir><cachedir>${fonts}</cachedir>
${['system-ui', 'sans-serif'].map((family) => `<match target="pattern"><test name="family"><string>${family}</string></test><edit name="family" mode="prepend" binding="strong"><string>Open Sans</string></edit></match>`).join('\n')}
</fontconfig>`,
);
const [under, browser] = await Promise.all([
	createPagesUnderTest(29, {}, { certain: 0.9 }),
	launchChromium({ ...process.env, FONTCONFIG_FILE: fontConfig }),
]);
try {
	await resolveAudits(under);
	const staged = await stageTrouble(under);
	const views = await takeViews(under, browser, {
		login: '/login',
		today: '/',
		tasks: '/tasks',
		'task-left': staged.left,
		'task-content': `${staged.left}/content`,
		'task-completed': staged.completed,
		upcoming: '/upcoming',
		rules: '/rules',
		proof: '/proof',
		statement: '/statement',
		events: '/events',
		controls: '/controls',
	});
	await mkdir(target, { recursive: true });
	let total = 0;
	const keep = async (name: string, png: Buffer) => {
		const small = shrinkPng(png, colours);
		total += small.length;
		await writeFile(join(target, `${name}.png`), small);
		console.log(`${name}.png`.padEnd(24), `${Math.round(small.length / 1024)} KiB`.padStart(8));
	};
	for (const [name, four] of views) await keep(name, await arrange(browser, four));
	const first = views.get('today');
	for (const scheme of schemes) {
		const picture = first?.get(`${scheme} 1440`);
		if (picture !== undefined) await keep(`today-${scheme}`, picture);
	}
	console.log('all'.padEnd(24), `${Math.round(total / 1024)} KiB`.padStart(8));
} finally {
	await Promise.all([browser.close(), under.close()]);
	await rm(fonts, { recursive: true, force: true });
}

/** What the people found in what was held out: one was wrong, the newest two nobody has finished yet. */
async function resolveAudits({ world: { ledger, ruleSet } }: PagesUnderTest): Promise<void> {
	const { items } = await ledger.listDecisions({ limit: 500, outcome: 'complete' });
	const audited = items.filter(({ withheld }) => withheld === 'audit').slice(2);
	for (const [index, { projectId, taskId, stepType }] of audited.entries()) {
		await ledger.importLabel({ projectId, taskId, stepType }, index === 4 ? 'wrong' : 'right');
	}
	await foldAll({ ledger, rules: fixedRules(ruleSet), alert: () => undefined });
}

/** Pictures by page, and by scheme and width: `dark 360`. */
async function takeViews(
	{ url }: PagesUnderTest,
	browser: Browser,
	pages: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, ReadonlyMap<string, Buffer>>> {
	const views = new Map<string, Map<string, Buffer>>();
	const context = await browser.newContext({ reducedMotion: 'reduce' });
	const page = await context.newPage();
	for (const [name, path] of Object.entries(pages)) {
		const four = new Map<string, Buffer>();
		views.set(name, four);
		for (const colorScheme of schemes) {
			await page.emulateMedia({ colorScheme });
			for (const width of widths) {
				await page.setViewportSize({ width, height: 600 });
				await page.goto(`${url}${path}`);
				four.set(`${colorScheme} ${width}`, await take(page, width));
			}
		}
		if (path !== '/login') continue;
		await page.getByLabel('Token').fill(operator.token);
		await page.getByRole('button', { name: 'Log in' }).click();
		await page.waitForURL(`${url}/`);
		// Where the button was, something else would be seen as pointed at.
		await page.mouse.move(0, 0);
	}
	await context.close();
	return views;
}

async function take(page: Page, width: number): Promise<Buffer> {
	const height = Math.min(tallest, Number(await page.evaluate('document.documentElement.scrollHeight')));
	return await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width, height } });
}

/** Four pictures on one sheet: a row for each scheme. */
async function arrange(browser: Browser, four: ReadonlyMap<string, Buffer>): Promise<Buffer> {
	const page = await browser.newPage({ viewport: { width: 1_440 + 360 + 72, height: 600 } });
	const image = (name: string) => `<img src="data:image/png;base64,${four.get(name)?.toString('base64')}">`;
	await page.setContent(`<style>body { margin: 0; background: #8b938e; } img { display: block; }
div { display: flex; gap: 24px; padding: 24px; align-items: flex-start; } div + div { padding-top: 0; }</style>
${schemes.map((scheme) => `<div>${widths.map((width) => image(`${scheme} ${width}`)).join('')}</div>`).join('')}`);
	const sheet = await page.screenshot({ fullPage: true });
	await page.close();
	return sheet;
}
