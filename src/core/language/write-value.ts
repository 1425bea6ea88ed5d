import { type DateFormat, parseDate } from './date-format.ts';
import { Halt } from './halt.ts';
import { type NumberFormat, parseNumber } from './number-format.ts';

/** A number as text that `parseNumber` reads back as the same number; null when the format has no such text. */
export function writeNumber(value: number, format: NumberFormat): string | null {
	const plain = String(value);
	const text = format.decimal === null ? plain : plain.replace('.', format.decimal);
	return readsAs(value, () => parseNumber(text, format, '')) ? text : null;
}

/** A day (`YYYY-MM-DD`) as text that `parseDate` reads back as the same day; null when the format has no such text. */
export function writeDate(day: string, format: DateFormat): string | null {
	const [year = '', month = '', date = ''] = day.split('-');
	const text =
		format.kind === 'pattern'
			? format.parts
					.map((part) => {
						if (part.kind === 'literal') return part.text;
						const digits = { year, month, day: date }[part.part];
						return part.most === 2 ? digits.slice(-2) : digits;
					})
					.join('')
			: day;
	return readsAs(day, () => parseDate(text, format, '')) ? text : null;
}

function readsAs<T>(value: T, read: () => T): boolean {
	try {
		return read() === value;
	} catch (error) {
		if (error instanceof Halt) return false;
		throw error;
	}
}
