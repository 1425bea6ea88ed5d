import { html } from 'hono/html';
import type { Task } from '../../core/task/index.ts';
import type { CaseOverview, DecisionRecord } from '../../ledger/index.ts';
import type { FoundContent } from '../content.ts';
import { empty, pathOfCase, table } from './components.ts';
import type { Format } from './format.ts';
import type { Markup } from './markup.ts';

export interface ContentShown {
	readonly record: CaseOverview;
	/** The latest; null when nothing was decided. */
	readonly decision: DecisionRecord | null;
	readonly found: FoundContent;
	/** Why nothing is shown, where nothing is. */
	readonly sentence: string;
}

/** What a document said when it was judged, for whoever may see that. */
export function contentPage({ record, decision, found, sentence }: ContentShown, format: Format): Markup {
	return html`<p><a href="${pathOfCase(record.id)}">Back to the task</a></p>
${decision === null ? empty('Nothing has been decided yet.') : found.kind === 'content' ? content(decision, found, format) : empty(sentence)}`;
}

function content(
	decision: DecisionRecord,
	{ content: { task, today }, goneAt }: Extract<FoundContent, { kind: 'content' }>,
	format: Format,
): Markup {
	return html`<dl class="facts card">
<div><dt>Name</dt><dd>${task.name}</dd></div>
<div><dt>Judged</dt><dd>${format.when(decision.decidedAt)}</dd></div>
<div><dt>As on</dt><dd>${today}</dd></div>
<div><dt>Kept until</dt><dd>${format.when(goneAt)}</dd></div>
<div><dt>Pages</dt><dd>${task.pageCount}</dd></div>
</dl>
<section aria-labelledby="annotations"><h2 id="annotations">Annotations</h2>
${annotations(task)}</section>
${task.checkboxes.length === 0 ? '' : html`<section aria-labelledby="checkboxes"><h2 id="checkboxes">Checkboxes</h2>${checkboxes(task)}</section>`}
${task.meta.length === 0 ? '' : html`<section aria-labelledby="meta"><h2 id="meta">Meta</h2>${meta(task)}</section>`}`;
}

const confidenceOf = (confidence: number | null) => (confidence === null ? '–' : confidence.toFixed(3));

function annotations({ annotations: all }: Task): Markup {
	if (all.length === 0) return empty('The task has no annotations.');
	return table({
		caption: 'Annotations with their text',
		cards: true,
		heads: ['Entity', 'Text', { text: 'Confidence', numeric: true }, { text: 'Page', numeric: true }],
		rows: all.map(
			({ entityId, content: text, confidence, page }) =>
				html`<tr><th scope="row"><code>${entityId}</code></th><td class="said">${text ?? '–'}</td><td class="numeric" data-label="Confidence">${confidenceOf(confidence)}</td><td class="numeric" data-label="Page">${page}</td></tr>`,
		),
	});
}

function checkboxes({ checkboxes: all }: Task): Markup {
	return table({
		caption: 'Checkboxes, checked or not',
		cards: true,
		heads: ['Element', 'Checked', { text: 'Confidence', numeric: true }, { text: 'Page', numeric: true }],
		rows: all.map(
			({ id, checked, confidence, page }) =>
				html`<tr><th scope="row"><code>${id}</code></th><td data-label="Checked">${checked === null ? '–' : checked ? 'yes' : 'no'}</td><td class="numeric" data-label="Confidence">${confidenceOf(confidence)}</td><td class="numeric" data-label="Page">${page}</td></tr>`,
		),
	});
}

function meta({ meta: all }: Task): Markup {
	return table({
		caption: 'Meta names and values',
		cards: true,
		heads: ['Name', 'Value'],
		rows: all.map(
			({ name, value }) => html`<tr><th scope="row"><code>${name}</code></th><td class="said">${value}</td></tr>`,
		),
	});
}
