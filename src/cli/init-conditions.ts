import type { Json } from '../core/json.ts';
import { toKebabCase } from '../core/ruleset/check-format.ts';
import type { TaskChange } from '../core/ruleset/index.ts';
import type { Task } from '../core/task/index.ts';
import { type Amounts, addsUp } from './init-amounts.ts';
import { type DateEntity, inOrder, notInFuture, writeDate } from './init-dates.ts';
import { holds } from './init-holds.ts';

/** A task of the tests that differs from a sound one, and what the rule must say of it. */
export interface DraftCase {
	readonly name: string;
	readonly change: Omit<TaskChange, 'fixture'>;
	readonly expect: 'complete' | 'review';
	/** What must be among the reasons of a review. */
	readonly because?: string;
}

/** A condition, and how it can be seen true and false. */
export interface Part {
	readonly id: string;
	readonly requirement: string;
	readonly logic: Json;
	readonly cases: readonly DraftCase[];
}

/** Low enough to be reached, and high enough for a first look. */
const threshold = 0.95;
const justBelow = 0.94;
export const kinds = ['checkboxes', 'signatures', 'segments'] as const;
type Kind = (typeof kinds)[number];
const singular = { annotations: 'field', checkboxes: 'checkbox', signatures: 'signature', segments: 'region' } as const;

/** Keys that no file may have. */
const unsafe: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
export const isName = (text: string): boolean =>
	text.trim() !== '' && text.length <= 200 && text.isWellFormed() && !unsafe.has(text);

/** Fields that some of the tasks have. */
export function everyField(tasks: readonly Task[]): readonly Part[] {
	const having = tasks.filter(({ annotations }) => annotations.length > 0).length;
	if (having === 0) return [];
	const all: Json = { all: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, threshold] }] };
	const one = (confidence: number) => ({ add: { annotations: [{ ...another('annotations'), confidence }] } });
	return [
		{
			id: 'everything-certain',
			requirement: 'No field may be a guess.',
			logic: having === tasks.length ? all : { or: [{ '==': [{ var: 'counts.annotations' }, 0] }, all] },
			cases: [
				taken(`completes a field that was read with exactly ${threshold}`, one(threshold)),
				left(`leaves a field that was read with ${justBelow}`, one(justBelow), 'everything-certain'),
			],
		},
	];
}

/** An element that a document may have besides. */
function another(kind: Kind | 'annotations'): { readonly [key: string]: Json } {
	const element = { id: 'another', confidence: 0.99 };
	switch (kind) {
		case 'annotations':
			return { ...element, entity_id: 'another_field', content: 'x', top: 0, left_of_line: 0 };
		case 'checkboxes':
			return { ...element, checked: true };
		default:
			return element;
	}
}

/** Elements of a kind that some of the tasks have: certain, and ticked where all of them are. */
export function certainKind(tasks: readonly Task[], kind: Kind): readonly Part[] {
	const elements = tasks.flatMap((task) => task[kind]);
	if (elements.length === 0) return [];
	const always = tasks.every((task) => task[kind].length > 0);
	const ticked =
		kind === 'checkboxes' && tasks.every((task) => task.checkboxes.every(({ checked }) => checked === true));
	const id = `${kind === 'segments' ? 'regions' : kind}-certain`;
	const isCertain: Json = { '>=': [{ var: 'confidence' }, threshold] };
	const all: Json = { all: [{ var: kind }, ticked ? { and: [{ var: 'checked' }, isCertain] } : isCertain] };
	const one = (over: { readonly [key: string]: Json }) => ({ add: { [kind]: [{ ...another(kind), ...over }] } });
	const name = singular[kind];
	return [
		{
			id,
			requirement: `Every ${name}${always ? ', and there is at least one,' : ', where there is one,'} must be ${ticked ? 'ticked and ' : ''}recognised almost without doubt.`,
			logic: always ? all : { or: [{ '==': [{ var: `counts.${kind}` }, 0] }, all] },
			cases: [
				taken(`completes a ${name} that was recognised with exactly ${threshold}`, one({ confidence: threshold })),
				left(`leaves a ${name} that was recognised with ${justBelow}`, one({ confidence: justBelow }), id),
				...(ticked ? [left('leaves a checkbox that is not ticked', one({ checked: false }), id)] : []),
				...(always && kind !== 'segments' ? [left(`leaves a task without a ${name}`, { [kind]: null }, id)] : []),
			],
		},
	];
}

/** What none of the tasks has makes another kind of document. */
export function nothingElse(tasks: readonly Task[]): readonly Part[] {
	const absent = (['annotations', ...kinds] as const).filter((kind) => tasks.every((task) => task[kind].length === 0));
	if (absent.length === 0) return [];
	const counts = absent.map((kind): Json => ({ var: `counts.${kind}` }));
	const [only] = counts;
	const total: Json = counts.length === 1 && only !== undefined ? only : { '+': counts };
	const names = absent.map((kind) => singular[kind]);
	return [
		{
			id: 'nothing-else',
			requirement: `There is no ${names.join(' and no ')}; what has one is something else.`,
			logic: { '==': [total, 0] },
			cases: absent.map((kind) =>
				left(`leaves a task with a ${singular[kind]}`, { add: { [kind]: [another(kind)] } }, 'nothing-else'),
			),
		},
	];
}

/** Its cases are made where the texts of the fixtures are known. */
export function addingUp(amounts: Amounts): Part {
	return {
		id: 'adds-up',
		requirement: `${amounts.net} and ${amounts.tax} must add up to ${amounts.total}.`,
		logic: addsUp(amounts),
		cases: [],
	};
}

export function pastDate(date: DateEntity): Part {
	const { entity, format } = date;
	const id = `${toKebabCase(entity).slice(0, 50).replace(/-$/, '')}-past`.replace(/^-/, 'date-');
	return {
		id,
		requirement: `${entity} must not lie in the future.`,
		logic: notInFuture(date),
		cases: [
			left(
				`leaves a task whose ${entity} lies in the future`.slice(0, 200),
				{ annotations: { [entity]: { content: writeDate('2999-12-31', format) } } },
				id,
			),
		],
	};
}

export function datesInOrder(tasks: readonly Task[], first: DateEntity, second: DateEntity): readonly Part[] {
	const logic = inOrder(first, second);
	if (!tasks.every((task) => holds(logic, task))) return [];
	return [
		{
			id: 'dates-in-order',
			requirement: `${first.entity} must not be later than ${second.entity}.`,
			logic,
			cases: [
				left(
					`leaves a task whose ${second.entity} is earlier than its ${first.entity}`.slice(0, 200),
					{ annotations: { [second.entity]: { content: writeDate('1999-01-31', second.format) } } },
					'dates-in-order',
				),
			],
		},
	];
}

function taken(name: string, change: DraftCase['change']): DraftCase {
	return { name, change, expect: 'complete' };
}

export function left(name: string, change: DraftCase['change'], because: string): DraftCase {
	return { name, change, expect: 'review', because };
}
