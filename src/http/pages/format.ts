import { html } from 'hono/html';
import type { Markup } from './markup.ts';

/** How the pages write numbers and instants: in English, by the operators' clock. */
export interface Format {
	/** Day and time, with the exact instant for machines. */
	when(instant: number | null): Markup | string;
	/** `2 h 5 min`, by its two largest units. */
	span(ms: number): string;
	/** `1,234` */
	number(value: number): string;
	/** `93.4 %`; an en dash when there is nothing to divide by. */
	share(value: number | null): string;
	readonly timeZone: string;
}

export function createFormat(timeZone: string): Format {
	const instants = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'medium' });
	const numbers = new Intl.NumberFormat('en-GB');
	return {
		timeZone,
		when: (instant) => {
			if (instant === null) return '–';
			const date = new Date(instant);
			return html`<time datetime="${date.toISOString()}">${instants.format(date)}</time>`;
		},
		span: describeSpan,
		number: (value) => numbers.format(value),
		share: (value) => (value === null ? '–' : `${(value * 100).toFixed(value === 1 ? 0 : 1)} %`),
	};
}

/** `once`, `twice`, `3 times`. */
export function times(count: number): string {
	return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

const units = [
	['d', 86_400_000],
	['h', 3_600_000],
	['min', 60_000],
	['s', 1_000],
] as const;

function describeSpan(ms: number): string {
	let rest = Math.max(0, ms);
	const parts: string[] = [];
	for (const [unit, size] of units) {
		const count = Math.floor(rest / size);
		rest -= count * size;
		if (count > 0 || parts.length > 0) parts.push(count > 0 ? `${count} ${unit}` : '');
		if (parts.length === 2) break;
	}
	return parts.filter((part) => part !== '').join(' ') || '0 s';
}
