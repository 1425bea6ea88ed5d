import type { Random } from '../../platform/index.ts';
import { wholeBetween } from '../seeded-random.ts';
import { formatAmount } from './formats.ts';
import type { DocumentLanguage, SourceField } from './source-document.ts';

/** What scanners take for one another. */
const LOOKALIKES: Readonly<Record<string, string>> = {
	'0': '8',
	'1': '7',
	'2': '7',
	'3': '8',
	'4': '9',
	'5': '6',
	'6': '5',
	'7': '1',
	'8': '3',
	'9': '4',
	a: 'o',
	c: 'e',
	e: 'c',
	i: 'l',
	l: 'i',
	m: 'rn',
	n: 'r',
	o: 'a',
	r: 'n',
	s: 'z',
	u: 'v',
	B: '8',
	E: 'F',
	S: '5',
};

/** The field as a model could misread it: never the same text as on the document. */
export function misread(field: SourceField, language: DocumentLanguage, random: Random): string {
	if (field.nature === 'amount' && field.cents !== undefined && random() < 0.4) {
		return formatAmount(misreadCents(field.cents, random), language);
	}
	if (field.nature === 'amount' && random() < 0.15) {
		// The separators of the other country: 1.234,56 becomes 1,234.56.
		return field.content.replace(/[.,]/g, (separator) => (separator === ',' ? '.' : ','));
	}
	return confuseOneCharacter(field.content, random);
}

/** A lost digit, one digit too high, or nine hundred cents too much. Never the same value. */
export function misreadCents(cents: number, random: Random): number {
	const wrong = [
		Math.floor(cents / 10),
		cents + wholeBetween(random, 1, 9) * 10 ** wholeBetween(random, 0, 3),
		cents + 900,
	];
	const chosen = wrong[wholeBetween(random, 0, wrong.length - 1)] ?? cents + 1;
	return chosen === cents ? cents + 1 : chosen;
}

function confuseOneCharacter(content: string, random: Random): string {
	const places: number[] = [];
	for (let at = 0; at < content.length; at += 1) if (LOOKALIKES[content.charAt(at)] !== undefined) places.push(at);
	const place = places[wholeBetween(random, 0, Math.max(0, places.length - 1))];
	if (place === undefined) return `${content}.`;
	return content.slice(0, place) + (LOOKALIKES[content.charAt(place)] ?? '') + content.slice(place + 1);
}
