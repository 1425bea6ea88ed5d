import { line } from 'd3-shape';
import { html } from 'hono/html';
import type { CurvePoint } from '../../evidence/certificate-format.ts';
import type { Certified } from '../proof.ts';
import type { Format } from './format.ts';
import type { Markup } from './markup.ts';

const [width, height, left, bottom, top] = [640, 200, 56, 34, 10] as const;

/** How many pass and how many of these are wrong, from strict thresholds to lax ones, with the one that was certified. */
export function riskChart(
	rule: string,
	{ curve, maxError, passing, errors, checked }: Extract<Certified, { kind: 'holds' | 'expired' }>,
	format: Format,
): Markup | string {
	if (curve.length < 2) return '';
	const risk = errors / Math.max(1, checked);
	const most = Math.max(2 * maxError, ...curve.map((point) => point.risk)) * 1.05;
	const x = (coverage: number) => round(left + coverage * (width - left - 12));
	const y = (value: number) => round(height - bottom - (value / most) * (height - bottom - top));
	const path = line<CurvePoint>()
		.x((point) => x(point.coverage))
		.y((point) => y(point.risk))([...curve]);
	const said = `${format.share(passing)} passes, ${format.share(risk)} of it was wrong; promised is at most ${format.share(maxError)}`;
	return html`<figure class="chart"><svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="risk-${rule}">
<title id="risk-${rule}">Risk and coverage: with the certified thresholds ${said}.</title>
${[0, most / 2, most].map((value) => html`<line class="grid" x1="${left}" x2="${width - 12}" y1="${y(value)}" y2="${y(value)}"></line><text class="axis end" x="${left - 6}" y="${y(value) + 4}">${format.share(value)}</text>`)}
${[0, 0.25, 0.5, 0.75, 1].map((value) => html`<text class="axis middle" x="${x(value)}" y="${height - 14}">${value * 100} %</text>`)}
<line class="promised" x1="${left}" x2="${width - 12}" y1="${y(maxError)}" y2="${y(maxError)}"></line>
<path class="rate" d="${path ?? ''}"></path>
<circle class="chosen" cx="${x(passing)}" cy="${y(risk)}" r="6"></circle></svg>
<figcaption>Share wrong by share that passes. The dot is what was certified: ${said}; the broken line is the promise.</figcaption></figure>`;
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}
