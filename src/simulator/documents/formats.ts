import type { DocumentLanguage } from './source-document.ts';

/** `€ 1.234,56` in Dutch, `£1,234.56` in English. */
export function formatAmount(cents: number, language: DocumentLanguage): string {
	const [group, decimal] = language === 'nl' ? ['.', ','] : [',', '.'];
	const whole = String(Math.floor(Math.abs(cents) / 100)).replace(/\B(?=(\d{3})+$)/g, group);
	const digits = `${cents < 0 ? '-' : ''}${whole}${decimal}${String(Math.abs(cents) % 100).padStart(2, '0')}`;
	return language === 'nl' ? `€ ${digits}` : `£${digits}`;
}

export interface CalendarDate {
	readonly year: number;
	readonly month: number;
	readonly day: number;
}

/** `31-12-2026` in Dutch, `31/12/2026` in English. */
export function formatDate({ year, month, day }: CalendarDate, language: DocumentLanguage): string {
	const parts = [String(day).padStart(2, '0'), String(month).padStart(2, '0'), String(year)];
	return parts.join(language === 'nl' ? '-' : '/');
}

/** The calendar date of an instant, in UTC. */
export function calendarDate(ms: number): CalendarDate {
	const date = new Date(ms);
	return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}
