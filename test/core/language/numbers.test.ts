import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotationOf, answerOf, faultsOf, strictValueOf, textsOf, viewOf } from './view-of.ts';

const locales = [
	'nl-NL',
	'nl-BE',
	'en-GB',
	'en-US',
	'de-DE',
	'de-AT',
	'de-CH',
	'fr-FR',
	'fr-CH',
	'sv-SE',
	'es-ES',
	'pl-PL',
];

/** What a text comes to as a number: its value, or the code of the error. */
function read(text: string, locale: string | null): unknown {
	const result = strictValueOf({ number: 'amount' }, textsOf({ amount: text }), locale);
	return result.kind === 'value' ? result.value : result.kind === 'error' ? result.code : result.codes.join();
}

type Row = readonly [text: string, value: number | string];

describe('numbers by locale', () => {
	it.each<readonly [string | null, readonly Row[]]>([
		[
			'nl-NL',
			[
				['1.234,56', 1234.56],
				['1234,56', 1234.56],
				['1.234.567,89', 1_234_567.89],
				['1.234', 1234],
				['1,234', 1.234],
				['0,5', 0.5],
				['007', 7],
				['€ 1.234,56', 1234.56],
				['€1.234,56', 1234.56],
				['1.234,56 €', 1234.56],
				['EUR 1.234,56', 1234.56],
				['1.234,56EUR', 1234.56],
				['  \u00a01.234,56\u202f ', 1234.56],
				['€\u00a01.234,56', 1234.56],
				['-1.234,56', -1234.56],
				['-€ 1.234,56', -1234.56],
				['€ -1.234,56', -1234.56],
				['\u2212 5', 'not-a-number'],
				['\u22125', -5],
				['-0', 0],
				['1,234.56', 'not-a-number'],
				['1.23', 'not-a-number'],
				['1.2345', 'not-a-number'],
				['12.34.567', 'not-a-number'],
				['1234.567', 'not-a-number'],
				['0.123', 'not-a-number'],
				['000.123', 'not-a-number'],
				['.123', 'not-a-number'],
				['1.234,', 'not-a-number'],
				[',50', 'not-a-number'],
				['1,2,3', 'not-a-number'],
				['1,234.567', 'not-a-number'],
				['1 234,56', 'not-a-number'],
				["1'234,56", 'not-a-number'],
				['1..234', 'not-a-number'],
			],
		],
		[
			'en-GB',
			[
				['1,234.56', 1234.56],
				['£1,234.56', 1234.56],
				['GBP 1,234.56', 1234.56],
				['1.234', 1.234],
				['1,234', 1234],
				['-£1,234.56', -1234.56],
				['1.234,56', 'not-a-number'],
				['1,23', 'not-a-number'],
				['0,123', 'not-a-number'],
				['1,234,56', 'not-a-number'],
			],
		],
		[
			'de-DE',
			[
				['1.234,56', 1234.56],
				['1.234,56 EUR', 1234.56],
				['1234', 1234],
				['1,234.56', 'not-a-number'],
			],
		],
		[
			'de-CH',
			[
				['1\u2019234.56', 1234.56],
				["1'234.56", 1234.56],
				["CHF 1'234'567.50", 1_234_567.5],
				['1234.56', 1234.56],
				['1.234,56', 'not-a-number'],
				["1'23.50", 'not-a-number'],
				["1'234\u2019567", 'not-a-number'],
			],
		],
		[
			'fr-FR',
			[
				['1\u202f234,56', 1234.56],
				['1\u00a0234,56', 1234.56],
				['1 234,56', 1234.56],
				['1 234,56 €', 1234.56],
				['1 234 567', 1_234_567],
				['1 23', 'not-a-number'],
				['12 34 567', 'not-a-number'],
				['1.234,56', 'not-a-number'],
				['1  234', 'not-a-number'],
			],
		],
		[
			null,
			[
				['1234', 1234],
				['1234,56', 1234.56],
				['1234.56', 1234.56],
				['1.234,56', 1234.56],
				['1,234.56', 1234.56],
				["1'234.56", 1234.56],
				['1 234,56', 1234.56],
				['1 234', 1234],
				['1.234.567', 1_234_567],
				['1,234,567', 1_234_567],
				['12,5', 12.5],
				['0.234', 0.234],
				['0,234', 0.234],
				['1234.567', 1234.567],
				['€ 12,50', 12.5],
				['1.234', 'ambiguous-number'],
				['1,234', 'ambiguous-number'],
				['12.345', 'ambiguous-number'],
				['999,999', 'ambiguous-number'],
				['€ -1.234', 'ambiguous-number'],
				['1.234,567,8', 'not-a-number'],
				['1.234.56', 'not-a-number'],
				['1.234 567', 'not-a-number'],
				["1'234,567.8", 'not-a-number'],
				['0.123.456', 'not-a-number'],
			],
		],
	])('%s', (locale, rows) => {
		expect(rows.map(([text]) => [text, read(text, locale)])).toEqual(rows);
	});
});

describe('what is no number in any locale', () => {
	const texts = [
		'abc',
		'12 (guess)',
		'ca. 12',
		'12%',
		'12 %',
		'(12)',
		'(1.234,56)',
		'12-',
		'--12',
		'- 12',
		'- € 12',
		'+12',
		'1e3',
		'0x10',
		'\u0661\u0662',
		'\uff11\uff12',
		'12\n34',
		'12 34',
		'€',
		'€ € 12',
		'€ 12 EUR',
		'XQX 12',
		'eur 12',
		'Fr. 12',
		'12 kg',
		'1/2',
		'½',
		'\u221e',
		'NaN',
		'Infinity',
		'12,-',
		`${'1'.repeat(70)}`,
	];
	it.each(texts)('%j', (text) => {
		expect([...locales, null].map((locale) => read(text, locale))).toEqual(
			[...locales, null].map(() => 'not-a-number'),
		);
	});
});

describe('digits', () => {
	it('a number with more digits than a double keeps is an error, never another number', () => {
		expect(read('999.999.999.999.999', 'nl-NL')).toBe(999_999_999_999_999);
		expect(read('9.999.999.999.999.999', 'nl-NL')).toBe('number-too-long');
		expect(read('0,1234567890123456', 'nl-NL')).toBe('number-too-long');
		expect(read('9007199254740993', null)).toBe('number-too-long');
	});

	it('leading zeros count for nothing', () => {
		expect(read('000000000000000000012', 'nl-NL')).toBe(12);
	});
});

describe('a locale of its own for one number', () => {
	it('stands as the second operand, and overrides that of the rule', () => {
		const view = textsOf({ amount: '1,234.56' });
		expect(strictValueOf({ number: ['amount', 'en-GB'] }, view, 'nl-NL')).toEqual({ kind: 'value', value: 1234.56 });
		expect(strictValueOf({ number: 'amount' }, view, 'nl-NL')).toEqual({ kind: 'error', code: 'not-a-number' });
	});

	it.each(['xx-XX', 'Dutch', 'nl_NL', 'n'])('%j is no locale', (locale) => {
		const [fault, ...more] = faultsOf({ '>': [{ number: ['amount', locale] }, 0] });
		expect(fault).toMatchObject({ code: 'unknown-locale', pointer: ['>', 0, 'number', 1] });
		expect(more).toEqual([]);
	});

	it('a rule with an unknown locale is refused at the operator that would need it', () => {
		expect(faultsOf({ '>': [{ number: 'amount' }, 0] }, 'xx-XX')).toMatchObject([
			{ code: 'unknown-locale', pointer: ['>', 0, 'number'] },
		]);
	});
});

describe('several occurrences', () => {
	const occurring = (...texts: readonly (string | null)[]) =>
		viewOf({ annotations: texts.map((text, index) => annotationOf('amount', text, 0.99, `${index}`)) });
	const isTen = { '==': [{ number: 'amount' }, 10] };

	it('that are the same number, however written, are one', () => {
		expect(answerOf(isTen, occurring('10', '10,00', '€ 10'))).toBe('pass');
	});

	it.each<readonly [string, readonly (string | null)[], string]>([
		['that differ are an error', ['10', '10', '11'], 'occurrences-differ'],
		['of which one is no number are an error', ['10', 'ten'], 'not-a-number'],
		['of which one is blank are an error', ['10', ' '], 'empty-content'],
		['of which one was not read are an error', ['10', null], 'empty-content'],
	])('%s', (_title, texts, code) => {
		expect(answerOf(isTen, occurring(...texts))).toBe(code);
	});
});

describe('laws', () => {
	const amount = fc.record({
		cents: fc.integer({ min: 0, max: 99_999_999_999 }),
		negative: fc.boolean(),
		currency: fc.constantFrom('', '€ ', 'EUR ', '$'),
	});

	it('what a locale writes, grouped or not, is read back as the same number', () => {
		fc.assert(
			fc.property(
				amount,
				fc.constantFrom(...locales),
				fc.boolean(),
				({ cents, negative, currency }, locale, grouped) => {
					const value = (negative ? -cents : cents) / 100;
					const written = new Intl.NumberFormat(locale, {
						useGrouping: grouped,
						minimumFractionDigits: 2,
						signDisplay: 'negative',
					}).format(value);
					const [, sign = '', digits = ''] = /^([-\u2212]?)(.*)$/su.exec(written) ?? [];
					expect(read(`${sign}${currency}${digits}`, locale)).toBe(value === 0 ? 0 : value);
				},
			),
		);
	});

	/** Digits, separators and signs in any order: nearly always nonsense, sometimes not. */
	const scribble = fc.string({
		unit: fc.constantFrom('0', '1', '2', '34', '567', '000', '.', ',', ' ', "'", '\u2019', '-', '€'),
		maxLength: 9,
	});

	it('without a locale, a text has a number only where no locale reads another', () => {
		fc.assert(
			fc.property(scribble, (text) => {
				const free = read(text, null);
				if (typeof free !== 'number') return;
				for (const locale of locales) {
					const bound = read(text, locale);
					if (typeof bound === 'number') expect([text, locale, bound]).toEqual([text, locale, free]);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it('any text gives a finite number or one of four errors', () => {
		const errors = new Set(['not-a-number', 'ambiguous-number', 'number-too-long', 'empty-content']);
		fc.assert(
			fc.property(
				fc.oneof(scribble, fc.string({ unit: 'binary' })),
				fc.constantFrom(...locales, null),
				(text, locale) => {
					const value = read(text, locale);
					expect(typeof value === 'number' ? Number.isFinite(value) : errors.has(String(value))).toBe(true);
				},
			),
		);
	});
});
