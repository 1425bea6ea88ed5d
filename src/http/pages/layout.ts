import { html } from 'hono/html';
import type { Markup } from './markup.ts';
import type { Viewer } from './viewer.ts';
import { notices } from './wording.ts';

/** Where the stylesheet and the script are: their names hold their digests. */
export interface AssetPaths {
	readonly stylesheet: string;
	readonly script: string;
}

export interface PageOptions {
	readonly title: string;
	/** Of the part of the site that it belongs to, to mark it in the navigation; null on the login page. */
	readonly part: string | null;
	readonly viewer: Viewer | null;
	/** Code of a notice: what was just done. */
	readonly notice: string | undefined;
	readonly assets: AssetPaths;
	readonly body: Markup;
}

const parts = [
	['/', 'Today'],
	['/tasks', 'Tasks'],
	['/upcoming', 'About to complete'],
	['/rules', 'Rules'],
	['/proof', 'Proof'],
	['/statement', 'Statement'],
	['/events', 'Events'],
	['/controls', 'Controls'],
] as const;

/** A whole page. */
export function layout({ title, part, viewer, notice, assets, body }: PageOptions): Markup {
	return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Greenlane</title>
<link rel="stylesheet" href="${assets.stylesheet}">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<script src="${assets.script}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<p class="brand"><span aria-hidden="true" class="lane"></span>Greenlane</p>
${viewer === null ? '' : navigation(part)}
${viewer === null ? '' : account(viewer)}
</header>
<main id="main" tabindex="-1"${viewer === null ? html` class="narrow"` : ''}>
<h1>${title}</h1>
${notice === undefined ? '' : noticeOf(notice)}
${body}
</main>
</body>
</html>`;
}

function navigation(part: string | null): Markup {
	return html`<nav aria-label="Pages"><ul>${parts.map(
		([path, text]) => html`<li><a href="${path}"${path === part ? html` aria-current="page"` : ''}>${text}</a></li>`,
	)}</ul></nav>`;
}

function account({ name, role, mayLogOut }: Viewer): Markup {
	return html`<div class="account"><span>${name}<span class="quiet"> ${role === 'read' ? 'may look' : 'may operate'}</span></span>${
		mayLogOut
			? html`<form method="post" action="/logout" class="inline"><button type="submit">Log out</button></form>`
			: ''
	}</div>`;
}

function noticeOf(code: string): Markup | string {
	if (!Object.hasOwn(notices, code)) return '';
	const notice = notices[code];
	return notice === undefined
		? ''
		: html`<p class="notice ${notice.good ? 'good' : 'bad'}" role="status"><span aria-hidden="true">${notice.good ? '✓' : '!'}</span> ${notice.text}</p>`;
}
