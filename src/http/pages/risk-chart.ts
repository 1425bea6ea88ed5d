import { line } from 'd3-shape';
import { html } from 'hono/html';
import type { CurvePoint } from '../../evidence/certificate-format.ts';
import type { Certified } from '../proof.ts';
import type { Format } from './format.ts';
import type { Markup } from './markup.ts';

/** As of the chart of days: one drawing for a wide window, one for a phone, so that their type has the page's size in both. */
const sizes = {
	wide: { width: 1_120, height: 220 },
	narrow: { width: 300, height: 180 },
} as const;
const [left, right, bottom, top] = [56, 24, 30, 12] as const;

type Stands = Extract<Certified, { kind: 'holds' | 'expired' }>;

/** How many pass and how many of these are wrong, from strict thresholds to lax ones, with the one that was certified. */
export function riskChart(rule: string, certified: Stands, format: Format): Markup | string {
	const { curve, maxError, passing, errors, checked } = certified;
	if (curve.length < 2) return '';
	const risk = errors / Math.max(1, checked);
	const said = `${format.share(passing)} passes, ${format.share(risk)} of it was wrong; promised is at most ${format.share(maxError)}`;
	return html`<figure class="chart">${(['wide', 'narrow'] as const).map((size) => drawing(size, rule, certified, risk, said, format))}
<figcaption>Share wrong by share that passes. The dot is what was certified: ${said}; the broken line is the promise.</figcaption></figure>`;
}

function drawing(
	size: keyof typeof sizes,
	rule: string,
	{ curve, maxError, passing }: Stands,
	risk: number,
	said: string,
	format: Format,
): Markup {
	const { width, height } = sizes[size];
	const most = Math.max(2 * maxError, ...curve.map((point) => point.risk)) * 1.05;
	const x = (coverage: number) => round(left + coverage * (width - left - right));
	const y = (value: number) => round(height - bottom - (value / most) * (height - bottom - top));
	const path = line<CurvePoint>()
		.x((point) => x(point.coverage))
		.y((point) => y(point.risk))([...curve]);
	return html`<svg class="${size}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="risk-${size}-${rule}">
<title id="risk-${size}-${rule}">Risk and coverage: with the certified thresholds ${said}.</title>
${[0, most / 2, most].map((value) => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}"></line><text class="axis end" x="${left - 6}" y="${y(value) + 4}">${format.share(value)}</text>`)}
${[0, 0.5, 1].map((value) => html`<text class="axis middle" x="${x(value)}" y="${height - 10}">${value * 100} %</text>`)}
<line class="promised" x1="${left}" x2="${width - right}" y1="${y(maxError)}" y2="${y(maxError)}"></line>
<path class="rate" d="${path ?? ''}"></path>
<circle class="chosen" cx="${x(passing)}" cy="${y(risk)}" r="6"></circle></svg>`;
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}
