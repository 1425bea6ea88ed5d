import { html } from 'hono/html';
import type { EventRecord, OperatorAct, Page, Troubles } from '../../ledger/index.ts';
import { actButton, address, badge, empty, table } from './components.ts';
import { type Format, times } from './format.ts';
import type { Markup } from './markup.ts';
import { actWords } from './time-line.ts';
import type { Viewer } from './viewer.ts';

export const eventViews = ['accepted', 'duplicates', 'located', 'ignored', 'unresolvable', 'dead'] as const;
export type EventView = (typeof eventViews)[number];

export interface EventsShown {
	/** Undefined: all. */
	readonly view: EventView | undefined;
	readonly before: string | undefined;
	readonly page: Page<EventRecord>;
	readonly troubles: Troubles;
	/** What operators did to the one event that is asked for; none otherwise. */
	readonly acts: readonly OperatorAct[];
	/** The address holds a place in the list that is none. */
	readonly lost: boolean;
}

const statusWords = {
	accepted: { text: 'To do', tone: 'calm' },
	located: { text: 'Located', tone: 'good' },
	ignored: { text: 'Ignored', tone: 'calm' },
	unresolvable: { text: 'Unresolvable', tone: 'bad' },
	dead: { text: 'Dead', tone: 'bad' },
} as const;

const viewWords: Readonly<Record<EventView, string>> = {
	accepted: 'To do',
	duplicates: 'Delivered again',
	located: 'Located',
	ignored: 'Ignored',
	unresolvable: 'Unresolvable',
	dead: 'Dead',
};

/** What came in, and what led nowhere. */
export function eventsPage(
	{ view, before, page, troubles, acts, lost }: EventsShown,
	viewer: Viewer,
	format: Format,
): Markup {
	return html`${lost ? html`<p class="notice bad" role="alert"><span aria-hidden="true">!</span> The address holds no place in this list; it begins with the newest.</p>` : ''}<p class="hint">The last event came ${troubles.lastReceivedAt === null ? 'never' : html`at ${format.when(troubles.lastReceivedAt)}`}.</p>
<nav aria-label="Kinds of events" class="tabs"><ul>
<li><a href="/events"${view === undefined ? html` aria-current="page"` : ''}>All</a></li>
${eventViews.map(
	(one) =>
		html`<li><a href="/events?status=${one}"${one === view ? html` aria-current="page"` : ''}>${viewWords[one]}${one === 'located' ? '' : html` <span class="count">${counted(troubles.events[one], troubles.countedUpTo, format)}</span>`}</a></li>`,
)}
</ul></nav>
${page.items.length === 0 ? empty('No such event.') : list(page.items, viewer, format)}
${acts.length === 0 ? '' : html`<section aria-labelledby="acts"><h2 id="acts">What operators did</h2><div class="card"><ol class="time-line">${acts.map(({ at, act, by }) => html`<li>${format.when(at)}<div><strong>${by}</strong> ${actWords[act]}</div></li>`)}</ol></div></section>`}
<nav aria-label="Older and newer" class="pager">${before === undefined ? '' : html`<a href="${address('/events', { status: view })}">Newest</a>`}${page.next === null ? '' : html`<a href="${address('/events', { status: view, before: page.next })}" rel="next">Older</a>`}</nav>
${viewer.role === 'operate' ? rangeForm(format) : ''}`;
}

function counted(count: number, upTo: number, format: Format): string {
	return count >= upTo ? `${format.number(upTo)}+` : format.number(count);
}

function list(events: readonly EventRecord[], viewer: Viewer, format: Format): Markup {
	return table({
		caption: 'Events, newest first',
		cards: true,
		heads: [
			'Event',
			'Status',
			'Came',
			'Tasks',
			...(viewer.role === 'operate' ? [{ text: 'Act', hidden: true } as const] : []),
		],
		rows: events.map((event) => {
			const { text, tone } = statusWords[event.status];
			const stranded = event.status === 'dead' || event.status === 'unresolvable' || event.status === 'ignored';
			return html`<tr id="event-${event.id}"><th scope="row"><code>${event.id}</code><span class="sub">${event.name} by ${event.source} · ${event.projectId}</span></th>
<td>${badge(tone, text)}${event.reason === null ? '' : html`<span class="sub">${event.reason}</span>`}${event.tries > 0 ? html`<span class="sub">tried ${times(event.tries)}</span>` : ''}${event.duplicates > 0 ? html`<span class="sub">delivered again ${times(event.duplicates)}</span>` : ''}</td>
<td data-label="Came">${format.when(event.receivedAt)}</td>
<td data-label="Tasks">${event.taskIds.length === 0 ? '' : html`${event.taskIds.slice(0, 3).map((id) => html`<a class="sub" href="${address('/tasks', { id })}">${id}</a>`)}${event.taskIds.length > 3 ? html`<span class="sub">and ${event.taskIds.length - 3} more</span>` : ''}`}</td>${viewer.role !== 'operate' ? '' : html`<td class="act">${stranded ? actButton(viewer, { action: `/events/${encodeURIComponent(event.id)}/redeliver`, label: 'Redeliver', about: event.id }) : ''}</td>`}</tr>`;
		}),
	});
}

function rangeForm(format: Format): Markup {
	return html`<section aria-labelledby="range" class="card"><h2 id="range">Redeliver what came in a time</h2>
<p class="hint">For example after an outage. At most 1,000 at once, the oldest first. Times are of ${format.timeZone}.</p>
<form method="post" action="/events/redeliver" class="filters">
<div><label for="range-status">Events that are</label><select id="range-status" name="status"><option value="dead">dead</option><option value="unresolvable">unresolvable</option><option value="ignored">ignored</option></select></div>
<div><label for="since">From</label><input type="datetime-local" id="since" name="since" required></div>
<div><label for="until">Until</label><input type="datetime-local" id="until" name="until" required></div>
<div class="buttons"><button type="submit" class="strong">Redeliver</button></div>
</form></section>`;
}
