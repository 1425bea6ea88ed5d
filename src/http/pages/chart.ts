import { curveMonotoneX, line, stack, stackOrderNone } from 'd3-shape';
import { html } from 'hono/html';
import type { Summary } from '../summary.ts';
import type { Format } from './format.ts';
import type { Markup } from './markup.ts';

type Day = Summary['days'][number];

/** One drawing for a wide window and one for a phone, so that their type has the size of the page's in both. */
const sizes = {
	wide: { width: 1_120, height: 260, labelEvery: 7 },
	narrow: { width: 320, height: 200, labelEvery: 10 },
} as const;
const [left, right, top, bottom] = [34, 44, 12, 26];
const layers = ['completed', 'left', 'waiting'] as const;
const layerWords = { completed: 'Completed', left: 'Left to people', waiting: 'On its way' } as const;

/** Tasks received by day, stacked by what became of them, with the straight-through rate as a line; and as a table. */
export function flowChart(days: readonly Day[], format: Format): Markup {
	// The pattern stands in a drawing of its own: in one that is not displayed it would not be found.
	return html`<figure class="chart">
<svg class="hidden" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="left-ground" width="6" height="6"></rect><rect class="left-stripe" width="2" height="6"></rect></pattern></defs></svg>
${drawing('wide', days, format)}
${drawing('narrow', days, format)}
<figcaption><ul class="legend">${layers.map(
		(layer) =>
			html`<li><svg class="key" viewBox="0 0 12 12" aria-hidden="true"><rect class="bar ${layer}" width="12" height="12"></rect></svg>${layerWords[layer]}</li>`,
	)}<li><svg class="key" viewBox="0 0 12 12" aria-hidden="true"><path class="rate" d="M0 6H12"></path></svg>Straight-through rate (right axis)</li></ul></figcaption>
</figure>
${tableOfDays(days, format)}`;
}

function drawing(size: keyof typeof sizes, days: readonly Day[], format: Format): Markup {
	const { width, height, labelEvery } = sizes[size];
	const highest = niceCeiling(
		Math.max(1, ...days.map((day) => day.completed + day.completedByUnknown + day.left + day.waiting)),
	);
	const step = (width - left - right) / Math.max(1, days.length);
	const y = (value: number) => top + (height - top - bottom) * (1 - value / highest);
	const x = (index: number) => left + step * index;
	const series = stack<Day, (typeof layers)[number]>()
		.keys(layers)
		.order(stackOrderNone)
		.value((day, key) => (key === 'completed' ? day.completed + day.completedByUnknown : day[key]))(days);
	const rate = line<Day>()
		.defined((day) => day.straightThrough !== null)
		.x((_day, index) => round(x(index) + step / 2))
		.y((day) => round(y((day.straightThrough ?? 0) * highest)))
		.curve(curveMonotoneX)(days);
	const gap = Math.min(4, step / 6);
	const last = days.length - 1;

	return html`<svg class="${size}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="chart-${size}">
<title id="chart-${size}">Tasks by day of arrival over ${days.length} days; the table below has the numbers.</title>
${[0, 0.5, 1].map(
	(
		share,
	) => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${y(share * highest)}" y2="${y(share * highest)}"></line>
<text class="axis end" x="${left - 6}" y="${y(share * highest) + 4}">${format.number(share * highest)}</text>
<text class="axis" x="${width - right + 6}" y="${y(share * highest) + 4}">${share * 100} %</text>`,
)}
${series.map((layer) =>
	layer.map(([from, to], index) =>
		to <= from
			? ''
			: html`<rect class="bar ${layer.key}" x="${round(x(index) + gap)}" width="${round(step - 2 * gap)}" y="${round(y(to))}" height="${round(y(from) - y(to))}"></rect>`,
	),
)}
${rate === null ? '' : html`<path class="rate-ground" d="${rate}"></path><path class="rate" d="${rate}"></path>`}
${days.map((day, index) =>
	(last - index) % labelEvery === 0
		? html`<text class="axis middle" x="${round(x(index) + step / 2)}" y="${height - 8}">${shortDay(day.day)}</text>`
		: '',
)}
</svg>`;
}

function tableOfDays(days: readonly Day[], format: Format): Markup {
	return html`<details><summary>The same as a table</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Tasks by day"><table>
<caption class="hidden">Tasks by day of arrival, newest first</caption>
<thead><tr><th scope="col">Day</th>${['Received', 'Completed', 'Left to people', 'On its way', 'Straight through'].map(
		(head) => html`<th scope="col" class="numeric">${head}</th>`,
	)}</tr></thead>
<tbody>${days
		.toReversed()
		.map(
			(day) =>
				html`<tr><th scope="row"><a href="/tasks?day=${day.day}">${day.day}</a></th>${[
					day.received,
					day.completed + day.completedByUnknown,
					day.left,
					day.waiting,
				].map(
					(value) => html`<td class="numeric">${format.number(value)}</td>`,
				)}<td class="numeric">${format.share(day.straightThrough)}</td></tr>`,
		)}</tbody></table></div></details>`;
}

/** The next of 2, 4, 10, 20, 40, 100, ...: half of it is a whole number as well. */
function niceCeiling(value: number): number {
	let power = 1;
	for (;;) {
		for (const factor of [2, 4, 10]) if (factor * power >= value) return factor * power;
		power *= 10;
	}
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function shortDay(day: string): string {
	return `${Number(day.slice(8))} ${months[Number(day.slice(5, 7)) - 1] ?? ''}`;
}
