import { line } from 'd3-shape';
import type { RiskPoint } from '../core/statistics/index.ts';

export interface RiskCurve {
	readonly title: string;
	readonly points: readonly RiskPoint[];
	/** The largest share wrong that was to be promised. */
	readonly maxError: number;
	/** What was accepted, or null. */
	readonly chosen: { readonly coverage: number; readonly risk: number } | null;
}

const [width, height, left, bottom, top, right] = [640, 400, 64, 48, 40, 16];

/** The risk-coverage curve as an SVG of its own: how many pass, and how many of these are wrong, from strict to lax. */
export function drawRiskCurve({ title, points, maxError, chosen }: RiskCurve): string {
	const most = Math.max(maxError * 2, ...points.map(({ risk }) => risk)) * 1.05;
	const x = (coverage: number) => left + coverage * (width - left - right);
	const y = (risk: number) => height - bottom - (risk / most) * (height - bottom - top);
	const path = line<RiskPoint>(
		({ coverage }) => x(coverage),
		({ risk }) => y(risk),
	)([...points]);
	const tick = (value: number) => `${Number((value * 100).toPrecision(2))} %`;
	const across = [0, 0.25, 0.5, 0.75, 1].map(
		(value) => `<text x="${x(value)}" y="${height - bottom + 20}" text-anchor="middle">${tick(value)}</text>`,
	);
	const up = [0, most / 2, most / 1.05].map(
		(value) =>
			`<line x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}" stroke="currentColor" stroke-opacity="0.15"/><text x="${left - 8}" y="${y(value) + 4}" text-anchor="end">${tick(value)}</text>`,
	);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13" fill="currentColor">`,
		`<title>${escapeText(title)}</title>`,
		`<text x="${left}" y="22" font-size="15" font-weight="600">${escapeText(title)}</text>`,
		...up,
		...across,
		`<text x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">share that passes</text>`,
		`<text transform="translate(16 ${(height - bottom + top) / 2}) rotate(-90)" text-anchor="middle">share wrong of these</text>`,
		`<line x1="${left}" x2="${width - right}" y1="${y(maxError)}" y2="${y(maxError)}" stroke="#b4232a" stroke-width="1.5" stroke-dasharray="6 4"/>`,
		`<path d="${path ?? ''}" fill="none" stroke="#1f6feb" stroke-width="2"/>`,
		...(chosen === null
			? []
			: [
					`<circle cx="${x(chosen.coverage)}" cy="${y(chosen.risk)}" r="5" fill="#1a7f37"><title>chosen</title></circle>`,
				]),
		'</svg>',
		'',
	].join('\n');
}

function escapeText(text: string): string {
	return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
