import { line } from 'd3-shape';
import { html } from 'hono/html';
import { asMostPercent, asPercent } from '../../evidence/as-percent.ts';
import type { BoundedWeek, RuleProof } from '../proof.ts';
import { empty, table } from './components.ts';
import type { Format } from './format.ts';
import type { Markup } from './markup.ts';

const weekMs = 604_800_000;
/** As of the chart of days: one drawing for a wide window, one for a phone. */
const sizes = {
	wide: { width: 1_120, height: 150 },
	narrow: { width: 300, height: 120 },
} as const;
type Size = keyof typeof sizes;
const [top, bottom, left] = [8, 10, 48] as const;
const kinds = ['right', 'unresolved', 'wrong'] as const;
const names = { right: 'Right', unresolved: 'Not known', wrong: 'Wrong' } as const;

/** Where a week stands on both charts. */
interface Axis {
	at(week: BoundedWeek, width: number): number;
	/** The width of one week. */
	step(width: number): number;
}

/** What audits found by week, and the largest share wrong that they leave possible; the same as a table. */
export function auditCharts(proof: RuleProof, since: number, format: Format, now: number): Markup {
	const { rule, weeks, certainty, promise } = proof;
	if (weeks.length === 0) return empty('No audit has been resolved yet.');
	const axis = axisOf(since, now);
	const total = (kind: (typeof kinds)[number]) => weeks.reduce((sum, week) => sum + week[kind], 0);
	const found = `Audits by week: ${total('right')} right, ${total('wrong')} wrong, ${total('unresolved')} not known; the table below has the numbers.`;
	return html`<figure class="chart">${bothSizes((size) => bars(size, rule, weeks, axis, found))}
<figcaption><ul class="legend">${kinds.map(
		(kind) =>
			html`<li><svg class="key" viewBox="0 0 12 12" aria-hidden="true"><rect class="bar audit-${kind}" width="12" height="12"></rect></svg>${names[kind]}: ${format.number(total(kind))}</li>`,
	)}</ul></figcaption></figure>
${boundFigure(proof, axis)}
<details><summary>The same as a table</summary>${table({
		caption: `Audits of ${rule} by week, newest first`,
		heads: [
			'Week of',
			...['Right', 'Wrong', 'Not known', 'At most wrong, of all until then'].map((text) => ({
				text,
				numeric: true as const,
			})),
		],
		rows: weeks
			.toReversed()
			.map(
				(week) =>
					html`<tr><th scope="row">${new Date(week.since).toISOString().slice(0, 10)}</th>${[week.right, week.wrong, week.unresolved].map((value) => html`<td class="numeric">${format.number(value)}</td>`)}<td class="numeric">${week.bound === null ? '–' : asMostPercent(week.bound)}</td></tr>`,
			),
	})}<p class="hint">At most wrong: by each week for itself, with ${asPercent(certainty)} certainty${promise === null ? '' : ', as promised'}. What is not known after 7 days counts as wrong; younger audits do not count yet.</p></details>`;
}

function boundFigure({ rule, weeks, certainty, promise }: RuleProof, axis: Axis): Markup | string {
	const bounds = weeks.flatMap(({ bound }) => (bound === null ? [] : [bound]));
	const last = bounds.at(-1);
	if (last === undefined) return '';
	const promised = promise === null ? '' : `; the broken line is the promise, ${asPercent(promise.maxError)}`;
	const said = `the audits until now leave at most ${asMostPercent(last)} wrong possible, with ${asPercent(certainty)} certainty`;
	// Tenfold steps, down to below everything that is drawn.
	const least = Math.min(...bounds, promise?.maxError ?? 1);
	const decades = Math.max(1, Math.ceil(-Math.log10(least) + 0.1));
	return html`<figure class="chart">${bothSizes((size) => boundLine(size, rule, weeks, axis, decades, promise?.maxError ?? null, said))}
<figcaption>Largest share wrong by week: ${said}${promised}. Each step is a tenth of the one above.</figcaption></figure>`;
}

function boundLine(
	size: Size,
	rule: string,
	weeks: readonly BoundedWeek[],
	axis: Axis,
	decades: number,
	promised: number | null,
	said: string,
): Markup {
	const { width, height } = sizes[size];
	const y = (share: number) => round(top + (-Math.log10(share) / decades) * (height - top - bottom));
	const points = weeks.flatMap((week) =>
		week.bound === null ? [] : [{ x: round(axis.at(week, width) + axis.step(width) / 2), y: y(week.bound) }],
	);
	const path = line<{ x: number; y: number }>()
		.x((point) => point.x)
		.y((point) => point.y)(points);
	const end = points.at(-1);
	return html`<svg class="${size}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="bound-${size}-${rule}">
<title id="bound-${size}-${rule}">Bound by week: ${said}.</title>
${Array.from({ length: decades + 1 }, (_none, decade) => {
	const share = 10 ** -decade;
	return html`<line class="grid" x1="${left}" x2="${width}" y1="${y(share)}" y2="${y(share)}"></line><text class="axis end" x="${left - 6}" y="${y(share) + 4}">${asPercent(share)}</text>`;
})}
${promised === null ? '' : html`<line class="promised" x1="${left}" x2="${width}" y1="${y(promised)}" y2="${y(promised)}"></line>`}
<path class="rate" d="${path ?? ''}"></path>
${end === undefined ? '' : html`<circle class="chosen" cx="${end.x}" cy="${end.y}" r="5"></circle>`}</svg>`;
}

function bars(size: Size, rule: string, weeks: readonly BoundedWeek[], axis: Axis, said: string): Markup {
	const { width, height } = sizes[size];
	const highest = Math.max(2, ...weeks.map(({ right, wrong, unresolved }) => right + wrong + unresolved));
	const scale = (height - top - bottom) / highest;
	const drawn = weeks.flatMap((week) => {
		const x = axis.at(week, width) + 1;
		let y = height - bottom;
		return kinds.flatMap((kind) => {
			const tall = week[kind] * scale;
			y -= tall;
			return tall === 0
				? []
				: [
						html`<rect class="bar audit-${kind}" x="${round(x)}" y="${round(y)}" width="${round(axis.step(width) - 2)}" height="${round(tall)}"></rect>`,
					];
		});
	});
	return html`<svg class="${size}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="audits-${size}-${rule}">
<title id="audits-${size}-${rule}">${said}</title>
<line class="grid" x1="${left}" x2="${width}" y1="${height - bottom}" y2="${height - bottom}"></line>
<text class="axis end" x="${left - 6}" y="${top + 8}">${highest}</text>
${drawn}</svg>`;
}

function axisOf(since: number, now: number): Axis {
	const first = Math.floor(since / weekMs) * weekMs;
	const slots = Math.max(1, Math.floor((now - first) / weekMs) + 1);
	const step = (width: number) => (width - left) / slots;
	return { step, at: (week, width) => left + ((week.since - first) / weekMs) * step(width) };
}

const bothSizes = (draw: (size: Size) => Markup): readonly Markup[] => (['wide', 'narrow'] as const).map(draw);

function round(value: number): number {
	return Math.round(value * 100) / 100;
}
