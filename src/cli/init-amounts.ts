import type { Json } from '../core/json.ts';
import { evaluateValue, numberFormatOf } from '../core/language/index.ts';
import { type Task, viewTask } from '../core/task/index.ts';
import { holds, wordsOf } from './init-holds.ts';

/** Three amounts that add up in every task, and how they are written. */
export interface Amounts {
	readonly net: string;
	readonly tax: string;
	readonly total: string;
	readonly locale: string;
}

const words = {
	net: new Set(['net', 'nett', 'netto', 'subtotal', 'excl', 'excluding', 'exclusive', 'hors']),
	tax: new Set(['tax', 'vat', 'btw', 'mwst', 'ust', 'tva', 'iva', 'gst']),
	total: new Set([
		'total',
		'totaal',
		'gross',
		'bruto',
		'brutto',
		'gesamt',
		'incl',
		'including',
		'inclusive',
		'payable',
	]),
} as const;
const mostCandidates = 6;

/** Those with `.` as decimal sign read each other's numbers, and so do those with `,`. */
const locales = ['nl-NL', 'de-DE', 'fr-FR', 'es-ES', 'it-IT', 'en-GB', 'en-US'] as const;

export const addsUp = ({ net, tax, total }: Omit<Amounts, 'locale'>): Json => ({
	within: [{ '+': [{ number: net }, { number: tax }] }, { number: total }, 0.01],
});

/**
 * Finds the net amount, the tax and the total, by their names and by that they really add up in every task. Null unless
 * there is exactly one such triple, with a tax that is not zero, and the tasks leave no doubt about the decimal sign.
 *
 * @param entities those that every task has
 * @param languages as meta of the tasks names them (`nl`); decides between locales that write numbers alike
 */
export function findAmounts(
	tasks: readonly Task[],
	entities: readonly string[],
	languages: readonly string[],
): Amounts | null {
	const candidates = (role: keyof typeof words) =>
		entities.filter((entity) => wordsOf(entity).some((word) => words[role].has(word))).slice(0, mostCandidates);
	const found = candidates('net').flatMap((net) =>
		candidates('tax').flatMap((tax) =>
			candidates('total').flatMap((total) => {
				if (new Set([net, tax, total]).size < 3) return [];
				const readBy = locales.filter((locale) => addUpIn(tasks, { net, tax, total }, locale));
				return readBy.length === 0 ? [] : [{ net, tax, total, readBy }];
			}),
		),
	);
	const [only] = found;
	if (only === undefined || found.length > 1) return null;
	const { readBy, ...triple } = only;
	if (new Set(readBy.map((locale) => numberFormatOf(locale)?.decimal)).size !== 1) return null;
	const spoken = readBy.find((locale) => languages.includes(locale.slice(0, 2)));
	const locale = spoken ?? readBy[0];
	return locale === undefined ? null : { ...triple, locale };
}

function addUpIn(tasks: readonly Task[], triple: Omit<Amounts, 'locale'>, locale: string): boolean {
	const { net, tax } = triple;
	const all: Json = { and: [{ '>': [{ number: net }, 0] }, { '>=': [{ number: tax }, 0] }, addsUp(triple)] };
	return (
		tasks.every((task) => holds(all, task, locale)) &&
		tasks.some((task) => holds({ '>': [{ number: tax }, 0] }, task, locale))
	);
}

/** The amount that a task has for an entity; null when it cannot be read. */
export function amountIn(task: Task, entity: string, locale: string): number | null {
	const context = { view: viewTask(task), today: '2026-06-01' };
	const result = evaluateValue({ number: entity }, { locale }, context);
	return result.kind === 'value' && typeof result.value === 'number' ? result.value : null;
}

/** An amount in the form of another: the same signs around it, the same decimals, groups where that one has some. */
export function writeAmountLike(content: string, amount: number, locale: string): string {
	const match = /^(\D*)(\d(?:.*\d)?)(\D*)$/su.exec(content);
	const format = numberFormatOf(locale);
	if (match === null || format === null) return content;
	const [, before = '', digits = '', behind = ''] = match;
	const { decimal = '.', group } = format;
	const [whole = '', fraction] = decimal === null ? [digits] : digits.split(decimal);
	const [newWhole = '', newFraction = ''] = amount.toFixed(fraction?.length ?? 0).split('.');
	const separator = /\D/.exec(whole)?.[0] ?? (group !== null && whole.length <= 3 ? group : '');
	const grouped = newWhole.replace(/\B(?=(?:\d{3})+$)/g, separator);
	return `${before}${grouped}${fraction === undefined ? '' : `${decimal ?? ''}${newFraction}`}${behind}`;
}

/** How many decimals an amount is written with. */
export function decimalsOf(content: string, locale: string): number {
	const digits = /\d(?:.*\d)?/su.exec(content)?.[0] ?? '';
	return digits.split(numberFormatOf(locale)?.decimal ?? '.')[1]?.length ?? 0;
}
