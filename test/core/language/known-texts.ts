/** A text as it may stand on a document, and what it comes to; a code where it comes to nothing. */
export interface KnownText {
	readonly number: Readonly<Record<Reader, number | string>>;
	readonly date: Readonly<Record<Reader, string>>;
}

/** By which locale it is read; `any` when the rule has none. */
export type Reader = 'nl-NL' | 'en-GB' | 'any';

const never = { 'nl-NL': 'not-a-number', 'en-GB': 'not-a-number', any: 'not-a-number' } as const;
const noDay = { 'nl-NL': 'not-a-date', 'en-GB': 'not-a-date', any: 'not-a-date' } as const;
const always = (value: number) => ({ 'nl-NL': value, 'en-GB': value, any: value });
const onDay = (day: string) => ({ 'nl-NL': day, 'en-GB': day, any: day });

/** Known by heart, so that what reads them in a test is not what reads them in earnest. */
export const knownTexts: Readonly<Record<string, KnownText>> = {
	'1.210,00': { number: { 'nl-NL': 1210, 'en-GB': 'not-a-number', any: 1210 }, date: noDay },
	'€ 1.000,00': { number: { 'nl-NL': 1000, 'en-GB': 'not-a-number', any: 1000 }, date: noDay },
	'1,210.00': { number: { 'nl-NL': 'not-a-number', 'en-GB': 1210, any: 1210 }, date: noDay },
	'1.210': { number: { 'nl-NL': 1210, 'en-GB': 1.21, any: 'ambiguous-number' }, date: noDay },
	'0,1': { number: { 'nl-NL': 0.1, 'en-GB': 'not-a-number', any: 0.1 }, date: noDay },
	'0.2': { number: { 'nl-NL': 'not-a-number', 'en-GB': 0.2, any: 0.2 }, date: noDay },
	'0.95': { number: { 'nl-NL': 'not-a-number', 'en-GB': 0.95, any: 0.95 }, date: noDay },
	'210': { number: always(210), date: noDay },
	'-210': { number: always(-210), date: noDay },
	'0': { number: always(0), date: noDay },
	'12345678901234567': {
		number: { 'nl-NL': 'number-too-long', 'en-GB': 'number-too-long', any: 'number-too-long' },
		date: noDay,
	},
	'2026-06-01': { number: never, date: onDay('2026-06-01') },
	'13-06-2026': { number: never, date: onDay('2026-06-13') },
	'03-04-2026': { number: never, date: { 'nl-NL': '2026-04-03', 'en-GB': '2026-04-03', any: 'ambiguous-date' } },
	'1 juni 2026': { number: never, date: { 'nl-NL': '2026-06-01', 'en-GB': 'not-a-date', any: 'not-a-date' } },
	'31-02-2026': { number: never, date: noDay },
	EUR: { number: never, date: noDay },
	'Qz7 & sons': { number: never, date: noDay },
};

/** Part of a document text that no rule of the tests holds, so that it stands in a sentence only when it leaked. */
export const secretText = 'Qz7';
