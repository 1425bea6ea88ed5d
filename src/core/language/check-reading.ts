import { RE2JS } from 're2js';
import type { Checker, Pointer } from './checker.ts';
import { countPatternParts } from './count-pattern-parts.ts';
import { anyDateFormat, dateFormatOf, datePatternOf } from './date-format.ts';
import type { Node } from './node.ts';
import { anyNumberFormat, numberFormatOf } from './number-format.ts';

const longestPattern = 500;
/** Compiling a part costs microseconds and some bytes; a rule has many patterns. */
const mostPatternParts = 2_000;

/**
 * `number`: an entity as a number of the rule's locale, or of a given one.
 *
 * @param given the locale as the second operand; undefined: there is none, null: it is faulty
 */
export function checkNumber(
	checker: Checker,
	entity: string | null,
	given: string | null | undefined,
	givenAt: Pointer,
	at: Pointer,
): Node | null {
	if (entity === null || given === null) return null;
	const locale = given ?? checker.locale;
	const format = locale === null ? anyNumberFormat : numberFormatOf(locale);
	if (format !== null) return { kind: 'number', entity, format };
	const where = given === undefined ? at : givenAt;
	return checker.fault(where, 'unknown-locale', 'This is no known locale; write one like "nl-NL".');
}

/**
 * `date`: an entity as a day, read by the rule's locale, or by a given format.
 *
 * @param pattern the format as the second operand; undefined: there is none, null: it is faulty
 */
export function checkDate(
	checker: Checker,
	entity: string | null,
	pattern: string | null | undefined,
	patternAt: Pointer,
	at: Pointer,
): Node | null {
	if (entity === null || pattern === null) return null;
	const { locale } = checker;
	const format =
		pattern !== undefined ? datePatternOf(pattern) : locale === null ? anyDateFormat : dateFormatOf(locale);
	if (format !== null) return { kind: 'date', entity, format };
	if (pattern === undefined) {
		return checker.fault(at, 'unknown-locale', 'The locale of the rule is no known one; write one like "nl-NL".');
	}
	return checker.fault(
		patternAt,
		'bad-date-format',
		'A date format has day, month and year once each, of d, dd, M, MM, yy, yyyy and - . / or space between; d and M stand apart from other digits.',
	);
}

/** `matches`: a text and a pattern of RE2. */
export function checkMatches(
	checker: Checker,
	text: Node | null,
	source: string | null,
	pointer: Pointer,
): Node | null {
	if (source === null) return null;
	if (source.length > longestPattern) {
		return checker.fault(pointer, 'bad-pattern', `A pattern has at most ${longestPattern} characters.`);
	}
	if (countPatternParts(source) > mostPatternParts) {
		return checker.fault(
			pointer,
			'bad-pattern',
			`A pattern has at most ${mostPatternParts} parts with its counted repetitions written out; use * or + for many.`,
		);
	}
	try {
		const pattern = RE2JS.compile(source);
		return text === null ? null : { kind: 'matches', text, pattern, source };
	} catch {
		return checker.fault(
			pointer,
			'bad-pattern',
			'This is no pattern that RE2 understands: look-around and back references are not in it.',
		);
	}
}
