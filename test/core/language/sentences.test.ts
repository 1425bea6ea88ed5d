import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import type { TaskView } from '../../../src/core/task/index.ts';
import {
	annotationOf,
	checkboxOf,
	compile,
	contextOf,
	evaluate,
	hostileView,
	regionOf,
	textsOf,
	viewOf,
} from './view-of.ts';

const invoice = viewOf({
	annotations: [
		annotationOf('total_amount', '1.210,00', 0.94),
		annotationOf('net_amount', '1.000,00', 0.99),
		annotationOf('tax_amount', '200,00', 0.81),
		annotationOf('currency', 'EUR', 0.85),
		annotationOf('invoice_date', '1 juni 2026', 0.99),
	],
	signatures: [regionOf('sig_1', 0.6), regionOf('sig_2', 0.95)],
	checkboxes: [checkboxOf('box_1', false)],
	meta: [{ name: 'supplier', value: 'Harrow & Pike' }],
});

const eachAtLeast = (threshold: number): Json => ({
	all: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, threshold] }],
});
const sum: Json = { '+': [{ number: 'net_amount' }, { number: 'tax_amount' }] };

describe('what a clerk reads', () => {
	it.each<readonly [logic: Json, outcome: string, sentence: string]>([
		[{ '>=': [{ confidence: 'total_amount' }, 0.98] }, 'fail', 'total_amount was read with 0.94; 0.98 is needed.'],
		[{ '>=': [{ confidence: 'total_amount' }, 0.9] }, 'pass', 'total_amount was read with 0.94; 0.9 is needed.'],
		[
			{ '>': [{ confidence: 'total_amount' }, 0.94] },
			'fail',
			'total_amount was read with 0.94; more than 0.94 is needed.',
		],
		[{ '>=': [{ confidence: 'iban' }, 0.9] }, 'error', 'iban is missing.'],
		[eachAtLeast(0.9), 'fail', 'Of 5 annotations 2 have a confidence below 0.9; the lowest is 0.81.'],
		[eachAtLeast(0.8), 'pass', 'All 5 annotations have a confidence of at least 0.8; the lowest is 0.81.'],
		[{ all: [{ var: 'segments' }, true] }, 'error', 'The task has no segments.'],
		[
			{ some: [{ var: 'signatures' }, { '>': [{ var: 'confidence' }, 0.9] }] },
			'pass',
			'1 of 2 signatures meet the condition; at least one must.',
		],
		[
			{ none: [{ var: 'signatures' }, { '>': [{ var: 'confidence' }, 0.9] }] },
			'fail',
			'1 of 2 signatures meet the condition; none may.',
		],
		[
			{ within: [sum, { number: 'total_amount' }, 0.01] },
			'fail',
			'net_amount + tax_amount is not within 0.01 of total_amount.',
		],
		[
			{ within: [sum, { number: 'total_amount' }, 10] },
			'pass',
			'net_amount + tax_amount is within 10 of total_amount.',
		],
		[{ '<=': [{ number: 'total_amount' }, 1000] }, 'fail', 'total_amount is not at most 1000.'],
		[{ '<': [0, { number: 'total_amount' }, 5000] }, 'pass', 'total_amount is between 0 and 5000.'],
		[{ '<=': [{ date: 'invoice_date' }, { today: [] }] }, 'pass', 'invoice_date is on or before today.'],
		[{ '==': [{ content: 'currency' }, 'GBP'] }, 'fail', 'currency is not equal to "GBP".'],
		[{ in: [{ content: 'currency' }, ['GBP']] }, 'fail', 'currency is none of the allowed values.'],
		[{ matches: [{ content: 'currency' }, 'G..'] }, 'fail', 'currency has not the form that it must have.'],
		[{ present: 'iban' }, 'fail', 'iban is not there.'],
		[{ '!': [{ present: 'currency' }] }, 'fail', 'This must not be so: currency is there.'],
		[{ hasMeta: ['supplier', 'Other'] }, 'fail', 'The task has no allowed value for meta supplier.'],
		[{ '==': [{ count: 'total_amount' }, 2] }, 'fail', 'Number of total_amount is 1; equal to 2 is needed.'],
		[
			{ '>=': [{ lowest: { var: 'signatures' } }, 0.9] },
			'fail',
			'Lowest confidence of signatures is 0.6; at least 0.9 is needed.',
		],
	])('%j: %s', (logic, outcome, sentence) => {
		expect(evaluate(logic, invoice)).toMatchObject({ outcome, sentence });
	});

	it('and names the part that failed, or all alternatives', () => {
		const sure: Json = { '>=': [{ confidence: 'net_amount' }, 0.9] };
		const unsure: Json = { '>=': [{ confidence: 'tax_amount' }, 0.9] };
		expect(evaluate({ and: [sure, unsure, sure] }, invoice).sentence).toBe(
			'tax_amount was read with 0.81; 0.9 is needed.',
		);
		expect(evaluate({ and: [sure, sure] }, invoice).sentence).toBe('All 2 parts hold.');
		expect(evaluate({ or: [unsure, sure] }, invoice).sentence).toBe('net_amount was read with 0.99; 0.9 is needed.');
		expect(evaluate({ or: [unsure, { present: 'iban' }] }, invoice).sentence).toBe(
			'None of 2 alternatives holds: tax_amount was read with 0.81; 0.9 is needed. iban is not there.',
		);
		expect(evaluate({ if: [{ present: 'currency' }, unsure, sure] }, invoice).sentence).toBe(
			'tax_amount was read with 0.81; 0.9 is needed.',
		);
	});

	it('counts as below only what is, when a later element cannot be judged', () => {
		for (const segments of [
			[{ confidence: 0.5 }, null],
			[{ confidence: 0.5 }, { confidence: null }],
			[{ confidence: 0.5 }, { confidence: 'high' }],
		]) {
			const logic = { all: [{ var: 'segments' }, { '>=': [{ var: 'confidence' }, 0.9] }] };
			expect(evaluate(logic, hostileView({ segments }))).toMatchObject({
				outcome: 'fail',
				sentence: 'Of 2 segments 1 has a confidence below 0.9; the lowest is 0.5.',
			});
		}
	});
});

describe('what was looked at', () => {
	const operandsOf = (logic: Json, view: TaskView = invoice) => evaluate(logic, view).operands;

	it('comes with a name, its value and whether it may be stored', () => {
		expect(
			operandsOf({
				and: [
					{ '>=': [{ confidence: 'total_amount' }, 0.9] },
					{ '>=': [{ number: 'total_amount' }, 5] },
					{ '==': [{ content: 'currency' }, 'EUR'] },
					{ '<=': [{ date: 'invoice_date' }, { today: [] }] },
					{ '>=': [{ var: 'counts.pages' }, 1] },
				],
			}),
		).toEqual([
			{ label: 'confidence of total_amount', value: 0.94, sensitive: false },
			{ label: 'total_amount', value: 1210, sensitive: true },
			{ label: 'currency', value: 'EUR', sensitive: true },
			{ label: 'invoice_date', value: '2026-06-01', sensitive: true },
			{ label: 'today', value: '2026-06-02', sensitive: false },
			{ label: 'number of pages', value: 1, sensitive: false },
		]);
	});

	it.each<readonly [Json, string]>([
		[{ '==': [{ content: 'currency' }, 'x'] }, 'currency'],
		[{ '==': [{ number: 'total_amount' }, 1] }, 'total_amount'],
		[{ '==': [{ date: 'invoice_date' }, '2026-01-01'] }, 'invoice_date'],
		[{ '==': [{ var: 'task.name' }, 'x'] }, 'task.name'],
	])('%j is never stored', (logic, label) => {
		expect(operandsOf(logic)).toMatchObject([{ label, sensitive: true }]);
	});

	it('of a list: how many there are, and the confidences of the failing ones, at most five', () => {
		expect(operandsOf(eachAtLeast(0.9))).toEqual([
			{ label: 'number of annotations', value: 5, sensitive: false },
			{ label: 'annotations[2].confidence', value: 0.81, sensitive: false },
			{ label: 'annotations[3].confidence', value: 0.85, sensitive: false },
		]);
		const many = viewOf({ annotations: Array.from({ length: 100 }, (_, n) => annotationOf('a', 'x', 0.1, `${n}`)) });
		expect(operandsOf(eachAtLeast(0.9), many)).toHaveLength(6);
	});

	it('is told as far as it can be had, also after an error', () => {
		expect(evaluate({ within: [sum, { number: 'iban' }, 1] }, invoice)).toEqual({
			outcome: 'error',
			error: 'missing-entity',
			sentence: 'iban is missing.',
			operands: [
				{ label: 'net_amount', value: 1000, sensitive: true },
				{ label: 'tax_amount', value: 200, sensitive: true },
				{ label: 'iban', value: null, sensitive: true },
			],
		});
	});

	it('is at most fifty things', () => {
		const logic = { and: Array.from({ length: 90 }, (_, n) => ({ '!': [{ present: `entity_${n}` }] })) };
		expect(operandsOf(logic)).toHaveLength(50);
	});
});

describe('document text', () => {
	const secret = 'Zx9-secret';
	const view = viewOf({
		...textsOf({ a: secret, b: `${secret} 2`, amount: `12 ${secret}`, day: `1 ${secret} 2026` }),
		meta: [{ name: 'supplier', value: secret }],
		task: { ...viewOf().task, name: secret },
	});
	it.each<Json>([
		{ '==': [{ content: 'a' }, 'x'] },
		{ '==': [{ content: 'a' }, { content: 'b' }] },
		{ '==': ['x', { content: 'a' }] },
		{ in: [{ content: 'a' }, ['x']] },
		{ matches: [{ content: 'a' }, 'x'] },
		{ '>': [{ number: 'amount' }, 1] },
		{ '<': [{ date: 'day' }, { today: [] }] },
		{ '==': [{ var: 'task.name' }, 'x'] },
		{ '==': [{ if: [true, { content: 'a' }, 'x'] }, 'y'] },
		{ hasMeta: ['supplier', 'x'] },
		{ all: [{ var: 'annotations' }, { '==': [{ var: 'content' }, 'x'] }] },
		{ none: [{ var: 'meta' }, { '==': [{ var: 'value' }, 'Zx9-secret'] }] },
		{ or: [{ '==': [{ content: 'a' }, 'x'] }, { '==': [{ content: 'b' }, 'x'] }] },
	])('is in no sentence and in no operand that may be stored: %j', (logic) => {
		const { sentence, operands } = compile(logic).explain(contextOf(view));
		expect(sentence).not.toContain(secret);
		expect(JSON.stringify(operands.filter(({ sensitive }) => !sensitive))).not.toContain(secret);
	});
});
