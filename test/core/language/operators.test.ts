import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import type { TaskView } from '../../../src/core/task/index.ts';
import {
	annotationOf,
	answerOf,
	checkboxOf,
	hostileView,
	regionOf,
	strictValueOf,
	textsOf,
	viewOf,
} from './view-of.ts';

type Row = readonly [logic: Json, answer: string];

/** One title for each row, so that a failure names it. */
function check(view: TaskView, rows: readonly Row[]): void {
	it.each(rows.map(([logic, answer]) => [JSON.stringify(logic), answer, logic] as const))(
		'%s: %s',
		(_title, answer, logic) => {
			expect(answerOf(logic, view)).toBe(answer);
		},
	);
}

const invoice = viewOf({
	annotations: [
		annotationOf('total', '1.210,00', 0.99),
		annotationOf('net', '1.000,00', 0.95),
		annotationOf('tax', '210,00', 0.9),
		annotationOf('currency', 'EUR', 1),
		annotationOf('line', '600,00', 0.97, 'line_1'),
		annotationOf('line', '400,00', 0.8, 'line_2'),
		annotationOf('note', ' \u00a0', 0.5),
		annotationOf('stamp', null, null),
	],
	checkboxes: [checkboxOf('box_1', true), checkboxOf('box_2', false)],
	signatures: [regionOf('sig_1', 0.6), regionOf('sig_2', 0.95)],
	meta: [
		{ name: 'supplier', value: 'Harrow' },
		{ name: 'channel', value: 'mail' },
		{ name: 'channel', value: 'portal' },
	],
});

describe('equality', () => {
	check(invoice, [
		[{ '==': [1, 1] }, 'pass'],
		[{ '===': ['a', 'a'] }, 'pass'],
		[{ '==': ['a', 'A'] }, 'fail'],
		[{ '!=': [1, 2] }, 'pass'],
		[{ '!==': [true, true] }, 'fail'],
		[{ '==': [{ content: 'currency' }, 'EUR'] }, 'pass'],
		[{ '==': [{ content: 'currency' }, 'EUR '] }, 'fail'],
		[{ '==': [{ number: 'total' }, 1210] }, 'pass'],
		[{ '==': [{ present: 'total' }, { present: 'net' }] }, 'pass'],
		[{ '==': [{ var: 'task.step_type' }, 'EXTRACT'] }, 'pass'],
		[{ '!=': [{ content: 'iban' }, 'x'] }, 'missing-entity'],
	]);
});

describe('order', () => {
	check(invoice, [
		[{ '>': [2, 1] }, 'pass'],
		[{ '>': [1, 1] }, 'fail'],
		[{ '>=': [1, 1] }, 'pass'],
		[{ '<': [1, 1] }, 'fail'],
		[{ '<=': [1, 1] }, 'pass'],
		[{ '<': [1, 2, 3] }, 'pass'],
		[{ '<': [1, 2, 2] }, 'fail'],
		[{ '<': [2, 2, 3] }, 'fail'],
		[{ '<=': [1, 1, 1] }, 'pass'],
		[{ '<=': [2, 1, 3] }, 'fail'],
		// The third is looked at, even when the first two have settled it.
		[{ '<': [2, 1, { number: 'iban' }] }, 'missing-entity'],
		[{ '>=': [10, { number: 'total' }] }, 'fail'],
		[{ '>=': [{ number: 'total' }, 9] }, 'pass'],
	]);
});

describe('conditions of conditions', () => {
	const broken: Json = { '>=': [{ confidence: 'iban' }, 0.9] };
	check(invoice, [
		[{ '!': [false] }, 'pass'],
		[{ '!': true }, 'fail'],
		[{ '!': [broken] }, 'missing-entity'],
		[{ and: [true] }, 'pass'],
		[{ and: [true, true, false] }, 'fail'],
		[{ and: [true, broken] }, 'missing-entity'],
		[{ and: [broken, false] }, 'missing-entity'],
		// They are looked at in order, as in JSON-Logic: what is not reached is not an error.
		[{ and: [false, broken] }, 'fail'],
		[{ or: [false] }, 'fail'],
		[{ or: [false, true] }, 'pass'],
		[{ or: [false, broken] }, 'missing-entity'],
		[{ or: [broken, true] }, 'missing-entity'],
		[{ or: [true, broken] }, 'pass'],
		[{ if: [true, true, false] }, 'pass'],
		[{ if: [false, true, false] }, 'fail'],
		[{ if: [false, true, false, true, true] }, 'pass'],
		[{ if: [false, false, true, true, false] }, 'pass'],
		[{ if: [broken, true, true] }, 'missing-entity'],
		[{ if: [true, true, broken] }, 'pass'],
		[{ if: [false, true, broken] }, 'missing-entity'],
		[{ '==': [{ if: [{ present: 'discount' }, { number: 'discount' }, 0] }, 0] }, 'pass'],
	]);
});

describe('lists', () => {
	const atLeast = (threshold: number): Json => ({ '>=': [{ var: 'confidence' }, threshold] });
	check(invoice, [
		[{ all: [{ var: 'signatures' }, atLeast(0.6)] }, 'pass'],
		[{ all: [{ var: 'signatures' }, atLeast(0.9)] }, 'fail'],
		[{ some: [{ var: 'signatures' }, atLeast(0.9)] }, 'pass'],
		[{ some: [{ var: 'signatures' }, atLeast(0.96)] }, 'fail'],
		[{ none: [{ var: 'signatures' }, atLeast(0.96)] }, 'pass'],
		[{ none: [{ var: 'signatures' }, atLeast(0.9)] }, 'fail'],
		[{ all: [{ var: 'segments' }, atLeast(0.9)] }, 'empty-list'],
		[{ none: [{ var: 'segments' }, atLeast(0.9)] }, 'empty-list'],
		[{ some: [{ var: 'segments' }, atLeast(0.9)] }, 'fail'],
		[{ some: [{ var: 'checkboxes' }, { var: 'checked' }] }, 'pass'],
		[{ all: [{ var: 'checkboxes' }, { var: ['checked'] }] }, 'fail'],
		[{ all: [{ var: ['meta'] }, { '!=': [{ var: 'name' }, 'hold'] }] }, 'pass'],
		// Of the annotations one has no confidence: an error where it is reached, in the order of the list.
		[{ all: [{ var: 'annotations' }, atLeast(0.5)] }, 'missing-value'],
		[{ all: [{ var: 'annotations' }, atLeast(0.99)] }, 'fail'],
		[{ some: [{ var: 'annotations' }, { '<': [{ var: 'confidence' }, 0.1] }] }, 'missing-value'],
		[{ all: [{ var: 'annotations' }, { '<=': [{ confidence: 'tax' }, 0.9] }] }, 'pass'],
	]);

	it('the scope is the element, also below and, or, if and !', () => {
		const each: Json = {
			and: [
				{ or: [{ '!': [{ '<': [{ var: 'confidence' }, 0.5] }] }, false] },
				{ if: [{ '==': [{ var: 'id' }, 'sig_1'] }, true, { '>': [{ var: 'right' }, 5] }] },
			],
		};
		expect(answerOf({ all: [{ var: 'signatures' }, each] }, invoice)).toBe('pass');
	});
});

describe('in', () => {
	check(invoice, [
		[{ in: [{ content: 'currency' }, ['EUR', 'GBP']] }, 'pass'],
		[{ in: [{ content: 'currency' }, ['eur', 'EURO']] }, 'fail'],
		[{ in: [{ number: 'total' }, [1210]] }, 'pass'],
		[{ in: [{ present: 'total' }, [false]] }, 'fail'],
		[{ in: [{ content: 'iban' }, ['x']] }, 'missing-entity'],
		[{ in: [{ content: 'note' }, ['x']] }, 'empty-content'],
	]);
});

describe('arithmetic', () => {
	const isNumber = (logic: Json, value: number): Row => [{ '==': [logic, value] }, 'pass'];
	check(invoice, [
		isNumber({ '+': [0.1, 0.2] }, 0.3),
		isNumber({ '+': [1, 2, 3, 4] }, 10),
		isNumber({ '-': [0.3, 0.1] }, 0.2),
		isNumber({ '-': [5] }, -5),
		isNumber({ '*': [1.1, 1.1] }, 1.21),
		isNumber({ '*': [3, 0.1, 10] }, 3),
		isNumber({ '/': [0.3, 0.1] }, 3),
		isNumber({ '/': [1, 4] }, 0.25),
		isNumber({ min: [3, 1, 2] }, 1),
		isNumber({ max: [3, 1, 2] }, 3),
		isNumber({ max: [-1] }, -1),
		isNumber({ '+': [{ number: 'net' }, { number: 'tax' }] }, 1210),
		[{ '>': [{ '/': [1, 0] }, 0] }, 'not-finite'],
		[{ '>': [{ '/': [{ count: 'iban' }, { count: 'iban' }] }, 0] }, 'not-finite'],
		[{ '>': [{ '*': [1e200, 1e200] }, 0] }, 'not-finite'],
		[{ '>': [{ '+': [{ number: 'net' }, { number: 'iban' }] }, 0] }, 'missing-entity'],
	]);

	it('there is no negative zero to divide by', () => {
		expect(strictValueOf({ '-': [0] }, invoice)).toEqual({ kind: 'value', value: 0 });
		expect(strictValueOf({ '*': [0, -1] }, invoice)).toEqual({ kind: 'value', value: 0 });
		expect(strictValueOf({ min: [0, -0] }, invoice)).toEqual({ kind: 'value', value: 0 });
	});
});

describe('within', () => {
	check(invoice, [
		[{ within: [100.01, 100, 0.01] }, 'pass'],
		[{ within: [100, 100.01, 0.01] }, 'pass'],
		[{ within: [100.011, 100, 0.01] }, 'fail'],
		[{ within: [{ '+': [0.1, 0.2] }, 0.3, 0] }, 'pass'],
		[{ within: [1_000_000.07, 1_000_000.06, 0.01] }, 'pass'],
		[{ within: [-0.01, 0.01, 0.02] }, 'pass'],
		[{ within: [-0.01, 0.01, 0.019] }, 'fail'],
		[{ within: [{ '+': [{ number: 'net' }, { number: 'tax' }] }, { number: 'total' }, 0] }, 'pass'],
		[{ within: [{ number: 'net' }, { number: 'total' }, { '*': [{ number: 'net' }, 0.21] }] }, 'pass'],
		[{ within: [1, 1, { '-': [1] }] }, 'negative-tolerance'],
		[{ within: [{ number: 'iban' }, 1, 1] }, 'missing-entity'],
	]);
});

describe('matches', () => {
	check(textsOf({ number: '2026-00417', lines: 'a\nb', word: 'ja' }), [
		[{ matches: [{ content: 'number' }, '20[0-9]{2}-[0-9]{5}'] }, 'pass'],
		[{ matches: [{ content: 'number' }, '[0-9]{2}'] }, 'fail'],
		[{ matches: [{ content: 'number' }, '2026|00417'] }, 'fail'],
		[{ matches: [{ content: 'number' }, '.*417'] }, 'pass'],
		[{ matches: [{ content: 'lines' }, 'a'] }, 'fail'],
		[{ matches: [{ content: 'lines' }, '(?m)^a$'] }, 'fail'],
		[{ matches: [{ content: 'word' }, '(?i)JA'] }, 'pass'],
		[{ matches: [{ content: 'word' }, 'nee|ja'] }, 'pass'],
		[{ matches: [{ content: 'absent' }, '.*'] }, 'missing-entity'],
	]);
});

describe('entities', () => {
	check(invoice, [
		[{ '==': [{ confidence: 'total' }, 0.99] }, 'pass'],
		// Of several occurrences, the lowest counts.
		[{ '==': [{ confidence: 'line' }, 0.8] }, 'pass'],
		[{ '>=': [{ confidence: 'stamp' }, 0] }, 'no-confidence'],
		[{ '>=': [{ confidence: 'iban' }, 0] }, 'missing-entity'],
		[{ '==': [{ content: 'line' }, '600,00'] }, 'occurrences-differ'],
		[{ '==': [{ content: 'stamp' }, 'x'] }, 'empty-content'],
		[{ '==': [{ content: 'note' }, 'x'] }, 'empty-content'],
		[{ '==': [{ number: 'line' }, 600] }, 'occurrences-differ'],
		[{ '==': [{ number: 'currency' }, 600] }, 'not-a-number'],
		[{ '==': [{ count: 'line' }, 2] }, 'pass'],
		[{ '==': [{ count: 'iban' }, 0] }, 'pass'],
		[{ '==': [{ count: { var: 'annotations' } }, 8] }, 'pass'],
		[{ '==': [{ count: [{ var: 'segments' }] }, 0] }, 'pass'],
		[{ present: 'total' }, 'pass'],
		[{ present: ['iban'] }, 'fail'],
		[{ present: 'note' }, 'fail'],
		[{ present: 'stamp' }, 'fail'],
	]);

	it('one readable occurrence of several is enough to be present', () => {
		const view = viewOf({
			annotations: [annotationOf('a', ' ', 1, '1'), annotationOf('a', null, 1, '2'), annotationOf('a', 'x', 1, '3')],
		});
		expect(answerOf({ present: 'a' }, view)).toBe('pass');
	});

	it('one occurrence without a confidence makes that of all unknown, wherever it stands', () => {
		const occurrences = [annotationOf('a', '1', 0.99, '1'), annotationOf('a', '1', null, '2')];
		for (const annotations of [occurrences, [...occurrences].reverse()]) {
			expect(answerOf({ '>=': [{ confidence: 'a' }, 0.9] }, viewOf({ annotations }))).toBe('no-confidence');
		}
	});

	it('are all found by an expression that names many of them, however often each occurs', () => {
		const names = Array.from({ length: 40 }, (_, n) => `e${n}`);
		const annotations = names.flatMap((name, n) =>
			Array.from({ length: n % 3 }, (_, nth) => annotationOf(name, `${n}`, 0.9, `${name}-${nth}`)),
		);
		const counted = names.map((name, n): Json => ({ '==': [{ count: name }, n % 3] }));
		const read = names.flatMap((name, n): Json[] => (n % 3 === 0 ? [] : [{ '==': [{ number: name }, n] }]));
		expect(answerOf({ and: [...counted, ...read] }, viewOf({ annotations }))).toBe('pass');
	});
});

describe('lowest', () => {
	check(invoice, [
		[{ '==': [{ lowest: { var: 'signatures' } }, 0.6] }, 'pass'],
		[{ '==': [{ lowest: [{ var: 'signatures' }, { var: 'confidence' }] }, 0.6] }, 'pass'],
		[{ '==': [{ lowest: [{ var: 'signatures' }, { '*': [{ var: 'confidence' }, 10] }] }, 6] }, 'pass'],
		[{ '==': [{ lowest: [{ var: 'annotations' }, { var: 'top' }] }, 10] }, 'pass'],
		[{ '>=': [{ lowest: { var: 'annotations' } }, 0] }, 'missing-value'],
		[{ '>=': [{ lowest: { var: 'segments' } }, 0] }, 'empty-list'],
	]);

	it('goes over as many elements as there are', () => {
		const annotations = Array.from({ length: 200_000 }, (_, n) =>
			annotationOf('a', '1', n === 199_999 ? 0.5 : 0.9, `${n}`),
		);
		expect(answerOf({ '==': [{ lowest: { var: 'annotations' } }, 0.5] }, viewOf({ annotations }))).toBe('pass');
	});
});

describe('meta', () => {
	check(invoice, [
		[{ hasMeta: 'supplier' }, 'pass'],
		[{ hasMeta: ['supplier'] }, 'pass'],
		[{ hasMeta: 'owner' }, 'fail'],
		[{ hasMeta: ['supplier', 'Harrow'] }, 'pass'],
		[{ hasMeta: ['supplier', 'Pike', 'Harrow'] }, 'pass'],
		[{ hasMeta: ['supplier', 'harrow'] }, 'fail'],
		[{ hasMeta: ['owner', 'x'] }, 'fail'],
		[{ hasMeta: ['channel', 'mail', 'portal'] }, 'pass'],
		[{ hasMeta: ['channel', 'fax'] }, 'fail'],
		[{ hasMeta: ['channel', 'mail'] }, 'ambiguous-meta'],
		[{ '!': [{ hasMeta: ['channel', 'mail'] }] }, 'ambiguous-meta'],
	]);
});

describe('a view that is not what it should be is an error for whoever looks at it', () => {
	const absent: Json = { '!': [{ present: 'total' }] };
	const noHold: Json = { '!': [{ hasMeta: ['hold', 'yes'] }] };
	const none: Json = { '==': [{ count: { var: 'segments' } }, 0] };
	it.each<readonly [title: string, logic: Json, view: Readonly<Record<string, unknown>>, code: string]>([
		['annotations that are text', absent, { annotations: 'fraud' }, 'not-a-list'],
		['annotations that are an object', absent, { annotations: { length: 0 } }, 'not-a-list'],
		['no annotations', absent, { annotations: undefined }, 'not-a-list'],
		['an annotation that is null', absent, { annotations: [null] }, 'wrong-type'],
		['an annotation that is text', absent, { annotations: ['total'] }, 'wrong-type'],
		['an annotation without an entity', absent, { annotations: [{ confidence: 1, content: '1' }] }, 'wrong-type'],
		['an annotation without content', absent, { annotations: [{ entity_id: 'total', confidence: 1 }] }, 'wrong-type'],
		[
			'content that is a number',
			absent,
			{ annotations: [{ entity_id: 'total', confidence: 1, content: 5 }] },
			'wrong-type',
		],
		['meta that is text', noHold, { meta: 'hold' }, 'not-a-list'],
		['meta that is an object', noHold, { meta: { hold: 'yes' } }, 'not-a-list'],
		['a meta value that is null', noHold, { meta: [{ name: 'hold', value: null }] }, 'wrong-type'],
		['a meta value that is a list', noHold, { meta: [{ name: 'hold', value: ['yes'] }] }, 'wrong-type'],
		['a meta entry that is null', noHold, { meta: [null] }, 'wrong-type'],
		['segments that are text', none, { segments: '' }, 'not-a-list'],
		['no segments', none, { segments: null }, 'not-a-list'],
		[
			'an element that is null',
			{ none: [{ var: 'segments' }, { '<': [{ var: 'confidence' }, 0.9] }] },
			{ segments: [null] },
			'missing-value',
		],
		['counts that are null', { '==': [{ var: 'counts.segments' }, 0] }, { counts: null }, 'missing-value'],
		['a count that is text', { '==': [{ var: 'counts.segments' }, 0] }, { counts: { segments: '0' } }, 'wrong-type'],
		[
			'a count that is no number',
			{ '!=': [{ var: 'counts.segments' }, 1] },
			{ counts: { segments: Number.NaN } },
			'wrong-type',
		],
		['a task that is text', { '!=': [{ var: 'task.id' }, 'x'] }, { task: 'x' }, 'missing-value'],
	])('%s', (_title, logic, view, code) => {
		expect(answerOf(logic, hostileView(view))).toBe(code);
	});

	it('and so is no view at all', () => {
		for (const view of [null, undefined, 5, 'x', [], {}]) {
			for (const logic of [absent, noHold, none, true]) {
				expect(['defect', 'not-a-list']).toContain(answerOf(logic, view as unknown as TaskView));
			}
		}
	});
});
