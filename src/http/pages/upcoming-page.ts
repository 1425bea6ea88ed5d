import { html } from 'hono/html';
import type { CaseOverview, Page } from '../../ledger/index.ts';
import { actButton, address, caseHead, empty, pathOfCase, stateBadge, table } from './components.ts';
import type { Format } from './format.ts';
import type { Markup } from './markup.ts';
import type { Viewer } from './viewer.ts';

export interface UpcomingShown {
	readonly page: Page<CaseOverview>;
	/** Where it begins; undefined: with the soonest. */
	readonly after: string | undefined;
	/** The address holds a place in the list that is none. */
	readonly lost: boolean;
}

/** What will be completed unless somebody steps in, soonest first. */
export function upcomingPage(shown: UpcomingShown, viewer: Viewer, format: Format, now: number): Markup {
	const { page, after, lost } = shown;
	const cases = page.items;
	const held = cases.filter(({ reason }) => reason === 'hold');
	const others = cases.filter(({ reason }) => reason !== 'hold');
	return html`${lost ? html`<p class="notice bad" role="alert"><span aria-hidden="true">!</span> The address holds no place in this list; it begins with the soonest.</p>` : ''}<section aria-labelledby="held"><h2 id="held">Waiting out the hold</h2>
<p class="hint">Judged right by every rule. When its hold is over a task is read and judged once more, and then completed, which cannot be undone.</p>
${held.length === 0 ? empty('No task waits out a hold.') : list(held, 'Tasks that wait out their hold, soonest first', viewer, format, now)}</section>
${
	others.length === 0
		? ''
		: html`<section aria-labelledby="others"><h2 id="others">Waiting for something else</h2>
<p class="hint">Judged right as well; what they wait for is named.</p>
${list(others, 'Tasks that will be completed after another wait, soonest first', viewer, format, now)}</section>`
}
<nav aria-label="Sooner and later" class="pager">${after === undefined ? '' : html`<a href="/upcoming" rel="first">Soonest</a>`}${page.next === null ? '' : html`<a href="${address('/upcoming', { after: page.next })}" rel="next">Later</a>`}</nav>`;
}

function list(cases: readonly CaseOverview[], caption: string, viewer: Viewer, format: Format, now: number): Markup {
	return table({
		caption,
		cards: true,
		heads: [
			'Task',
			'Where it stands',
			'Arrived',
			'Looked at again',
			...(viewer.role === 'operate' ? [{ text: 'Act', hidden: true } as const] : []),
		],
		rows: cases.map((record) => {
			const button = actButton(viewer, {
				action: `${pathOfCase(record.id)}/leave`,
				label: 'Leave to a person',
				about: record.taskId,
				fields: { back: '/upcoming' },
			});
			return html`<tr>${caseHead(record)}<td>${stateBadge(record)}</td><td data-label="Arrived">${format.when(record.openedAt)}</td><td data-label="Looked at again"><strong>${due(record, format, now)}</strong></td>${button === '' ? '' : html`<td class="act">${button}</td>`}</tr>`;
		}),
	});
}

function due({ dueAt }: CaseOverview, format: Format, now: number): string {
	if (dueAt === null) return '–';
	return dueAt <= now ? 'now' : `in ${format.span(dueAt - now)}`;
}
