import { html } from 'hono/html';
import type { CaseOverview, CaseRecord } from '../../ledger/index.ts';
import type { Markup } from './markup.ts';
import type { Viewer } from './viewer.ts';
import { describeReason, stateWords } from './wording.ts';

/** A state by sign, word and colour. */
export function stateBadge({ state, reason }: Pick<CaseRecord, 'state' | 'reason'>): Markup {
	const { sign, text, tone } = stateWords[state];
	const why = state === 'review' && /^(?:guard|rule):|^no-live-rule$/.test(reason ?? '') ? '' : describeReason(reason);
	return html`<span class="badge ${tone}"><span aria-hidden="true">${sign}</span> ${text}</span>${why === '' ? '' : html` <span class="quiet">${why}</span>`}`;
}

export function badge(tone: 'good' | 'left' | 'bad' | 'calm', text: string): Markup {
	return html`<span class="badge ${tone}">${text}</span>`;
}

/** A form that is one button. Who may only look sees no button. */
export function actButton(
	viewer: Viewer,
	options: {
		readonly action: string;
		readonly label: string;
		/** What it acts on, for whoever hears the button without its row. */
		readonly about?: string;
		readonly tone?: 'plain' | 'strong';
		readonly fields?: Readonly<Record<string, string>>;
	},
): Markup | string {
	if (viewer.role !== 'operate') return '';
	const { action, label, about, tone = 'plain', fields = {} } = options;
	return html`<form method="post" action="${action}" class="inline">${Object.entries(fields).map(
		([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
	)}<button type="submit" class="${tone}">${label}${about === undefined ? '' : html`<span class="hidden"> ${about}</span>`}</button></form>`;
}

export function empty(text: string): Markup {
	return html`<p class="empty">${text}</p>`;
}

/** A table that scrolls by itself where the page is narrow, and by keyboard as well. */
export function table(options: {
	/** For screen readers: a heading says it to the eye. */
	readonly caption: string;
	/** On a phone each row becomes a card, its cells named by their `data-label`. */
	readonly cards?: boolean;
	/** `hidden`: for screen readers, over what needs no head for the eye. */
	readonly heads: readonly (
		| string
		| { readonly text: string; readonly numeric: true }
		| { readonly text: string; readonly hidden: true }
	)[];
	readonly rows: readonly Markup[];
}): Markup {
	const { caption, cards = false, heads, rows } = options;
	return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table${cards ? html` class="cards"` : ''}>
<caption class="hidden">${caption}</caption>
<thead><tr>${heads.map((head) =>
		typeof head === 'string'
			? html`<th scope="col">${head}</th>`
			: 'hidden' in head
				? html`<th scope="col"><span class="hidden">${head.text}</span></th>`
				: html`<th scope="col" class="numeric">${head.text}</th>`,
	)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** The address of a case's own page. */
export function pathOfCase(caseId: string): string {
	return `/tasks/${encodeURIComponent(caseId)}`;
}

/** The head of a row: the task by its id, with where it is. */
export function caseHead(record: CaseOverview): Markup {
	return html`<th scope="row"><a href="${pathOfCase(record.id)}">${record.taskId}</a><span class="sub">${record.projectId}${record.stepType === '' ? '' : ` · ${record.stepType}`}${record.visit > 1 ? ` · visit ${record.visit}` : ''}</span></th>`;
}

/** An address with a query of what is given. */
export function address(path: string, query: Readonly<Record<string, string | undefined>>): string {
	const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
	return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}
