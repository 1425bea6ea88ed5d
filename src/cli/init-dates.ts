import type { Json } from '../core/json.ts';
import { evaluateValue } from '../core/language/index.ts';
import { type Task, viewTask } from '../core/task/index.ts';
import { holds, wordsOf } from './init-holds.ts';

/** An entity that is a date in every task. */
export interface DateEntity {
	readonly entity: string;
	/** As `date` takes it: `dd-MM-yyyy`. */
	readonly format: string;
	/** `past`: in every task it was no later than the day on which the task came in. `later`: by its name, it may be. */
	readonly kind: 'past' | 'later' | 'other';
}

const orders = {
	yearFirst: ['yyyy-MM-dd', 'yyyy/MM/dd', 'yyyy.MM.dd'],
	dayFirst: ['dd-MM-yyyy', 'dd/MM/yyyy', 'dd.MM.yyyy', 'd-M-yyyy', 'd/M/yyyy', 'd.M.yyyy'],
	monthFirst: ['MM/dd/yyyy', 'MM-dd-yyyy', 'MM.dd.yyyy', 'M/d/yyyy', 'M-d-yyyy', 'M.d.yyyy'],
} as const;

const laterWords = [
	'due',
	'expir',
	'valid',
	'until',
	'end',
	'verval',
	'deliver',
	'lever',
	'payment',
	'betaal',
	'fällig',
];

/**
 * Finds the entities that are dates by their name and in every task. Day and month are told apart by the tasks alone: where
 * every date could be read both ways, only those that begin with the year are taken.
 *
 * @param entities those that every task has
 */
export function findDates(tasks: readonly Task[], entities: readonly string[]): readonly DateEntity[] {
	const named = entities.filter((entity) => wordsOf(entity).some((word) => /(?:date|datum|dated)$/.test(word)));
	const readAs = (order: keyof typeof orders) =>
		new Map(
			named.flatMap((entity) => {
				const format = orders[order].find((one) => tasks.every((task) => holds(isDate(entity, one), task)));
				return format === undefined ? [] : [[entity, format] as const];
			}),
		);
	const yearFirst = readAs('yearFirst');
	const dayFirst = readAs('dayFirst');
	const monthFirst = readAs('monthFirst');
	const both = new Set([...dayFirst.keys(), ...monthFirst.keys()]);
	const proves = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>) =>
		one.size === both.size && other.size < both.size;
	const rest = proves(dayFirst, monthFirst) ? dayFirst : proves(monthFirst, dayFirst) ? monthFirst : new Map();
	return [...yearFirst, ...rest].map(([entity, format]) => ({ entity, format, kind: kindOf(tasks, entity, format) }));
}

function kindOf(tasks: readonly Task[], entity: string, format: string): DateEntity['kind'] {
	if (wordsOf(entity).some((word) => laterWords.some((later) => word.startsWith(later)))) return 'later';
	return tasks.every((task) => holds(notInFuture({ entity, format }), task)) ? 'past' : 'other';
}

const isDate = (entity: string, format: string): Json => ({
	'<=': [{ date: [entity, format] }, { date: [entity, format] }],
});

export const notInFuture = ({ entity, format }: Pick<DateEntity, 'entity' | 'format'>): Json => ({
	'<=': [{ date: [entity, format] }, { today: [] }],
});

export const inOrder = (first: DateEntity, second: DateEntity): Json => ({
	'<=': [{ date: [first.entity, first.format] }, { date: [second.entity, second.format] }],
});

/** The day that a task has for an entity, `YYYY-MM-DD`; null when it cannot be read. */
export function dateIn(task: Task, { entity, format }: DateEntity): string | null {
	const context = { view: viewTask(task), today: '2026-06-01' };
	const result = evaluateValue({ date: [entity, format] }, { locale: null }, context);
	return result.kind === 'value' && typeof result.value === 'string' ? result.value : null;
}

/** A day (`YYYY-MM-DD`) as a format writes it. */
export function writeDate(day: string, format: string): string {
	const [year = '', month = '', date = ''] = day.split('-');
	const parts: Readonly<Record<string, string>> = {
		yyyy: year,
		MM: month,
		M: String(Number(month)),
		dd: date,
		d: String(Number(date)),
	};
	return format.replace(/yyyy|MM?|dd?/g, (part) => parts[part] ?? part);
}
