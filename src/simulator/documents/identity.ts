import type { Random } from '../../platform/index.ts';
import { pick, wholeBetween } from '../seeded-random.ts';
import { calendarDate, formatDate } from './formats.ts';
import {
	type DocumentLanguage,
	type FieldNature,
	rectangle,
	type SourceDocument,
	type SourceField,
} from './source-document.ts';

const DAY = 86_400_000;

const FAMILY_NAMES = {
	nl: ['de Vries', 'Jansen', 'van den Berg', 'Bakker', 'Visser', 'Smit'],
	en: ['Taylor', 'Ahmed', 'Whitfield', 'Clarke', 'Evans', "O'Connor"],
} as const satisfies Record<DocumentLanguage, readonly [string, ...string[]]>;

const GIVEN_NAMES = {
	nl: ['Sanne Maria', 'Daan', 'Fleur Johanna', 'Bram', 'Noor', 'Thijs Willem'],
	en: ['Olivia Grace', 'Harry', 'Amelia', 'George Edward', 'Zara', 'Callum'],
} as const satisfies Record<DocumentLanguage, readonly [string, ...string[]]>;

/** An identity document on a consent form: one checkbox (nearly always ticked) and one signature (nearly always there). */
export function makeIdentityDocument(random: Random, language: DocumentLanguage, today: number): SourceDocument {
	const fields: SourceField[] = [];
	const add = (entityId: string, nature: FieldNature, content: string) => {
		fields.push({ entityId, nature, content, top: 120 + fields.length * 32, leftOfLine: 210 });
	};
	const familyName = pick(random, FAMILY_NAMES[language]);
	add('family_name', 'text', familyName);
	add('given_names', 'text', pick(random, GIVEN_NAMES[language]));
	add('document_number', 'code', makeDocumentNumber(random));
	add(
		'date_of_birth',
		'date',
		formatDate(calendarDate(today - wholeBetween(random, 18 * 366, 80 * 365) * DAY), language),
	);
	// One in twelve has expired: right on paper, and still not to be passed by a sensible rule.
	const expires = random() < 1 / 12 ? -wholeBetween(random, 1, 900) : wholeBetween(random, 30, 3600);
	add('expiry_date', 'date', formatDate(calendarDate(today + expires * DAY), language));
	add('nationality', 'text', language === 'nl' ? 'Nederlandse' : 'BRITISH CITIZEN');
	return {
		kind: 'identity',
		language,
		name: `${language === 'nl' ? 'identiteitsbewijs' : 'identity'}-${wholeBetween(random, 1000, 9999)}.pdf`,
		meta: [
			{ name: 'category', value: 'identity' },
			{ name: 'language', value: language },
		],
		fields,
		checkboxes: [{ checked: random() < 0.93, coordinates: rectangle(64, 610, 14, 14) }],
		signatures: random() < 0.95 ? [{ coordinates: rectangle(320, 690, 170, 48) }] : [],
	};
}

function makeDocumentNumber(random: Random): string {
	// Letters O and I are left out of Dutch document numbers.
	const letter = () => 'ABCDEFGHJKLMNPQRSTUVWXYZ'.charAt(wholeBetween(random, 0, 23));
	return `${letter()}${letter()}${letter()}${wholeBetween(random, 0, 9)}${letter()}${letter()}${wholeBetween(random, 10, 99)}${wholeBetween(random, 0, 9)}`;
}
