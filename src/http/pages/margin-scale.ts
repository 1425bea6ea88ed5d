import { html } from 'hono/html';
import type { StoredMargin } from '../stored-decision.ts';
import type { Markup } from './markup.ts';

const [width, height] = [240, 22];
const inset = 6;

const relations: Readonly<Record<string, string>> = {
	'>=': 'at least',
	'>': 'more than',
	'<=': 'at most',
	'<': 'less than',
	'==': 'exactly',
	'!=': 'other than',
};

/**
 * A value against its threshold: drawn on a scale, and said in words. Values of the document are not stored, so not drawn.
 *
 * @param conditionHolds whether the condition as a whole does, of which this is one comparison
 */
export function marginScale(margin: StoredMargin, conditionHolds: boolean): Markup {
	const { label, value, limit, by, unit, relation, holds } = margin;
	// A comparison may fail where another one saves the condition.
	const saved = !holds && conditionHolds;
	const wanted = relations[relation] ?? relation;
	if (value === undefined || limit === undefined || by === undefined) {
		return html`<div class="margin"><p>${label} must be ${wanted} ${margin.bound ?? 'its limit'}: <strong>${holds ? 'it is' : saved ? 'it is not, and need not be' : 'it is not'}</strong>. <span class="quiet">Values of the document are not kept.</span></p></div>`;
	}
	const amount = `${plain(Math.abs(by))}${unit === 'days' ? (Math.abs(by) === 1 ? ' day' : ' days') : ''}`;
	const distance =
		by === 0
			? 'exactly on the limit'
			: relation === '==' || relation === '!='
				? `${amount} off`
				: holds
					? `${amount} to spare`
					: `${amount} missing`;
	return html`<div class="margin">${scale(margin, saved, value, limit, by)}<p>${label} <strong>${plain(value)}</strong>, must be ${wanted} <strong>${plain(limit)}</strong> <span class="quiet">(${distance}${saved ? '; another comparison holds' : ''})</span></p></div>`;
}

/** The words beside it say the same: the drawing is for the eye alone. */
function scale(
	{ unit, relation, holds }: StoredMargin,
	saved: boolean,
	value: number | string,
	limit: number | string,
	by: number,
): Markup {
	// How far the value is above the limit, whichever side is the right one.
	const above =
		typeof value === 'number' && typeof limit === 'number'
			? value - limit
			: relation.startsWith('<')
				? -by
				: String(value) < String(limit)
					? -Math.abs(by)
					: Math.abs(by);
	const [limitAt, valueAt] =
		unit === 'confidence' && typeof value === 'number' && typeof limit === 'number'
			? [place(limit), place(value)]
			: [place(0.5), place(0.5 + (above === 0 ? 0 : Math.sign(above) * spread(Math.abs(above), limit)))];
	const rightFrom = relation.startsWith('<') ? inset : limitAt;
	const rightTo = relation.startsWith('<') ? limitAt : width - inset;
	return html`<svg class="scale" viewBox="0 0 ${width} ${height}" aria-hidden="true">
<rect class="track" x="${inset}" y="9" width="${width - 2 * inset}" height="4" rx="2"></rect>
${relation === '==' || relation === '!=' ? '' : html`<rect class="right" x="${round(rightFrom)}" y="9" width="${round(Math.max(0, rightTo - rightFrom))}" height="4"></rect>`}
<path class="limit" d="M${round(limitAt)} 2V20"></path>
${holds || saved ? html`<circle class="value ${holds ? 'good' : 'other'}" cx="${round(valueAt)}" cy="11" r="5"></circle>` : html`<path class="value bad" d="M${round(valueAt - 5)} 6l10 10m0-10l-10 10"></path>`}
</svg>`;
}

/** A share of the scale in its coordinates. */
function place(share: number): number {
	return inset + (width - 2 * inset) * Math.min(1, Math.max(0, share));
}

/** From next to the limit to the end of the scale, by how large the distance is beside the limit itself. */
function spread(distance: number, limit: number | string): number {
	const size = typeof limit === 'number' && limit !== 0 ? Math.abs(limit) : 10;
	return 0.04 + 0.44 * Math.min(1, distance / size);
}

/** Binary fractions without their tails. */
function plain(value: number | string): string {
	return typeof value === 'string' ? value : String(Number(value.toPrecision(10)));
}

function round(value: number): number {
	return Math.round(value * 10) / 10;
}
