import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	annotationOf,
	answerOf,
	compile,
	contextOf,
	faultCodes,
	faultsOf,
	strictValueOf,
	textsOf,
	viewOf,
} from './view-of.ts';

const locales = ['nl-NL', 'en-GB', 'en-US', 'de-DE', 'de-CH', 'fr-FR', 'sv-SE', 'hu-HU'];

/** What a text comes to as a date: the day, or the code of the error. */
function read(text: string, locale: string | null, format?: string): string {
	const operand = format === undefined ? 'day' : ['day', format];
	const result = strictValueOf({ date: operand }, textsOf({ day: text }), locale);
	return result.kind === 'value' ? String(result.value) : result.kind === 'error' ? result.code : result.codes.join();
}

type Row = readonly [text: string, day: string];

describe('dates by locale', () => {
	it.each<readonly [string | null, readonly Row[]]>([
		[
			'nl-NL',
			[
				['3-4-2026', '2026-04-03'],
				['03-04-2026', '2026-04-03'],
				['03/04/2026', '2026-04-03'],
				['03.04.2026', '2026-04-03'],
				['3 - 4 - 2026', '2026-04-03'],
				['3 4 2026', '2026-04-03'],
				['2026-04-03', '2026-04-03'],
				['2026/4/3', '2026-04-03'],
				['3 april 2026', '2026-04-03'],
				['3 APRIL 2026', '2026-04-03'],
				['3 apr. 2026', '2026-04-03'],
				['3-mei-2026', '2026-05-03'],
				['\u00a03 april\u202f2026 ', '2026-04-03'],
				['29-02-2028', '2028-02-29'],
				['13-13-2026', 'not-a-date'],
				['04-13-2026', 'not-a-date'],
				['31-02-2026', 'not-a-date'],
				['29-02-2026', 'not-a-date'],
				['00-01-2026', 'not-a-date'],
				['3 May 2026', 'not-a-date'],
				['03-04/2026', 'not-a-date'],
				['03-04-26', 'ambiguous-date'],
				['3/4/26', 'ambiguous-date'],
			],
		],
		[
			'en-GB',
			[
				['03/04/2026', '2026-04-03'],
				['3 April 2026', '2026-04-03'],
				['3 Apr 2026', '2026-04-03'],
				['April 3, 2026', '2026-04-03'],
				['3 mei 2026', 'not-a-date'],
			],
		],
		[
			'en-US',
			[
				['03/04/2026', '2026-03-04'],
				['3/4/2026', '2026-03-04'],
				['March 4, 2026', '2026-03-04'],
				['Mar 4, 2026', '2026-03-04'],
				['4 March 2026', '2026-03-04'],
				['13/04/2026', 'not-a-date'],
			],
		],
		[
			'de-DE',
			[
				['03.04.2026', '2026-04-03'],
				['3. April 2026', '2026-04-03'],
				['3. März 2026', '2026-03-03'],
				['30. Februar 2026', 'not-a-date'],
			],
		],
		[
			'de-CH',
			[
				['03.04.2026', '2026-04-03'],
				['3. April 2026', '2026-04-03'],
			],
		],
		[
			'fr-FR',
			[
				['03/04/2026', '2026-04-03'],
				['3 avril 2026', '2026-04-03'],
				['3 févr. 2026', '2026-02-03'],
				['3 août 2026', '2026-08-03'],
			],
		],
		[
			// Its own order says nothing of a date that ends with the year.
			'sv-SE',
			[
				['2026-04-03', '2026-04-03'],
				['3 april 2026', '2026-04-03'],
				['13-04-2026', '2026-04-13'],
				['03-04-2026', 'ambiguous-date'],
			],
		],
		[
			null,
			[
				['2026-04-03', '2026-04-03'],
				['13/04/2026', '2026-04-13'],
				['04/13/2026', '2026-04-13'],
				['04/04/2026', '2026-04-04'],
				['03/04/2026', 'ambiguous-date'],
				['3-4-2026', 'ambiguous-date'],
				['31/02/2026', 'not-a-date'],
				['13/13/2026', 'not-a-date'],
				['3 april 2026', 'not-a-date'],
			],
		],
	])('%s', (locale, rows) => {
		expect(rows.map(([text]) => [text, read(text, locale)])).toEqual(rows);
	});
});

describe('dates by a format', () => {
	it.each<readonly [format: string, text: string, day: string]>([
		['dd-MM-yyyy', '03-04-2026', '2026-04-03'],
		['MM/dd/yyyy', '03/04/2026', '2026-03-04'],
		['d.M.yyyy', '3.4.2026', '2026-04-03'],
		['d.M.yyyy', '13.12.2026', '2026-12-13'],
		['yyyyMMdd', '20260403', '2026-04-03'],
		['ddMMyy', '030426', '2026-04-03'],
		['dd-MM-yy', '03-04-99', '2099-04-03'],
		['yyyy MM dd', '2026 04 03', '2026-04-03'],
		['dd-MM-yyyy', '3-4-2026', 'not-a-date'],
		['dd-MM-yyyy', '03/04/2026', 'not-a-date'],
		['dd-MM-yyyy', '03-04-2026 10:00', 'not-a-date'],
		['dd-MM-yyyy', '31-04-2026', 'not-a-date'],
		['dd-MM-yyyy', '03-04-26', 'not-a-date'],
		['dd-MM-yy', '03-04-2026', 'not-a-date'],
		['yyyyMMdd', '2026-04-03', 'not-a-date'],
		['d-M-yyyy', '003-04-2026', 'not-a-date'],
	])('%s of %j is %s', (format, text, day) => {
		expect(read(text, 'en-US', format)).toBe(day);
	});

	it.each([
		'',
		'dd-MM',
		'dd-MM-yyyy-dd',
		'DD-MM-YYYY',
		'dd-MM-yyy',
		'ddd-MM-yyyy',
		'dd-MM-yyyy HH:mm',
		'dd\\MM\\yyyy',
		`dd${' '.repeat(40)}MM-yyyy`,
	])('%j is no format', (format) => {
		const codes = faultCodes({ '<=': [{ date: ['day', format] }, { today: [] }] });
		expect(codes).toEqual([format === '' ? 'wrong-type' : 'bad-date-format']);
	});

	it.each(['dMyyyy', 'yyyyMd', 'yyyyMMd', 'dMMyyyy', 'ddMyyyy'])(
		'%j is none either: nobody could tell where the day ends',
		(format) => {
			expect(faultCodes({ '<=': [{ date: ['day', format] }, { today: [] }] })).toEqual(['bad-date-format']);
		},
	);
});

describe('comparing dates', () => {
	const day = textsOf({ day: '1 juni 2026' });
	it.each<readonly [title: string, logic: Parameters<typeof answerOf>[0], answer: string]>([
		['before today', { '<': [{ date: 'day' }, { today: [] }] }, 'pass'],
		['not after today', { '>': [{ date: 'day' }, { today: [] }] }, 'fail'],
		['on a day', { '==': [{ date: 'day' }, '2026-06-01'] }, 'pass'],
		['on another day', { '!==': [{ date: 'day' }, '2026-06-02'] }, 'pass'],
		['between two days', { '<=': ['2026-01-01', { date: 'day' }, '2026-06-01'] }, 'pass'],
		['one of some days', { in: [{ date: 'day' }, ['2026-05-31', '2026-06-01']] }, 'pass'],
	])('%s', (_title, logic, answer) => {
		expect(answerOf(logic, day)).toBe(answer);
	});

	it.each<readonly [title: string, operand: Parameters<typeof answerOf>[0]]>([
		['a text that is no day', '2026-02-31'],
		['a day that is written otherwise', '1-6-2026'],
		['a text of the task', { var: 'task.created_at' }],
		['the text of an entity', { content: 'day' }],
		['a number', 20_260_601],
	])('%s is not compared with a date', (_title, operand) => {
		expect(faultCodes({ '<=': [{ date: 'day' }, operand] })).toEqual(['wrong-type']);
	});

	it('a day of the evaluation that is none is an error, not a day before all others', () => {
		const compiled = compile({ '<=': [{ today: [] }, { date: 'day' }] });
		for (const today of ['', '2026-6-1', '2026-02-31', 'today', '0', null as unknown as string]) {
			expect(compiled.evaluate(contextOf(day, today))).toMatchObject({ outcome: 'error', error: 'bad-today' });
			expect(compiled.strict(contextOf(day, today))).toEqual({ outcome: 'error', error: 'bad-today' });
		}
	});
});

it('occurrences that are the same day, however written, are one; others are an error', () => {
	const view = (...texts: readonly string[]) =>
		viewOf({ annotations: texts.map((text, index) => annotationOf('day', text, 0.99, `${index}`)) });
	const logic = { '==': [{ date: 'day' }, '2026-06-01'] };
	expect(answerOf(logic, view('1-6-2026', '1 juni 2026'))).toBe('pass');
	expect(answerOf(logic, view('1-6-2026', '2 juni 2026'))).toBe('occurrences-differ');
	expect(answerOf(logic, view('1-6-2026', 'soon'))).toBe('not-a-date');
});

it('a rule with an unknown locale is refused at the operator that would need it', () => {
	expect(faultsOf({ '<=': [{ date: 'day' }, { today: [] }] }, 'xx-XX')).toMatchObject([
		{ code: 'unknown-locale', pointer: ['<=', 0, 'date'] },
	]);
});

describe('laws', () => {
	const date = fc.date({
		min: new Date('1000-01-01T00:00:00Z'),
		max: new Date('9999-12-31T00:00:00Z'),
		noInvalidDate: true,
	});
	const isoOf = (day: Date) => day.toISOString().slice(0, 10);

	it('what a locale writes with the name of the month is read back as the same day', () => {
		fc.assert(
			fc.property(
				date,
				fc.constantFrom('nl-NL', 'en-GB', 'en-US', 'de-DE', 'fr-FR', 'sv-SE'),
				fc.constantFrom('long', 'short'),
				(day, locale, month) => {
					const written = new Intl.DateTimeFormat(locale, {
						timeZone: 'UTC',
						day: 'numeric',
						month,
						year: 'numeric',
					}).format(day);
					expect([written, read(written, locale)]).toEqual([written, isoOf(day)]);
				},
			),
		);
	});

	it('what a locale writes in digits is read back as the same day', () => {
		fc.assert(
			fc.property(date, fc.constantFrom('nl-NL', 'en-GB', 'en-US', 'de-DE', 'fr-FR', 'sv-SE'), (day, locale) => {
				const written = new Intl.DateTimeFormat(locale, {
					timeZone: 'UTC',
					day: '2-digit',
					month: '2-digit',
					year: 'numeric',
				}).format(day);
				expect([written, read(written, locale)]).toEqual([written, isoOf(day)]);
			}),
		);
	});

	const scribble = fc.oneof(
		fc
			.tuple(
				fc.integer({ min: 0, max: 40 }),
				fc.constantFrom('-', '/', '.', ' '),
				fc.integer({ min: 0, max: 40 }),
				fc.constantFrom('2026', '1', '12', '26', '0999'),
			)
			.map(([first, separator, second, year]) => `${first}${separator}${second}${separator}${year}`),
		fc.string({ unit: fc.constantFrom('0', '1', '2', '20', '2026', '-', '/', '.', ' ', 'mei'), maxLength: 8 }),
	);

	it('without a locale, a text has a day only where no locale reads another', () => {
		fc.assert(
			fc.property(scribble, (text) => {
				const free = read(text, null);
				if (!/^\d/.test(free)) return;
				for (const locale of locales) {
					const bound = read(text, locale);
					if (/^\d/.test(bound)) expect([text, locale, bound]).toEqual([text, locale, free]);
				}
			}),
			{ numRuns: 300 },
		);
	});

	it('any text gives a day of the calendar or one of three errors', () => {
		const errors = new Set(['not-a-date', 'ambiguous-date', 'empty-content']);
		const formats = fc.constantFrom(undefined, 'dd-MM-yyyy', 'd/M/yy', 'yyyyMMdd');
		fc.assert(
			fc.property(
				fc.oneof(scribble, fc.string({ unit: 'binary' })),
				fc.constantFrom(...locales, null),
				formats,
				(text, locale, format) => {
					const day = read(text, locale, format);
					if (errors.has(day)) return;
					expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day);
				},
			),
		);
	});
});
