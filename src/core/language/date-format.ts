import { Halt } from './halt.ts';

type Part = 'day' | 'month' | 'year';

/** How a date is written: by a locale, by an explicit pattern, or by whatever has a single reading. */
export type DateFormat =
	| {
			readonly kind: 'locale';
			readonly locale: string;
			readonly order: readonly Part[];
			/** Lower-case names and short names of months, without dots, to their numbers. */
			readonly months: ReadonlyMap<string, number>;
	  }
	| { readonly kind: 'pattern'; readonly pattern: string; readonly parts: readonly PatternPart[] }
	| { readonly kind: 'any' };

type PatternPart =
	| { readonly kind: 'literal'; readonly text: string }
	| { readonly kind: 'digits'; readonly part: Part; readonly least: number; readonly most: number };

const longestText = 40;
const formats = new Map<string, DateFormat | null>();

/** For a rule without a locale. */
export const anyDateFormat: DateFormat = { kind: 'any' };

/** The order and the month names of a locale (BCP 47); null when there is no such locale. */
export function dateFormatOf(locale: string): DateFormat | null {
	let format = formats.get(locale);
	if (format === undefined) {
		format = findFormat(locale);
		formats.set(locale, format);
	}
	return format;
}

function findFormat(locale: string): DateFormat | null {
	try {
		if (Intl.DateTimeFormat.supportedLocalesOf(locale).length === 0) return null;
		const fixed = { calendar: 'gregory', numberingSystem: 'latn', timeZone: 'UTC' } as const;
		const numeric = new Intl.DateTimeFormat(locale, { ...fixed, year: 'numeric', month: '2-digit', day: '2-digit' });
		const order = numeric
			.formatToParts(Date.UTC(2026, 10, 22))
			.flatMap(({ type }): Part[] => (type === 'day' || type === 'month' || type === 'year' ? [type] : []));
		const months = new Map<string, number>();
		for (const month of ['long', 'short'] as const) {
			const named = new Intl.DateTimeFormat(locale, { ...fixed, day: 'numeric', month, year: 'numeric' });
			for (let number = 1; number <= 12; number += 1) {
				const parts = named.formatToParts(Date.UTC(2026, number - 1, 15));
				const name = parts.find((part) => part.type === 'month')?.value;
				if (name !== undefined && /\p{L}/u.test(name)) months.set(plainName(name), number);
			}
		}
		return { kind: 'locale', locale, order, months };
	} catch {
		return null;
	}
}

function plainName(name: string): string {
	return name.toLowerCase().replace(/\./g, '');
}

/**
 * An explicit format of `d`, `dd`, `M`, `MM`, `yy` (2000 to 2099), `yyyy` and separators, like `dd-MM-yyyy` or
 * `yyyyMMdd`; null when it is none, does not give each of day, month and year once, or has a `d` or `M` directly beside
 * other digits, where nobody could tell one from the other.
 */
export function datePatternOf(pattern: string): DateFormat | null {
	if (pattern.length === 0 || pattern.length > longestText) return null;
	const parts: PatternPart[] = [];
	for (const token of pattern.match(/d+|M+|y+|[^dMy]/g) ?? []) {
		const known = patternTokens[token];
		if (known !== undefined) parts.push({ kind: 'digits', ...known });
		else if (/^[-./, ]$/.test(token)) parts.push({ kind: 'literal', text: token });
		else return null;
	}
	const found = parts.flatMap((part) => (part.kind === 'digits' ? [part.part] : []));
	const complete = found.length === 3 && new Set(found).size === 3;
	const apart = parts.every((part, index) => {
		const next = parts[index + 1];
		if (part.kind !== 'digits' || next?.kind !== 'digits') return true;
		return part.least === part.most && next.least === next.most;
	});
	return complete && apart ? { kind: 'pattern', pattern, parts } : null;
}

const patternTokens: Readonly<Record<string, { part: Part; least: number; most: number }>> = {
	d: { part: 'day', least: 1, most: 2 },
	dd: { part: 'day', least: 2, most: 2 },
	M: { part: 'month', least: 1, most: 2 },
	MM: { part: 'month', least: 2, most: 2 },
	yy: { part: 'year', least: 2, most: 2 },
	yyyy: { part: 'year', least: 4, most: 4 },
};

/**
 * Reads a date as it stands on paper.
 *
 * @returns `YYYY-MM-DD`, a day of the calendar
 * @throws Halt `not-a-date`, `ambiguous-date`
 */
export function parseDate(content: string, format: DateFormat, subject: string): string {
	const text = content.trim().replace(/[\s\u00a0\u202f]+/g, ' ');
	if (text.length === 0 || text.length > longestText) throw notADate(subject, format);
	if (format.kind === 'pattern') {
		const date = readPattern(text, format.parts);
		if (date === null) throw notADate(subject, format);
		return date;
	}
	const iso = /^(\d{4})([-./])(\d{1,2})\2(\d{1,2})$/.exec(text);
	if (iso !== null) return dateOr(subject, format, Number(iso[1]), Number(iso[3]), Number(iso[4]));
	const numeric = /^(\d{1,2}) ?([-./ ]) ?(\d{1,2}) ?\2 ?(\d{4})$/.exec(text);
	if (numeric !== null) {
		return readNumeric(Number(numeric[1]), Number(numeric[3]), Number(numeric[4]), format, subject);
	}
	if (/^\d{1,2}([-./ ])\d{1,2}\1\d{2}$/.test(text)) {
		throw new Halt('ambiguous-date', `${subject} has a year of two digits; the rule needs a format such as dd-MM-yy.`);
	}
	if (format.kind === 'locale') {
		const named = readNamed(text, format.months);
		if (named !== null) return dateOr(subject, format, named.year, named.month, named.day);
	}
	throw notADate(subject, format);
}

function readNumeric(first: number, second: number, year: number, format: DateFormat, subject: string): string {
	// A locale that begins with the year says nothing of a date that ends with it.
	if (format.kind === 'locale' && format.order[0] !== 'year') {
		const dayFirst = format.order.indexOf('day') < format.order.indexOf('month');
		return dateOr(subject, format, year, dayFirst ? second : first, dayFirst ? first : second);
	}
	const readings = new Set([calendarDate(year, second, first), calendarDate(year, first, second)]);
	readings.delete(null);
	const [only] = readings;
	if (readings.size > 1) {
		throw new Halt(
			'ambiguous-date',
			`${subject} can be read as more than one date; the rule needs a locale or a format to tell which.`,
		);
	}
	if (only === undefined || only === null) throw notADate(subject, format);
	return only;
}

/** `1 juni 2026`, `June 1, 2026`, `1. Juni 2026`. */
function readNamed(text: string, months: ReadonlyMap<string, number>) {
	const dayFirst = /^(\d{1,2})\.?[- ]([\p{L}.]+)[- ,]{1,2}(\d{4})$/u.exec(text);
	const monthFirst = dayFirst === null ? /^([\p{L}.]+) (\d{1,2}),? (\d{4})$/u.exec(text) : null;
	const [, day, name, year] = dayFirst ?? [null, monthFirst?.[2], monthFirst?.[1], monthFirst?.[3]];
	if (day === undefined || name === undefined || year === undefined) return null;
	const month = months.get(plainName(name));
	return month === undefined ? null : { day: Number(day), month, year: Number(year) };
}

function readPattern(text: string, parts: readonly PatternPart[]): string | null {
	const found: Partial<Record<Part, number>> = {};
	let at = 0;
	for (const part of parts) {
		if (part.kind === 'literal') {
			if (text[at] !== part.text) return null;
			at += 1;
			continue;
		}
		let end = at;
		while (end < text.length && end - at < part.most && /\d/.test(text[end] ?? '')) end += 1;
		if (end - at < part.least) return null;
		found[part.part] = Number(text.slice(at, end)) + (part.part === 'year' && part.most === 2 ? 2000 : 0);
		at = end;
	}
	const { year, month, day } = found;
	if (at !== text.length || year === undefined || month === undefined || day === undefined) return null;
	return calendarDate(year, month, day);
}

function dateOr(subject: string, format: DateFormat, year: number, month: number, day: number): string {
	const date = calendarDate(year, month, day);
	if (date === null) throw notADate(subject, format);
	return date;
}

function notADate(subject: string, format: DateFormat): Halt {
	const how =
		format.kind === 'locale'
			? ` as ${format.locale} writes it`
			: format.kind === 'pattern'
				? ` like ${format.pattern}`
				: '';
	return new Halt('not-a-date', `${subject} is not a date${how}.`);
}

/** A day that the calendar has, in the years 1000 to 9999, or null. */
export function calendarDate(year: number, month: number, day: number): string | null {
	if (!(year >= 1000 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 31)) return null;
	if (!(Number.isInteger(year) && Number.isInteger(month) && Number.isInteger(day))) return null;
	if (day > daysIn(year, month)) return null;
	return `${year}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;
}

/** Of the Gregorian calendar, carried back before 1582 as ISO 8601 does. */
function daysIn(year: number, month: number): number {
	if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
	return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The day of the evaluation. @throws Halt `bad-today` when what was handed in is no day of the calendar */
export function checkToday(today: string): string {
	if (typeof today !== 'string' || !isIsoDate(today)) throw new Halt('bad-today', 'It is not known which day it is.');
	return today;
}

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isIsoDate(text: string): boolean {
	const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
	return match !== null && calendarDate(Number(match[1]), Number(match[2]), Number(match[3])) !== null;
}
