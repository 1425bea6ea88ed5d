import { Halt } from './halt.ts';

/** How a locale writes numbers; null separators: any locale's, as long as there is a single reading. */
export interface NumberFormat {
	/** For sentences: the locale's tag, or null. */
	readonly locale: string | null;
	readonly group: string | null;
	readonly decimal: string | null;
}

/** A double carries 15 decimal digits exactly; a longer number would be another than the one on paper. */
const mostDigits = 15;
const longestText = 64;
const spaces = /[\s\u00a0\u2007\u2009\u202f]/;
const apostrophes = /['\u2019]/;

const formats = new Map<string, NumberFormat | null>();

/** The separators of a locale (BCP 47); null when there is no such locale. */
export function numberFormatOf(locale: string): NumberFormat | null {
	let format = formats.get(locale);
	if (format === undefined) {
		format = findFormat(locale);
		formats.set(locale, format);
	}
	return format;
}

/** For a rule without a locale. */
export const anyNumberFormat: NumberFormat = { locale: null, group: null, decimal: null };

function findFormat(locale: string): NumberFormat | null {
	try {
		if (Intl.NumberFormat.supportedLocalesOf(locale).length === 0) return null;
		const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn', useGrouping: true }).formatToParts(
			1234567.5,
		);
		const part = (type: string) => parts.find((one) => one.type === type)?.value ?? null;
		return { locale, group: part('group'), decimal: part('decimal') ?? '.' };
	} catch {
		return null;
	}
}

/**
 * Reads an amount or number as it stands on paper: one currency sign or code before or behind it, a minus directly before
 * the digits or the sign, groups of exactly three. Whatever has more than one reading, or none, is an error; nothing is
 * guessed.
 *
 * @returns a finite number
 * @throws Halt `not-a-number`, `ambiguous-number`, `number-too-long`
 */
export function parseNumber(content: string, format: NumberFormat, subject: string): number {
	const plain = content.length > longestText ? null : stripCurrency(content);
	if (plain === null) throw notANumber(subject, format);
	const negative = plain.startsWith('-');
	const digits = negative ? plain.slice(1) : plain;
	const reading = format.decimal === null ? readInAnyLocale(digits) : readIn(digits, format.group, format.decimal);
	if (reading === 'ambiguous') {
		throw new Halt(
			'ambiguous-number',
			`${subject} can be read as more than one number; the rule needs a locale to tell which.`,
		);
	}
	if (reading === null) throw notANumber(subject, format);
	if (reading.length > mostDigits && reading.replace('.', '').replace(/^0+/, '').length > mostDigits) {
		throw new Halt('number-too-long', `${subject} has more digits than can be calculated with exactly.`);
	}
	const value = Number(reading);
	return negative && value !== 0 ? -value : value;
}

function notANumber(subject: string, { locale }: NumberFormat): Halt {
	return new Halt('not-a-number', `${subject} is not a number${locale === null ? '' : ` as ${locale} writes it`}.`);
}

const currencyCodes = new Set(Intl.supportedValuesOf('currency'));

/** Without currency and outer white space; a minus first if there is one. Null when there is more than that around it. */
function stripCurrency(content: string): string | null {
	const match = /^\s*([-\u2212]?)(?!\s)(\p{Sc}|[A-Z]{3}|)\s*([-\u2212]?)(\d(?:.*\d)?)\s*(\p{Sc}|[A-Z]{3}|)\s*$/u.exec(
		content,
	);
	if (match === null) return null;
	const [, signBefore = '', before = '', signAfter = '', digits = '', behind = ''] = match;
	if (signBefore !== '' && signAfter !== '') return null;
	if (before !== '' && behind !== '') return null;
	for (const sign of [before, behind]) {
		if (sign.length === 3 && !currencyCodes.has(sign)) return null;
	}
	return `${signBefore === '' && signAfter === '' ? '' : '-'}${digits}`;
}

/** Digits with separators of a locale as a plain decimal text. */
function readIn(text: string, group: string | null, decimal: string): string | null {
	const at = text.indexOf(decimal);
	if (at < 0) return splitGroups(text, group);
	const fraction = text.slice(at + decimal.length);
	if (!isDigits(fraction)) return null;
	const groups = splitGroups(text.slice(0, at), group);
	return groups === null ? null : `${groups}.${fraction}`;
}

/** Nothing but digits, and at least one. */
function isDigits(text: string): boolean {
	for (let index = 0; index < text.length; index += 1) {
		const code = text.charCodeAt(index);
		if (code < 48 || code > 57) return false;
	}
	return text.length > 0;
}

function splitGroups(whole: string, group: string | null): string | null {
	if (isDigits(whole)) return whole;
	if (group === null) return null;
	const separator = soleSeparator(whole);
	return separator === null || !sameSeparator(separator, group) ? null : joinGroups(whole, separator);
}

/** The one character that stands between digits; null when there is none, or more than one kind. */
function soleSeparator(text: string): string | null {
	let sole: string | null = null;
	for (const character of text) {
		if (character >= '0' && character <= '9') continue;
		if (sole !== null && sole !== character) return null;
		sole = character;
	}
	return sole;
}

function joinGroups(whole: string, separator: string): string | null {
	const [first = '', ...rest] = whole.split(separator);
	// Nobody groups 0.123: it is a decimal that somebody else's locale wrote.
	const exact = first.length <= 3 && !first.startsWith('0') && isDigits(first) && rest.every(isGroup);
	return exact ? `${first}${rest.join('')}` : null;
}

function isGroup(text: string): boolean {
	return text.length === 3 && isDigits(text);
}

/** Scanners and typists know one space and one apostrophe where Unicode has several. */
function sameSeparator(found: string, wanted: string): boolean {
	return (
		found === wanted ||
		(spaces.test(found) && spaces.test(wanted)) ||
		(apostrophes.test(found) && apostrophes.test(wanted))
	);
}

/** The one reading that every locale would agree on, or `ambiguous`. */
function readInAnyLocale(text: string): string | 'ambiguous' | null {
	if (isDigits(text)) return text;
	const separators = [...text.replace(/\d/g, '')];
	const kinds = new Set(separators);
	const last = separators.at(-1) ?? '';
	if (kinds.size === 2 && (last === '.' || last === ',') && separators.filter((one) => one === last).length === 1) {
		const [other = ''] = separators;
		return isSeparator(other) ? readIn(text, other, last) : null;
	}
	if (kinds.size !== 1 || !isSeparator(last)) return null;
	if (last !== '.' && last !== ',') return joinGroups(text, last);
	if (separators.length > 1) return joinGroups(text, last);
	const [whole = '', fraction = ''] = text.split(last);
	// 1.234 is a thousand to some and one and a bit to others; 0.234 and 1234.567 are not.
	if (fraction.length === 3 && whole.length <= 3 && !whole.startsWith('0')) return 'ambiguous';
	return `${whole}.${fraction}`;
}

function isSeparator(text: string): boolean {
	return text === '.' || text === ',' || spaces.test(text) || apostrophes.test(text);
}
