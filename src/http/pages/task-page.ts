import { html } from 'hono/html';
import type { CaseRecord } from '../../ledger/index.ts';
import { readStoredDecision } from '../stored-decision.ts';
import { actButton, empty, pathOfCase, stateBadge } from './components.ts';
import { decisionTree } from './decision-tree.ts';
import type { Format } from './format.ts';
import type { Markup } from './markup.ts';
import { type TimeLine, timeLine } from './time-line.ts';
import type { Viewer } from './viewer.ts';

export interface TaskShown extends TimeLine {
	/** Other visits of the same task, oldest first. */
	readonly visits: readonly CaseRecord[];
	/** Where Send AI shows it; null when nobody said. */
	readonly link: string | null;
	/** Whether what documents say is kept for a while. */
	readonly keepsContent: boolean;
}

/** One case: why it was decided so, what happened since, and what an operator may do about it. */
export function taskPage(shown: TaskShown, viewer: Viewer, format: Format): Markup {
	const { record, decisions, visits } = shown;
	const latest = decisions.find(({ id }) => id === record.decisionId) ?? decisions.at(-1);
	const decided = latest === undefined ? null : readStoredDecision(latest.body);
	return html`<div class="standing"><p>${stateBadge(record)}${record.handledAt === null ? '' : html` <span class="quiet">handled by ${record.handledBy} ${format.when(record.handledAt)}</span>`}</p>
${actions(shown, viewer)}</div>
<dl class="facts card">
<div><dt>Project</dt><dd><a href="/tasks?project_id=${record.projectId}"><code>${record.projectId}</code></a></dd></div>
<div><dt>Step</dt><dd>${record.stepType === '' ? 'not read yet' : record.stepType}${record.visit > 0 ? html`, visit ${record.visit}` : ''}</dd></div>
<div><dt>Completions sent</dt><dd>${record.sends}</dd></div>
<div><dt>Case</dt><dd><code>${record.id}</code></dd></div>
${latest === undefined ? '' : html`<div><dt>Rules' revision</dt><dd><a href="/rules"><code>${latest.revision.slice(0, 12)}</code></a></dd></div>`}
</dl>
<section aria-labelledby="decision"><h2 id="decision">Decision</h2>
${latest === undefined ? empty(record.prunedAt === null ? 'Nothing has been decided yet.' : 'The decision is no longer kept.') : decided === null ? empty('This decision was stored in a shape that this Greenlane does not know.') : decisionTree(decided, format)}
</section>
<section aria-labelledby="line"><h2 id="line">What happened</h2>
<div class="card">${timeLine(shown, format)}</div></section>
${visits.length < 2 ? '' : otherVisits(visits, record.id, format)}`;
}

function actions({ record, link, keepsContent }: TaskShown, viewer: Viewer): Markup | string {
	const path = pathOfCase(record.id);
	const buttons: (Markup | string)[] = [];
	if (link !== null) buttons.push(html`<a href="${link}" rel="noreferrer">Open in Send AI</a>`);
	if (keepsContent && record.decisionId !== null && viewer.role === 'operate') {
		buttons.push(html`<a href="${path}/content">What the document said</a>`);
	}
	if (record.state === 'needs_human' && record.handledAt === null) {
		buttons.push(actButton(viewer, { action: `${path}/handled`, label: 'Mark handled', tone: 'strong' }));
	}
	if (record.state === 'located' || record.state === 'waiting') {
		buttons.push(actButton(viewer, { action: `${path}/leave`, label: 'Leave to a person', tone: 'strong' }));
	}
	if (record.state === 'review' || record.state === 'waiting' || record.state === 'needs_human') {
		buttons.push(actButton(viewer, { action: `${path}/retry`, label: 'Judge again' }));
	}
	return buttons.every((button) => button === '') ? '' : html`<div class="actions">${buttons}</div>`;
}

function otherVisits(visits: readonly CaseRecord[], current: string, format: Format): Markup {
	return html`<section aria-labelledby="visits"><h2 id="visits">Visits of this task</h2><ol class="visits">${visits.map(
		(visit) =>
			html`<li>${visit.id === current ? html`<strong>this one</strong>` : html`<a href="${pathOfCase(visit.id)}">${visit.stepType === '' ? 'not read yet' : visit.stepType} ${visit.visit}</a>`} ${stateBadge(visit)} ${format.when(visit.openedAt)}</li>`,
	)}</ol></section>`;
}
