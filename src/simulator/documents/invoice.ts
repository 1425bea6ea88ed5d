import type { Random } from '../../platform/index.ts';
import { pick, wholeBetween } from '../seeded-random.ts';
import { calendarDate, formatAmount, formatDate } from './formats.ts';
import type { DocumentLanguage, FieldNature, SourceDocument, SourceField } from './source-document.ts';

const DAY = 86_400_000;

const SUPPLIERS = {
	nl: [
		'Bakkerij De Gouden Aar B.V.',
		'Van Dijk Installatietechniek',
		'Koopmans Kantoorartikelen B.V.',
		'Drukkerij Het Anker',
		'Schoonmaakbedrijf Zuiderzee',
		'Hoekstra Transport & Logistiek B.V.',
	],
	en: [
		'Harrow & Pike Ltd',
		'Northgate Office Supplies',
		'Bramble Catering Services Ltd',
		'Sterling Print Works',
		'Ashford Cleaning Co.',
		"O'Neill Haulage Ltd",
	],
} as const satisfies Record<DocumentLanguage, readonly [string, ...string[]]>;

const GOODS = {
	nl: [
		'Tonerpatronen zwart',
		'Onderhoud cv-ketel',
		'Broodjes lunch',
		'Drukwerk folders A5',
		'Schoonmaak kantoor',
		'Transport pallet',
	],
	en: [
		'Black toner cartridges',
		'Boiler service',
		'Sandwich lunch',
		'A5 leaflet printing',
		'Office cleaning',
		'Pallet delivery',
	],
} as const satisfies Record<DocumentLanguage, readonly [string, ...string[]]>;

/** A supplier invoice with one to five lines whose net and tax add up to the total. `today` is ms since the epoch. */
export function makeInvoice(random: Random, language: DocumentLanguage, today: number): SourceDocument {
	const fields: SourceField[] = [];
	let top = 90;
	const add = (entityId: string, nature: FieldNature, content: string, cents?: number, leftOfLine = 60) => {
		fields.push({ entityId, nature, content, top, leftOfLine, ...(cents === undefined ? {} : { cents }) });
		top += 24;
	};
	const invoiced = today - wholeBetween(random, 1, 60) * DAY;
	const number = `${calendarDate(invoiced).year}-${String(wholeBetween(random, 1, 99_999)).padStart(5, '0')}`;
	add('supplier_name', 'text', pick(random, SUPPLIERS[language]));
	add('invoice_number', 'code', number);
	add('invoice_date', 'date', formatDate(calendarDate(invoiced), language));
	add('due_date', 'date', formatDate(calendarDate(invoiced + pick(random, [14, 30, 60]) * DAY), language));
	add('iban', 'code', makeIban(random, language));
	let net = 0;
	for (let line = wholeBetween(random, 1, 5); line > 0; line -= 1) {
		// Most lines are small, a few are large: amounts of invoices are far from uniform.
		const cents = Math.round(10 ** (2.8 + random() * 2.4));
		net += cents;
		add('line_description', 'text', pick(random, GOODS[language]));
		top -= 24;
		add('line_amount', 'amount', formatAmount(cents, language), cents, 460);
	}
	const rate = language === 'nl' ? pick(random, [0.21, 0.21, 0.21, 0.09]) : pick(random, [0.2, 0.2, 0.05]);
	const tax = Math.round(net * rate);
	add('net_amount', 'amount', formatAmount(net, language), net, 460);
	add('tax_amount', 'amount', formatAmount(tax, language), tax, 460);
	add('total_amount', 'amount', formatAmount(net + tax, language), net + tax, 460);
	add('currency', 'text', language === 'nl' ? 'EUR' : 'GBP', undefined, 430);
	return {
		kind: 'invoice',
		language,
		name: `${language === 'nl' ? 'factuur' : 'invoice'}-${number}.pdf`,
		meta: [
			{ name: 'category', value: 'invoice' },
			{ name: 'language', value: language },
		],
		fields,
		checkboxes: [],
		signatures: [],
	};
}

/** An IBAN with valid check digits (ISO 7064, mod 97-10). */
function makeIban(random: Random, language: DocumentLanguage): string {
	const country = language === 'nl' ? 'NL' : 'GB';
	const bank = language === 'nl' ? pick(random, ['INGB', 'RABO', 'ABNA']) : pick(random, ['BARC', 'HBUK', 'LOYD']);
	let account = bank;
	for (let digits = language === 'nl' ? 10 : 14; digits > 0; digits -= 1) account += String(wholeBetween(random, 0, 9));
	let remainder = 0;
	for (const character of `${account}${country}00`) {
		const value = Number.parseInt(character, 36);
		remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
	}
	const plain = `${country}${String(98 - remainder).padStart(2, '0')}${account}`;
	return plain.replace(/(.{4})(?=.)/g, '$1 ');
}
